//! Objects that are written inside their parent and are objects of their own all the same.
//!
//! A child's address is `TARGET/kind/PARENT.NAME`, to the letter, whatever its name holds. A child
//! is taken over where it is live already: listing is owning, as for relations.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::body::{Aside, Builder, Spot};
use super::header::Head;
use super::relations::{entry, unwrapped};
use super::{Document, Lifecycle, Origin};
use crate::base::tree::{Entry, Node};
use crate::base::{Address, At, FieldPath, Place, Unknown, Value};
use crate::kind::walk::{plain, schema_at};
use crate::kind::{Children, Descriptor};

/// A child as it is written.
pub(super) struct Child<'n> {
    pub(super) address: Address,
    /// Where its name stands.
    pub(super) at: At,
    name: &'n str,
    node: &'n Node,
}

/// The children that `head` writes in that field; those without a name are left out.
pub(super) fn written<'n>(head: &Head<'n>, children: &Children) -> Vec<Child<'n>> {
    let Some(entry) = head.spec.and_then(|spec| entry(spec, children.field)) else {
        return Vec::new();
    };
    let (list, _) = unwrapped(&entry.value);
    let of_list = list.items().iter().filter_map(|item| {
        let name = item.get(children.name_field).unwrap_or(item);
        Some((name.text()?, name.at, item))
    });
    let of_map = list.entries().iter();
    let of_map = of_map.map(|Entry { key, key_at, value }| (&**key, *key_at, value));
    let child = |(name, at, node)| Child {
        address: address(&head.address, children, name),
        at,
        name,
        node,
    };
    of_list.chain(of_map).map(child).collect()
}

fn address(parent: &Address, children: &Children, name: &str) -> Address {
    parent.sibling(children.kind, &format!("{}.{name}", parent.name()))
}

impl Builder<'_, '_> {
    /// The documents of the children in that field, and which of them stay if they alone may.
    pub(super) fn children(
        &mut self,
        head: &Head<'_>,
        children: &'static Children,
        schema: &Json,
        parent: &Document,
    ) -> (Vec<Document>, Option<BTreeSet<Address>>) {
        let Some(entry) = head.spec.and_then(|spec| entry(spec, children.field)) else {
            return (Vec::new(), None);
        };
        let (list, exactly) = unwrapped(&entry.value);
        self.asks(
            list.items().len() + list.entries().len(),
            exactly,
            children.field,
            entry.key_at,
        );
        let Some(kind) = self.index.catalog.named(head.kind.api, children.kind) else {
            return (Vec::new(), None);
        };
        let item = schema_at(schema, children.field).map(|list| {
            list.get("items")
                .or_else(|| list.get("additionalProperties"))
                .unwrap_or(&Json::Null)
        });
        let documents: Vec<_> = written(head, children)
            .iter()
            .map(|child| self.child(child, children, kind, item.unwrap_or(&Json::Null), parent))
            .collect();
        let stay = exactly.then(|| {
            documents
                .iter()
                .map(|child| child.address.clone())
                .collect()
        });
        (documents, stay)
    }

    fn child(
        &mut self,
        child: &Child<'_>,
        children: &Children,
        kind: &'static Descriptor,
        schema: &Json,
        parent: &Document,
    ) -> Document {
        let spot = Spot {
            path: FieldPath::root(),
            key: child.at,
            schema,
        };
        let outer = self.swap(Aside::default());
        let value = self.value(child.node, &spot);
        let Aside { fields, exact, .. } = self.swap(outer);
        let mut body = match value {
            Value::Map(body) => body,
            _ => BTreeMap::new(),
        };
        body.entry(children.name_field.to_owned())
            .or_insert_with(|| Value::text(child.name));
        let id = Unknown::output(parent.address.clone(), "id");
        body.insert(children.parent_field.to_owned(), Value::Unknown(id));
        let place = parent.origin.place.clone();
        Document {
            address: child.address.clone(),
            kind,
            home: parent.home.clone(),
            labels: parent.labels.clone(),
            lifecycle: lifecycle(&parent.lifecycle, children, child.name),
            body: Value::Map(body),
            exact,
            relations: BTreeMap::new(),
            exact_children: BTreeMap::new(),
            parent: Some(parent.address.clone()),
            origin: Origin {
                place: place.map(|place| Place {
                    at: child.at,
                    ..place
                }),
                fields,
            },
            root: parent.root.clone(),
            put_back: None,
        }
    }
}

/// A child goes and stays with its parent, and moves with it.
fn lifecycle(parent: &Lifecycle, children: &Children, name: &str) -> Lifecycle {
    let Lifecycle {
        protect: _,
        adopt: _,
        retain,
        ignore: _,
        moved_from,
    } = parent;
    Lifecycle {
        protect: false,
        adopt: true,
        retain: *retain,
        ignore: Vec::new(),
        moved_from: moved_from.as_ref().map(|old| address(old, children, name)),
    }
}

/// A child's spec as its kind's typed spec reads it.
pub(super) fn typed(child: &Child<'_>, children: &Children, schema: &Json, parent: &str) -> Json {
    let mut json = plain(child.node, schema);
    if !json.is_object() {
        json = Json::Object(serde_json::Map::new());
    }
    json[children.name_field] = child.name.into();
    json[children.parent_field] = parent.into();
    json
}
