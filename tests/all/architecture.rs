//! The rules that the sources keep, read from the sources: floors, sizes, and who may name what.

mod imports;
mod source;

use source::{Source, product_tokens, sources, tokens};

/// No file is longer.
const LONGEST: usize = 500;

/// Words that only some files may have in their code (tests within them included), and why.
const WORDS: &[(&str, &[&str], &str)] = &[
    (
        "serde_yaml",
        &["src/manifest/yaml.rs"],
        "one file knows the YAML crate",
    ),
    (
        "anyhow",
        &["src/cli", "src/main.rs"],
        "lower floors have errors that can be matched",
    ),
    ("reqwest", &["src/http"], "there is one client"),
    ("axum", &["src/sandbox"], "there is one listener"),
    (
        "clap",
        &["src/cli"],
        "words come in on the command line's floor",
    ),
    (
        "tracing_subscriber",
        &["src/cli"],
        "whoever owns the terminal owns the log",
    ),
    ("HashMap", &[], "its order leaks into plans"),
    ("HashSet", &[], "its order leaks into plans"),
    (
        "dry_run",
        &[],
        "planning is given no writer, so it needs no switch",
    ),
];

/// The files whose product code may call `.expose()`: where a secret leaves its wrapper.
const EXPOSING: &[&str] = &[
    "src/base/secret.rs",
    "src/base/fingerprint.rs",
    "src/cli/output.rs",
    "src/http/client.rs",
    "src/http/token.rs",
    "src/kind/descriptor.rs",
    "src/provider/cloud/auth.rs",
    "src/provider/dcos/auth.rs",
    "src/provider/logto/auth.rs",
    "src/render/output.rs",
    "src/rest/wire.rs",
    "src/state/credentials.rs",
    "src/state/identity.rs",
];

fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn architecture_imports_go_down_only() {
    let faults: Vec<_> = sources("src").iter().flat_map(imports::faults).collect();
    none(&faults);
}

#[test]
fn architecture_no_file_is_long_and_each_says_what_it_answers() {
    let faults: Vec<_> = sources("src")
        .iter()
        .chain(&sources("tests"))
        .filter_map(form_fault)
        .collect();
    none(&faults);
}

fn form_fault(source: &Source) -> Option<String> {
    let lines = source.text.lines().count();
    if lines > LONGEST {
        return Some(format!(
            "{}: {lines} lines, {LONGEST} are the most",
            source.path
        ));
    }
    let headed = source.text.starts_with("//! ");
    (!headed).then(|| {
        format!(
            "{}: does not begin with `//!` and what it answers",
            source.path
        )
    })
}

#[test]
fn architecture_words_stand_only_where_they_may() {
    let faults: Vec<_> = sources("src").iter().flat_map(word_faults).collect();
    none(&faults);
}

fn word_faults(source: &Source) -> Vec<String> {
    let words = tokens(&source.text);
    WORDS
        .iter()
        .filter(|(word, places, _)| {
            words.iter().any(|found| found == word) && !stands_in(&source.path, places)
        })
        .map(|(word, _, why)| format!("{}: `{word}` has no place here: {why}", source.path))
        .collect()
}

/// Whether `path` is one of the files, or below one of the folders.
fn stands_in(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| {
        path.strip_prefix(place)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

#[test]
fn architecture_secrets_leave_their_wrapper_in_listed_files_only() {
    let faults: Vec<_> = sources("src")
        .iter()
        .filter(|source| exposes(&source.text) > 0 && !EXPOSING.contains(&source.path.as_str()))
        .map(|source| {
            format!(
                "{}: calls `.expose()`; is that a place for it?",
                source.path
            )
        })
        .collect();
    none(&faults);
}

/// How often product code takes a secret out of its wrapper.
fn exposes(text: &str) -> usize {
    product_tokens(text)
        .windows(3)
        .filter(|words| *words == [".", "expose", "("] || *words == [".", "expose_secret", "("])
        .count()
}

#[test]
fn architecture_the_roots_hold_no_logic() {
    let all = sources("src");
    let root = |path: &str| all.iter().find(|source| source.path == path).unwrap();
    none(&lib_faults(&root("src/lib.rs").text));
    let lines = root("src/main.rs").text.lines().count();
    assert!(lines <= 40, "src/main.rs has {lines} lines");
}

/// `lib.rs` lists modules and nothing else.
fn lib_faults(text: &str) -> Vec<String> {
    let code = source::code_only(text);
    code.split(';')
        .map(|item| item.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|item| !item.is_empty() && !is_module(item))
        .map(|item| format!("src/lib.rs: `{item}` is no list of modules"))
        .collect()
}

fn is_module(item: &str) -> bool {
    let name = item
        .strip_prefix("pub mod ")
        .or_else(|| item.strip_prefix("mod "));
    name.is_some_and(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
}

mod rules {
    use super::{Source, exposes, form_fault, lib_faults, stands_in, word_faults};

    fn source(path: &str, text: &str) -> Source {
        Source {
            path: path.into(),
            text: text.into(),
        }
    }

    #[test]
    fn a_long_file_and_one_without_a_header_are_found() {
        let long = format!("//! Long.\n{}", "\n".repeat(500));
        assert!(
            form_fault(&source("src/a.rs", &long))
                .unwrap()
                .contains("501 lines")
        );
        assert!(
            form_fault(&source("src/a.rs", "fn f() {}"))
                .unwrap()
                .contains("`//!`")
        );
        assert_eq!(form_fault(&source("src/a.rs", "//! Short.\n")), None);
    }

    #[test]
    fn a_word_out_of_its_place_is_found() {
        let yaml = "use serde_yaml::from_str;";
        assert_eq!(word_faults(&source("src/manifest/load.rs", yaml)).len(), 1);
        assert_eq!(word_faults(&source("src/manifest/yaml.rs", yaml)).len(), 0);
        assert_eq!(
            word_faults(&source("src/plan/x.rs", "fn f(dry_run: bool) {}")).len(),
            1
        );
        assert_eq!(
            word_faults(&source("src/plan/x.rs", "// no HashMap here")).len(),
            0
        );
        assert_eq!(
            word_faults(&source("src/plan/x.rs", "let x: HashMap<A, B>;")).len(),
            1
        );
    }

    #[test]
    fn a_folder_holds_what_is_below_it_and_nothing_else() {
        assert!(stands_in("src/cli/args.rs", &["src/cli"]));
        assert!(!stands_in("src/client/args.rs", &["src/cli"]));
    }

    #[test]
    fn exposing_is_counted_in_product_code() {
        let text = "fn f() { a.expose(); b\n  .expose_secret() } // c.expose()\n\
                    #[cfg(test)] mod tests { fn g() { d.expose(); } }";
        assert_eq!(exposes(text), 2);
    }

    #[test]
    fn logic_in_the_root_is_found() {
        assert_eq!(lib_faults("//! A.\n\npub mod base;\nmod kind;\n").len(), 0);
        assert_eq!(lib_faults("pub mod base;\nfn f() {}\n").len(), 1);
        assert_eq!(lib_faults("pub use base::Address;\n").len(), 1);
    }
}
