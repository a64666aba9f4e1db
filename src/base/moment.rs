//! Moments at which a test kills the process: before and after each request, each write and each
//! sync. Nothing listens in an ordinary run, and passing one costs an atomic read.

use std::sync::OnceLock;

type Listener = Box<dyn Fn(&'static str) + Send + Sync>;

static LISTENER: OnceLock<Listener> = OnceLock::new();

/// Has `listener` told of every moment from now on. The first one stays.
pub fn listen(listener: Listener) {
    // A second one would be a fault of a test, and is not heard.
    drop(LISTENER.set(listener));
}

/// Says that this moment has come: `what` was just done, or is done next.
pub fn pass(what: &'static str) {
    if let Some(listener) = LISTENER.get() {
        listener(what);
    }
}
