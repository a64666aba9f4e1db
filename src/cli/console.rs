//! Where results and messages go: results to standard output, all else to standard error.
//!
//! A reader that has seen enough (`plan | head`) is no error: what is left is not written.

use std::io::{self, ErrorKind, Write};
use std::sync::{Arc, Mutex};

use indicatif::ProgressBar;

use super::context::Verbosity;
use super::interrupt::Signals;
use super::pager::Pager;
use crate::base::Diagnostic;
use crate::base::lock::lock;
use crate::render::{self, Styles};

/// Both streams, with their styles. Clones share the bar.
#[derive(Debug, Clone)]
pub(super) struct Console {
    /// The styles of standard output.
    pub(super) out: Styles,
    /// The styles of standard error.
    pub(super) err: Styles,
    /// How much is said.
    pub(super) verbosity: Verbosity,
    /// Whether the cursor may be moved on standard error.
    pub(super) moves: bool,
    pager: Option<Pager>,
    bar: Arc<Mutex<Option<ProgressBar>>>,
    lost: Arc<Mutex<Option<io::Error>>>,
}

impl Console {
    /// A console.
    pub(super) fn new(out: Styles, err: Styles, verbosity: Verbosity, moves: bool) -> Self {
        Self {
            out,
            err,
            verbosity,
            moves,
            pager: None,
            bar: Arc::default(),
            lost: Arc::default(),
        }
    }

    /// The same, with something that shows what is longer than the screen.
    pub(super) fn paged(self, pager: Option<Pager>) -> Self {
        Self { pager, ..self }
    }

    /// Writes a result that ends a command: one that is longer than the screen page by page.
    pub(super) fn page(&self, text: &str) {
        let shown = self.pager.as_ref().is_some_and(|pager| {
            // Ctrl-C is for the pager while it runs.
            let _deaf = Signals::hear();
            pager.show(text)
        });
        if !shown {
            self.result(text);
        }
    }

    /// Writes a result.
    pub(super) fn result(&self, text: &str) {
        let choice = choice(self.out);
        let write = || {
            let mut stream = anstream::AutoStream::new(io::stdout().lock(), choice);
            let written = stream
                .write_all(text.as_bytes())
                .and_then(|()| stream.flush());
            if let Err(cause) = written
                && cause.kind() != ErrorKind::BrokenPipe
            {
                *lock(&self.lost) = Some(cause);
            }
        };
        self.above_the_bar(write);
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
        let write = || {
            let mut stream = anstream::AutoStream::new(io::stderr().lock(), choice);
            // Nobody could be told of a fault here.
            let _written = stream
                .write_all(text.as_bytes())
                .and_then(|()| stream.flush());
        };
        self.above_the_bar(write);
    }

    /// Writes errors and warnings to standard error.
    pub(super) fn diagnostics(&self, all: &[Diagnostic]) {
        for one in all {
            if one.is_error() || self.verbosity > Verbosity::Quiet {
                self.tell(&render::diagnostic(one, &self.err));
            }
        }
    }

    /// Why a result could not be written, if so: a full disk, say.
    pub(super) fn lost(&self) -> Option<io::Error> {
        lock(&self.lost).take()
    }

    /// Keeps `bar` below whatever is written, until [`drop_bar`](Self::drop_bar).
    pub(super) fn keep_bar(&self, bar: ProgressBar) {
        *lock(&self.bar) = Some(bar);
    }

    /// Takes the bar away.
    pub(super) fn drop_bar(&self) {
        if let Some(bar) = lock(&self.bar).take() {
            bar.finish_and_clear();
        }
    }

    fn above_the_bar(&self, write: impl FnOnce()) {
        match lock(&self.bar).as_ref() {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

/// Standard error for the log: what is written stands above the bar.
#[derive(Debug, Clone)]
pub(super) struct LogWriter(pub(super) Console);

impl Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.tell(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn choice(styles: Styles) -> anstream::ColorChoice {
    if styles.is_plain() {
        anstream::ColorChoice::Never
    } else {
        anstream::ColorChoice::Always
    }
}
