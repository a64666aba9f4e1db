//! What became of a creation that was begun in a run that died, of every kind but tenants: found
//! by the id that was chosen for it, else by its key. Reads only.
//!
//! The plan had seen no object with this key, so one that is there now and is as it was sent is
//! ours; anything else is for a person to judge.

use super::compare::differing;
use super::finding::OPEN;
use super::ledger::OpenIntent;
use super::lookup::like;
use super::write::as_created;
use crate::base::{Code, Diagnostic, FingerprintKey, Value};
use crate::kind::secrets::concealed;
use crate::kind::{Descriptor, Key, Live, Quirk, Reader, RemoteError, Shape};
use crate::plan::records::{self, Ownership};
use crate::plan::resolve::key_of;
use crate::plan::shape;
use crate::state::Entry;

/// A creation of an earlier run is settled.
pub const SETTLED: Code = Code("E0717");

/// How often an object is looked for before it is taken for not there: half an answer may be sound
/// JSON, and a list without pages says no total.
pub(super) const LOOKS: usize = 3;

/// What became of a creation.
#[derive(Debug, Clone, PartialEq)]
pub enum Became {
    /// It was done, and this is what the state holds of it.
    Made(Box<Entry>),
    /// It was not done.
    NotMade,
    /// It cannot be told, and why.
    Unclear(String),
}

/// Finds out what became of the creation of an object of `kind`.
///
/// # Errors
/// The server cannot be asked.
pub async fn became(
    reader: &dyn Reader,
    kind: &'static Descriptor,
    open: &OpenIntent,
    key: Option<&FingerprintKey>,
) -> Result<Became, RemoteError> {
    let written = as_created(kind, &open.intent.entry.written);
    let sought = Sought {
        id: open.intent.id.as_deref(),
        sent: &open.intent.entry.written,
        others: &open.known_ids,
    };
    let Some(found) = found(reader, kind, &sought).await? else {
        let why = "nothing tells its objects apart".to_owned();
        return Ok(Became::Unclear(why));
    };
    let shape = shape::Shape::of(kind);
    Ok(match found.as_slice() {
        [] => Became::NotMade,
        [live] => {
            let paths = differing(&shape, kind, &written, &live.value);
            match paths.first() {
                None => Became::Made(Box::new(entry(kind, open, &written, live, key))),
                Some(path) => Became::Unclear(format!(
                    "there is one ({}), and its `{path}` is not as it was sent",
                    live.id
                )),
            }
        }
        more => {
            let ids: Vec<_> = more.iter().map(|live| live.id.as_str()).collect();
            Became::Unclear(format!("there are several: {}", ids.join(", ")))
        }
    })
}

/// What tells an object whose creation was sent.
pub(super) struct Sought<'a> {
    /// The id, where it was chosen or is the key.
    pub(super) id: Option<&'a str>,
    /// What was sent.
    pub(super) sent: &'a Value,
    /// Ids of others with the same key: the old object of a replacement.
    pub(super) others: &'a [String],
}

/// The live objects that may be it; none if nothing tells. What was read before is not believed: it
/// cannot hold what the call made.
pub(super) async fn found(
    reader: &dyn Reader,
    kind: &'static Descriptor,
    sought: &Sought<'_>,
) -> Result<Option<Vec<Live>>, RemoteError> {
    reader.forget();
    let is_known = kind.is(Quirk::ChosenId) || kind.route.shape != Shape::Collection;
    if let (Some(id), true) = (sought.id, is_known) {
        let read = reader.get(kind, id, sought.sent).await?;
        return Ok(Some(read.into_iter().collect()));
    }
    if kind.key == Key::Single {
        return Ok(Some(reader.list(kind, &[]).await?));
    }
    let Some(key) = key_of(kind, sought.sent) else {
        return Ok(None);
    };
    let key = key
        .into_iter()
        .map(|(field, value)| (field.to_owned(), value));
    let (shape, key) = (shape::Shape::of(kind), Value::Map(key.collect()));
    let mut found = Vec::new();
    for _ in 0..LOOKS {
        found = like(reader, kind, &shape, &key).await?;
        found.retain(|live| !sought.others.contains(&live.id));
        if !found.is_empty() {
            break;
        }
        reader.forget();
    }
    Ok(Some(found))
}

fn entry(
    kind: &'static Descriptor,
    open: &OpenIntent,
    written: &Value,
    live: &Live,
    key: Option<&FingerprintKey>,
) -> Entry {
    let Entry {
        home,
        depends_on,
        labels,
        protect,
        retain,
        owned,
        edges,
        ..
    } = &*open.intent.entry;
    let ownership = Ownership {
        home: home.as_ref(),
        depends_on,
        labels,
        protect: *protect,
        retain: *retain,
        owned: *owned,
        edges: &std::collections::BTreeMap::new(),
    };
    let shown = concealed(kind, &open.intent.address, &live.value, &[written], key);
    let mut entry = records::entry(kind, &live.id, written, &shown, &ownership);
    entry.edges = edges.clone();
    entry
}

/// What `plan` and `drift` tell of it.
pub fn told(open: &OpenIntent, became: &Became) -> Diagnostic {
    let (address, at) = (&open.intent.address, open.at);
    let warning = |message: String| Diagnostic::warning(SETTLED, message).about(address);
    match became {
        Became::Made(entry) => warning(format!(
            "`{address}` was created ({}) by a run that ended before it was told: apply keeps it",
            entry.id
        )),
        Became::NotMade => warning(format!(
            "the creation of `{address}` was begun at {at:.0} and was not done: apply begins anew"
        )),
        Became::Unclear(why) => unclear(open, why),
    }
}

/// The same of a replacement whose old object is still to be deleted.
pub(super) fn told_replaced(open: &OpenIntent, old: &str) -> Diagnostic {
    let address = &open.intent.address;
    let message = format!(
        "`{address}` was replaced, and the old one ({old}) may still be there: apply deletes it"
    );
    Diagnostic::warning(SETTLED, message).about(address)
}

/// The error that apply stops with.
pub(super) fn unclear(open: &OpenIntent, why: &str) -> Diagnostic {
    let (address, at) = (&open.intent.address, open.at);
    let message = format!(
        "the creation of `{address}` was begun at {at:.0}, and nobody knows what came of it: {why}"
    );
    let over = format!("--override intent={address}");
    Diagnostic::error(OPEN, message).about(address).hint(format!(
        "look at it; then apply with {over}, and `lifecycle: {{adopt: true}}` if it is to be ours"
    ))
}
