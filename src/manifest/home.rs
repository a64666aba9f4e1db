//! Which account, tenant or cluster a document lives in.

use std::collections::{BTreeMap, BTreeSet};

use super::header::{Head, TARGET};
use super::index::Index;
use super::report::Report;
use super::{Document, Lifecycle, Origin};
use crate::base::suggest::nearest;
use crate::base::{Address, Code, Value};
use crate::kind::{Api, Catalog, Home};

/// A tenant that could be in several accounts.
pub const WHICH_ACCOUNT: Code = Code("E0224");

/// The account that serves where none is declared.
pub const DEFAULT_ACCOUNT: &str = "default";

/// The field of a tenant that names its account.
const ACCOUNT: &str = "account";

/// Checks that the tenant or cluster that `head` names is declared.
pub(super) fn check(head: &Head<'_>, index: &Index, report: &mut Report<'_>) {
    let Some((target, at)) = &head.target else {
        return;
    };
    let word = if head.kind.home == Home::Tenant {
        "tenant"
    } else {
        "cluster"
    };
    let address = Address::top(word, target);
    if index.get(&address).is_some() || index.is_claimed(target) {
        return;
    }
    let like = index
        .addresses()
        .filter(|other| other.kind() == word && other.target().is_none());
    let hint = match nearest(target, like.map(Address::name)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("declare `{address}`, or read its manifest too"),
    };
    let message = report.of(&format!("lives in `{address}`, which is not declared"));
    report
        .error(TARGET, message)
        .at(*at, &format!("no such {word}"))
        .hint(hint);
}

/// Where the document of `head` lives. Takes the account out of the body: it is no field of the
/// server's.
pub(super) fn of(
    head: &Head<'_>,
    body: &mut BTreeMap<String, Value>,
    index: &Index,
    report: &mut Report<'_>,
) -> Option<Address> {
    match head.kind.home {
        Home::Nowhere => None,
        Home::Tenant => head
            .target
            .as_ref()
            .map(|(name, _)| Address::top("tenant", name)),
        Home::Cluster => head
            .target
            .as_ref()
            .map(|(name, _)| Address::top("cluster", name)),
        Home::Account if is_only_connected(body) => {
            body.remove(ACCOUNT);
            None
        }
        Home::Account => match body.remove(ACCOUNT) {
            Some(Value::Unknown(unknown)) => {
                unknown.parts.into_iter().find_map(|part| match part {
                    crate::base::Part::Output { address, .. } => Some(address),
                    _ => None,
                })
            }
            Some(_) => None,
            None => account(head, index, report),
        },
    }
}

/// Whether a body says how something that exists is reached, and nothing that would be managed.
pub(super) fn is_only_connected(body: &BTreeMap<String, Value>) -> bool {
    body.contains_key("connection")
        && body
            .keys()
            .all(|key| matches!(key.as_str(), "connection" | "limits" | ACCOUNT))
}

fn account(head: &Head<'_>, index: &Index, report: &mut Report<'_>) -> Option<Address> {
    let accounts: Vec<_> = index
        .addresses()
        .filter(|address| address.kind() == ACCOUNT)
        .collect();
    let default = Address::top(ACCOUNT, DEFAULT_ACCOUNT);
    match accounts.as_slice() {
        [] => Some(default),
        [only] => Some((*only).clone()),
        several if several.contains(&&default) => Some(default),
        several => {
            let names: Vec<_> = several
                .iter()
                .map(|address| format!("`{}`", address.name()))
                .collect();
            let message =
                report.of("does not say in which account it lives, and there are several");
            report
                .error(WHICH_ACCOUNT, message)
                .at(head.spec_at, "`account` is missing here")
                .hint(format!(
                    "add `account: NAME`; there are {}",
                    names.join(", ")
                ));
            None
        }
    }
}

/// The account that no file declares; none if one does.
pub(super) fn default_account(catalog: Catalog, index: &Index) -> Option<Document> {
    let kind = catalog.host(Api::Cloud)?;
    if index
        .addresses()
        .any(|address| address.kind() == kind.name && address.target().is_none())
    {
        return None;
    }
    Some(Document {
        address: Address::top(kind.name, DEFAULT_ACCOUNT),
        kind,
        home: None,
        labels: BTreeMap::new(),
        lifecycle: Lifecycle::default(),
        body: Value::Map(BTreeMap::new()),
        exact: BTreeSet::new(),
        relations: BTreeMap::new(),
        exact_children: BTreeMap::new(),
        parent: None,
        origin: Origin::default(),
        root: String::new(),
        put_back: None,
    })
}
