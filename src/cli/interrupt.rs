//! The first Ctrl-C (or SIGTERM) asks a run to stop; the second one ends it.
//!
//! Nothing that is under way is dropped: the executor reads the flag before it begins a call.

use tokio::sync::watch;

use super::console::Console;

/// Listens until the program ends, and returns the flag that goes up; also when the state's lock
/// is `lost`. What is said at once is up to whoever draws the progress.
pub(super) fn listen(
    console: Console,
    lost: Option<watch::Receiver<bool>>,
) -> watch::Receiver<bool> {
    let (raise, flag) = watch::channel(false);
    let mut signals = Signals::hear();
    tokio::spawn(async move {
        let why = tokio::select! {
            () = signals.asked() => "interrupted",
            () = raised(lost) => "the state's lock is lost",
        };
        console.tell(&format!(
            "\n{why}: the calls in flight are finished, nothing more is begun\n"
        ));
        // Nobody listens any more if the run has just ended.
        let _heard = raise.send(true);
        signals.asked().await;
        console.tell("interrupted again: left as it is; the next run picks up from the journal\n");
        end();
    });
    flag
}

/// Resolves when the flag goes up; never, if there is none.
pub(super) async fn raised(flag: Option<watch::Receiver<bool>>) {
    if let Some(mut flag) = flag
        && flag.wait_for(|is_up| *is_up).await.is_ok()
    {
        return;
    }
    std::future::pending::<()>().await;
}

#[expect(
    clippy::exit,
    reason = "asked twice: what is in flight is abandoned on purpose"
)]
fn end() {
    std::process::exit(130);
}

/// What asks the process to stop, heard from the moment on that this is made.
pub(super) struct Signals {
    #[cfg(unix)]
    interrupt: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    terminate: Option<tokio::signal::unix::Signal>,
}

impl Signals {
    /// Begins to listen.
    pub(super) fn hear() -> Self {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Self {
                interrupt: signal(SignalKind::interrupt()).ok(),
                terminate: signal(SignalKind::terminate()).ok(),
            }
        }
        #[cfg(not(unix))]
        Self {}
    }

    /// Resolves when somebody asks the process to stop. Where no signals can be heard it never
    /// does: the process ends as the system sees fit.
    pub(super) async fn asked(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            () = heard(self.interrupt.as_mut()) => {}
            () = heard(self.terminate.as_mut()) => {}
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(unix)]
async fn heard(signal: Option<&mut tokio::signal::unix::Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}
