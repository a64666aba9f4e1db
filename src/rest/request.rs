//! Requests, written without sending them: a kind and a call → method, path, query and body.
//!
//! Pure. What the answer means is [`dialect`](super::Dialect)'s business.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use serde_json::{Value as Json, json};

use super::wire::{to_create, to_update, to_wire};
use crate::base::{FieldPath, Secret, Value};
use crate::http::Repeat;
use crate::kind::{
    Attach, Body, Call, Descriptor, EdgeBody, EdgeKey, Endpoint, Method, Own, Path, Policy,
    Segment, Shape,
};

/// A request before it has an origin, a token and a connection.
#[derive(Clone, PartialEq)]
pub struct Draft {
    /// The method.
    pub method: Method,
    /// The path, encoded, below the target's base.
    pub path: String,
    /// The query, encoded, without its question mark; may be empty.
    pub query: String,
    /// The body. May hold secrets.
    pub body: Option<Json>,
    /// Whether it may be sent twice.
    pub repeat: Repeat,
    /// The header that makes it safe to repeat, and the key in it.
    pub key: Option<(&'static str, String)>,
}

/// A path that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unwritable {
    /// The object lacks a field that the path needs.
    #[error("`{0}` is needed for the path of the request, and is not known")]
    Missing(String),
    /// An id that no URL can hold.
    #[error("`{0}` cannot stand in a URL: it would lead to another object")]
    Misleading(String),
    /// The kind declares no such call.
    #[error("objects of this kind cannot be {0}")]
    NotOffered(&'static str),
}

impl fmt::Debug for Draft {
    /// Without the body, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.as_str(), self.path)?;
        match self.query.as_str() {
            "" => Ok(()),
            query => write!(f, "?{query}"),
        }
    }
}

impl Draft {
    /// A read.
    pub fn get(path: String, query: &str) -> Self {
        Self {
            method: Method::Get,
            path,
            query: query.to_owned(),
            body: None,
            repeat: Repeat::Always,
            key: None,
        }
    }

    fn write(method: Method, path: String, body: Option<Json>) -> Self {
        Self {
            method,
            path,
            query: String::new(),
            body,
            repeat: Repeat::Always,
            key: None,
        }
    }

    fn once(self) -> Self {
        Self {
            repeat: Repeat::IfUnsent,
            ..self
        }
    }
}

/// What a path's segments stand for.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// The object's id, or an edge's owner's.
    pub own: &'a str,
    /// The object, for its path fields.
    pub object: &'a Value,
    /// An edge's key.
    pub key: &'a [String],
}

impl<'a> Names<'a> {
    /// An id alone.
    pub const fn of(own: &'a str) -> Self {
        Self {
            own,
            object: &Value::Null,
            key: &[],
        }
    }
}

/// Writes a declared path down.
///
/// # Errors
/// A word that is missing, or that a URL cannot hold.
pub fn path(path: Path, names: Names<'_>) -> Result<String, Unwritable> {
    let mut out = String::new();
    for segment in path {
        match *segment {
            Segment::Text(text) => out.push_str(text),
            Segment::Own => push(&mut out, names.own, "id")?,
            Segment::Own2F => push(&mut out, &names.own.replace('/', "%2F"), "id")?,
            Segment::Field(field) => push(&mut out, &text_of(names.object, field)?, field)?,
            Segment::Item(n) => push(&mut out, word(names.key, n)?, "key")?,
            Segment::Item2F(n) => {
                push(&mut out, &word(names.key, n)?.replace('/', "%2F"), "key")?;
            }
        }
    }
    Ok(out)
}

/// Appends `word` as one segment: an empty one would mean the whole collection, and dots alone
/// are collapsed by every URL library (reference/dcos-iam.md, "Identifiers").
fn push(out: &mut String, word: &str, name: &str) -> Result<(), Unwritable> {
    match word {
        "" => return Err(Unwritable::Missing(name.to_owned())),
        "." | ".." => return Err(Unwritable::Misleading(word.to_owned())),
        _ => {}
    }
    for byte in word.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:@*!$&'()+,;=".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _infallible = write!(out, "%{byte:02X}");
        }
    }
    Ok(())
}

fn text_of(object: &Value, field: &str) -> Result<String, Unwritable> {
    match object.at(&FieldPath::dotted(field)) {
        Some(Value::Text(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        _ => Err(Unwritable::Missing(field.to_owned())),
    }
}

fn word(key: &[String], n: usize) -> Result<&str, Unwritable> {
    key.get(n)
        .map(String::as_str)
        .ok_or_else(|| Unwritable::Missing(format!("word {n} of the relation")))
}

fn call_path(endpoint: Endpoint, call: &Call<'_>) -> Result<String, Unwritable> {
    path(
        endpoint.path,
        Names {
            own: call.id,
            object: call.object.value(),
            key: &[],
        },
    )
}

/// The create call. It is sent again only if it never arrived: also under a key of ours, where a
/// second one would be told of a conflict with the first.
///
/// # Errors
/// No such call, or a path that cannot be written.
pub fn create(call: &Call<'_>) -> Result<Draft, Unwritable> {
    let endpoint = call.kind.route.create;
    let endpoint = endpoint.ok_or(Unwritable::NotOffered("created"))?;
    let body = enclosed(call.kind, to_create(call.kind, call.object.value()));
    let path = call_path(endpoint, call)?;
    Ok(Draft::write(endpoint.method, path, Some(body)).once())
}

/// The update call; none if no field is left for it.
///
/// # Errors
/// No such call, or a path that cannot be written.
pub fn update(call: &Call<'_>) -> Result<Option<Draft>, Unwritable> {
    let body = to_update(call.kind, call.object.value(), call.fields);
    if body.as_object().is_some_and(serde_json::Map::is_empty) {
        return Ok(None);
    }
    let endpoint = call.kind.route.update;
    let endpoint = endpoint.ok_or(Unwritable::NotOffered("changed"))?;
    let path = call_path(endpoint, call)?;
    let body = enclosed(call.kind, body);
    Ok(Some(Draft::write(endpoint.method, path, Some(body))))
}

/// Whether there is an update call for those of `fields` that have no route of their own; what is
/// not known yet counts as something.
pub fn sends_update(kind: &Descriptor, object: &Value, fields: &[String]) -> bool {
    let body = to_update(kind, object, fields);
    body.as_object().is_some_and(|body| !body.is_empty())
}

/// The update call with nothing in it.
///
/// # Errors
/// No such call, or a path that cannot be written.
pub fn emptied(call: &Call<'_>) -> Result<Draft, Unwritable> {
    let endpoint = call.kind.route.update;
    let endpoint = endpoint.ok_or(Unwritable::NotOffered("emptied"))?;
    let path = call_path(endpoint, call)?;
    Ok(Draft::write(endpoint.method, path, Some(json!({}))))
}

/// The fields as the body has them.
fn enclosed(kind: &Descriptor, mut fields: Json) -> Json {
    match kind.route.body {
        Body::Fields => fields,
        Body::Of(field) => fields.get_mut(field).map_or(json!({}), Json::take),
        Body::OneOfMany(member) => json!({ member: [fields] }),
    }
}

/// The call that sets a field of its own, under that key where it takes one.
///
/// # Errors
/// A path that cannot be written.
pub fn set_own(own: &Own, call: &Call<'_>, key: Option<&str>) -> Result<Draft, Unwritable> {
    let value = call.object.value().get(own.field).unwrap_or(&Value::Null);
    let at = FieldPath::field(own.field);
    let sent = to_wire(call.kind, &at, value);
    let body = if own.wrapped {
        json!({ own.field: sent })
    } else {
        sent.unwrap_or_default()
    };
    let path = call_path(own.endpoint, call)?;
    let header = call.kind.policies(&at).find_map(|policy| match policy {
        Policy::Once { header, .. } => Some(header),
        _ => None,
    });
    Ok(Draft {
        key: header.zip(key.map(str::to_owned)),
        ..Draft::write(own.endpoint.method, path, Some(body))
    })
}

/// The call that sets a field of several objects.
///
/// # Errors
/// No objects, a field whose call takes one at a time, or a path that cannot be written.
pub fn set_listed(own: &Own, calls: &[Call<'_>]) -> Result<Draft, Unwritable> {
    let at = FieldPath::field(own.field);
    let first = calls
        .first()
        .ok_or(Unwritable::NotOffered("set together"))?;
    let listed = first.kind.policies(&at).find_map(|policy| match policy {
        Policy::Listed { member, by } => Some((member, by)),
        _ => None,
    });
    let (member, by) = listed.ok_or(Unwritable::NotOffered("set together"))?;
    let items = calls.iter().map(|call| {
        let value = call.object.value().get(own.field).unwrap_or(&Value::Null);
        let name = text_of(call.object.value(), by)?;
        Ok(json!({ by: name, own.field: to_wire(call.kind, &at, value) }))
    });
    let items: Vec<Json> = items.collect::<Result<_, _>>()?;
    let path = call_path(own.endpoint, first)?;
    let body = json!({ member: items });
    Ok(Draft::write(own.endpoint.method, path, Some(body)))
}

/// The delete call.
///
/// # Errors
/// No such call, or a path that cannot be written.
pub fn delete(call: &Call<'_>) -> Result<Draft, Unwritable> {
    let endpoint = call.kind.route.delete;
    let endpoint = endpoint.ok_or(Unwritable::NotOffered("deleted"))?;
    Ok(Draft::write(
        endpoint.method,
        call_path(endpoint, call)?,
        None,
    ))
}

/// A call that tries something out: all fields of `body`, secrets included.
pub fn trial(method: Method, path: String, body: &Value) -> Draft {
    Draft::write(method, path, Some(plain(body)))
}

/// A value as it is, without a kind's policies.
fn plain(value: &Value) -> Json {
    match value {
        Value::Secret(hidden) => json!(hidden.text.as_ref().map(Secret::expose)),
        Value::Map(map) => Json::Object(
            map.iter()
                .map(|(key, value)| (key.clone(), plain(value)))
                .collect(),
        ),
        Value::List(items) => items.iter().map(plain).collect(),
        leaf => leaf.to_tagged(),
    }
}

/// One edge, added or taken away. Both may be sent twice: the second is told that it is so.
///
/// # Errors
/// A path that cannot be written.
pub fn edge(attach: &Attach, owner: &str, key: &EdgeKey) -> Result<Draft, Unwritable> {
    edge_of(attach, owner, key, &Value::Null)
}

/// The same of an edge that stands in a list as `item`.
///
/// # Errors
/// A path that cannot be written.
pub fn edge_of(
    attach: &Attach,
    owner: &str,
    key: &EdgeKey,
    item: &Value,
) -> Result<Draft, Unwritable> {
    let names = Names {
        own: owner,
        object: item,
        key,
    };
    let path = path(attach.endpoint.path, names)?;
    let write = |body| Draft::write(attach.endpoint.method, path, body);
    Ok(match attach.body {
        EdgeBody::One(member) => write(Some(json!({ member: key.last() }))),
        EdgeBody::Both(first, last) => {
            write(Some(json!({ first: key.first(), last: key.last() }))).once()
        }
        _ => write(None),
    })
}

/// Several edges in one call, all of one [batch](batches). Some servers refuse the whole call if
/// one is there already, so it is not sent twice (reference/logto-management.md 1.6).
///
/// # Errors
/// A path that cannot be written.
pub fn edges(attach: &Attach, owner: &str, keys: &[EdgeKey]) -> Result<Draft, Unwritable> {
    let nothing = EdgeKey::default();
    let names = Names {
        key: keys.first().unwrap_or(&nothing),
        ..Names::of(owner)
    };
    let path = path(attach.endpoint.path, names)?;
    let firsts: BTreeSet<_> = keys.iter().filter_map(|key| key.first()).collect();
    let lasts: BTreeSet<_> = keys.iter().filter_map(|key| key.last()).collect();
    let body = match attach.body {
        EdgeBody::Many(member) => Some(json!({ member: lasts })),
        EdgeBody::Product(first, last) => Some(json!({ first: firsts, last: lasts })),
        EdgeBody::Empty | EdgeBody::One(_) | EdgeBody::Both(..) => None,
    };
    Ok(Draft::write(attach.endpoint.method, path, body).once())
}

/// `keys` in as few calls as can say them: by path, or by what each first word has.
pub fn batches(attach: &Attach, keys: &[EdgeKey]) -> Vec<Vec<EdgeKey>> {
    let keys: BTreeSet<&EdgeKey> = keys.iter().collect();
    let mut lasts: BTreeMap<Option<&String>, Vec<&String>> = BTreeMap::new();
    for key in &keys {
        lasts.entry(key.first()).or_default().extend(key.last());
    }
    let named = |n: usize| attach.endpoint.path.contains(&Segment::Item(n));
    let product = matches!(attach.body, EdgeBody::Product(..));
    let shared = |key: &EdgeKey| -> Vec<String> {
        let of_product = lasts.get(&key.first()).filter(|_| product);
        let words = key.iter().enumerate();
        let of_path = words
            .filter(|(n, _)| !product && named(*n))
            .map(|(_, word)| word);
        let words = of_product.into_iter().flatten().copied();
        words.chain(of_path).cloned().collect()
    };
    let mut by: BTreeMap<Vec<String>, Vec<EdgeKey>> = BTreeMap::new();
    for key in &keys {
        by.entry(shared(key)).or_default().push((*key).clone());
    }
    by.into_values().collect()
}

/// Queries, joined.
pub fn and(left: &str, right: &str) -> String {
    match (left, right) {
        ("", one) | (one, "") => one.to_owned(),
        _ => format!("{left}&{right}"),
    }
}

/// Whether the id of a created object is ours to choose.
pub fn is_keyed(kind: &Descriptor) -> bool {
    kind.route.shape == Shape::Keyed
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
