//! Asks somebody at a terminal whether to go on.

use tokio::sync::watch;

use super::console::Console;

/// What was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// `yes`, and nothing but that.
    Yes,
    /// Anything else.
    No,
    /// Ctrl-C.
    Interrupted,
}

/// Asks whether to do what `question` says.
pub(super) async fn ask(
    console: &Console,
    question: &str,
    mut stop: watch::Receiver<bool>,
) -> Answer {
    console.tell(&format!("\nType `yes` to {question}: "));
    let line = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map(|_| line)
    });
    tokio::select! {
        typed = line => match typed {
            Ok(Ok(line)) if line.trim() == "yes" => Answer::Yes,
            _ => Answer::No,
        },
        Ok(_) = stop.wait_for(|stop| *stop) => Answer::Interrupted,
    }
}
