//! Where results and messages go: results to standard output, all else to standard error.
//!
//! A reader that has seen enough (`plan | head`) is no error: what is left is not written.

use std::io::{self, ErrorKind, Write as _};

use super::context::Verbosity;
use crate::base::Diagnostic;
use crate::render::Styles;

/// Both streams, with their styles.
#[derive(Debug)]
pub(super) struct Console {
    /// The styles of standard output.
    pub(super) out: Styles,
    /// The styles of standard error.
    pub(super) err: Styles,
    /// How much is said.
    pub(super) verbosity: Verbosity,
    /// Whether the cursor may be moved on standard error.
    #[expect(
        dead_code,
        reason = "for the verbs that reach servers, which come next"
    )]
    pub(super) moves: bool,
}

impl Console {
    /// A console.
    pub(super) fn new(out: Styles, err: Styles, verbosity: Verbosity, moves: bool) -> Self {
        Self {
            out,
            err,
            verbosity,
            moves,
        }
    }

    /// Writes a result.
    pub(super) fn result(&self, text: &str) {
        let choice = choice(self.out);
        let mut stream = anstream::AutoStream::new(io::stdout().lock(), choice);
        forgive(
            stream
                .write_all(text.as_bytes())
                .and_then(|()| stream.flush()),
        );
    }

    /// Says something that is neither result nor error; nothing with `--quiet`.
    pub(super) fn say(&self, text: &str) {
        if self.verbosity > Verbosity::Quiet {
            self.tell(text);
        }
    }

    /// Writes to standard error.
    pub(super) fn tell(&self, text: &str) {
        let choice = choice(self.err);
        let mut stream = anstream::AutoStream::new(io::stderr().lock(), choice);
        forgive(
            stream
                .write_all(text.as_bytes())
                .and_then(|()| stream.flush()),
        );
    }

    /// Writes errors and warnings to standard error.
    pub(super) fn diagnostics(&self, all: &[Diagnostic]) {
        for one in all {
            if one.is_error() || self.verbosity > Verbosity::Quiet {
                self.tell(&shown(one));
            }
        }
    }
}

fn shown(one: &Diagnostic) -> String {
    let mut text = format!("{one}\n");
    for hint in &one.hints {
        text.extend(["  hint: ", hint, "\n"]);
    }
    text
}

fn choice(styles: Styles) -> anstream::ColorChoice {
    if styles.is_plain() {
        anstream::ColorChoice::Never
    } else {
        anstream::ColorChoice::Always
    }
}

/// A closed pipe is the reader's wish. Nobody could be told of any other fault here.
fn forgive(written: io::Result<()>) {
    if let Err(cause) = written
        && cause.kind() != ErrorKind::BrokenPipe
    {
        tracing::debug!(%cause, "writing to the terminal");
    }
}
