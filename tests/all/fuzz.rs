//! The seeds of the fuzz targets (`fuzz/`), and what chance makes of them, fed to the same readers on
//! stable: diagnostics or errors, never a crash, and what is read is written and read again alike.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tenantry::cli::providers::CATALOG;
use tenantry::http::Answer;
use tenantry::manifest::{self, Options, Source};
use tenantry::plan::saved::Saved;
use tenantry::rest::{garbled, told};
use tenantry::state::{Journal, Snapshot, fold};

use super::state::files_below;

type Target = fn(&[u8]);

const TARGETS: [(&str, Target); 5] = [
    ("manifest", manifest),
    ("plan", plan),
    ("state", state),
    ("journal", journal),
    ("answer", answer),
];

fn manifest(bytes: &[u8]) {
    let root = PathBuf::from("/nowhere");
    if let Ok(source) = Source::new("fuzz.yaml", &root, bytes.to_vec()) {
        let options = Options {
            catalog: CATALOG,
            root,
            allow_files_outside: false,
        };
        let _read = manifest::load(vec![source], &options);
    }
}

fn plan(bytes: &[u8]) {
    if let Ok(saved) = Saved::from_json("fuzz", bytes) {
        let again = Saved::from_json("fuzz", saved.to_json().as_bytes());
        assert_eq!(again.expect("its own"), saved);
    }
}

fn state(bytes: &[u8]) {
    if let Ok(snapshot) = Snapshot::from_json("fuzz", bytes) {
        let text = snapshot.to_json().expect("a snapshot has JSON");
        assert_eq!(Snapshot::from_json("fuzz", &text), Ok(snapshot));
    }
}

fn journal(bytes: &[u8]) {
    if let Ok(journal) = Journal::read("fuzz", bytes) {
        assert!(journal.length <= bytes.len() as u64);
        let mut snapshot = Snapshot::new(String::new());
        fold(&mut snapshot, &journal.records);
        let _open = journal.open_intents();
    }
}

fn answer(bytes: &[u8]) {
    let answer = Answer {
        status: 400,
        headers: axum::http::HeaderMap::new(),
        body: bytes.to_vec(),
        url: "https://tenant.example/api".parse().expect("a URL"),
    };
    let error = garbled("GET", &answer, "a list").message;
    for text in [told(&answer, None, None), error] {
        assert!(!text.chars().any(char::is_control), "{text:?}");
    }
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(target);
    let seeds = files_below(&folder).into_iter();
    seeds
        .map(|path| std::fs::read(path).expect("a seed"))
        .collect()
}

#[test]
fn the_seeds_do_no_harm_and_every_target_has_some() {
    for (name, target) in TARGETS {
        let seeds = seeds(name);
        assert!(!seeds.is_empty(), "{name}");
        for seed in &seeds {
            target(seed);
        }
        let source = format!("fuzz/fuzz_targets/{name}.rs");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
        assert!(source.exists(), "{name} is a target of cargo-fuzz too");
    }
}

/// What chance does to a seed: bytes that are others, gone, doubled, or cut off.
fn spoiled(seed: &[u8], changes: &[(usize, u8, u8)]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for (at, byte, how) in changes {
        if bytes.is_empty() {
            break;
        }
        let at = at % bytes.len();
        match how % 4 {
            0 => bytes[at] = *byte,
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, *byte),
            _ => bytes.truncate(at.max(1)),
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_chance_makes_of_the_seeds_does_no_harm(
        changes in proptest::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 1..6),
    ) {
        for (name, target) in TARGETS {
            for seed in seeds(name) {
                target(&spoiled(&seed, &changes));
            }
        }
    }
}
