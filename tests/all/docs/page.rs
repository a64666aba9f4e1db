//! Takes a Markdown page apart: its fenced blocks and its links.

use std::fs;
use std::path::{Path, PathBuf};

/// One page.
pub(super) struct Page {
    /// Its path below the crate's root.
    pub(super) path: String,
    pub(super) text: String,
}

/// A fenced block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block<'a> {
    /// What stands behind the fence (`yaml`, `console`).
    pub(super) language: &'a str,
    /// The line of its fence, counted from 1.
    pub(super) line: usize,
    pub(super) text: &'a str,
}

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The README and everything in `docs`.
pub(super) fn pages() -> Vec<Page> {
    let mut paths = vec![root().join("README.md"), root().join("CONTRIBUTING.md")];
    collect(&root().join("docs"), &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|path| Page {
            text: fs::read_to_string(&path).unwrap(),
            path: path
                .strip_prefix(root())
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned(),
        })
        .collect()
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            into.push(path);
        }
    }
}

/// The fenced blocks of a page, in order.
pub(super) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, usize, usize)> = None;
    let mut offset = 0;
    for (n, line) in text.split_inclusive('\n').enumerate() {
        let fence = line.trim_end().strip_prefix("```");
        match (fence, open) {
            (Some(language), None) => open = Some((language, n + 1, offset + line.len())),
            (Some(_), Some((language, line, from))) => {
                blocks.push(Block {
                    language,
                    line,
                    text: &text[from..offset],
                });
                open = None;
            }
            (None, _) => {}
        }
        offset += line.len();
    }
    blocks
}

/// The targets of all links outside blocks.
pub(super) fn links(text: &str) -> Vec<&str> {
    let mut prose = true;
    let mut links = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            prose = !prose;
        }
        if prose {
            let starts = line.match_indices("](").map(|(at, _)| &line[at + 2..]);
            links.extend(starts.filter_map(|rest| rest.split(')').next()));
        }
    }
    links
}

#[test]
fn blocks_and_links_are_found() {
    let text = "a [b](c.md) d\n\n```yaml\nx: 1\n```\nand\n```\n[no](link)\n```\n[e](f#g)\n";
    let found = blocks(text);
    assert_eq!(
        found[0],
        Block {
            language: "yaml",
            line: 3,
            text: "x: 1\n"
        }
    );
    assert_eq!(found[1].language, "");
    assert_eq!(found.len(), 2);
    assert_eq!(links(text), ["c.md", "f#g"]);
}
