//! What the journal costs: an apply of 1,000 objects with it, and without.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tenantry::base::moment;
use tenantry::cli::providers::CATALOG;

use super::support::Ground;

static SYNCS: AtomicUsize = AtomicUsize::new(0);

fn roles(count: usize) -> String {
    let mut text = String::new();
    for n in 0..count {
        // Writing into a String cannot fail.
        let _ = write!(
            text,
            "apiVersion: logto/v1\nkind: Role\nmetadata: {{name: r{n}, tenant: acme}}\n\
             spec: {{description: d}}\n---\n"
        );
    }
    text
}

/// How long an apply took, and how often the journal was synced.
fn apply(count: usize, journaled: bool) -> (Duration, usize) {
    let mut ground = Ground::with(CATALOG);
    if !journaled {
        ground.forget_all();
    }
    let (before, began) = (SYNCS.load(Ordering::SeqCst), Instant::now());
    let run = ground.apply(&roles(count));
    let took = began.elapsed();
    assert_eq!(run.writes.len(), count);
    (took, SYNCS.load(Ordering::SeqCst) - before)
}

/// For figures: `cargo test --release journal_cost -- --ignored --nocapture`. Prints the medians of
/// seven runs of each, taken in turn.
#[test]
#[ignore = "a minute: for figures"]
fn the_journal_of_a_thousand_objects_costs_little() {
    moment::listen(Box::new(|what| {
        if what == "after the journal was synced" {
            SYNCS.fetch_add(1, Ordering::SeqCst);
        }
    }));
    let (mut with, mut without, mut syncs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..7 {
        let (took, synced) = apply(1_000, true);
        with.push(took);
        syncs.push(synced);
        without.push(apply(1_000, false).0);
    }
    for all in [&mut with, &mut without] {
        all.sort();
    }
    syncs.sort_unstable();
    let ratio = with[3].as_secs_f64() / without[3].as_secs_f64();
    println!(
        "with {:?}, without {:?}: {ratio:.2}; {} syncs of 2,000 records",
        with[3], without[3], syncs[3]
    );
    assert!(syncs[3] < 2_000, "syncs are grouped: {syncs:?}");
}
