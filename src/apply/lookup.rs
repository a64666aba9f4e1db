//! Live objects that no manifest declares, in targets that did not exist when the plan was made:
//! found by their key, once their target is there.
//!
//! In targets that exist the plan has found them already.

use std::collections::BTreeMap;

use super::compare::differing;
use super::context::Context;
use super::failure::call_failed;
use crate::base::{Address, FieldPath, Part, Unknown, Value};
use crate::kind::{Descriptor, ListFrom, Live, Policy, Reader, RemoteError, Wanted};
use crate::plan::shape::Shape;

impl Context {
    /// The id of the one live object of `kind` in the target of that name with these fields.
    pub(super) async fn looked_up(
        &self,
        target: &str,
        kind: &str,
        fields: &BTreeMap<String, Value>,
    ) -> Result<String, String> {
        let home = self.target_named(target).await?;
        let api = self.target(&home).await.map_err(|error| error.message)?.api;
        let kind = self
            .kind_of(api, kind)
            .ok_or_else(|| format!("`{kind}` is no kind there"))?;
        let about = home.clone();
        let known = self.resolve(&about, Value::Map(fields.clone()));
        let known = Box::pin(known).await.map_err(|error| error.message)?;
        let found = self.list_like(&home, kind, known.value()).await?;
        match found.as_slice() {
            [one] => Ok(one.id.clone()),
            [] => Err(format!("there is no such {} in `{home}`", kind.name)),
            more => Err(format!("{} {}s in `{home}` are so", more.len(), kind.name)),
        }
    }

    /// The live objects of `kind` that have these fields.
    pub(super) async fn list_like(
        &self,
        home: &Address,
        kind: &'static Descriptor,
        fields: &Value,
    ) -> Result<Vec<Live>, String> {
        let session = self.session(home).await.map_err(|error| error.message)?;
        let found = like(session.reader.as_ref(), kind, &self.shape(kind), fields).await;
        found.map_err(|error| call_failed("look into", home, &error).message)
    }

    /// The id of what every tenant has from the start.
    pub(super) async fn builtin(&self, target: &str, name: &str) -> Result<String, String> {
        let home = self.target_named(target).await?;
        let settings = self
            .target(&home)
            .await
            .map_err(|error| error.message)?
            .settings;
        let resource = settings
            .value()
            .get("resource")
            .cloned()
            .unwrap_or_default();
        // reference/logto-management.md, section 2.2: the scope `all` of the Management API's
        // resource, whose indicator is the tenant's own, and the role of that name.
        let (kind, fields) = match name {
            "management-api-all" => {
                let part = Part::Lookup {
                    target: target.to_owned(),
                    kind: "apiresource".to_owned(),
                    fields: [("indicator".to_owned(), resource)].into(),
                };
                let resource = Value::Unknown(Unknown { parts: vec![part] });
                let name = ("name".to_owned(), "all".into());
                ("scope", [("resource".to_owned(), resource), name].into())
            }
            "management-api-access" => {
                let name = "Logto Management API access".into();
                ("role", [("name".to_owned(), name)].into())
            }
            _ => return Err(format!("`{name}` is nothing that every tenant has")),
        };
        Box::pin(self.looked_up(target, kind, &fields)).await
    }

    /// The address of the tenant or cluster of that name.
    async fn target_named(&self, name: &str) -> Result<Address, String> {
        for kind in ["tenant", "cluster"] {
            let address = Address::top(kind, name);
            if self.target(&address).await.is_ok() {
                return Ok(address);
            }
        }
        Err(format!("there is no tenant or cluster `{name}`"))
    }
}

/// The live objects of `kind` that have these fields.
pub(super) async fn like(
    reader: &dyn Reader,
    kind: &'static Descriptor,
    shape: &Shape,
    fields: &Value,
) -> Result<Vec<Live>, RemoteError> {
    let text = |field: &str| {
        let value = fields.get(field).and_then(Value::as_text);
        value.map(str::to_owned)
    };
    let listed = match kind.route.list.map(|list| list.from) {
        Some(ListFrom::Parent { parent_field, .. } | ListFrom::Embedded { parent_field, .. })
            if text(parent_field).is_some() =>
        {
            let parents: Vec<_> = text(parent_field).into_iter().collect();
            reader.list_in(kind, &parents).await
        }
        _ => {
            let wanted = Wanted {
                id: None,
                key: texts(fields),
            };
            reader.list(kind, &[wanted]).await
        }
    };
    let listed = listed?.into_iter();
    Ok(listed
        .filter(|live| has_fields(kind, shape, &live.value, fields))
        .collect())
}

/// Whether `live` has all of `fields`, as its server spells them.
fn has_fields(kind: &'static Descriptor, shape: &Shape, live: &Value, fields: &Value) -> bool {
    let mut fields = fields.as_map().into_iter().flatten();
    fields.all(|(field, value)| match live.get(field) {
        Some(shown) if shown == value => true,
        // What is in the path is not compared, and must be the same to the letter.
        Some(_) if is_in_path(kind, field) => false,
        Some(_) => {
            let one = Value::Map([(field.clone(), value.clone())].into());
            differing(shape, kind, &one, live).is_empty()
        }
        None => false,
    })
}

/// The fields that are texts.
fn texts(fields: &Value) -> BTreeMap<String, String> {
    let all = fields.as_map().into_iter().flatten();
    all.filter_map(|(field, value)| Some((field.clone(), value.as_text()?.to_owned())))
        .collect()
}

fn is_in_path(kind: &Descriptor, field: &str) -> bool {
    kind.has(&FieldPath::field(field), |policy| {
        matches!(policy, Policy::InPath)
    })
}
