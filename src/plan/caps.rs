//! How many objects a target would hold, against what its tier allows.
//!
//! The numbers are the kinds' own (`Kind::CAPS`); what the server counts itself is not known, so
//! built-in objects are left out (inferred).

use std::collections::{BTreeMap, BTreeSet};

use super::guard::refusal;
use super::input::Input;
use super::plan::{Action, Note, Step};
use super::reading::Lists;
use super::targets::Targets;
use crate::base::{Address, Code, FieldPath, Part, Value};
use crate::kind::{Cap, Descriptor};

/// More than the target's tier allows.
const CAPS: Code = Code("E0408");

/// What is counted.
pub(super) struct Counts<'a> {
    /// The plan's input.
    pub input: &'a Input<'a>,
    /// The targets.
    pub targets: &'a Targets,
    /// The live lists.
    pub lists: &'a Lists,
}

impl Counts<'_> {
    /// A refusal for each cap that `steps` exceed. Who is above it already may stay there.
    pub(super) fn refusals(&self, steps: &[Step]) -> Vec<Note> {
        let created = |step: &&Step| step.action == Action::Create;
        let grown: BTreeSet<(&Address, &str)> = steps
            .iter()
            .filter(created)
            .filter_map(|step| Some((step.home.as_ref()?, step.address.kind())))
            .collect();
        let over = grown.into_iter().flat_map(|(home, kind)| {
            let tier = self.tier(home).unwrap_or_default();
            let api = self.targets.all.get(home).map(|target| target.api);
            let kind = api.and_then(|api| self.input.catalog.named(api, kind));
            kind.map_or_else(Vec::new, |kind| self.of_kind(home, &tier, kind, steps))
        });
        over.collect()
    }

    /// The tier of a target: as written, else as it is live.
    fn tier(&self, home: &Address) -> Option<String> {
        let document = self.input.documents.iter().find(|d| &d.address == home)?;
        let field = FieldPath::dotted(document.kind.tier?);
        let written = document.body.at(&field).and_then(Value::as_text);
        let live = || {
            let prior = self.input.snapshot.resources.get(home)?;
            let account = self.lists.of(document.home.as_ref()?, document.kind);
            let live = account.iter().find(|live| live.id == prior.id)?;
            live.value.at(&field).and_then(Value::as_text)
        };
        written.or_else(live).map(str::to_owned)
    }

    fn of_kind(
        &self,
        home: &Address,
        tier: &str,
        kind: &'static Descriptor,
        steps: &[Step],
    ) -> Vec<Note> {
        let mut notes = Vec::new();
        for cap in kind.caps {
            let most = cap.tiers.iter().find(|(name, _)| *name == tier);
            let Some((_, most)) = most else { continue };
            for (of, (before, after)) in self.numbers(home, kind, cap, steps) {
                if after > *most && after > before {
                    let message = format!(
                        "`{home}` would have {after} {}{of}, and a {tier} tenant has at most {most}",
                        plural(kind, cap),
                    );
                    let about = Address::within(home.name(), kind.name, "*");
                    notes.push(refusal(CAPS, "caps", &about, message));
                }
            }
        }
        notes
    }

    /// How many there are before and after, by the words for whatever they are counted per.
    fn numbers(
        &self,
        home: &Address,
        kind: &'static Descriptor,
        cap: &Cap,
        steps: &[Step],
    ) -> BTreeMap<String, (usize, usize)> {
        let mut numbers: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        let live = self.lists.of(home, kind).iter().map(|live| &live.value);
        for value in live.filter(|value| counts(cap, value) && (kind.builtin)(value).is_none()) {
            let number = numbers.entry(per(cap, value)).or_default();
            *number = (number.0 + 1, number.1 + 1);
        }
        if cap.per.is_none() && cap.of.is_none() {
            let target = self.targets.all.get(home);
            let reader = target.and_then(|target| target.reader.as_ref());
            let left_out = reader.map_or(0, |reader| reader.left_out(kind));
            let number = numbers.entry(String::new()).or_default();
            *number = (number.0 + left_out, number.1 + left_out);
        }
        let ours = steps
            .iter()
            .filter(|step| step.home.as_ref() == Some(home) && step.address.kind() == kind.name);
        for step in ours {
            match step.action {
                Action::Create if counts(cap, &step.desired) => {
                    numbers.entry(per(cap, &step.desired)).or_default().1 += 1;
                }
                Action::Delete if counts(cap, &step.live) => {
                    let number = numbers.entry(per(cap, &step.live)).or_default();
                    number.1 = number.1.saturating_sub(1);
                }
                _ => {}
            }
        }
        numbers
    }
}

fn counts(cap: &Cap, value: &Value) -> bool {
    cap.of.is_none_or(|(field, texts)| {
        let said = value.at(&FieldPath::dotted(field)).and_then(Value::as_text);
        texts.contains(&said.unwrap_or_default())
    })
}

/// What an object is counted with: an id, or, of what is not there yet, an address.
fn per(cap: &Cap, value: &Value) -> String {
    let field = cap
        .per
        .and_then(|field| value.at(&FieldPath::dotted(field)));
    match field {
        Some(Value::Text(text)) => format!(" in `{text}`"),
        Some(Value::Unknown(unknown)) => match unknown.parts.as_slice() {
            [Part::Output { address, .. }] => format!(" in `{address}`"),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

fn plural(kind: &Descriptor, cap: &Cap) -> String {
    match cap.of {
        Some((_, [text, ..])) => format!("{} objects ({text})", kind.kind),
        _ => format!("{} objects", kind.kind),
    }
}
