//! Whether a plan needs somebody to seal for: it makes what a server shows once, or has secrets to
//! recognise again.

use crate::base::Value;
use crate::kind::{Catalog, Quirk};
use crate::plan::{Plan, Step};

/// Whether anything of `plan` is to be sealed, or remembered by a fingerprint.
pub fn needs_key(catalog: Catalog, plan: &Plan) -> bool {
    let seals = |step: &Step| {
        let kind = step.kind(catalog);
        kind.is_none_or(|kind| !kind.shown_once.is_empty() || kind.is(Quirk::MarkedCreation))
    };
    let entries = plan.bookkeeping.values();
    let hidden = entries.map(|entry| &entry.written);
    let hidden = hidden.chain(
        plan.steps
            .iter()
            .flat_map(|step| [&step.desired, &step.object]),
    );
    plan.steps.iter().any(seals) || { hidden }.any(holds_secret)
}

fn holds_secret(value: &Value) -> bool {
    let mut found = false;
    value.leaves(&mut |_, leaf| found |= matches!(leaf, Value::Secret(_)));
    found
}
