//! Compares the edges of one relation: desired, owned and live → added and taken away.
//!
//! A plain list means at least these; `exactly` means these and no others. Listing an edge is
//! owning it; an owned edge that is no longer listed is taken away, others stay.

use std::collections::BTreeSet;

use super::plan::{PlannedEdge, known_key};
use crate::base::{Address, Value};
use crate::kind::EdgeKey;
use crate::state::OwnedEdge;

/// What is wanted of one relation of one object, keys resolved as far as they are known.
#[derive(Debug, Default, Clone)]
pub struct WantedEdges {
    /// These and no others.
    pub exactly: bool,
    /// First words whose edges alone are exact.
    pub exactly_items: BTreeSet<String>,
    /// Whether a first word has one last word: another one takes the place of the first.
    pub one_each: bool,
    /// The edges.
    pub edges: Vec<PlannedEdge>,
    /// Edges of others, which are put back.
    pub others: Vec<PlannedEdge>,
}

impl WantedEdges {
    /// All that is to be there.
    pub fn all(&self) -> impl Iterator<Item = &PlannedEdge> + Clone {
        self.edges.iter().chain(&self.others)
    }
}

/// What is to be done.
#[derive(Debug, Default, PartialEq)]
pub struct EdgeDelta {
    /// Edges to add.
    pub grant: Vec<PlannedEdge>,
    /// Edges to take away.
    pub revoke: Vec<PlannedEdge>,
    /// Edges that go along with the items that carry them.
    pub along: Vec<PlannedEdge>,
}

/// Compares. `label` names a live edge that nobody declared.
pub fn edge_delta(
    wanted: &WantedEdges,
    owned: &[OwnedEdge],
    live: &[EdgeKey],
    label: impl Fn(&EdgeKey) -> (Option<Address>, String),
) -> EdgeDelta {
    let live: BTreeSet<&EdgeKey> = live.iter().collect();
    let known: BTreeSet<EdgeKey> = wanted
        .all()
        .filter_map(|edge| known_key(&edge.key))
        .collect();
    let grant = wanted
        .all()
        .filter(|edge| known_key(&edge.key).is_none_or(|key| !live.contains(&key)));
    let mut revoke: Vec<PlannedEdge> = owned
        .iter()
        .filter(|edge| live.contains(&edge.key) && !is_listed(wanted, &known, edge))
        .map(planned)
        .collect();
    let granted: Vec<_> = grant
        .clone()
        .filter_map(|edge| known_key(&edge.key))
        .collect();
    for key in live.iter().copied() {
        let exact = wanted.exactly
            || key
                .first()
                .is_some_and(|w| wanted.exactly_items.contains(w))
            || (wanted.one_each && granted.iter().any(|one| one.first() == key.first()));
        let doomed = revoke
            .iter()
            .any(|edge| known_key(&edge.key).as_ref() == Some(key));
        if exact && !known.contains(key) && !doomed {
            let (to, label) = label(key);
            revoke.push(PlannedEdge {
                key: words(key),
                to,
                label,
            });
        }
    }
    EdgeDelta {
        grant: unique(grant.cloned()),
        revoke,
        along: Vec::new(),
    }
}

/// The edges that items carry, without those whose item goes: they go with it, without a call.
pub fn without_orphans(carried: Vec<PlannedEdge>, gone: &[PlannedEdge]) -> Vec<PlannedEdge> {
    let gone: Vec<_> = gone.iter().filter_map(|edge| edge.key.first()).collect();
    let stays = |edge: &PlannedEdge| edge.key.first().is_none_or(|item| !gone.contains(&item));
    carried.into_iter().filter(stays).collect()
}

/// The edges that items carry which go.
pub fn along<'a>(
    carried: &'a [EdgeKey],
    gone: &[PlannedEdge],
) -> impl Iterator<Item = &'a EdgeKey> {
    let gone = gone.iter().filter_map(|edge| edge.key.first()?.as_text());
    let gone: BTreeSet<String> = gone.map(str::to_owned).collect();
    let goes = move |key: &&EdgeKey| key.first().is_some_and(|item| gone.contains(item));
    carried.iter().filter(goes)
}

/// Whether an owned edge is still listed: by its key, or by the objects at its ends, whose ids may
/// be others now.
fn is_listed(wanted: &WantedEdges, known: &BTreeSet<EdgeKey>, owned: &OwnedEdge) -> bool {
    if known.contains(&owned.key) {
        return true;
    }
    wanted.all().any(|edge| {
        let mut words = edge.key.iter().zip(&owned.key);
        known_key(&edge.key).is_none()
            && edge.to.is_some()
            && edge.to == owned.to
            && edge.key.len() == owned.key.len()
            && words.all(|(new, old)| new.as_text().is_none_or(|new| new == old))
            // Of a carried edge only the label says which item carries it.
            && (edge.key.len() == 1 || edge.label == owned.label)
    })
}

fn unique(edges: impl Iterator<Item = PlannedEdge>) -> Vec<PlannedEdge> {
    let mut out: Vec<PlannedEdge> = Vec::new();
    let mut seen = BTreeSet::new();
    for edge in edges {
        let tagged: Vec<String> = edge.key.iter().map(|w| w.to_tagged().to_string()).collect();
        if seen.insert(tagged) {
            out.push(edge);
        }
    }
    out
}

pub(super) fn words(key: &EdgeKey) -> Vec<Value> {
    key.iter().map(|word| Value::text(word.as_str())).collect()
}

/// An owned edge as a plan has it.
pub fn planned(edge: &OwnedEdge) -> PlannedEdge {
    PlannedEdge {
        key: words(&edge.key),
        to: edge.to.clone(),
        label: edge.label.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Unknown;

    fn edge(key: &[&str]) -> PlannedEdge {
        let key: EdgeKey = key.iter().map(|&word| word.to_owned()).collect();
        PlannedEdge {
            label: key.join(" "),
            key: words(&key),
            to: None,
        }
    }

    fn owned(key: &[&str]) -> OwnedEdge {
        let key: EdgeKey = key.iter().map(|&word| word.to_owned()).collect();
        OwnedEdge {
            label: key.join(" "),
            key,
            to: None,
        }
    }

    fn live(keys: &[&[&str]]) -> Vec<EdgeKey> {
        keys.iter()
            .map(|key| key.iter().map(|&word| word.to_owned()).collect())
            .collect()
    }

    fn compared(
        wanted: &WantedEdges,
        owned: &[OwnedEdge],
        live: &[EdgeKey],
    ) -> (Vec<String>, Vec<String>) {
        let delta = edge_delta(wanted, owned, live, |key| (None, key.join(" ")));
        let labels = |edges: Vec<PlannedEdge>| edges.into_iter().map(|edge| edge.label).collect();
        (labels(delta.grant), labels(delta.revoke))
    }

    fn wanted(edges: &[&[&str]]) -> WantedEdges {
        WantedEdges {
            edges: edges.iter().map(|key| edge(key)).collect(),
            ..WantedEdges::default()
        }
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn a_plain_list_adds_and_leaves_others_alone() {
        let got = compared(&wanted(&[&["a"], &["b"]]), &[], &live(&[&["a"], &["x"]]));
        assert_eq!(got, (texts(&["b"]), texts(&[])));
    }

    #[test]
    fn an_owned_edge_that_left_the_list_is_taken_away() {
        let got = compared(
            &wanted(&[&["a"]]),
            &[owned(&["a"]), owned(&["b"])],
            &live(&[&["a"], &["b"], &["x"]]),
        );
        assert_eq!(got, (texts(&[]), texts(&["b"])));
    }

    #[test]
    fn an_owned_edge_that_is_gone_already_needs_nothing() {
        assert_eq!(
            compared(&wanted(&[]), &[owned(&["b"])], &[]),
            (texts(&[]), texts(&[]))
        );
    }

    #[test]
    fn exactly_takes_all_others_away() {
        let wanted = WantedEdges {
            exactly: true,
            ..wanted(&[&["a"]])
        };
        assert_eq!(
            compared(&wanted, &[], &live(&[&["a"], &["x"]])),
            (texts(&[]), texts(&["x"]))
        );
    }

    #[test]
    fn who_becomes_something_else_is_no_longer_what_they_were() {
        let wanted = WantedEdges {
            one_each: true,
            ..wanted(&[&["ada", "admin"], &["bob", "admin"]])
        };
        let live = live(&[&["ada", "guest"], &["bob", "admin"], &["eve", "guest"]]);
        assert_eq!(
            compared(&wanted, &[], &live),
            (texts(&["ada admin"]), texts(&["ada guest"]))
        );
    }

    #[test]
    fn exactly_of_one_resource_leaves_the_other_resources_alone() {
        let exactly_items = BTreeSet::from(["r".to_owned()]);
        let wanted = WantedEdges {
            exactly_items,
            ..wanted(&[&["r", "read"]])
        };
        let live = live(&[&["r", "read"], &["r", "full"], &["s", "full"]]);
        assert_eq!(
            compared(&wanted, &[], &live),
            (texts(&[]), texts(&["r full"]))
        );
    }

    #[test]
    fn what_an_item_carries_goes_with_the_item() {
        let carried = vec![edge(&["u", "admin"]), edge(&["v", "admin"])];
        let left = without_orphans(carried, &[edge(&["u"])]);
        assert_eq!(left, [edge(&["v", "admin"])]);
    }

    #[test]
    fn what_another_item_carried_is_taken_away_though_an_item_has_a_new_id() {
        let admin = Address::within("acme", "organizationrole", "admin");
        let user = Unknown::output(Address::within("acme", "user", "alice"), "id");
        let new = PlannedEdge {
            key: vec![Value::Unknown(user), "r".into()],
            to: Some(admin.clone()),
            label: "user/alice organizationrole/admin".into(),
        };
        let old = |id: &str, user: &str| OwnedEdge {
            key: vec![id.into(), "r".into()],
            to: Some(admin.clone()),
            label: format!("{user} organizationrole/admin"),
        };
        let wanted = WantedEdges {
            edges: vec![new],
            ..WantedEdges::default()
        };
        let owned = [old("a", "user/alice"), old("b", "user/bob")];
        let (granted, taken) = compared(&wanted, &owned, &live(&[&["a", "r"], &["b", "r"]]));
        assert_eq!(granted, ["user/alice organizationrole/admin"]);
        assert_eq!(taken, ["user/bob organizationrole/admin"]);
    }

    #[test]
    fn an_edge_to_an_object_with_a_new_id_is_granted_and_its_old_self_is_not_taken_away() {
        let scope = Address::within("acme", "scope", "orders.read");
        let unknown = Value::Unknown(Unknown::output(scope.clone(), "id"));
        let new = PlannedEdge {
            key: vec![unknown],
            to: Some(scope.clone()),
            label: "read".into(),
        };
        let old = OwnedEdge {
            key: vec!["old".into()],
            to: Some(scope),
            label: "read".into(),
        };
        let wanted = WantedEdges {
            edges: vec![new],
            ..WantedEdges::default()
        };
        let got = compared(&wanted, &[old], &live(&[&["old"]]));
        assert_eq!(got, (texts(&["read"]), texts(&[])));
    }
}
