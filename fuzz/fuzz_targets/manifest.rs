//! The YAML reader and the check of documents: any bytes give diagnostics, never a crash.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenantry::cli::providers::CATALOG;
use tenantry::manifest::{self, Options, Source};

fuzz_target!(|bytes: &[u8]| {
    let root = std::path::PathBuf::from("/nowhere");
    if let Ok(source) = Source::new("fuzz.yaml", &root, bytes.to_vec()) {
        let options = Options {
            catalog: CATALOG,
            root,
            allow_files_outside: false,
        };
        let _ = manifest::load(vec![source], &options);
    }
});
