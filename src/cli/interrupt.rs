//! The first Ctrl-C (or SIGTERM) asks a run to stop; the second one ends it.
//!
//! Nothing that is under way is dropped: the executor reads the flag before it begins a call.

use tokio::sync::watch;

use super::console::Console;

/// Listens until the program ends, and returns the flag that goes up. What is said at once is up
/// to whoever draws the progress.
pub(super) fn listen(console: Console) -> watch::Receiver<bool> {
    let (raise, flag) = watch::channel(false);
    tokio::spawn(async move {
        asked().await;
        console.tell("\ninterrupted: the calls in flight are finished, nothing more is begun\n");
        // Nobody listens any more if the run has just ended.
        let _heard = raise.send(true);
        asked().await;
        console.tell("interrupted again: left as it is; the next run picks up from the journal\n");
        end();
    });
    flag
}

#[expect(
    clippy::exit,
    reason = "asked twice: what is in flight is abandoned on purpose"
)]
fn end() {
    std::process::exit(130);
}

/// Resolves when somebody asks the process to stop.
pub(super) async fn asked() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        // No signals can be heard on this system: the process ends as the system sees fit.
        std::future::pending::<()>().await;
    }
}
