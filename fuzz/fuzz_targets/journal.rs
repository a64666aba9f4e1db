//! The journal reader: any bytes are records, a torn tail or an error; folding never fails.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenantry::state::{Journal, Snapshot, fold};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(journal) = Journal::read("fuzz", bytes) {
        assert!(journal.length <= bytes.len() as u64);
        let mut snapshot = Snapshot::new(String::new());
        fold(&mut snapshot, &journal.records);
        let _ = journal.open_intents();
    }
});
