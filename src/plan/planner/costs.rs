//! What a plan buys: said in its warnings, before anybody agrees to it.

use crate::base::{Code, FieldPath, Value};
use crate::kind::{Catalog, Policy};
use crate::plan::plan::{FieldChange, Note, Step};

/// A step costs money.
pub(super) const COSTS: Code = Code("E0330");

/// The steps that cost money, each with what it writes there.
pub(super) fn costs(catalog: Catalog, steps: &[Step]) -> Vec<Note> {
    let mut notes = Vec::new();
    for step in steps {
        let Some(kind) = step.kind(catalog) else {
            continue;
        };
        let billed = kind.fields.iter();
        let billed = billed.filter(|field| matches!(field.policy, Policy::Billed));
        for field in billed {
            let at = FieldPath::dotted(field.path);
            let is_bought =
                |change: &&FieldChange| change.path.starts_with(&at) && change.after != Value::Null;
            if step.changes.iter().any(|change| is_bought(&change)) {
                notes.push(note(step, &at));
            }
        }
    }
    notes
}

fn note(step: &Step, at: &FieldPath) -> Note {
    let mut words = Vec::new();
    let bought = step.desired.at(at).cloned().unwrap_or_default();
    bought.leaves(&mut |path, leaf| {
        let text = leaf.as_text().unwrap_or("not known yet");
        words.push(format!("{path}: {text}"));
    });
    Note {
        code: COSTS.to_string(),
        message: format!(
            "`{at}` of `{}` costs money ({})",
            step.address,
            words.join(", ")
        ),
        address: Some(step.address.clone()),
        hint: Some(format!("leave `{at}` out if nobody means to pay for it")),
    }
}
