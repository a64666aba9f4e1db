//! The snapshot reader: what it reads it writes and reads again alike.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenantry::state::Snapshot;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(snapshot) = Snapshot::from_json("fuzz", bytes) {
        let text = snapshot.to_json().expect("a snapshot has JSON");
        assert_eq!(Snapshot::from_json("fuzz", &text), Ok(snapshot));
    }
});
