//! Answers as live objects: the id found, our names put back, secrets taken out of sight.

use std::sync::Arc;

use serde_json::Value as Json;

use super::wire::rename;
use crate::base::{FieldPath, Hidden, Secret, Value, path};
use crate::kind::descriptor::{Output, OutputFrom};
use crate::kind::secrets::Places;
use crate::kind::{Descriptor, ListFrom, Live, Path, Policy, route};

/// How answers of a kind are read.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    kind: &'static Descriptor,
    /// Members that hold secrets.
    secrets: Vec<FieldPath>,
    /// Where the kind's schema says that secrets stand.
    places: Arc<Places>,
}

impl Shape {
    /// The shape of `kind`, one of `kinds`: what any of these declares as a secret output in this
    /// kind's list is a secret of this kind.
    pub(super) fn of(kind: &'static Descriptor, kinds: &'static [Descriptor]) -> Self {
        let mut secrets: Vec<_> = (kind.fields.iter())
            .filter(|field| matches!(field.policy, Policy::WriteOnly | Policy::CreateOnly))
            .map(|field| FieldPath::dotted(field.path))
            .collect();
        let shown = kind.shown_once.iter();
        secrets.extend(
            shown
                .filter(|(name, _)| kind.output(name).is_some_and(is_secret_setting))
                .map(|(_, member)| FieldPath::dotted(member)),
        );
        secrets.extend(kind.outputs.iter().filter_map(|output| match output.from {
            OutputFrom::Secret(field) => Some(FieldPath::dotted(field)),
            _ => None,
        }));
        let listed = list_path(kind);
        for output in kinds.iter().flat_map(|kind| kind.outputs) {
            if let OutputFrom::SecretIn { path, value, .. } = output.from
                && Some(path) == listed
            {
                secrets.push(FieldPath::field(value));
            }
        }
        Self {
            kind,
            secrets,
            places: Places::of(kind),
        }
    }

    /// The live object in an item of the kind's list.
    pub(super) fn listed(&self, item: &Json, parent: Option<(&str, &str)>) -> Option<Live> {
        let Some(envelope) = self.kind.route.envelope else {
            return self.live(item, parent);
        };
        let key = text_at(item, envelope.key)?;
        let spelled = envelope.spelled.iter().find(|(listed, _)| *listed == key);
        let id = spelled.map_or(key, |(_, in_path)| in_path);
        self.keyed(item.get(envelope.value)?, id, parent)
    }

    /// The live object in an answer of the path of `id`, which may not say whose it is.
    pub(super) fn keyed(
        &self,
        json: &Json,
        id: &str,
        parent: Option<(&str, &str)>,
    ) -> Option<Live> {
        let keyed = self.kind.route.shape == route::Shape::Keyed;
        let mut json = json.clone();
        if let Json::Object(map) = &mut json
            && keyed
        {
            let own = self.kind.route.id.to_owned();
            map.entry(own).or_insert_with(|| id.into());
        }
        self.live(&json, parent)
    }

    /// The live object in `json`, in the parent that is given as field and id.
    pub(super) fn live(&self, json: &Json, parent: Option<(&str, &str)>) -> Option<Live> {
        let id = self.id(json)?;
        let mut value = Value::from(json.clone());
        rename(self.kind, &mut value);
        if let (Some((field, parent)), Value::Map(map)) = (parent, &mut value) {
            map.insert(field.to_owned(), Value::text(parent));
        }
        for secret in &self.secrets {
            hide(&mut value, secret.segments());
        }
        self.places.hide(&mut value);
        Some(Live { id, value })
    }

    fn id(&self, json: &Json) -> Option<String> {
        match json.get(self.kind.route.id) {
            Some(Json::String(id)) => Some(id.clone()),
            Some(Json::Number(id)) => Some(id.to_string()),
            // A singleton is found without an id.
            _ if self.kind.route.list.is_none() && json.is_object() => {
                Some(self.kind.name.to_owned())
            }
            _ => None,
        }
    }
}

fn is_secret_setting(output: &Output) -> bool {
    matches!(output.from, OutputFrom::Setting { secret: true })
}

fn list_path(kind: &Descriptor) -> Option<Path> {
    match kind.route.list?.from {
        ListFrom::All(path) | ListFrom::Outline(path) | ListFrom::Parent { path, .. } => Some(path),
        ListFrom::Embedded { .. } | ListFrom::Index(_) => None,
    }
}

fn hide(value: &mut Value, at: &[path::Segment]) {
    match (at, value) {
        ([], text @ Value::Text(_)) => {
            let shown = text.as_text().map(Secret::new);
            *text = Value::Secret(Hidden {
                text: shown,
                ..Hidden::default()
            });
        }
        ([path::Segment::Key(key), rest @ ..], Value::Map(map)) => {
            if let Some(inner) = map.get_mut(key) {
                hide(inner, rest);
            }
        }
        _ => {}
    }
}

/// The texts at a dotted member of an item, lists on the way gone through; an empty path is the
/// item itself. None if a member is missing.
pub(super) fn texts_at<'a>(item: &'a Json, dotted: &str) -> Option<Vec<&'a str>> {
    if let Json::Array(items) = item {
        let texts = items.iter().map(|item| texts_at(item, dotted));
        let texts: Option<Vec<_>> = texts.collect();
        return texts.map(|texts| texts.concat());
    }
    if dotted.is_empty() {
        return item.as_str().map(|text| vec![text]);
    }
    let (first, rest) = dotted.split_once('.').unwrap_or((dotted, ""));
    texts_at(item.get(first)?, rest)
}

/// The text at a dotted member of an item.
pub(super) fn text_at<'a>(item: &'a Json, dotted: &str) -> Option<&'a str> {
    dotted
        .split('.')
        .try_fold(item, |item, key| item.get(key))?
        .as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_are_found_through_lists_and_in_the_item_itself() {
        let item = json!({"id": "r", "scopes": [{"id": "a"}, {"id": "b"}], "none": []});
        assert_eq!(texts_at(&item, "id"), Some(vec!["r"]));
        assert_eq!(texts_at(&item, "scopes.id"), Some(vec!["a", "b"]));
        assert_eq!(texts_at(&item, "none.id"), Some(vec![]));
        assert_eq!(texts_at(&json!("email"), ""), Some(vec!["email"]));
        assert_eq!(texts_at(&item, "other"), None);
        assert_eq!(texts_at(&item, "scopes.name"), None);
    }
}
