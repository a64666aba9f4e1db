//! What is made of answers that are refusals, or not what an API promises: one line of text that
//! obeys nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenantry::http::Answer;
use tenantry::rest::{garbled, told};

fuzz_target!(|bytes: &[u8]| {
    let answer = Answer {
        status: 400,
        headers: Default::default(),
        body: bytes.to_vec(),
        url: "https://tenant.example/api".parse().expect("a URL"),
    };
    let error = garbled("GET", &answer, "a list").message;
    for text in [told(&answer, None, None), error] {
        assert!(!text.chars().any(char::is_control), "{text:?}");
    }
});
