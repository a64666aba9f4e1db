//! What became of a call that was begun in a run that died, as far as the account's tenants tell.
//!
//! Pure: no I/O, no clock. What is then done is in [`resume`](mod@super::resume); what is told is in
//! [`finding`](super::finding).

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::ledger::{Journaled, OpenIntent};
use super::marker::{marked_name, marker_in};
use crate::base::{Address, Fingerprint, Value};
use crate::kind::Live;

/// A left-over older than this is not ours to delete.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What became of an intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The tenant is there and its credentials are stored: it gets its name.
    Finish {
        /// Its id.
        id: String,
    },
    /// The tenant is there, bears exactly our marker, and its credentials are lost.
    Orphan {
        /// Its id.
        id: String,
    },
    /// As an orphan, but something about it is not as we left it.
    Strange {
        /// Its id.
        id: String,
        /// What.
        why: &'static str,
    },
    /// Nothing bears the marker; it may still come.
    NotSeen,
    /// The tenant was there and is not any more.
    Vanished {
        /// The id it had.
        id: String,
    },
    /// The deletion was not done: the plan says what is to be done now.
    NotDeleted,
    /// The intent was written with another account's token.
    OtherAccount,
    /// It is about an object of a kind whose creations cannot be told apart yet.
    Unclear,
}

/// What is seen of the account that a tenant was to be made in.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Its tenants.
    pub tenants: &'a [Live],
    /// What tells whose token it is reached with.
    pub account: Option<Fingerprint>,
    /// The time.
    pub now: Timestamp,
}

/// Judges an open intent.
pub fn judge(open: &OpenIntent, seen: &Seen<'_>) -> Verdict {
    let intent = &open.intent;
    let is_tenant = intent.account.is_some();
    if !is_tenant {
        return Verdict::Unclear;
    }
    if intent.account != seen.account {
        return Verdict::OtherAccount;
    }
    let is_there = |id: &str| seen.tenants.iter().any(|live| live.id == id);
    match (&intent.call, &open.created, &intent.marker) {
        (Journaled::Delete, ..) => {
            let id = intent.id.clone().unwrap_or_default();
            if is_there(&id) {
                Verdict::NotDeleted
            } else {
                Verdict::Vanished { id }
            }
        }
        (Journaled::Create, Some(id), _) if is_there(id) => Verdict::Finish { id: id.clone() },
        (Journaled::Create, Some(id), _) => Verdict::Vanished { id: id.clone() },
        (Journaled::Create, None, Some(marker)) => judge_marked(open, marker, seen),
        (Journaled::Create, None, None) | (Journaled::Subscribe, ..) => Verdict::Unclear,
    }
}

fn judge_marked(open: &OpenIntent, marker: &str, seen: &Seen<'_>) -> Verdict {
    let bears = |live: &&Live| name_of(live).and_then(marker_in) == Some(marker);
    let Some(live) = seen.tenants.iter().find(bears) else {
        return Verdict::NotSeen;
    };
    let first_name = real_name(open).map(|name| marked_name(name, marker));
    let id = live.id.clone();
    if name_of(live) != first_name.as_deref() {
        let why = "its name was changed";
        return Verdict::Strange { id, why };
    }
    if is_young(live, Some(open.at), seen.now) {
        return Verdict::Orphan { id };
    }
    let why = "it is older than a day";
    Verdict::Strange { id, why }
}

/// Whether a tenant is at most a day old. The server need not say (`createdAt` is optional to a
/// reader, reference/logto-cloud.md); then it is as old as the intent.
pub(super) fn is_young(live: &Live, intended: Option<Timestamp>, now: Timestamp) -> bool {
    let created = live.value.get("createdAt").and_then(timestamp);
    created
        .or(intended)
        .is_some_and(|at| now.duration_since(at) <= DAY)
}

/// A time as a server writes it: milliseconds, or RFC 3339.
fn timestamp(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => Timestamp::from_millisecond(number.as_i64()?).ok(),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// The name that the tenant is to have in the end.
pub(super) fn real_name(open: &OpenIntent) -> Option<&str> {
    open.intent.entry.written.get("name")?.as_text()
}

/// A tenant's name.
pub(super) fn name_of(live: &Live) -> Option<&str> {
    live.value.get("name")?.as_text()
}

/// A tenant that bears a marker of ours although nothing waits for it: it came late.
#[derive(Debug, Clone, PartialEq)]
pub struct Late {
    /// The tenant.
    pub live: Live,
    /// What it was made for.
    pub address: Address,
}

/// The markers whose tenants may still come: of creations that were given up. An address with an
/// entry and one marker is accounted for.
pub fn restless(
    markers: &BTreeMap<String, Address>,
    is_owned: impl Fn(&Address) -> bool,
) -> BTreeMap<String, Address> {
    let used = |address: &Address| markers.values().filter(|other| *other == address).count();
    let markers = markers.iter();
    markers
        .filter(|(_, address)| used(address) > 1 || !is_owned(address))
        .map(|(marker, address)| (marker.clone(), address.clone()))
        .collect()
}

/// The tenants that came late: they bear one of the restless markers, nothing waits for them, and
/// they are none of ours.
pub fn late(
    restless: &BTreeMap<String, Address>,
    open: &[OpenIntent],
    owned_ids: &BTreeSet<String>,
    tenants: &[Live],
) -> Vec<Late> {
    let awaited: BTreeSet<_> = open
        .iter()
        .filter_map(|o| o.intent.marker.as_deref())
        .collect();
    let mut found = Vec::new();
    for live in tenants {
        let Some(marker) = name_of(live).and_then(marker_in) else {
            continue;
        };
        let Some(address) = restless.get(marker) else {
            continue;
        };
        if !awaited.contains(marker) && !owned_ids.contains(&live.id) {
            found.push(Late {
                live: live.clone(),
                address: address.clone(),
            });
        }
    }
    found
}
