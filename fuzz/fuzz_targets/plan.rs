//! The reader of saved plans: what it reads it writes and reads again alike.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenantry::plan::saved::Saved;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(saved) = Saved::from_json("fuzz", bytes) {
        let again = Saved::from_json("fuzz", saved.to_json().as_bytes());
        assert_eq!(again.expect("its own"), saved);
    }
});
