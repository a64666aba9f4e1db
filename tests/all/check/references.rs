//! Where references lead, and what is said if they lead nowhere.

use super::text;

const TARGETS: &str = "\
apiVersion: logto/v1
kind: Tenant
metadata: {name: acme}
spec: {connection: {endpoint: 'http://localhost:3001', clientId: x, clientSecret: {env: S}}}
---
apiVersion: dcos/v1
kind: Cluster
metadata: {name: prod}
spec: {connection: {url: 'https://dcos.test', login: {uid: x, password: {env: P}}}}
---
apiVersion: logto/v1
kind: Application
metadata: {name: web, tenant: acme}
spec: {type: Traditional}
---
";

/// The codes and hints of what is said about a spec of a DC/OS user.
fn said_of_user(spec: &str) -> Vec<(&'static str, String)> {
    said(&format!(
        "apiVersion: dcos/v1\nkind: User\nmetadata: {{name: alice, cluster: prod}}\nspec: {spec}\n"
    ))
}

fn said(documents: &str) -> Vec<(&'static str, String)> {
    let read = text(&format!("{TARGETS}{documents}"));
    let hint = |hints: &[String]| hints.first().cloned().unwrap_or_default();
    read.diagnostics
        .iter()
        .map(|fault| (fault.code.0, hint(&fault.hints)))
        .collect()
}

#[track_caller]
fn is(said: &[(&'static str, String)], code: &str, hint: &str) {
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!((said[0].0, said[0].1.as_str()), (code, hint));
}

#[test]
fn a_slip_in_any_word_of_a_reference_gets_the_nearest() {
    let password =
        |to: &str| said_of_user(&format!("{{password: {{ref: {to}, field: clientSecret}}}}"));
    is(
        &password("acmee/application/web"),
        "E0204",
        "did you mean `acme/application/web`?",
    );
    is(
        &password("acme/aplication/web"),
        "E0204",
        "did you mean `acme/application/web`?",
    );
    is(
        &password("acme/application/wob"),
        "E0204",
        "did you mean `acme/application/web`?",
    );
    is(
        &password("aplication/web"),
        "E0229",
        "did you mean `application/web`?",
    );
    is(
        &password("application/web"),
        "E0204",
        "there is `acme/application/web`",
    );
}

#[test]
fn a_reference_to_another_tenants_object_is_followed() {
    assert_eq!(
        said_of_user("{password: {ref: acme/application/web, field: clientSecret}}"),
        []
    );
    assert_eq!(
        said_of_user("{password: {ref: acme/application/web, field: 'secrets.a b.c'}}"),
        []
    );
    assert_eq!(
        said_of_user("{description: {ref: cluster/prod, field: url}, password: {env: P}}"),
        []
    );
}

#[test]
fn what_is_no_secret_is_no_source_of_one() {
    let said = said_of_user("{password: {ref: acme/application/web, field: clientId}}");
    is(
        &said,
        "E0219",
        "its secret outputs: `clientSecret`, `secrets.*`",
    );
    let said = said_of_user("{password: {ref: cluster/prod}}");
    is(&said, "E0219", "a `cluster` has no secret output");
}

#[test]
fn a_name_with_its_kind_wants_the_marker() {
    let group = "apiVersion: dcos/v1\nkind: Group\nmetadata: {name: ops, cluster: prod}\nspec: {members: [user/alice]}\n";
    is(&said(group), "E0229", "write `{ref: user/alice}`");
}

#[test]
fn a_lookup_and_a_builtin_are_checked_as_far_as_that_goes_offline() {
    let role = |scope: &str| {
        said(&format!(
            "apiVersion: logto/v1\nkind: Role\nmetadata: {{name: r, tenant: acme}}\nspec: {{description: x, type: MachineToMachine, scopes: [{scope}]}}\n"
        ))
    };
    assert_eq!(
        role("{lookup: scope, resource: {lookup: apiresource, indicator: x}, name: read}"),
        []
    );
    assert_eq!(role("{builtin: management-api-all}"), []);
    is(
        &role("{builtin: management-api-al}"),
        "E0227",
        "did you mean `management-api-all`?",
    );
    is(
        &role("{builtin: management-api-access}"),
        "E0217",
        "name a `scope`",
    );
    is(&role("{lookup: role, name: x}"), "E0217", "name a `scope`");
    is(
        &role("{lookup: scope, nam: x}"),
        "E0227",
        "did you mean `name`?",
    );
}

#[test]
fn a_singleton_or_key_that_two_documents_share_is_an_error() {
    let user = |name: &str| {
        format!(
            "apiVersion: logto/v1\nkind: User\nmetadata: {{name: {name}, tenant: acme}}\nspec: {{username: same}}\n---\n"
        )
    };
    let all = said(&format!("{}{}", user("a"), user("b")));
    is(
        &all,
        "E0216",
        "a live object has one document: delete one, or write another key",
    );
    let service = "apiVersion: dcos/v1\nkind: ServiceAccount\nmetadata: {name: bot, cluster: prod}\nspec: {uid: alice}\n---\n";
    let alice = "apiVersion: dcos/v1\nkind: User\nmetadata: {name: alice, cluster: prod}\nspec: {password: {env: P}}\n---\n";
    assert_eq!(said(&format!("{service}{alice}"))[0].0, "E0216");
}

#[test]
fn tenants_and_clusters_share_one_namespace() {
    let twin = "apiVersion: logto/v1\nkind: Tenant\nmetadata: {name: prod}\nspec: {tag: development, regionName: EU}\n";
    assert_eq!(said(twin)[0].0, "E0215");
}

#[test]
fn of_several_accounts_the_tenant_names_one() {
    let account = |name: &str| {
        format!("apiVersion: logto/v1\nkind: Account\nmetadata: {{name: {name}}}\n---\n")
    };
    let tenant = "apiVersion: logto/v1\nkind: Tenant\nmetadata: {name: new}\nspec: {tag: development, regionName: EU}\n---\n";
    let two = said(&format!("{}{}{tenant}", account("a"), account("b")));
    is(&two, "E0224", "add `account: NAME`; there are `a`, `b`");
    assert_eq!(
        said(&format!("{}{}{tenant}", account("a"), account("default"))),
        []
    );
}

#[test]
fn a_circle_is_named_edge_by_edge() {
    let circle = "\
apiVersion: logto/v1
kind: Application
metadata: {name: a, tenant: acme}
spec: {type: SPA, description: {ref: application/b}}
---
apiVersion: logto/v1
kind: Application
metadata: {name: b, tenant: acme}
spec: {type: SPA, description: {ref: application/c}}
---
apiVersion: logto/v1
kind: Application
metadata: {name: c, tenant: acme}
spec: {type: SPA, description: {join: [x, {ref: application/a}]}}
---
apiVersion: logto/v1
kind: Application
metadata: {name: d, tenant: acme}
spec: {type: SPA, description: {ref: application/d}}
";
    let read = text(&format!("{TARGETS}{circle}"));
    let labels = read
        .diagnostics
        .iter()
        .flat_map(|fault| &fault.places)
        .map(|place| place.label.as_str());
    assert_eq!(
        labels.collect::<Vec<_>>(),
        [
            "`description` of `acme/application/a` needs `acme/application/b`",
            "`description` of `acme/application/b` needs `acme/application/c`",
            "`description` of `acme/application/c` needs `acme/application/a`",
            "`description` of `acme/application/d` needs `acme/application/d`",
        ]
    );
}
