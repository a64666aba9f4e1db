//! Reads Rust sources as far as the rules need: which words stand in them, comments and literals
//! left out. It is no parser: paths are put together in [`imports`](super::imports).

use std::fs;
use std::path::{Path, PathBuf};

/// One source file.
#[derive(Debug)]
pub(super) struct Source {
    /// Its path below the crate's root, with `/`.
    pub(super) path: String,
    /// Its text.
    pub(super) text: String,
}

/// All `.rs` files below `folder`, in order of their paths.
pub(super) fn sources(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    collect(&root.join(folder), &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|path| Source {
            text: fs::read_to_string(&path).unwrap(),
            path: path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/"),
        })
        .collect()
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// The words and signs of a source: names, `::`, and every other character by itself.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let code: Vec<char> = code_only(text).chars().collect();
    let mut tokens = Vec::new();
    let mut i = 0;
    while i < code.len() {
        let c = code[i];
        if c.is_alphanumeric() || c == '_' {
            let from = i;
            while i < code.len() && (code[i].is_alphanumeric() || code[i] == '_') {
                i += 1;
            }
            tokens.push(code[from..i].iter().collect());
            continue;
        }
        if c == ':' && code.get(i + 1) == Some(&':') {
            tokens.push("::".into());
            i += 2;
            continue;
        }
        if !c.is_whitespace() {
            tokens.push(c.into());
        }
        i += 1;
    }
    tokens
}

/// The tokens without `#[cfg(test)] mod …`.
pub(super) fn product_tokens(text: &str) -> Vec<String> {
    let all = tokens(text);
    let mark = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut i = 0;
    while i < all.len() {
        if all[i..].iter().take(mark.len()).eq(mark.iter()) {
            i = past_item(&all, i + mark.len());
            continue;
        }
        kept.push(all[i].clone());
        i += 1;
    }
    kept
}

/// The place behind the item that begins at `i`: behind its `;` or its closing brace.
fn past_item(tokens: &[String], mut i: usize) -> usize {
    let mut depth = 0;
    while i < tokens.len() {
        match tokens[i].as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        let ends = matches!(tokens[i].as_str(), "}" | ";");
        i += 1;
        if ends && depth == 0 {
            break;
        }
    }
    i
}

/// The text with comments and literals made blank; line ends stay.
pub(super) fn code_only(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    while i < chars.len() {
        let end = match chars[i] {
            '/' if chars.get(i + 1) == Some(&'/') => line_end(&chars, i),
            '/' if chars.get(i + 1) == Some(&'*') => block_comment_end(&chars, i),
            '"' => string_end(&chars, i + 1),
            'r' if !in_word(&chars, i) => raw_string_end(&chars, i + 1).unwrap_or(i),
            'b' if !in_word(&chars, i) && chars.get(i + 1) == Some(&'r') => {
                raw_string_end(&chars, i + 2).unwrap_or(i)
            }
            '\'' => char_end(&chars, i).unwrap_or(i),
            _ => i,
        };
        if end == i {
            out.push(chars[i]);
            i += 1;
        } else {
            out.extend(
                chars[i..end]
                    .iter()
                    .map(|c| if *c == '\n' { '\n' } else { ' ' }),
            );
            i = end;
        }
    }
    out
}

fn in_word(chars: &[char], i: usize) -> bool {
    i > 0 && (chars[i - 1].is_alphanumeric() || chars[i - 1] == '_')
}

fn line_end(chars: &[char], from: usize) -> usize {
    chars[from..]
        .iter()
        .position(|c| *c == '\n')
        .map_or(chars.len(), |n| from + n)
}

fn block_comment_end(chars: &[char], from: usize) -> usize {
    let mut depth = 0;
    let mut i = from;
    while i < chars.len() {
        match (chars[i], chars.get(i + 1)) {
            ('/', Some('*')) => (depth, i) = (depth + 1, i + 2),
            ('*', Some('/')) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            break;
        }
    }
    i
}

fn string_end(chars: &[char], mut i: usize) -> usize {
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(chars.len())
}

/// Behind the raw string whose `#`s or quote begin at `from`, if there is one.
fn raw_string_end(chars: &[char], from: usize) -> Option<usize> {
    let hashes = chars[from..].iter().take_while(|c| **c == '#').count();
    if chars.get(from + hashes) != Some(&'"') {
        return None;
    }
    let mut i = from + hashes + 1;
    while i < chars.len() {
        let closing = &chars[i + 1..(i + 1 + hashes).min(chars.len())];
        if chars[i] == '"' && closing.len() == hashes && closing.iter().all(|c| *c == '#') {
            return Some(i + 1 + hashes);
        }
        i += 1;
    }
    Some(chars.len())
}

/// Behind a character literal; a lifetime is none.
fn char_end(chars: &[char], from: usize) -> Option<usize> {
    let close = match chars.get(from + 1)? {
        '\\' => from + 3 + chars.get(from + 3..)?.iter().position(|c| *c == '\'')?,
        _ => from + 2,
    };
    (chars.get(close) == Some(&'\'')).then_some(close + 1)
}

#[test]
fn comments_and_literals_are_no_code() {
    let text = r##"
        // crate::a
        /* crate::b /* crate::c */ crate::d */
        let x = "crate::e \" crate::f"; let y = r#"crate::g " crate::h"#; let z = b"crate::i";
        let c = '"'; let d = '\''; let e = '\u{22}'; fn f<'a>(x: &'a str) { after::all() }
    "##;
    let words = tokens(text);
    assert!(!words.contains(&"crate".to_owned()), "{words:?}");
    assert!(words.contains(&"after".to_owned()) && words.contains(&"all".to_owned()));
}

#[test]
fn product_code_ends_where_tests_begin() {
    let text = "fn a() { b() }\n#[cfg(test)]\nmod tests { fn c() { if d { e() } } }\nfn f() {}";
    let words = product_tokens(text).concat();
    assert_eq!(words, "fna(){b()}fnf(){}");
}
