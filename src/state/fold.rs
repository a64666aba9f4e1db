//! What the journal's records mean for the state. Pure: no I/O, no clock.
//!
//! Folding twice is folding once: a snapshot knows the last record that is in it.

use std::collections::BTreeSet;

use super::{Act, CallKind, Effect, Entry, Event, Record, Snapshot};
use crate::base::Address;

/// Puts every record that is not in `snapshot` yet into it, in the order given.
pub fn fold<'a>(snapshot: &mut Snapshot, records: impl IntoIterator<Item = &'a Record>) {
    for record in records {
        fold_one(snapshot, record);
    }
}

/// Puts one record into `snapshot`, if it is not in it yet.
pub(super) fn fold_one(snapshot: &mut Snapshot, record: &Record) {
    if record.seq <= snapshot.folded {
        return;
    }
    snapshot.folded = record.seq;
    let Act { address, .. } = &record.act;
    match &record.event {
        Event::Intent(intent) => {
            if let Some(marker) = &intent.marker {
                snapshot.markers.insert(marker.clone(), address.clone());
            }
        }
        Event::Outcome(outcome) => {
            take_effect(snapshot, address, &outcome.effect, record.act.call);
        }
    }
}

fn take_effect(snapshot: &mut Snapshot, address: &Address, effect: &Effect, call: CallKind) {
    match effect {
        Effect::Owned { entry, moved_from } => {
            if let Some(from) = moved_from {
                if owned_id(snapshot, from) == Some(&entry.id) {
                    snapshot.resources.remove(from);
                }
                rename(snapshot, from, address);
            }
            let entry = Entry::clone(entry);
            snapshot.resources.insert(address.clone(), entry);
        }
        Effect::Gone { id } => {
            if owned_id(snapshot, address) == Some(id) {
                snapshot.resources.remove(address);
                if call == CallKind::Delete {
                    let lives_in_it = |entry: &Entry| entry.home.as_ref() == Some(address);
                    snapshot.resources.retain(|_, entry| !lives_in_it(entry));
                }
            }
        }
        Effect::Nothing => {}
    }
}

fn owned_id<'a>(snapshot: &'a Snapshot, address: &Address) -> Option<&'a String> {
    snapshot.resources.get(address).map(|entry| &entry.id)
}

impl Snapshot {
    /// The object called `from` is called `to` from now on, by everybody who names it. Returns
    /// whether it is owned.
    pub fn rename(&mut self, from: &Address, to: &Address) -> bool {
        let entry = self.resources.remove(from);
        rename(self, from, to);
        entry.is_some_and(|entry| {
            self.resources.insert(to.clone(), entry);
            true
        })
    }
}

/// The object called `from` is called `to` now, in every entry that names it.
fn rename(snapshot: &mut Snapshot, from: &Address, to: &Address) {
    for entry in snapshot.resources.values_mut() {
        rename_in(entry, from, to);
    }
    for marked in snapshot.markers.values_mut() {
        if marked == from {
            *marked = to.clone();
        }
    }
}

fn rename_in(entry: &mut Entry, from: &Address, to: &Address) {
    if entry.depends_on.remove(from) {
        entry.depends_on.insert(to.clone());
    }
    if entry.home.as_ref() == Some(from) {
        entry.home = Some(to.clone());
    }
    for edge in entry.edges.values_mut().flatten() {
        if edge.to.as_ref() == Some(from) {
            edge.to = Some(to.clone());
        }
    }
}

/// Returns the roots that own something in `snapshot` and are not among `named`.
pub(super) fn unnamed_roots<'a>(snapshot: &'a Snapshot, named: &BTreeSet<String>) -> Vec<&'a str> {
    let roots = snapshot.roots.iter().filter(|root| !named.contains(*root));
    let missing = roots.filter(|_| !snapshot.resources.is_empty());
    missing.map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples::{address, entry, gone, intent, owned, record, records};
    use super::super::{OwnedEdge, Seq};
    use super::*;

    fn folded(records: &[Record]) -> Snapshot {
        let mut snapshot = Snapshot::new("lineage".into());
        fold(&mut snapshot, records);
        snapshot
    }

    #[test]
    fn a_create_and_a_delete_leave_nothing() {
        let snapshot = folded(&[record(1, owned("r1")), record(2, gone("r1"))]);
        assert!(snapshot.resources.is_empty());
        assert_eq!(snapshot.folded, Seq(2));
    }

    #[test]
    fn deleting_the_old_one_of_a_replacement_keeps_the_new_one() {
        let snapshot = folded(&[
            record(1, owned("old")),
            record(2, owned("new")),
            record(3, gone("old")),
        ]);
        assert_eq!(snapshot.resources[&address()].id, "new");
    }

    /// A tenant `acme` and a role in it, after a record of the tenant's end.
    fn ended(call: CallKind) -> Snapshot {
        let tenant = Address::top("tenant", "acme");
        let made = Entry {
            home: Some(Address::top("account", "main")),
            ..entry("t1")
        };
        let mut snapshot = folded(&[record(1, owned("r1"))]);
        snapshot.resources.insert(tenant.clone(), made);
        let mut end = record(2, gone("t1"));
        (end.act.address, end.act.call) = (tenant, call);
        fold(&mut snapshot, &[end]);
        snapshot
    }

    #[test]
    fn what_lives_in_a_deleted_tenant_goes_in_the_same_record() {
        assert!(ended(CallKind::Delete).resources.is_empty());
        let left: Vec<_> = ended(CallKind::Forget).resources.into_keys().collect();
        assert_eq!(left, [address()]);
    }

    #[test]
    fn a_refused_call_changes_nothing() {
        let snapshot = folded(&[record(1, owned("r1")), record(2, Effect::Nothing)]);
        assert_eq!(snapshot.resources[&address()].id, "r1");
    }

    #[test]
    fn markers_are_kept_though_the_call_was_never_answered() {
        let marked = intent(1, |intent| intent.marker = Some("m1".into()));
        assert_eq!(folded(&[marked]).markers["m1"], address());
    }

    #[test]
    fn a_moved_object_is_found_by_those_who_name_it() {
        let (old, new) = (address(), address().sibling("role", "new-name"));
        let other = address().sibling("user", "alice");
        let mut alice = entry("u1");
        alice.depends_on.insert(old.clone());
        let edge = |to: &Address| OwnedEdge {
            key: vec!["r1".into()],
            to: Some(to.clone()),
            label: "role".into(),
        };
        alice.edges.insert("roles".into(), vec![edge(&old)]);
        let mut snapshot = folded(&[record(1, owned("r1"))]);
        snapshot.resources.insert(other.clone(), alice);
        let effect = Effect::Owned {
            entry: Box::new(entry("r1")),
            moved_from: Some(old.clone()),
        };
        let mut moved = record(2, effect);
        moved.act.address = new.clone();
        fold(&mut snapshot, &[moved]);
        assert!(!snapshot.resources.contains_key(&old));
        assert_eq!(snapshot.resources[&new].id, "r1");
        let alice = &snapshot.resources[&other];
        assert_eq!(alice.edges["roles"], vec![edge(&new)]);
        assert!(alice.depends_on.contains(&new) && !alice.depends_on.contains(&old));
    }

    #[test]
    fn two_objects_can_take_each_others_address() {
        let (one, two) = (address(), address().sibling("role", "two"));
        let mut snapshot = folded(&[record(1, owned("r1"))]);
        snapshot.resources.insert(two.clone(), entry("r2"));
        let swap = |seq, from: &Address, to: &Address, id| {
            let entry = Box::new(entry(id));
            let moved_from = Some(from.clone());
            let mut moved = record(seq, Effect::Owned { entry, moved_from });
            moved.act.address = to.clone();
            moved
        };
        fold(
            &mut snapshot,
            &[swap(2, &one, &two, "r1"), swap(3, &two, &one, "r2")],
        );
        assert_eq!(snapshot.resources[&one].id, "r2");
        assert_eq!(snapshot.resources[&two].id, "r1");
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(mut records in proptest::collection::vec(records(), 0..12), cut in 0_usize..12) {
            for (n, record) in (1..).zip(&mut records) {
                record.seq = Seq(n);
            }
            let whole = folded(&records);
            let mut twice = folded(&records[..cut.min(records.len())]);
            fold(&mut twice, &records);
            fold(&mut twice, &records);
            prop_assert_eq!(twice, whole);
        }
    }
}
