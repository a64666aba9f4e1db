//! `tenantry.yaml` as it is written: what plans of a repository may do, whatever its manifests say.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::glob;

/// The whole file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct File {
    /// `tenantry/v1`
    #[serde(rename = "apiVersion")]
    _api_version: ApiVersion,
    /// `Policy`
    #[serde(rename = "kind")]
    _kind: KindWord,
    /// The rules.
    #[serde(default)]
    pub(super) spec: Policy,
}

#[derive(Debug, Deserialize, JsonSchema)]
enum ApiVersion {
    #[serde(rename = "tenantry/v1")]
    V1,
}

#[derive(Debug, Deserialize, JsonSchema)]
enum KindWord {
    Policy,
}

/// What plans may do, and what documents must say.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Policy {
    /// How much one plan may do.
    pub limits: Limits,
    /// What no plan may do.
    pub deny: Vec<Deny>,
    /// Those who must keep what access they have, come what may: `prod/user/root`. `*` stands for
    /// any characters.
    pub break_glass: Vec<String>,
    /// Which live objects must be in a manifest.
    pub unmanaged: Vec<Unmanaged>,
    /// Which labels documents must have.
    pub labels: Vec<Label>,
    /// What `drift` lets be.
    pub drift: Drift,
}

/// What `drift` lets be.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Drift {
    /// Changes by hand that are known, each until a day.
    pub ignore: Vec<DriftRule>,
}

/// Changes by hand that are let be until a day.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DriftRule {
    /// Of which objects: `acme/role/*`. `*` stands for any characters.
    pub address: String,
    /// Of which field (dotted) and all below it; the whole object if it is not written.
    #[serde(default)]
    pub field: Option<String>,
    /// Why.
    #[schemars(length(min = 1))]
    pub reason: String,
    /// The last day on which it holds: `2027-01-31`.
    #[schemars(regex(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    pub until: String,
}

/// How much one plan may do.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Limits {
    /// Of each kind in each tenant or cluster; without it, 30 % of ten objects or more may be
    /// deleted.
    pub deletes: Option<Limit>,
    /// The same of replacements.
    pub replaces: Option<Limit>,
    /// The same of updates.
    pub updates: Option<Limit>,
    /// The same of creations; a share is one of what is there already.
    pub creates: Option<Limit>,
    /// The same for single kinds, instead of what is written above.
    pub kinds: BTreeMap<String, OfKind>,
    /// How many may lose or gain access.
    pub access: Access,
}

/// Limits of one kind.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct OfKind {
    /// How many may be deleted.
    pub deletes: Option<Limit>,
    /// How many may be replaced.
    pub replaces: Option<Limit>,
    /// How many may be updated.
    pub updates: Option<Limit>,
    /// How many may be created.
    pub creates: Option<Limit>,
}

/// A number, a share, or both: neither may be passed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Limit {
    /// So many.
    pub count: Option<u32>,
    /// This share of what is owned, in percent, where that is ten or more.
    #[schemars(range(min = 0, max = 100))]
    pub percent: Option<u8>,
}

/// How many may lose or gain access in one tenant or cluster.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Access {
    /// How many users and machines may lose any access.
    pub losers: Option<Limit>,
    /// How many may gain any.
    pub gainers: Option<Limit>,
    /// For how many somebody counts whose access is a superuser's or the Management API's: 10 if
    /// it is not written.
    #[schemars(range(min = 1, max = 1000))]
    pub weight_of_everything: Option<u16>,
}

/// One thing that no plan may do.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Deny {
    /// What the refusal and its override call it: small letters, digits and hyphens.
    #[schemars(regex(pattern = "^[a-z0-9][a-z0-9-]{0,62}$"))]
    pub name: String,
    /// Access that nobody may gain, as plans show it: `full on dcos:superuser`, `scope/orders.*`;
    /// a resource alone stands for all actions on it, `everything` for all that makes a superuser.
    /// `*` stands for any characters.
    #[serde(default)]
    pub gain: Option<String>,
    /// Access that nobody may lose, likewise.
    #[serde(default)]
    pub lose: Option<String>,
    /// Addresses of objects that may not be created: `prod/serviceaccount/*`.
    #[serde(default)]
    pub create: Option<String>,
    /// Addresses of objects that may not be updated.
    #[serde(default)]
    pub update: Option<String>,
    /// Addresses of objects that may not be deleted, nor replaced.
    #[serde(default)]
    pub delete: Option<String>,
    /// Whom `gain` and `lose` are about: `prod/user/*`; everybody if it is not written.
    #[serde(default)]
    pub who: Option<String>,
    /// Who or what is excepted.
    #[serde(default)]
    pub except: Vec<String>,
    /// Why: the refusal says it.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Live objects of some kinds that must be in a manifest.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Unmanaged {
    /// The kind, as addresses have it: `user`.
    pub kind: String,
    /// In which tenants or clusters: `prod`; all if it is not written. `*` stands for any
    /// characters.
    #[serde(default, rename = "in")]
    pub place: Option<String>,
    /// Those that may be left alone, by name or id: `svc-*`.
    #[serde(default)]
    pub allow: Vec<String>,
}

/// A label that documents must have.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Label {
    /// Its name.
    pub name: String,
    /// What it may say; anything if it is not written. `*` stands for any characters.
    #[serde(default)]
    pub values: Vec<String>,
    /// Of which kinds, as addresses have them; all if it is not written.
    #[serde(default)]
    pub kinds: Vec<String>,
}

impl Unmanaged {
    /// Whether it is about the tenant or cluster of that name.
    pub fn looks_at(&self, place: &str) -> bool {
        let pattern = self.place.as_deref();
        pattern.is_none_or(|pattern| glob::fits(pattern, place))
    }

    /// Whether one of these names may be left alone.
    pub fn allows(&self, names: &[&str]) -> bool {
        let fits = |pattern: &String| names.iter().any(|name| glob::fits(pattern, name));
        self.allow.iter().any(fits)
    }
}

impl Deny {
    /// Whether it is about somebody or something of that address.
    pub fn concerns(&self, who: &str) -> bool {
        let fits = |pattern: &String| glob::fits(pattern, who);
        self.who.as_ref().is_none_or(fits) && !self.except.iter().any(fits)
    }
}
