//! Which paths there are, in which edition, and what answers each method on them.
//!
//! The path is decoded once as a whole and then cut at its slashes, so that `%2F` makes another
//! path (protocol.jsonl 35) and `%252F` arrives as `%2F` (36).

use super::call::{Call, Handler, Reply};
use super::described::{ACLS, GROUPS};
use super::edition::Edition;
use super::grants::{GROUP, USER};
use super::providers::{OIDC, SAML};
use super::{ldap, login, members, names, permissions, protocol, providers, session, users};
use crate::sandbox::exchange::{Answer, decoded};

/// What a path of that form answers.
struct Route {
    /// Segments below `/acs/api/v1/`; `*` stands for an identifier.
    form: &'static str,
    /// Whether Open has it too.
    open: bool,
    methods: &'static [(&'static str, Handler)],
}

const fn both(form: &'static str, methods: &'static [(&'static str, Handler)]) -> Route {
    Route {
        form,
        open: true,
        methods,
    }
}

const fn enterprise(form: &'static str, methods: &'static [(&'static str, Handler)]) -> Route {
    Route {
        form,
        open: false,
        methods,
    }
}

/// All routes: the open ones are recorded, and that the others are absent in Open is as well
/// (protocol.jsonl 61 to 79); for the others the API's document ([S]).
const ROUTES: &[Route] = &[
    both(
        "auth/login",
        &[("GET", login::start), ("POST", login::log_in)],
    ),
    both("auth/logout", &[("GET", |_| Ok(session::log_out()))]),
    both("auth/jwks", &[("GET", session::jwks)]),
    both(
        "auth/providers",
        &[("GET", |call| Ok(providers::login_methods(call)))],
    ),
    both("users", &[("GET", |call| Ok(users::list(call)))]),
    both(
        "users/*",
        &[
            ("GET", users::read),
            ("PUT", users::create),
            ("PATCH", users::change),
            ("DELETE", users::delete),
        ],
    ),
    enterprise("users/*/groups", &[("GET", members::of_user)]),
    enterprise("users/*/permissions", &[("GET", permissions::of_user)]),
    enterprise("groups", &[("GET", |call| Ok(GROUPS.list(call)))]),
    enterprise(
        "groups/*",
        &[
            ("GET", |call| GROUPS.read(call)),
            ("PUT", |call| GROUPS.create(call)),
            ("PATCH", |call| GROUPS.change(call)),
            ("DELETE", |call| GROUPS.delete(call)),
        ],
    ),
    enterprise("groups/*/users", &[("GET", members::of_group)]),
    enterprise(
        "groups/*/users/*",
        &[("PUT", members::add), ("DELETE", members::remove)],
    ),
    enterprise("groups/*/permissions", &[("GET", permissions::of_group)]),
    enterprise("acls", &[("GET", |call| Ok(ACLS.list(call)))]),
    enterprise(
        "acls/*",
        &[
            ("GET", |call| ACLS.read(call)),
            ("PUT", |call| ACLS.create(call)),
            ("PATCH", |call| ACLS.change(call)),
            ("DELETE", |call| ACLS.delete(call)),
        ],
    ),
    enterprise("acls/*/permissions", &[("GET", permissions::of_resource)]),
    enterprise(
        "acls/*/users/*",
        &[
            ("GET", |call| USER.read(call)),
            ("DELETE", |call| USER.revoke_all(call)),
        ],
    ),
    enterprise(
        "acls/*/users/*/*",
        &[
            ("GET", |call| USER.ask(call)),
            ("PUT", |call| USER.grant(call)),
            ("DELETE", |call| USER.revoke(call)),
        ],
    ),
    enterprise(
        "acls/*/groups/*",
        &[
            ("GET", |call| GROUP.read(call)),
            ("DELETE", |call| GROUP.revoke_all(call)),
        ],
    ),
    enterprise(
        "acls/*/groups/*/*",
        &[
            ("GET", |call| GROUP.ask(call)),
            ("PUT", |call| GROUP.grant(call)),
            ("DELETE", |call| GROUP.revoke(call)),
        ],
    ),
    enterprise(
        "ldap/config",
        &[
            ("GET", ldap::read),
            ("PUT", ldap::replace),
            ("DELETE", ldap::delete),
        ],
    ),
    enterprise("ldap/config/test", &[("POST", ldap::try_out)]),
    enterprise("ldap/importuser", &[("POST", ldap::import_user)]),
    enterprise("ldap/importgroup", &[("POST", ldap::import_group)]),
    enterprise("auth/oidc/callback", &[("GET", providers::come_back)]),
    enterprise(
        "auth/oidc/providers",
        &[("GET", |call| Ok(OIDC.list(call)))],
    ),
    enterprise(
        "auth/oidc/providers/*",
        &[
            ("GET", |call| OIDC.read(call)),
            ("PUT", |call| OIDC.create(call)),
            ("PATCH", |call| OIDC.change(call)),
            ("DELETE", |call| OIDC.delete(call)),
        ],
    ),
    enterprise(
        "auth/saml/providers",
        &[("GET", |call| Ok(SAML.list(call)))],
    ),
    enterprise(
        "auth/saml/providers/*",
        &[
            ("GET", |call| SAML.read(call)),
            ("PUT", |call| SAML.create(call)),
            ("PATCH", |call| SAML.change(call)),
            ("DELETE", |call| SAML.delete(call)),
        ],
    ),
    enterprise(
        "auth/saml/providers/*/acs-callback",
        &[("POST", providers::come_back)],
    ),
    enterprise(
        "auth/saml/providers/*/acs-callback-url",
        &[("GET", providers::saml_callback_url)],
    ),
    enterprise(
        "auth/saml/providers/*/sp-metadata",
        &[("GET", providers::saml_metadata)],
    ),
];

/// The five methods that production defines on every route (`cockroach_wrapper.jsonl` 3, 4).
const WRAPPED: &str = "DELETE, GET, PATCH, POST, PUT";

/// Answers a request that Admin Router let pass. The body is looked at before the path.
pub(super) fn answer(call: &mut Call<'_>) -> Reply {
    call.body = protocol::read(call.request)?;
    let Some((route, ids)) = route(call) else {
        return Err(protocol::empty(404)); // protocol.jsonl 2
    };
    call.ids = ids;
    let method = call.request.method.as_str();
    let handler = route.methods.iter().find(|(known, _)| *known == method);
    match handler {
        Some((_, handler)) => handler(call),
        None => Err(refused(method)),
    }
}

/// In production every route takes the five methods and fails at those it does not have
/// (`cockroach_wrapper.jsonl` 1, 2); it says no to `HEAD` (3) and lists them for `OPTIONS` (4).
fn refused(method: &str) -> Answer {
    if WRAPPED.split(", ").any(|known| known == method) {
        return protocol::server_error();
    }
    match method {
        "OPTIONS" => protocol::empty(200).with_header("allow", WRAPPED),
        _ => protocol::empty(405).with_header("allow", format!("{WRAPPED}, OPTIONS")),
    }
}

/// The route and the identifiers in the path. One slash may follow (protocol.jsonl 3), two may
/// not stand together (4).
fn route(call: &Call<'_>) -> Option<(&'static Route, Vec<String>)> {
    let path = call.request.path.strip_prefix(names::BASE)?;
    let path = decoded(path);
    let path = path.strip_suffix('/').unwrap_or(&path).strip_prefix('/')?;
    let segments: Vec<&str> = path.split('/').collect();
    if segments.iter().any(|segment| segment.is_empty()) {
        return None;
    }
    let here = ROUTES
        .iter()
        .filter(|route| route.open || call.edition == Edition::Enterprise);
    let mut fitting = here.filter_map(|route| Some((route, fit(route.form, &segments)?)));
    fitting.next()
}

/// The identifiers, if the segments are of that form.
fn fit(form: &str, segments: &[&str]) -> Option<Vec<String>> {
    if form.split('/').count() != segments.len() {
        return None;
    }
    let mut ids = Vec::new();
    for (part, segment) in form.split('/').zip(segments) {
        match part {
            "*" => ids.push((*segment).to_owned()),
            part if part == *segment => {}
            _ => return None,
        }
    }
    Some(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_takes_its_identifiers_out_of_the_path() {
        let ids = fit("acls/*/users/*", &["acls", "dcos:a", "users", "bob"]);
        assert_eq!(ids, Some(vec!["dcos:a".to_owned(), "bob".to_owned()]));
        assert_eq!(
            fit("acls/*/users/*", &["acls", "dcos:a", "groups", "bob"]),
            None
        );
        assert_eq!(fit("users", &["users", "bob"]), None);
    }

    #[test]
    fn a_method_nobody_defined_fails_as_production_fails() {
        assert_eq!(refused("POST").status, 500);
        assert_eq!(
            refused("HEAD").header("allow"),
            Some("DELETE, GET, PATCH, POST, PUT, OPTIONS")
        );
        assert_eq!(refused("OPTIONS").status, 200);
    }
}
