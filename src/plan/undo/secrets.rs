//! Secrets as they were: nobody has their old texts, but what a manifest names as the source may
//! still give the same one.

use super::Was;
use crate::base::{Address, FieldPath, Hidden, SecretSource, Value};

/// What was found of a value that may hold secrets.
pub(super) enum Found {
    /// The value, its secrets with the sources that give them.
    Value(Value),
    /// Why it cannot be had.
    Lost(&'static str),
}

/// Whether a secret stands anywhere inside.
pub(super) fn holds_secret(value: &Value) -> bool {
    let mut found = false;
    value.leaves(&mut |_, leaf| found |= matches!(leaf, Value::Secret(_)));
    found
}

impl Was<'_> {
    /// `value`, which was at `path` of the object, with the sources of its secrets.
    pub(super) fn revealed(&self, address: &Address, path: &FieldPath, value: &Value) -> Found {
        let open = value
            .clone()
            .try_map_leaves(path, &mut |at, leaf| match leaf {
                Value::Secret(hidden) => self.source(address, at, &hidden).map(Value::Secret),
                open => Ok(open),
            });
        match open {
            Ok(value) => Found::Value(value),
            Err(why) => Found::Lost(why),
        }
    }

    /// The source that gives the text of that fingerprint: the one that the manifests name now, or
    /// the one that it had.
    fn source(
        &self,
        address: &Address,
        path: &FieldPath,
        hidden: &Hidden,
    ) -> Result<Hidden, &'static str> {
        let declared = self.documents.get(address).map(|document| &document.body);
        let image = self.images.objects.get(address);
        let written = image.and_then(|image| Some(&image.entry.as_ref()?.written));
        let named = declared.into_iter().chain(written);
        let named = named.filter_map(|body| match body.at(path)? {
            Value::Secret(hidden) => hidden.source.as_ref(),
            _ => None,
        });
        let sources: Vec<&SecretSource> = hidden.source.iter().chain(named).collect();
        if sources.is_empty() {
            return Err("nobody knows its old text, nor where it came from");
        }
        let Some(key) = self.given.key else {
            return Err("secrets are not recognised without the identity");
        };
        let gives = |source: &&&SecretSource| match source {
            // What another object tells is asked of it.
            SecretSource::Output(..) => true,
            source => {
                let text = self.given.facts.secret(source);
                let print = text.map(|text| key.fingerprint(address, path, &text));
                print.is_some() && print == hidden.fingerprint
            }
        };
        match sources.iter().find(gives) {
            Some(source) => Ok(Hidden {
                source: Some((*source).clone()),
                ..Hidden::default()
            }),
            None => Err("its source is not set, or gives another text than it had"),
        }
    }
}
