//! Walks the graph: runs what may run, side by side, until nothing is left or it is told to stop.
//!
//! A slot is taken before a task is spawned, the stop flag is read before each spawn, and what is
//! in flight is always joined: a call that was begun is never abandoned. What a node does belongs
//! to [`step`](super::step), which node is next to [`schedule`](super::schedule).

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::failure::Failure;
use super::schedule::Schedule;

/// What the executor tells while it walks.
#[derive(Debug)]
pub(super) enum Walked {
    /// A node was started.
    Started(usize),
    /// A node was done.
    Done(usize),
    /// A node failed; the second list is skipped because of it.
    Failed(usize, Failure, Vec<usize>),
    /// Nothing more is begun; so many are in flight.
    Stopping(usize),
}

/// Runs every node of `schedule`. Returns true if it was told to stop before all were begun.
pub(super) async fn walk<F>(
    schedule: &mut Schedule,
    stop: &watch::Receiver<bool>,
    mut run: impl FnMut(usize) -> F,
    mut tell: impl FnMut(&Schedule, Walked),
) -> bool
where
    F: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let (mut flying, mut stopped, mut heard) = (JoinSet::new(), false, stop.clone());
    loop {
        if !stopped && raised(stop) {
            stopped = true;
            tell(schedule, Walked::Stopping(schedule.in_flight()));
        }
        while !stopped
            && !raised(stop)
            && let Some(number) = schedule.start()
        {
            tell(schedule, Walked::Started(number));
            let work = AssertUnwindSafe(run(number)).catch_unwind();
            flying.spawn(async move { (number, work.await) });
        }
        let joined = tokio::select! {
            biased;
            joined = flying.join_next() => joined,
            true = changed(&mut heard), if !stopped => continue,
        };
        let Some(joined) = joined else {
            return stopped && schedule.has_waiting();
        };
        let Ok((number, ended)) = joined else {
            continue;
        };
        match ended.unwrap_or_else(|_| Err(Failure::panicked())) {
            Ok(()) => {
                schedule.finish(number, true);
                tell(schedule, Walked::Done(number));
            }
            Err(failure) => {
                stopped |= failure.fatal;
                let skipped = schedule.finish(number, false);
                tell(schedule, Walked::Failed(number, failure, skipped));
            }
        }
    }
}

fn raised(stop: &watch::Receiver<bool>) -> bool {
    *stop.borrow()
}

/// Whether the flag went up. False once nobody can raise it any more.
async fn changed(stop: &mut watch::Receiver<bool>) -> bool {
    stop.changed().await.is_ok()
}
