//! Our own names: `tenant/acme`, `acme/role/order-admin`. The server's name is an *id*.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The words that begin an address without a target. No tenant or cluster may be called so.
pub const TOP: [&str; 3] = ["account", "cluster", "tenant"];

/// The address of a declared object: `KIND/NAME` for accounts, tenants and clusters, else
/// `TARGET/KIND/NAME`, where the target is a tenant's or a cluster's name.
///
/// Kinds are lower case (`apiresource`). A name may hold any character, slashes included: a text
/// is split at its first two slashes only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    target: Option<Arc<str>>,
    kind: Arc<str>,
    name: Arc<str>,
}

/// A text that is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not an address: write KIND/NAME for an account, tenant or cluster, else TARGET/KIND/NAME"
)]
pub struct NotAnAddress(pub String);

impl Address {
    /// The address of an account, tenant or cluster.
    pub fn top(kind: &str, name: &str) -> Self {
        Self {
            target: None,
            kind: kind.into(),
            name: name.into(),
        }
    }

    /// The address of what lives in the tenant or cluster called `target`.
    pub fn within(target: &str, kind: &str, name: &str) -> Self {
        Self {
            target: Some(target.into()),
            kind: kind.into(),
            name: name.into(),
        }
    }

    /// The tenant's or cluster's name; none for accounts, tenants and clusters themselves.
    pub fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }

    /// The kind, in lower case.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The name, unique per kind and target.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address of another object at the same place.
    #[must_use]
    pub fn sibling(&self, kind: &str, name: &str) -> Self {
        Self {
            target: self.target.clone(),
            kind: kind.into(),
            name: name.into(),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(target) = &self.target {
            write!(f, "{target}/")?;
        }
        write!(f, "{}/{}", self.kind, self.name)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let wrong = || NotAnAddress(text.to_owned());
        let (first, rest) = text.split_once('/').ok_or_else(wrong)?;
        if rest.is_empty() || first.is_empty() {
            return Err(wrong());
        }
        if TOP.contains(&first) {
            return Ok(Self::top(first, rest));
        }
        match rest.split_once('/') {
            Some((kind, name)) if !kind.is_empty() && !name.is_empty() => {
                Ok(Self::within(first, kind, name))
            }
            _ => Err(wrong()),
        }
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_childs_name_keeps_its_slashes() {
        let address: Address = "acme/scope/orders.read:/all".parse().expect("an address");
        assert_eq!(
            (address.kind(), address.name()),
            ("scope", "orders.read:/all")
        );
    }

    #[test]
    fn a_tenant_has_no_target() {
        let address: Address = "tenant/acme".parse().expect("an address");
        assert_eq!(
            (address.target(), address.kind(), address.name()),
            (None, "tenant", "acme")
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "acme", "acme/role", "acme//x", "/role/x", "acme/role/"] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(target in "[b-z][a-z]{1,5}x", kind in "[a-z]{1,8}", name in "[^/]{1,9}(/[a-z]*)?") {
            let address = Address::within(&target, &kind, &name);
            prop_assert_eq!(address.to_string().parse::<Address>().expect("reads back"), address);
        }
    }
}
