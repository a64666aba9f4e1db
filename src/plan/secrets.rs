//! Takes the fingerprints of desired secrets, so that they can be compared without their texts.

use std::collections::{BTreeMap, BTreeSet};

use super::input::Input;
use super::targets::Targets;
use crate::base::{Address, FieldPath, Secret, SecretSource, Value};
use crate::kind::descriptor::OutputFrom;
use crate::kind::{Descriptor, Live, Policy};

/// The texts of outputs that other objects' fields are made from, by object and output.
pub(super) type OutputTexts = BTreeMap<(Address, String), Secret>;

/// The secret outputs that a body refers to.
pub(super) fn outputs(body: &Value) -> Vec<(Address, String)> {
    let mut found = Vec::new();
    body.leaves(&mut |_, leaf| {
        if let Value::Secret(hidden) = leaf
            && let Some(SecretSource::Output(address, output)) = &hidden.source
        {
            found.push((address.clone(), output.clone()));
        }
    });
    found
}

/// Reads one secret output of a live object: stored ones from the credentials, others from the
/// server.
pub(super) async fn output(
    input: &Input<'_>,
    targets: &Targets,
    address: &Address,
    home: Option<&Address>,
    kind: &'static Descriptor,
    live: Option<&Live>,
    name: &str,
) -> Option<Secret> {
    let kept = match kind.output(name).map(|output| output.from) {
        Some(OutputFrom::Stored(beside)) => address.sibling(beside, address.name()),
        _ => address.clone(),
    };
    if let Some(stored) = input.facts.shown(&kept).remove(name) {
        return Some(stored);
    }
    let reader = targets.all.get(home?)?.reader.clone()?;
    reader.secret(kind, &live?.id, name).await.ok().flatten()
}

/// The secrets of a body that its server would refuse because they are too short, as far as their
/// texts can be had now.
pub(super) fn too_short(
    input: &Input<'_>,
    kind: &Descriptor,
    body: &Value,
) -> Vec<(FieldPath, usize)> {
    let mut short = Vec::new();
    body.leaves(&mut |path, leaf| {
        let least = kind.policies(path).find_map(|policy| match policy {
            Policy::AtLeast(least) => Some(least),
            _ => None,
        });
        if let (Some(least), Value::Secret(hidden)) = (least, leaf) {
            let source = hidden.source.as_ref();
            let text = source.and_then(|source| input.facts.secret(source));
            if text.is_some_and(|text| text.length() < least) {
                short.push((path.clone(), least));
            }
        }
    });
    short
}

/// `body` with the fingerprints of its secrets, and without their texts. Sources that are not
/// set are noted.
pub(super) fn fingerprinted(
    input: &Input<'_>,
    address: &Address,
    body: Value,
    outputs: &OutputTexts,
    unset: &mut BTreeSet<SecretSource>,
) -> Value {
    let filled = body.try_map_leaves(&FieldPath::root(), &mut |path, leaf| {
        let Value::Secret(mut hidden) = leaf else {
            return Ok(leaf);
        };
        let text = match &hidden.source {
            Some(SecretSource::Output(object, name)) => {
                outputs.get(&(object.clone(), name.clone())).cloned()
            }
            Some(source) => {
                let text = input.facts.secret(source);
                if text.is_none() {
                    unset.insert(source.clone());
                }
                text
            }
            None => hidden.text.take(),
        };
        hidden.text = None;
        hidden.fingerprint = match (input.key, text) {
            (Some(key), Some(text)) => Some(key.fingerprint(address, path, &text)),
            // Of a secret that is as it was, that is all that is known.
            _ if hidden.source.is_none() => hidden.fingerprint,
            _ => None,
        };
        Ok::<_, std::convert::Infallible>(Value::Secret(hidden))
    });
    let Ok(filled) = filled;
    filled
}
