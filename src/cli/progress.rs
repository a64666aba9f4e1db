//! The progress of an apply: one line a finished step, and below them a bar on a terminal, or a
//! sign of life now and then elsewhere.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval};

use super::console::Console;
use super::context::Verbosity;
use crate::apply::{self, Counts, Event};
use crate::base::lock::lock;
use crate::render;

/// How long it may be silent where there is no bar.
const SILENCE: Duration = Duration::from_secs(15);

/// Tells how far an apply is.
pub(super) struct Progress {
    console: Console,
    bar: Option<ProgressBar>,
    last: Arc<Mutex<(Instant, Counts)>>,
    heartbeat: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts to tell.
    pub(super) fn start(console: &Console) -> Self {
        let last = Arc::new(Mutex::new((Instant::now(), Counts::default())));
        let bar = (console.moves && console.verbosity > Verbosity::Quiet).then(bar);
        let is_heard = bar.is_none() && console.verbosity > Verbosity::Quiet;
        if let Some(bar) = &bar {
            console.keep_bar(bar.clone());
        }
        Self {
            console: console.clone(),
            heartbeat: is_heard.then(|| tokio::spawn(beat(console.clone(), Arc::clone(&last)))),
            bar,
            last,
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.console.drop_bar();
        if let Some(heartbeat) = &self.heartbeat {
            heartbeat.abort();
        }
    }
}

impl apply::Progress for Progress {
    fn event(&self, event: &Event, counts: Counts) {
        *lock(&self.last) = (Instant::now(), counts);
        if let Some(line) = render::event(event, self.console.err) {
            self.console.say(&format!("{line}\n"));
        }
        if let Some(bar) = &self.bar {
            bar.set_length(counts.total as u64);
            bar.set_position((counts.done + counts.failed + counts.skipped) as u64);
            bar.set_message(words(counts));
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{spinner} [{bar:24}] {pos}/{len} {msg}");
    if let Ok(style) = style {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

fn words(counts: Counts) -> String {
    let Counts {
        total: _,
        done: _,
        failed,
        skipped,
        running,
    } = counts;
    let mut words = format!("{running} under way");
    for (count, word) in [(failed, "failed"), (skipped, "skipped")] {
        if count > 0 {
            words.extend([", ", &count.to_string(), " ", word]);
        }
    }
    words
}

/// Says now and then that it is still alive.
async fn beat(console: Console, last: Arc<Mutex<(Instant, Counts)>>) {
    let mut ticks = interval(Duration::from_secs(1));
    loop {
        ticks.tick().await;
        let (at, counts) = *lock(&last);
        if at.elapsed() >= SILENCE {
            *lock(&last) = (Instant::now(), counts);
            let done = counts.done + counts.failed + counts.skipped;
            console.say(&format!(
                "… {done} of {} done, {}\n",
                counts.total,
                words(counts)
            ));
        }
    }
}
