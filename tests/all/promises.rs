//! The tests that docs/guarantees.md and docs/threat-model.md name are there.

use std::path::Path;

use super::state::files_below;

/// All words between backticks that name a test: `module::…::name`, or `module::*`.
fn named(page: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(page);
    let text = std::fs::read_to_string(path).expect("a page");
    let words = text.split('`').skip(1).step_by(2);
    let tests = words.filter(|word| word.contains("::") && !word.contains(' '));
    tests.map(str::to_owned).collect()
}

#[test]
fn every_test_that_a_promise_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = files_below(&root.join("tests/all"));
    files.extend(files_below(&root.join("src")));
    let sources: Vec<_> = files
        .iter()
        .map(|path| (path, std::fs::read_to_string(path).unwrap_or_default()))
        .collect();
    for page in ["guarantees.md", "threat-model.md"] {
        let tests = named(page);
        assert!(tests.len() > 10, "{page}: {tests:?}");
        for test in tests {
            let (module, name) = test.rsplit_once("::").expect("a path");
            let module = module.replace("::", "/");
            let is_there = sources.iter().any(|(path, text)| {
                let path = path.with_extension("");
                let is_module = path.ends_with(&module) || path.ends_with(format!("{module}/mod"));
                is_module && (name == "*" || text.contains(&format!("fn {name}(")))
            });
            assert!(is_there, "{page} names `{test}`");
        }
    }
}
