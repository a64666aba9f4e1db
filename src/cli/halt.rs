//! Stops the process where it stands, for the tests that kill it there: the hidden variable
//! `TENANTRY_HALT` is `N:FILE`. At the Nth moment FILE says which one it is, and nothing goes on
//! until the process is killed. Not set, nothing of this exists.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use super::environment::Environment;
use crate::base::moment;

const VARIABLE: &str = "TENANTRY_HALT";

/// Listens, if a test says so.
pub(super) fn arm(environment: &Environment) {
    let said = environment.text(VARIABLE).and_then(|text| {
        let (number, file) = text.split_once(':')?;
        Some((number.parse().ok()?, PathBuf::from(file)))
    });
    if let Some((number, file)) = said {
        moment::listen(halt_at(number, file));
    }
}

fn halt_at(number: u64, file: PathBuf) -> Box<dyn Fn(&'static str) + Send + Sync> {
    let passed = AtomicU64::new(0);
    Box::new(move |what| {
        let now = passed.fetch_add(1, Ordering::SeqCst) + 1;
        if now < number {
            return;
        }
        if now == number {
            // Whoever waits for the file sees that it does not come.
            drop(std::fs::write(&file, what));
        }
        loop {
            std::thread::park();
        }
    })
}
