//! Steps that are alike, told once: `312 acme/user: + role/order-reader`.
//!
//! Steps of one action and kind are alike if the same lines say what differs in them; similar, if
//! the same fields do. Of similar ones the values that all have in common are told, the others
//! counted.

use std::collections::BTreeMap;

use crate::base::FieldPath;
use crate::base::text::visible;
use crate::plan::{Action, FieldChange, Step};

use super::change::{self, FIELD};
use super::names::{Listed, addresses, common};
use super::page::Page;
use super::style::{glyph, paint};
use super::{Styles, step, text};

/// From how many on, steps stand together.
const TOGETHER: usize = 4;
/// How many fields are told of similar steps.
const FIELDS: usize = 6;
/// How many edges.
const EDGES: usize = 4;

/// What steps must have in common to stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    /// What differs, word for word.
    Alike,
    /// The action, the kind, and of updates the fields.
    Similar,
}

/// Steps that stand together.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// At least one.
    pub(super) steps: Vec<&'a Step>,
    likeness: Likeness,
}

/// The groups of `steps`, in the order of their first steps; similar ones the largest first.
pub(super) fn groups<'a>(steps: &[&'a Step], likeness: Likeness) -> Vec<Group<'a>> {
    let mut keys: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut groups: Vec<Group<'a>> = Vec::new();
    for one in steps {
        let at = *keys.entry(key(one, likeness)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.steps.push(one),
            None => groups.push(Group {
                steps: vec![one],
                likeness,
            }),
        }
    }
    let mut groups: Vec<Group<'a>> = groups.into_iter().flat_map(Group::parted).collect();
    if likeness == Likeness::Similar {
        groups.sort_by_key(|group| std::cmp::Reverse(group.steps.len()));
    }
    groups
}

fn key(step: &Step, likeness: Likeness) -> Vec<String> {
    let mut key: Vec<String> = [&step.api_version, step.address.kind(), glyph(step)]
        .map(str::to_owned)
        .to_vec();
    match likeness {
        Likeness::Alike => {
            key.push(step.reason.clone());
            key.push(said(|page| step::body(page, step)));
        }
        Likeness::Similar if step.action == Action::Update => {
            key.extend(step.changes.iter().map(|change| change.path.to_string()));
        }
        Likeness::Similar => {}
    }
    key
}

fn said(write: impl FnOnce(&mut Page)) -> String {
    let mut page = Page::new(Styles::PLAIN);
    write(&mut page);
    page.finish()
}

impl<'a> Group<'a> {
    /// Few steps stand each by itself.
    fn parted(self) -> Vec<Self> {
        let likeness = self.likeness;
        if self.is_folded() {
            return vec![self];
        }
        let alone = self.steps.into_iter().map(|step| vec![step]);
        alone.map(|steps| Self { steps, likeness }).collect()
    }

    /// Whether steps are told together.
    pub(super) fn is_folded(&self) -> bool {
        self.steps.len() >= TOGETHER
    }

    /// Writes the group, with at most so many lines of names.
    pub(super) fn write(&self, page: &mut Page, names: usize) {
        let Some(first) = self.steps.first() else {
            return;
        };
        if !self.is_folded() {
            return step::write(page, first);
        }
        let sign = paint(
            page.styles.of(first.action),
            format_args!("{:>3}", glyph(first)),
        );
        let common = common(&self.steps);
        let title = format!("{} {}", self.steps.len(), visible(&common));
        let title = paint(page.styles.strong, title);
        let why = match self.likeness {
            Likeness::Alike => step::reason(first),
            Likeness::Similar => step::fate(first.action).to_owned(),
        };
        let why = paint(page.styles.quiet, format_args!("# {why}"));
        page.line(format_args!("{sign} {title}  {why}"));
        let listed = Listed::new(&addresses(&self.steps), &common);
        page.indented(FIELD, &listed.few(names));
        match self.likeness {
            Likeness::Alike => step::body(page, first),
            Likeness::Similar => self.fields(page),
        }
        page.gap();
    }

    /// What similar steps have in common, and how many values where they differ.
    fn fields(&self, page: &mut Page) {
        let fields = self.by_path();
        for (path, changes) in fields.iter().take(FIELDS) {
            self.field(page, path, changes);
        }
        let left = fields.len().saturating_sub(FIELDS);
        if left > 0 {
            page.indented(FIELD, &[format!("… and {left} more fields")]);
        }
    }

    fn by_path(&self) -> Vec<(&'a FieldPath, Vec<&'a FieldChange>)> {
        let mut order: Vec<(&FieldPath, Vec<&FieldChange>)> = Vec::new();
        let mut at: BTreeMap<&FieldPath, usize> = BTreeMap::new();
        for change in self.steps.iter().flat_map(|step| &step.changes) {
            let index = *at.entry(&change.path).or_insert(order.len());
            match order.get_mut(index) {
                Some((_, changes)) => changes.push(change),
                None => order.push((&change.path, vec![change])),
            }
        }
        order
    }

    fn field(&self, page: &mut Page, path: &FieldPath, changes: &[&FieldChange]) {
        let mut ways: BTreeMap<String, &FieldChange> = BTreeMap::new();
        for one in changes {
            ways.insert(said(|page| change::write(page, one)), one);
        }
        let some = match (changes.len(), self.steps.len()) {
            (count, all) if count == all => String::new(),
            (count, _) => paint(page.styles.quiet, format_args!("  # in {count} of them")),
        };
        let path = text::path(path);
        match (ways.len(), ways.values().next()) {
            (1, Some(only)) if some.is_empty() => change::write(page, only),
            (_, Some(one)) if one.is_relation() => {
                let (style, sign) = change::sign(page.styles, one);
                page.sign(FIELD, style, sign, format_args!("{path}:{some}"));
                self.edges(page, changes);
            }
            (count, Some(one)) => {
                let (style, sign) = change::sign(page.styles, one);
                let values = match count {
                    1 => "the same value".to_owned(),
                    count => format!("{count} different values"),
                };
                page.sign(
                    FIELD,
                    style,
                    sign,
                    format_args!("{path} = ({values}){some}"),
                );
            }
            (_, None) => {}
        }
    }

    /// The edges that most of them gain or lose, each with how many do.
    fn edges(&self, page: &mut Page, changes: &[&FieldChange]) {
        let mut counts: BTreeMap<(bool, &str), usize> = BTreeMap::new();
        for one in changes {
            let added = one.added.iter().map(|label| (true, label.as_str()));
            let removed = one.removed.iter().map(|label| (false, label.as_str()));
            for edge in added.chain(removed) {
                *counts.entry(edge).or_default() += 1;
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|((gained, _), count)| (*gained, std::cmp::Reverse(*count)));
        for ((gained, label), count) in counts.iter().take(EDGES) {
            let (style, sign) = match gained {
                true => (page.styles.gain, "+"),
                false => (page.styles.lose, "-"),
            };
            let of = match *count {
                all if all == self.steps.len() => String::new(),
                some => format!(" ({some})"),
            };
            page.sign(
                FIELD + 2,
                style,
                sign,
                format_args!("{}{of}", visible(label)),
            );
        }
        let left = counts.len().saturating_sub(EDGES);
        if left > 0 {
            page.indented(FIELD + 2, &[format!("… and {left} more")]);
        }
    }
}
