//! The paths of connectors, phrases, templates, hooks, the log, scripts and the CAPTCHA provider.

use super::route::{Route, route};
use super::{
    captcha, connectors, custom_phrases, customizers, email_templates, hooks, log, sso_connectors,
};

/// Their routes.
pub(super) const ROUTES: &[Route] = &[
    route("GET", "/api/connectors", connectors::list),
    route("POST", "/api/connectors", connectors::create),
    route("GET", "/api/connectors/:id", connectors::get),
    route("PATCH", "/api/connectors/:id", connectors::patch),
    route("DELETE", "/api/connectors/:id", connectors::delete),
    route("POST", "/api/connectors/:factory/test", connectors::test),
    route("GET", "/api/sso-connectors", sso_connectors::list),
    route("POST", "/api/sso-connectors", sso_connectors::create),
    route("GET", "/api/sso-connectors/:id", sso_connectors::get),
    route("PATCH", "/api/sso-connectors/:id", sso_connectors::patch),
    route("DELETE", "/api/sso-connectors/:id", sso_connectors::delete),
    route("GET", "/api/custom-phrases", custom_phrases::list),
    route("GET", "/api/custom-phrases/:tag", custom_phrases::get),
    route("PUT", "/api/custom-phrases/:tag", custom_phrases::put),
    route("DELETE", "/api/custom-phrases/:tag", custom_phrases::delete),
    route("GET", "/api/email-templates", email_templates::list),
    route("PUT", "/api/email-templates", email_templates::put),
    route(
        "DELETE",
        "/api/email-templates",
        email_templates::delete_some,
    ),
    route("GET", "/api/email-templates/:id", email_templates::get),
    route(
        "DELETE",
        "/api/email-templates/:id",
        email_templates::delete,
    ),
    route(
        "PATCH",
        "/api/email-templates/:id/details",
        email_templates::patch_details,
    ),
    route("GET", "/api/hooks", hooks::list),
    route("POST", "/api/hooks", hooks::create),
    route("GET", "/api/hooks/:id", hooks::get),
    route("PATCH", "/api/hooks/:id", hooks::patch),
    route("DELETE", "/api/hooks/:id", hooks::delete),
    route("PATCH", "/api/hooks/:id/signing-key", hooks::rotate_key),
    route("GET", "/api/hooks/:id/recent-logs", log::of_hook),
    route("POST", "/api/hooks/:id/test", hooks::test),
    route("GET", "/api/logs", log::list),
    route("GET", "/api/logs/:id", log::get),
    route("GET", "/api/configs/jwt-customizer", customizers::list),
    route("GET", "/api/configs/jwt-customizer/:type", customizers::get),
    route("PUT", "/api/configs/jwt-customizer/:type", customizers::put),
    route(
        "PATCH",
        "/api/configs/jwt-customizer/:type",
        customizers::patch,
    ),
    route(
        "DELETE",
        "/api/configs/jwt-customizer/:type",
        customizers::delete,
    ),
    route("GET", "/api/configs/actions", customizers::list),
    route("GET", "/api/configs/actions/:type", customizers::get),
    route("PUT", "/api/configs/actions/:type", customizers::put),
    route("PATCH", "/api/configs/actions/:type", customizers::patch),
    route("DELETE", "/api/configs/actions/:type", customizers::delete),
    route("GET", "/api/captcha-provider", captcha::get),
    route("PUT", "/api/captcha-provider", captcha::put),
    route("DELETE", "/api/captcha-provider", captcha::delete),
];
