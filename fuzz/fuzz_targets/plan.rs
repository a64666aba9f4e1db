//! The plan reader: what it reads it writes and reads again alike.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenantry::plan::Plan;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(plan) = serde_json::from_slice::<Plan>(bytes) {
        let text = serde_json::to_vec(&plan).expect("a plan has JSON");
        let again: Plan = serde_json::from_slice(&text).expect("its own");
        assert_eq!(again, plan);
    }
});
