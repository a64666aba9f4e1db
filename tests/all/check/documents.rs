//! What documents say once they are read: bodies, references, relations, children.

use serde_json::json;
use tenantry::base::{Address, Part, SecretSource, Unknown, Value};
use tenantry::manifest::{Document, Manifests};

use super::{drawn, text};

/// A tenant and a cluster to live in.
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
";

fn read(documents: &str) -> Manifests {
    text(&format!("{TARGETS}{documents}"))
}

fn sound(documents: &str) -> Vec<Document> {
    let read = read(documents);
    assert!(read.diagnostics.is_empty(), "{}", drawn(&read.diagnostics));
    read.documents
}

fn one(documents: &[Document], address: &str) -> Document {
    let address: Address = address.parse().expect("an address");
    let found = documents
        .iter()
        .find(|document| document.address == address);
    found.unwrap_or_else(|| panic!("no {address}")).clone()
}

fn id(address: &str) -> Value {
    Value::Unknown(Unknown::output(address.parse().expect("an address"), "id"))
}

const ORDERS: &str = "\
apiVersion: logto/v1
kind: ApiResource
metadata: {name: orders, tenant: acme, labels: {team: shop}}
lifecycle: {onRemove: retain, movedFrom: old}
spec:
  indicator: https://orders.test
  scopes: {exactly: [{name: 'read:/all', description: }, {name: write}]}
---
apiVersion: logto/v1
kind: Scope
metadata: {name: export, tenant: acme}
spec: {resource: orders}
---
apiVersion: logto/v1
kind: Role
metadata: {name: clerk, tenant: acme}
spec:
  description: x
  scopes:
    - orders.write
    - {ref: scope/export}
    - {lookup: scope, resource: {ref: apiresource/orders}, name: live}
---
";

#[test]
fn a_name_that_is_not_written_is_the_metadatas() {
    let documents = sound(ORDERS);
    let orders = one(&documents, "acme/apiresource/orders");
    let body = json!({"name": "orders", "indicator": "https://orders.test"});
    assert_eq!(orders.body, Value::from(body));
    assert_eq!(orders.home, Some(Address::top("tenant", "acme")));
    assert_eq!(orders.root, "a.yaml");
}

#[test]
fn a_child_is_a_document_of_its_own_that_goes_with_its_parent() {
    let documents = sound(ORDERS);
    let child = one(&documents, "acme/scope/orders.read:/all");
    assert_eq!(
        child.body.get("resource"),
        Some(&id("acme/apiresource/orders"))
    );
    assert_eq!(child.body.get("name"), Some(&"read:/all".into()));
    assert_eq!(child.body.get("description"), Some(&Value::Null));
    assert_eq!(
        child.parent,
        Some(Address::within("acme", "apiresource", "orders"))
    );
    assert!(child.lifecycle.retain && child.lifecycle.adopt);
    assert_eq!(
        child.lifecycle.moved_from,
        Some(Address::within("acme", "scope", "old.read:/all"))
    );
    assert_eq!(child.labels["team"], "shop");
    let parent = one(&documents, "acme/apiresource/orders");
    assert_eq!(parent.exact_children["scopes"].len(), 2);
    assert_eq!(parent.body.get("scopes"), None);
}

#[test]
fn a_relation_leaves_the_body_and_names_both_ends() {
    let documents = sound(ORDERS);
    let clerk = one(&documents, "acme/role/clerk");
    assert_eq!(clerk.body.get("scopes"), None);
    let scopes = &clerk.relations["scopes"];
    let labels: Vec<_> = scopes
        .edges
        .iter()
        .map(|edge| edge.label.as_str())
        .collect();
    assert_eq!(
        labels,
        ["scope/orders.write", "scope/export", "scope (name live)"]
    );
    assert_eq!(scopes.edges[0].key, [id("acme/scope/orders.write")]);
    assert_eq!(
        scopes.edges[0].to,
        Some(Address::within("acme", "scope", "orders.write"))
    );
    assert_eq!(scopes.edges[2].to, None);
    assert!(!scopes.exactly);
    let Value::Unknown(lookup) = &scopes.edges[2].key[0] else {
        panic!("unknown")
    };
    let Part::Lookup {
        target,
        kind,
        fields,
    } = &lookup.parts[0]
    else {
        panic!("a lookup")
    };
    assert_eq!((target.as_str(), kind.as_str()), ("acme", "scope"));
    assert_eq!(fields["resource"], id("acme/apiresource/orders"));
}

#[test]
fn a_connected_tenant_has_no_home_and_a_made_one_the_account() {
    let made = "\
apiVersion: logto/v1
kind: Tenant
metadata: {name: new}
spec: {tag: development, regionName: EU}
";
    let documents = sound(made);
    assert_eq!(one(&documents, "tenant/acme").home, None);
    assert_eq!(one(&documents, "tenant/acme").body.get("name"), None);
    let new = one(&documents, "tenant/new");
    assert_eq!(new.home, Some(Address::top("account", "default")));
    assert_eq!(new.body.get("name"), Some(&"new".into()));
    assert_eq!(
        one(&documents, "account/default").body,
        Value::from(json!({}))
    );
}

#[test]
fn a_declared_account_serves_and_leaves_the_body() {
    let made = "\
apiVersion: logto/v1
kind: Account
metadata: {name: main}
---
apiVersion: logto/v1
kind: Tenant
metadata: {name: new}
spec: {account: main, tag: development, regionName: EU}
---
apiVersion: logto/v1
kind: Tenant
metadata: {name: other}
spec: {tag: development, regionName: EU}
";
    let documents = sound(made);
    for name in ["tenant/new", "tenant/other"] {
        let tenant = one(&documents, name);
        assert_eq!(tenant.home, Some(Address::top("account", "main")));
        assert_eq!(tenant.body.get("account"), None);
    }
    assert!(
        !documents
            .iter()
            .any(|document| document.address.name() == "default")
    );
}

const DCOS: &str = "\
apiVersion: dcos/v1
kind: Group
metadata: {name: ops, cluster: prod}
spec:
  members: {exactly: [alice, {ref: serviceaccount/bot}]}
  permissions:
    'dcos:x': [full]
    'dcos:service:/a': {exactly: [read, update]}
---
apiVersion: dcos/v1
kind: User
metadata: {name: alice, cluster: prod}
spec: {password: {file: alice.txt}}
---
apiVersion: dcos/v1
kind: ServiceAccount
metadata: {name: bot, cluster: prod}
spec: {description: x}
---
apiVersion: dcos/v1
kind: Acl
metadata: {name: shop, cluster: prod}
spec: {rid: 'dcos:service:/a'}
";

#[test]
fn permissions_are_edges_by_resource_and_word() {
    let documents = sound(DCOS);
    let group = one(&documents, "prod/group/ops");
    let permissions = &group.relations["permissions"];
    let edges: Vec<_> = permissions
        .edges
        .iter()
        .map(|e| (e.label.as_str(), e.to.clone()))
        .collect();
    let shop = Some(Address::within("prod", "acl", "shop"));
    assert_eq!(
        edges,
        [
            ("dcos:x full", None),
            ("dcos:service:/a read", shop.clone()),
            ("dcos:service:/a update", shop)
        ]
    );
    assert_eq!(permissions.edges[0].key, ["dcos:x".into(), "full".into()]);
    assert!(
        permissions
            .exactly_items
            .contains(&"dcos:service:/a".into())
    );
    let members = &group.relations["members"];
    assert!(members.exactly);
    let to: Vec<_> = members
        .edges
        .iter()
        .filter_map(|e| e.to.as_ref())
        .map(Address::kind)
        .collect();
    assert_eq!(to, ["user", "serviceaccount"]);
}

#[test]
fn secrets_are_sources_and_never_texts() {
    let documents = sound(DCOS);
    let alice = one(&documents, "prod/user/alice");
    let Some(Value::Secret(password)) = alice.body.get("password") else {
        panic!("a secret")
    };
    assert_eq!(
        password.source,
        Some(SecretSource::File("alice.txt".into()))
    );
}

#[test]
fn a_secret_output_of_another_object_is_a_source() {
    let documents = sound(
        "\
apiVersion: dcos/v1
kind: User
metadata: {name: alice, cluster: prod}
spec: {password: {ref: acme/application/web, field: clientSecret}}
---
apiVersion: logto/v1
kind: Application
metadata: {name: web, tenant: acme}
spec: {type: Traditional, description: {join: [at, ' ', {ref: tenant/acme, field: endpoint}]}, customData: {exactly: {a: {ref: x}}}}
",
    );
    let alice = one(&documents, "prod/user/alice");
    let Some(Value::Secret(password)) = alice.body.get("password") else {
        panic!("a secret")
    };
    let web = Address::within("acme", "application", "web");
    assert_eq!(
        password.source,
        Some(SecretSource::Output(web.clone(), "clientSecret".into()))
    );
    let web = one(&documents, &web.to_string());
    let Some(Value::Unknown(joined)) = web.body.get("description") else {
        panic!("unknown")
    };
    assert_eq!(joined.parts.len(), 3);
    assert_eq!(
        web.body.get("customData"),
        Some(&Value::from(json!({"a": {"ref": "x"}})))
    );
    assert_eq!(
        web.exact
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["customData"]
    );
}

#[test]
fn fields_know_where_they_were_written() {
    let documents = sound(DCOS);
    let group = one(&documents, "prod/group/ops");
    let place = group
        .origin
        .field(&"permissions".parse().expect("a path"))
        .expect("a place");
    assert_eq!((place.at.line, place.at.column), (16, 3));
    let whole = group
        .origin
        .field(&"description".parse().expect("a path"))
        .expect("a place");
    assert_eq!(whole.at.line, 14);
}

#[test]
fn a_text_from_a_file_is_held_to_the_fields_bounds() {
    let folder = tempfile::tempdir().expect("a folder");
    let write =
        |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    write(
        "a.yaml",
        &format!(
            "{TARGETS}apiVersion: logto/v1\nkind: Scope\nmetadata: {{name: x, tenant: acme}}\nspec: {{resource: orders, name: {{file: name.txt}}}}\n---\n{ORDERS}"
        ),
    );
    write("name.txt", "two words");
    let read = super::folder(&[folder.path().to_str().expect("a path")]);
    let codes: Vec<_> = read.diagnostics.iter().map(|fault| fault.code.0).collect();
    assert_eq!(codes, ["E0208"], "{}", drawn(&read.diagnostics));
    assert!(
        read.diagnostics[0].message.contains("in `name`"),
        "{}",
        read.diagnostics[0]
    );
}

/// The messages about roles, each with its name and the one that it had.
fn renamed(roles: &[(&str, &str)]) -> Vec<String> {
    let roles = roles.iter().map(|(name, old)| {
        format!(
            "apiVersion: logto/v1\nkind: Role\nmetadata: {{name: {name}, tenant: acme}}\n\
             lifecycle: {{movedFrom: {old}}}\nspec: {{description: d}}\n---\n"
        )
    });
    let found = read(&roles.collect::<String>()).diagnostics;
    found.into_iter().map(|one| one.message).collect()
}

#[test]
fn old_names_that_contradict_each_other_are_errors() {
    assert_eq!(renamed(&[("c", "b"), ("b", "a")]), [""; 0]);
    assert_eq!(
        renamed(&[("a", "b"), ("b", "a"), ("x", "z")]),
        ["these take each other's names: `acme/role/b`, `acme/role/a`"]
    );
    assert_eq!(
        renamed(&[("b", "a"), ("c", "a")]),
        ["`acme/role/b` and `acme/role/c` both say that they were `acme/role/a`"]
    );
    assert_eq!(
        renamed(&[("a", "a")]),
        ["`acme/role/a` says that it was called so before"]
    );
    let cluster = "apiVersion: dcos/v1\nkind: Cluster\nmetadata: {name: west}\n\
                   lifecycle: {movedFrom: prod}\n\
                   spec: {connection: {url: 'https://w.test', login: {uid: x, password: {env: P}}}}\n";
    let found = read(cluster).diagnostics;
    assert_eq!(found.len(), 1, "{}", drawn(&found));
    assert_eq!(
        found[0].message,
        "`cluster/west` says that it was `cluster/prod`, which another document is now"
    );
}
