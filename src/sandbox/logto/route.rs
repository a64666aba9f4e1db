//! Which paths there are, and what answers them.

use super::call::Call;
use super::refusal::Reply;
use super::{
    access_control, application_parts, application_roles, applications, connected, consents,
    constants, domains, identities, organization_routes, profile_fields, resources, role_relations,
    roles, scopes, sign_in_experience, singles, token, user_parts, user_roles, users,
};
use crate::sandbox::exchange::{Request, decoded};

/// What answers a request.
pub(super) type Handler = fn(&mut Call<'_>) -> Reply;

/// A method on a path.
#[derive(Clone, Copy)]
pub(super) struct Route {
    pub(super) method: &'static str,
    /// Segments that begin with `:` are parameters.
    pub(super) path: &'static str,
    pub(super) answer: Handler,
    /// Needs no token.
    pub(super) open: bool,
}

/// What a method and a path lead to.
pub(super) enum Found {
    /// A route, with its parameters.
    Route(Route, Vec<String>),
    /// The path is there, the method is not; the methods that are.
    OtherMethods(String),
    /// The path is not there.
    Nothing,
}

pub(super) const fn route(method: &'static str, path: &'static str, answer: Handler) -> Route {
    Route {
        method,
        path,
        answer,
        open: false,
    }
}

pub(super) const fn open(method: &'static str, path: &'static str, answer: Handler) -> Route {
    Route {
        method,
        path,
        answer,
        open: true,
    }
}

/// The tables of all paths.
const TABLES: &[&[Route]] = &[ROUTES, organization_routes::ROUTES, connected::ROUTES];

const ROUTES: &[Route] = &[
    open("POST", "/oidc/token", token::answer),
    open("GET", "/api/status", constants::status),
    route("GET", "/api/applications", applications::list),
    route("POST", "/api/applications", applications::create),
    route("GET", "/api/applications/:id", applications::get),
    route("PATCH", "/api/applications/:id", applications::patch),
    route("DELETE", "/api/applications/:id", applications::delete),
    route(
        "PATCH",
        "/api/applications/:id/custom-data",
        applications::patch_custom_data,
    ),
    route(
        "GET",
        "/api/applications/:id/secrets",
        application_parts::list_secrets,
    ),
    route(
        "POST",
        "/api/applications/:id/secrets",
        application_parts::create_secret,
    ),
    route(
        "PATCH",
        "/api/applications/:id/secrets/:name",
        application_parts::rename_secret,
    ),
    route(
        "DELETE",
        "/api/applications/:id/secrets/:name",
        application_parts::delete_secret,
    ),
    route(
        "GET",
        "/api/applications/:id/sign-in-experience",
        application_parts::get_experience,
    ),
    route(
        "PUT",
        "/api/applications/:id/sign-in-experience",
        application_parts::put_experience,
    ),
    route(
        "GET",
        "/api/applications/:id/user-consent-scopes",
        consents::get,
    ),
    route(
        "POST",
        "/api/applications/:id/user-consent-scopes",
        consents::add,
    ),
    route(
        "DELETE",
        "/api/applications/:id/user-consent-scopes/:type/:scope",
        consents::delete,
    ),
    route(
        "GET",
        "/api/applications/:id/access-control",
        access_control::get,
    ),
    route(
        "PUT",
        "/api/applications/:id/access-control",
        access_control::put,
    ),
    route(
        "GET",
        "/api/applications/:id/roles",
        application_roles::list,
    ),
    route(
        "POST",
        "/api/applications/:id/roles",
        application_roles::add,
    ),
    route(
        "PUT",
        "/api/applications/:id/roles",
        application_roles::replace,
    ),
    route(
        "DELETE",
        "/api/applications/:id/roles/:role",
        application_roles::delete,
    ),
    route("GET", "/api/resources", resources::list),
    route("POST", "/api/resources", resources::create),
    route("GET", "/api/resources/:id", resources::get),
    route("PATCH", "/api/resources/:id", resources::patch),
    route("DELETE", "/api/resources/:id", resources::delete),
    route(
        "PATCH",
        "/api/resources/:id/is-default",
        resources::set_default,
    ),
    route("GET", "/api/resources/:id/scopes", scopes::list),
    route("POST", "/api/resources/:id/scopes", scopes::create),
    route("PATCH", "/api/resources/:id/scopes/:scope", scopes::patch),
    route("DELETE", "/api/resources/:id/scopes/:scope", scopes::delete),
    route("GET", "/api/roles", roles::list),
    route("POST", "/api/roles", roles::create),
    route("GET", "/api/roles/:id", roles::get),
    route("PATCH", "/api/roles/:id", roles::patch),
    route("DELETE", "/api/roles/:id", roles::delete),
    route("GET", "/api/roles/:id/scopes", role_relations::list_scopes),
    route("POST", "/api/roles/:id/scopes", role_relations::add_scopes),
    route(
        "DELETE",
        "/api/roles/:id/scopes/:scope",
        role_relations::delete_scope,
    ),
    route("GET", "/api/roles/:id/users", role_relations::list_users),
    route("POST", "/api/roles/:id/users", role_relations::add_users),
    route(
        "DELETE",
        "/api/roles/:id/users/:user",
        role_relations::delete_user,
    ),
    route(
        "GET",
        "/api/roles/:id/applications",
        role_relations::list_applications,
    ),
    route(
        "POST",
        "/api/roles/:id/applications",
        role_relations::add_applications,
    ),
    route(
        "DELETE",
        "/api/roles/:id/applications/:app",
        role_relations::delete_application,
    ),
    route("GET", "/api/users", users::list),
    route("POST", "/api/users", users::create),
    route("GET", "/api/users/:id", users::get),
    route("PATCH", "/api/users/:id", users::patch),
    route("DELETE", "/api/users/:id", users::delete),
    route(
        "GET",
        "/api/users/:id/custom-data",
        user_parts::get_custom_data,
    ),
    route(
        "PATCH",
        "/api/users/:id/custom-data",
        user_parts::patch_custom_data,
    ),
    route("PATCH", "/api/users/:id/profile", user_parts::patch_profile),
    route("PATCH", "/api/users/:id/password", user_parts::set_password),
    route(
        "POST",
        "/api/users/:id/password/verify",
        user_parts::verify_password,
    ),
    route(
        "GET",
        "/api/users/:id/has-password",
        user_parts::has_password,
    ),
    route("PATCH", "/api/users/:id/is-suspended", user_parts::suspend),
    route(
        "GET",
        "/api/users/:id/logto-configs",
        user_parts::get_configs,
    ),
    route(
        "PATCH",
        "/api/users/:id/logto-configs",
        user_parts::patch_configs,
    ),
    route("GET", "/api/users/:id/roles", user_roles::list),
    route("POST", "/api/users/:id/roles", user_roles::add),
    route("PUT", "/api/users/:id/roles", user_roles::replace),
    route("DELETE", "/api/users/:id/roles/:role", user_roles::delete),
    route(
        "GET",
        "/api/users/:id/mfa-verifications",
        identities::list_factors,
    ),
    route(
        "POST",
        "/api/users/:id/mfa-verifications",
        identities::add_factor,
    ),
    route(
        "DELETE",
        "/api/users/:id/mfa-verifications/:factor",
        identities::delete_factor,
    ),
    route(
        "GET",
        "/api/users/:id/personal-access-tokens",
        identities::list_tokens,
    ),
    route(
        "POST",
        "/api/users/:id/personal-access-tokens",
        identities::add_token,
    ),
    route(
        "DELETE",
        "/api/users/:id/personal-access-tokens/:name",
        identities::delete_token,
    ),
    route("POST", "/api/users/:id/identities", identities::link),
    route("PUT", "/api/users/:id/identities/:target", identities::put),
    route(
        "DELETE",
        "/api/users/:id/identities/:target",
        identities::delete,
    ),
    route("GET", "/api/users/:id/all-identities", identities::all),
    route("GET", "/api/users/:id/grants", user_parts::grants),
    route("GET", "/api/sign-in-exp", sign_in_experience::get),
    route("PATCH", "/api/sign-in-exp", sign_in_experience::patch),
    route("GET", "/api/account-center", singles::get),
    route("PATCH", "/api/account-center", singles::write),
    route("GET", "/api/configs/id-token", singles::get),
    route("PUT", "/api/configs/id-token", singles::write),
    route("GET", "/api/configs/oidc/session", singles::get),
    route("PATCH", "/api/configs/oidc/session", singles::write),
    route("GET", "/api/configs/admin-console", singles::get),
    route("PATCH", "/api/configs/admin-console", singles::write),
    route("GET", "/api/configs/cimd", singles::get),
    route("PATCH", "/api/configs/cimd", singles::write),
    route(
        "GET",
        "/api/cimd/user-consent-scopes",
        consents::get_unregistered,
    ),
    route(
        "POST",
        "/api/cimd/user-consent-scopes",
        consents::add_unregistered,
    ),
    route(
        "DELETE",
        "/api/cimd/user-consent-scopes/:type/:scope",
        consents::delete_unregistered,
    ),
    route("GET", "/api/custom-profile-fields", profile_fields::list),
    route("POST", "/api/custom-profile-fields", profile_fields::create),
    route(
        "POST",
        "/api/custom-profile-fields/batch",
        profile_fields::create_many,
    ),
    route(
        "POST",
        "/api/custom-profile-fields/properties/sie-order",
        profile_fields::order,
    ),
    route(
        "GET",
        "/api/custom-profile-fields/:name",
        profile_fields::get,
    ),
    route(
        "PUT",
        "/api/custom-profile-fields/:name",
        profile_fields::put,
    ),
    route(
        "DELETE",
        "/api/custom-profile-fields/:name",
        profile_fields::delete,
    ),
    route("GET", "/api/domains", domains::list),
    route("POST", "/api/domains", domains::create),
    route("GET", "/api/domains/:id", domains::get),
    route("DELETE", "/api/domains/:id", domains::delete),
    route(
        "GET",
        "/api/domains/:id/verification-files",
        domains::get_files,
    ),
    route(
        "PUT",
        "/api/domains/:id/verification-files",
        domains::put_files,
    ),
];

/// All routes.
fn all() -> impl Iterator<Item = &'static Route> {
    TABLES.iter().copied().flatten()
}

/// What answers `method` on `path`, which is raw.
pub(super) fn find(method: &str, path: &str) -> Found {
    if !path.starts_with("/api/") && path != "/oidc/token" {
        return Found::Route(open("GET", "", constants::sign_in_page), Vec::new());
    }
    // A slash at the end is no matter (`auth.jsonl` 34), two in the middle are (35).
    let path = path.strip_suffix('/').unwrap_or(path);
    let on_path = || all().filter_map(|route| Some((route, params(route.path, path)?)));
    let wanted = if method == "HEAD" { "GET" } else { method };
    if let Some((route, params)) = on_path().find(|(route, _)| route.method == wanted) {
        return Found::Route(*route, params);
    }
    let allowed: Vec<_> = on_path().map(|(route, _)| route.method).collect();
    if !allowed.is_empty() {
        return Found::OtherMethods(allowed.join(", ").replace("GET", "HEAD, GET"));
    }
    if constants::knows(path) {
        return Found::Route(route("GET", "", constants::answer), Vec::new());
    }
    Found::Nothing
}

fn params(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut given = path.split('/');
    for wanted in pattern.split('/') {
        let segment = given.next()?;
        if wanted.starts_with(':') && !segment.is_empty() {
            found.push(decoded(segment));
        } else if wanted != segment {
            return None;
        }
    }
    given.next().is_none().then_some(found)
}

/// Whether the request only reads.
pub(super) fn is_read(request: &Request) -> bool {
    matches!(request.method.as_str(), "GET" | "HEAD")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(method: &str, path: &str) -> Option<Vec<String>> {
        match find(method, path) {
            Found::Route(_, params) => Some(params),
            _ => None,
        }
    }

    #[test]
    fn parameters_are_decoded_and_slashes_at_the_end_forgiven() {
        let found = parameters("DELETE", "/api/applications/a/secrets/Default%20secret");
        assert_eq!(found.unwrap(), ["a", "Default secret"]);
        assert_eq!(parameters("GET", "/api/roles/a%2Fb").unwrap(), ["a/b"]);
        assert!(parameters("GET", "/api/roles/").is_some());
        assert!(matches!(find("GET", "/api//roles"), Found::Nothing));
    }

    #[test]
    fn a_wrong_method_names_the_right_ones() {
        let allowed = |method, path| match find(method, path) {
            Found::OtherMethods(allowed) => allowed,
            _ => String::new(),
        };
        assert_eq!(allowed("PUT", "/api/applications"), "HEAD, GET, POST");
        assert_eq!(allowed("GET", "/api/resources/a/scopes/b"), "PATCH, DELETE");
        assert_eq!(allowed("PUT", "/api/roles/a/scopes"), "HEAD, GET, POST");
    }

    #[test]
    fn no_two_routes_are_the_same() {
        let mut seen: Vec<_> = all().map(|route| (route.method, route.path)).collect();
        let all = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), all);
    }
}
