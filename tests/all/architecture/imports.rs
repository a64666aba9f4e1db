//! Finds every path that leads out of a module of this crate (`crate::…`, `super::super::…`, in
//! `use` groups and inline), and says which floors it joins.

use super::source::{Source, tokens};

/// Modules of a floor may use those of lower floors only.
const FLOORS: &[(&str, u8)] = &[
    ("base", 0),
    ("kind", 1),
    ("http", 1),
    ("manifest", 2),
    ("state", 2),
    ("rest", 2),
    ("plan", 3),
    ("provider", 3),
    ("apply", 4),
    ("sandbox", 4),
    ("render", 5),
    ("cli", 6),
];

/// What is wrong with the imports of `source`, one line each.
pub(super) fn faults(source: &Source) -> Vec<String> {
    let module = module_of(&source.path);
    let Some(home) = module.first() else {
        return Vec::new(); // lib.rs and main.rs: see the rule about their content
    };
    let Some(floor) = floor_of(home) else {
        return vec![format!("{}: `{home}` stands on no floor", source.path)];
    };
    paths(&source.text, &module)
        .into_iter()
        .filter_map(|path| {
            let why = refusal(&module, floor, &path)?;
            Some(format!("{}: `{}` {why}", source.path, path.join("::")))
        })
        .collect()
}

fn floor_of(module: &str) -> Option<u8> {
    FLOORS
        .iter()
        .find(|(name, _)| *name == module)
        .map(|(_, floor)| *floor)
}

/// The module that a file is: `src/a/b.rs` and `src/a/b/mod.rs` are both `a::b`.
fn module_of(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    let mut words: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if words.last().is_some_and(|last| last == "mod") || matches!(inner, "lib" | "main") {
        words.pop();
    }
    words
}

/// The part of the tree within which anything goes: a floor's folder; of providers, each one's.
fn unit(path: &[String]) -> &[String] {
    let of_provider = path.first().is_some_and(|first| first == "provider");
    &path[..path.len().min(if of_provider { 2 } else { 1 })]
}

fn refusal(module: &[String], floor: u8, path: &[String]) -> Option<String> {
    let Some(first) = path.first() else {
        return Some("names the whole crate: name the module".into());
    };
    let Some(other) = floor_of(first) else {
        return Some("is on no floor".into());
    };
    if unit(path) == unit(module) || other < floor {
        return None;
    }
    // `provider` itself may say what its own folders hold.
    if module == ["provider"] && first == "provider" {
        return None;
    }
    let way = if other > floor { "up" } else { "sideways" };
    Some(format!(
        "goes {way}: floor {floor} may not use floor {other}"
    ))
}

/// All paths that begin at the crate's root or above the module they stand in, from the root.
pub(super) fn paths(text: &str, module: &[String]) -> Vec<Vec<String>> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut scope = Scope {
        module: module.to_vec(),
        inline: Vec::new(),
        depth: 0,
    };
    let mut i = 0;
    while i < tokens.len() {
        scope.step(&tokens, i);
        let starts = matches!(tokens[i].as_str(), "crate" | "super")
            || tokens[i] == "self" && follows(&tokens, i, &["::", "super"]);
        // `pub(crate)` and `pub(super)` lead nowhere.
        let visibility = i > 0 && tokens[i - 1] == "(" && follows(&tokens, i, &[")"]);
        if starts && !visibility {
            i = expand(&tokens, i, &scope.current(), &mut found);
        } else {
            i += 1;
        }
    }
    found
}

fn follows(tokens: &[String], i: usize, words: &[&str]) -> bool {
    tokens[i + 1..].iter().take(words.len()).eq(words.iter())
}

/// The module that a place in a file is in, `mod tests { … }` included.
struct Scope {
    module: Vec<String>,
    inline: Vec<(String, usize)>,
    depth: usize,
}

impl Scope {
    fn step(&mut self, tokens: &[String], i: usize) {
        match tokens[i].as_str() {
            "{" => {
                self.depth += 1;
                if i >= 2 && tokens[i - 2] == "mod" {
                    self.inline.push((tokens[i - 1].clone(), self.depth));
                }
            }
            "}" => {
                self.inline.retain(|(_, depth)| *depth < self.depth);
                self.depth = self.depth.saturating_sub(1);
            }
            _ => {}
        }
    }

    fn current(&self) -> Vec<String> {
        let inline = self.inline.iter().map(|(name, _)| name.clone());
        self.module.iter().cloned().chain(inline).collect()
    }
}

/// Reads the path at `i`, groups and all; `at` is the module that its first word is seen from.
/// Returns the place behind it.
fn expand(tokens: &[String], i: usize, at: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = at.to_vec();
    let mut i = i;
    loop {
        match tokens.get(i).map(String::as_str) {
            Some("crate") => path.clear(),
            Some("super") => drop(path.pop()),
            Some("self") => {}
            Some("{") => return group(tokens, i + 1, &path, found),
            Some(word) if word == "*" || is_name(word) => path.push(word.into()),
            _ => break,
        }
        if !follows(tokens, i, &["::"]) {
            i += 1;
            break;
        }
        i += 2;
    }
    found.push(path);
    i
}

/// Reads a group behind its `{`, and returns the place behind its `}`.
fn group(tokens: &[String], i: usize, at: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut i = i;
    while i < tokens.len() && tokens[i] != "}" {
        i = match tokens[i].as_str() {
            "," => i + 1,
            "as" => i + 2,
            _ => expand(tokens, i, at, found).max(i + 1),
        };
    }
    i + 1
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::{Source, faults, module_of, paths};

    fn faults_of(path: &str, text: &str) -> Vec<String> {
        faults(&Source {
            path: path.into(),
            text: text.into(),
        })
    }

    fn found(path: &str, text: &str) -> Vec<String> {
        let module = module_of(path);
        paths(text, &module)
            .into_iter()
            .map(|path| path.join("::"))
            .collect()
    }

    #[test]
    fn a_file_is_the_module_that_its_path_says() {
        assert_eq!(module_of("src/plan/mod.rs"), ["plan"]);
        assert_eq!(
            module_of("src/provider/logto/kinds/role.rs").join("/"),
            "provider/logto/kinds/role"
        );
        assert!(module_of("src/lib.rs").is_empty());
    }

    #[test]
    fn groups_are_read_to_their_ends() {
        let text = "use crate::{base::{self, Address as Name}, plan::{delta::*, Plan}}; fn f() {}";
        let expected = ["base", "base::Address", "plan::delta::*", "plan::Plan"];
        assert_eq!(found("src/cli/apply.rs", text), expected);
    }

    #[test]
    fn super_is_seen_from_where_it_stands() {
        let text = "use super::super::state::Entry; mod tests { use super::super::Plan; \
                    mod deep { use super::super::super::Step; } } fn f() { super::later() }";
        let expected = ["state::Entry", "plan::Plan", "plan::Step", "plan::later"];
        assert_eq!(found("src/plan/delta.rs", text), expected);
    }

    #[test]
    fn a_group_may_begin_with_super() {
        let text = "use super::{delta, super::state};";
        assert_eq!(found("src/plan/planner.rs", text), ["plan::delta", "state"]);
    }

    #[test]
    fn up_is_refused_after_use_and_inline() {
        for text in [
            "use crate::cli::Context;",
            "use crate::{base, cli::Context};",
            "fn f() -> crate::cli::Context { todo() }",
            "use super::super::cli::Context;",
            "pub use self::super::super::cli;",
            "mod tests { use crate::cli::Context; }",
            "macro_rules! m { () => { $crate::cli::Context } }",
        ] {
            let faults = faults_of("src/plan/delta.rs", text);
            assert_eq!(faults.len(), 1, "{text}: {faults:?}");
            assert!(
                faults[0].contains("goes up: floor 3 may not use floor 6"),
                "{faults:?}"
            );
        }
    }

    #[test]
    fn sideways_is_refused() {
        let faults = faults_of("src/plan/delta.rs", "use crate::provider::logto;");
        assert!(faults[0].contains("goes sideways"), "{faults:?}");
        assert_eq!(
            faults_of("src/state/store.rs", "use crate::manifest::Document;").len(),
            1
        );
        assert_eq!(
            faults_of("src/http/client.rs", "use crate::kind::Method;").len(),
            1
        );
    }

    #[test]
    fn providers_are_neighbours_of_each_other() {
        let path = "src/provider/logto/kinds/user.rs";
        assert_eq!(faults_of(path, "use crate::provider::dcos::User;").len(), 1);
        assert_eq!(
            faults_of(path, "use super::super::super::cloud::Tenant;").len(),
            1
        );
        assert_eq!(
            faults_of(
                path,
                "use super::super::auth; use crate::provider::logto::x;"
            )
            .len(),
            0
        );
        assert_eq!(
            faults_of("src/provider/mod.rs", "pub use self::cloud::KINDS;").len(),
            0
        );
    }

    #[test]
    fn the_root_is_no_way_around() {
        let path = "src/plan/mod.rs";
        assert!(faults_of(path, "use crate as all;")[0].contains("whole crate"));
        assert!(faults_of(path, "use crate::*;")[0].contains("no floor"));
        assert!(faults_of(path, "use super::*;")[0].contains("no floor"));
        assert!(faults_of(path, "use crate::{self as all};")[0].contains("whole crate"));
        assert!(faults_of("src/utils/mod.rs", "")[0].contains("stands on no floor"));
    }

    #[test]
    fn down_and_at_home_is_fine() {
        let text = "use crate::{base::Address, kind::{Reader, Writer}, state::Snapshot}; \
                    use super::graph; pub(crate) fn f(pub(super) x: u8) {} use super::*;";
        assert_eq!(faults_of("src/plan/planner.rs", text), Vec::<String>::new());
    }
}
