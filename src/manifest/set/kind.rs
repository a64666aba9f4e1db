//! `TenantSet` as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::kind::spec::Free;
use crate::kind::{Api, Home, Key, Kind, Quirk, Route};

/// The kind.
pub(super) struct TenantSet;

/// The same documents for each of many tenants.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read as a tree")]
pub(super) struct Spec {
    /// The tenants: a list of mappings, each with a `name`, or `{file: tenants.csv}`, a table with
    /// a line of column names, `name` among them.
    tenants: Free,
    /// What each of them gets: a list of documents, or `{folder: path}`, the manifests in that
    /// folder. `{param: column}` in them stands for what the tenant's row has.
    documents: Free,
}

impl Kind for TenantSet {
    type Spec = Spec;
    const API: Api = Api::Cloud;
    const API_VERSION: &'static str = "tenantry/v1";
    const KIND: &'static str = "TenantSet";
    const NAME: &'static str = "tenantset";
    const ABOUT: &'static str = "The same documents, stamped for each of many tenants.";
    const EXAMPLE: &'static str = "\
apiVersion: tenantry/v1
kind: TenantSet
metadata:
  name: customers
spec:
  tenants:
    - {name: acme, title: Acme}
    - {name: globex, title: Globex}
  documents:
    - apiVersion: logto/v1
      kind: Tenant
      spec: {name: {param: title}, tag: development, regionName: EU}
    - apiVersion: logto/v1
      kind: Role
      metadata: {name: clerk}
      spec: {description: Sees orders}
";
    const HOME: Home = Home::Nowhere;
    const ROUTE: Route = Route::NONE;
    const KEY: Key = Key::Single;
    const QUIRKS: &'static [Quirk] = &[Quirk::Stands];
}
