//! Addresses as the format has them: `acme/role/clerk` is `module.acme.logto_role.clerk`.
//!
//! A name that is no identifier there becomes a key: `logto_scope.this["orders.read"]`. No two
//! addresses of ours become one.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::base::Address;
use crate::base::value::{Part, Unknown};

/// How a resource is called.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    /// `logto`
    pub(super) provider: String,
    /// `module.acme`; none for tenants, clusters and accounts themselves.
    pub(super) module: Option<String>,
    /// The name of the module's call.
    pub(super) call: Option<String>,
    kind: String,
    name: String,
    index: Option<String>,
}

impl Resource {
    /// The resource at an address.
    pub(super) fn new(address: &Address, api_version: &str) -> Self {
        let provider = api_version.split('/').next().unwrap_or_default();
        let (name, index) = named(address.name());
        let call = address.target().map(named);
        let module = call
            .as_ref()
            .map(|(name, key)| format!("module.{}", keyed(name, key.as_deref())));
        Self {
            provider: provider.to_owned(),
            module,
            call: call.map(|(name, _)| name),
            kind: format!("{provider}_{}", address.kind()),
            name,
            index,
        }
    }

    /// Who offers resources of that kind.
    pub(super) fn provider_name(&self) -> String {
        format!("tenantry/{}", self.provider)
    }

    /// The address inside the whole plan.
    pub(super) fn address(&self) -> String {
        let own = self.own_address();
        match &self.module {
            Some(module) => format!("{module}.{own}"),
            None => own,
        }
    }

    fn own_address(&self) -> String {
        format!("{}.{}", self.kind, keyed(&self.name, self.index.as_deref()))
    }

    /// As a list of resources names it.
    pub(super) fn own(&self) -> Map<String, Json> {
        let mut shown = self.parts(&self.address());
        shown.insert("provider_name".into(), json!(self.provider_name()));
        shown
    }

    /// As the configuration of its module names it.
    pub(super) fn declared(&self) -> Map<String, Json> {
        let mut shown = self.parts(&self.own_address());
        shown.remove("index");
        shown.insert("provider_config_key".into(), json!(self.provider));
        shown
    }

    /// As a change names it.
    pub(super) fn changed(&self) -> Map<String, Json> {
        let mut shown = self.own();
        if let Some(module) = &self.module {
            shown.insert("module_address".into(), json!(module));
        }
        shown
    }

    fn parts(&self, address: &str) -> Map<String, Json> {
        let mut shown = Map::new();
        shown.insert("address".into(), json!(address));
        shown.insert("mode".into(), json!("managed"));
        shown.insert("type".into(), json!(self.kind));
        shown.insert("name".into(), json!(self.name));
        if let Some(index) = &self.index {
            shown.insert("index".into(), json!(index));
        }
        shown
    }
}

/// An identifier, or a key below one that every such name shares.
fn named(name: &str) -> (String, Option<String>) {
    let mut letters = name.chars();
    let begins = letters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if begins && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) {
        (name.to_owned(), None)
    } else {
        ("this".to_owned(), Some(name.to_owned()))
    }
}

fn keyed(name: &str, key: Option<&str>) -> String {
    match key {
        Some(key) => format!("{name}[{}]", json!(key)),
        None => name.to_owned(),
    }
}

/// The resources of a plan by our own addresses.
pub(super) type Known<'a> = BTreeMap<&'a Address, Resource>;

/// What an unknown value refers to, as far as the plan has it.
pub(super) fn references(unknown: &Unknown, known: &Known<'_>) -> Vec<String> {
    let parts = unknown.parts.iter().filter_map(|part| match part {
        Part::Output { address, field } => {
            let resource = known.get(address)?;
            Some(format!("{}.{field}", resource.address()))
        }
        Part::Lookup { .. } | Part::Builtin { .. } | Part::Text(_) => None,
    });
    parts.collect()
}
