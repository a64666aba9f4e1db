//! Old ids → references: what an object that is made anew is called by others is known after apply.

use std::collections::{BTreeMap, BTreeSet};

use super::Given;
use super::image::{Image, Images};
use crate::base::{Address, FieldPath, Part, Unknown, Value};

/// Shorter ids than this are not looked for inside of texts.
const TELLING: usize = 10;

/// The ids that objects had, by address.
pub(super) struct Symbols {
    ids: BTreeMap<Address, String>,
    /// Those that have another id now, or will have.
    renewed: BTreeSet<Address>,
}

impl Symbols {
    /// Those of everything that will have a document.
    pub(super) fn of(images: &Images, given: Given<'_>) -> Self {
        let mut ids = BTreeMap::new();
        let declared: BTreeSet<_> = given.documents.iter().map(|d| &d.address).collect();
        let snapshot = &given.snapshot.resources;
        for (address, entry) in snapshot {
            if declared.contains(address) && !images.objects.contains_key(address) {
                ids.insert(address.clone(), entry.id.clone());
            }
        }
        let mut renewed = BTreeSet::new();
        for (address, image) in &images.objects {
            if let (true, Some(entry)) = (image.existed, &image.entry) {
                ids.insert(address.clone(), entry.id.clone());
            }
            if has_other_id(address, image, given) {
                renewed.insert(address.clone());
            }
        }
        Self { ids, renewed }
    }

    /// `value` with the ids of what it depended on as references.
    pub(super) fn put_in(&self, value: Value, depends_on: Option<&BTreeSet<Address>>) -> Value {
        let nothing = BTreeSet::new();
        let depends_on = depends_on.unwrap_or(&nothing);
        let put = value.try_map_leaves(&FieldPath::root(), &mut |_, leaf| {
            Ok::<_, std::convert::Infallible>(match &leaf {
                Value::Text(text) => self.reference(text, depends_on).unwrap_or(leaf),
                _ => leaf,
            })
        });
        let Ok(put) = put;
        put
    }

    /// The reference that a text is, or is made from.
    fn reference(&self, text: &str, depends_on: &BTreeSet<Address>) -> Option<Value> {
        let mut known = depends_on
            .iter()
            .filter_map(|at| Some((at, self.ids.get(at)?)));
        if let Some((address, _)) = known.clone().find(|(_, id)| *id == text) {
            return Some(Value::Unknown(Unknown::output(address.clone(), "id")));
        }
        let (address, id) = known.find(|(address, id)| {
            self.renewed.contains(*address) && id.len() >= TELLING && text.contains(id.as_str())
        })?;
        let mut parts = Vec::new();
        for (n, piece) in text.split(id.as_str()).enumerate() {
            if n > 0 {
                let field = "id".to_owned();
                let address = address.clone();
                parts.push(Part::Output { address, field });
            }
            if !piece.is_empty() {
                parts.push(Part::Text(piece.to_owned()));
            }
        }
        Some(Value::Unknown(Unknown { parts }))
    }
}

/// Whether the object has another id now, or will have.
fn has_other_id(address: &Address, image: &Image, given: Given<'_>) -> bool {
    let now = given.snapshot.resources.get(image.called(address));
    let old = image.entry.as_ref().map(|entry| &entry.id);
    image.existed && now.map(|now| &now.id) != old
}
