//! `{builtin: …}`: what every tenant has from the start, whose ids differ from tenant to tenant.

use super::reading::Lists;
use super::resolve::Known;
use super::targets::Targets;
use crate::base::Value;
use crate::kind::{Api, Live};

/// The scope `all` of the Management API.
pub(super) const ALL: &str = "management-api-all";
/// The role "Logto Management API access".
pub(super) const ACCESS: &str = "management-api-access";

/// Finds the built-ins of every tenant whose lists were read.
pub(super) fn find(targets: &Targets, lists: &Lists, known: &mut Known) {
    for (address, target) in targets
        .all
        .iter()
        .filter(|(_, target)| target.api == Api::Logto)
    {
        let list = |kind: &'static str| {
            let list = lists.all.get(&(address.clone(), kind));
            list.map_or(&[][..], Vec::as_slice)
        };
        for (name, _, live) in among(&target.settings, list) {
            let key = (address.name().to_owned(), name.to_owned());
            known.builtins.insert(key, live.id.clone());
        }
    }
}

/// The built-ins among the live objects of a tenant with these settings, each with its word and
/// kind: the scope by the tenant's resource indicator, which on the Cloud is its endpoint and `/api`
/// (reference/logto-cloud.md, "The way into a tenant"), the role by its name
/// (reference/logto-management.md, section 2.2).
pub(super) fn among<'l>(
    settings: &Value,
    list: impl Fn(&'static str) -> &'l [Live],
) -> Vec<(&'static str, &'static str, &'l Live)> {
    let is = |live: &&Live, field: &str, value: Option<&Value>| live.value.get(field) == value;
    let endpoint = settings.get("endpoint").and_then(Value::as_text);
    let beside = endpoint.map(|url| Value::text(format!("{}/api", url.trim_end_matches('/'))));
    let indicators = [settings.get("resource"), beside.as_ref()];
    let mut indicators = indicators.into_iter().flatten();
    let resource = indicators.find_map(|indicator| {
        let mut resources = list("apiresource").iter();
        resources.find(|live| is(live, "indicator", Some(indicator)))
    });
    let id = resource.map(|live| Value::text(live.id.as_str()));
    let all = list("scope").iter().find(|live| {
        id.is_some() && is(live, "resource", id.as_ref()) && is(live, "name", Some(&"all".into()))
    });
    let name = Value::text("Logto Management API access");
    let role = list("role")
        .iter()
        .find(|live| is(live, "name", Some(&name)));
    let all = all.map(|live| (ALL, "scope", live));
    let role = role.map(|live| (ACCESS, "role", live));
    all.into_iter().chain(role).collect()
}
