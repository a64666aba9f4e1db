//! What both sorts of identity providers have in common: their routes (reference/dcos-iam.md 8).

use crate::base::Value;
use crate::kind::Segment::{Own, Text as T};
use crate::kind::{Endpoint, List, ListFrom, Method, Paging, Path, Quirk, Route, Shape};

/// Where OpenID Connect providers are. The list is public.
pub(super) const OIDC: Path = &[T("/acs/api/v1/auth/oidc/providers")];
/// One of them.
pub(super) const ONE_OIDC: Path = &[T("/acs/api/v1/auth/oidc/providers/"), Own];
/// Where SAML providers are.
pub(super) const SAML: Path = &[T("/acs/api/v1/auth/saml/providers")];
/// One of them.
pub(super) const ONE_SAML: Path = &[T("/acs/api/v1/auth/saml/providers/"), Own];

/// The list is an object of ids; `PATCH` takes the whole configuration.
pub(super) const QUIRKS: &[Quirk] = &[Quirk::UniqueKey, Quirk::SomeEditions, Quirk::ReplacedWhole];

/// The route of providers.
pub(super) const fn route(all: Path, one: Path) -> Route {
    Route {
        shape: Shape::Keyed,
        list: Some(List {
            from: ListFrom::Index(all),
            query: "",
            paging: Paging::Whole,
            member: None,
            search: &[],
        }),
        read: Some(one),
        create: Some(Endpoint {
            method: Method::Put,
            path: one,
        }),
        update: Some(Endpoint {
            method: Method::Patch,
            path: one,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: one,
        }),
        ..Route::NONE
    }
}

/// Whether an account is of that sort of provider.
pub(super) fn comes_from(account: &Value, sort: &str) -> bool {
    account.get("provider_type").and_then(Value::as_text) == Some(sort)
}

/// Whether an account is of that provider.
pub(super) fn is_of(account: &Value, id: &str) -> bool {
    account.get("provider_id").and_then(Value::as_text) == Some(id)
}
