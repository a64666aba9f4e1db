//! YAML text → trees with places. The only file that names the YAML crate.
//!
//! Each document is parsed by itself, so that a fault of syntax costs no other. Duplicate keys are
//! let through by the parser and found here, all of them, each with both of its places.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use serde_yaml::options::DuplicateKeyPolicy;
use serde_yaml::{Options, Spanned};

use super::cut::{self, Piece};
use super::syntax;
use crate::base::tree::{Entry, Node, Tree};
use crate::base::{At, Diagnostic, SourceFile};

/// One document of a file.
#[derive(Debug)]
pub(super) struct Parsed {
    /// Its lines, the first and the last.
    pub(super) lines: (u32, u32),
    /// Its tree; none if it has a fault of syntax.
    pub(super) node: Option<Node>,
    /// Whether nothing was wrong with it so far.
    pub(super) sound: bool,
}

/// Parses every document of `file`; documents without content are left out.
pub(super) fn parse(file: &Arc<SourceFile>) -> (Vec<Parsed>, Vec<Diagnostic>) {
    let (mut documents, mut faults) = (Vec::new(), Vec::new());
    for piece in cut::pieces(&file.text) {
        let lines = (piece.line, piece.line + piece.lines - 1);
        match document(&file.text[piece.range.clone()], &piece) {
            Ok(None) => {}
            Ok(Some(node)) => {
                let before = faults.len();
                syntax::twice(&node, file, &mut faults);
                syntax::inexact(&node, file, &mut faults);
                documents.push(Parsed {
                    lines,
                    node: Some(node),
                    sound: faults.len() == before,
                });
            }
            Err(error) => {
                faults.push(syntax::fault(&error, file, &piece));
                documents.push(Parsed {
                    lines,
                    node: None,
                    sound: false,
                });
            }
        }
    }
    (documents, faults)
}

fn document(text: &str, piece: &Piece) -> Result<Option<Node>, Error> {
    let read: Option<Spanned<Wire>> = serde_yaml::from_str_with_options(text, options())?;
    let node = read.map(|spanned| node(spanned, At::default()));
    Ok(node.map(|mut node| {
        shift(&mut node, piece.line - 1);
        node
    }))
}

/// Strict where YAML 1.1 surprises (`no`, `012`, `1_000` are texts); small enough a budget that a
/// bomb is refused at once. Anchors and merge keys are allowed: people write them.
fn options() -> Options {
    serde_yaml::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        reject_unsupported_tags: true,
        with_snippet: false,
        budget: serde_yaml::budget! {
            max_depth: 32, max_nodes: 20_000, max_aliases: 100, max_anchors: 100,
        },
    }
}

/// Where a fault of syntax is, and what the parser says about it.
pub(super) use serde_yaml::Error;

/// The line and column of an error within its piece, from 1.
pub(super) fn location(error: &Error) -> (u32, u32) {
    let (line, column) = error.location().map_or((1, 1), |l| (l.line(), l.column()));
    (narrow(line).max(1), narrow(column).max(1))
}

/// What the parser says, without the place.
pub(super) fn message(error: &Error) -> String {
    let whole = error.render_with_formatter(&serde_yaml::UserMessageFormatter);
    let end = whole.find(" at line ").unwrap_or(whole.len());
    whole[..end].to_owned()
}

/// What sort of fault it is, where we have words of our own for it.
pub(super) fn sort(error: &Error) -> syntax::Sort {
    use serde_yaml::budget::BudgetBreach;
    use syntax::Sort;
    match error {
        Error::AliasError { error, .. } | Error::WithSnippet { error, .. } => sort(error),
        Error::Budget { breach, .. } => Sort::TooMuch(match breach {
            BudgetBreach::Depth { .. } => "it is nested more than 32 deep",
            BudgetBreach::Aliases { .. } | BudgetBreach::AliasAnchorRatio { .. } => {
                "it has more than 100 aliases"
            }
            BudgetBreach::Anchors { .. } => "it has more than 100 anchors",
            BudgetBreach::Nodes { .. } => "it has more than 20,000 values, aliases written out",
            _ => "it is larger than a document may be",
        }),
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => {
            Sort::TooMuch("its aliases stand for more than a document may hold")
        }
        Error::UnknownAnchor { .. } => Sort::UnknownAnchor,
        Error::UnsupportedTag { .. } => Sort::Tag,
        Error::NonFiniteFloat { .. } => Sort::NotFinite,
        Error::NullIntoString { .. } | Error::Unexpected { .. } => Sort::Key,
        _ => Sort::Syntax,
    }
}

fn narrow(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn at<T>(spanned: &Spanned<T>) -> At {
    let place = &spanned.defined;
    At {
        line: narrow(place.line()),
        column: narrow(place.column()),
        length: narrow(place.span().len()),
    }
}

fn node(spanned: Spanned<Wire>, key: At) -> Node {
    let place = at(&spanned);
    let tree = spanned.value.0;
    let nothing = tree == Tree::Null && place.length == 0;
    Node {
        at: if nothing { key } else { place },
        tree,
    }
}

fn shift(node: &mut Node, lines: u32) {
    node.at.line += lines;
    match &mut node.tree {
        Tree::List(items) => items.iter_mut().for_each(|item| shift(item, lines)),
        Tree::Map(entries) => {
            for entry in entries {
                entry.key_at.line += lines;
                shift(&mut entry.value, lines);
            }
        }
        _ => {}
    }
}

/// A tree as it comes from the parser.
struct Wire(Tree);

impl<'de> Deserialize<'de> for Wire {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor).map(Self)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Tree, E> {
        let number = Number::from_f64(value);
        number
            .map(Tree::Number)
            .ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Text(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<Spanned<Wire>>()? {
            let place = at(&item);
            items.push(node(item, place));
        }
        Ok(Tree::List(items.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = map.next_entry::<Spanned<Box<str>>, Spanned<Wire>>()? {
            let key_at = at(&key);
            let value = node(value, key_at);
            entries.push(Entry {
                key: key.value,
                key_at,
                value,
            });
        }
        Ok(Tree::Map(entries.into()))
    }
}
