//! Sets of tenants stand for the documents that somebody would have written by hand.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use tempfile::TempDir;
use tenantry::cli::providers::CATALOG;
use tenantry::manifest::{self, Document, Manifests, find};

fn load(folder: &TempDir, files: &[(&str, &str)]) -> Manifests {
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    let (found, faults) = find::find(&[folder.path().to_owned()]);
    assert_eq!(faults, []);
    let (sources, faults) = find::read(&found);
    assert_eq!(faults, []);
    manifest::load(sources, &options(folder.path()))
}

fn options(root: &Path) -> manifest::Options {
    manifest::Options {
        catalog: CATALOG,
        root: root.to_owned(),
        allow_files_outside: false,
    }
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// The messages and what hints at them.
fn said(manifests: &Manifests) -> String {
    let one = |fault: &tenantry::base::Diagnostic| {
        format!(
            "{} {} ({})\n",
            fault.code,
            fault.message,
            fault.hints.join("; ")
        )
    };
    manifests.diagnostics.iter().map(one).collect()
}

const SET: &str = "\
apiVersion: tenantry/v1
kind: TenantSet
metadata: {name: customers}
spec:
  tenants: {file: customers.csv}
  documents: {folder: customer}
";

const TEMPLATE: &str = "\
apiVersion: logto/v1
kind: Tenant
spec: {name: {param: title}, tag: {param: tag}, regionName: EU}
---
apiVersion: logto/v1
kind: ApiResource
metadata: {name: orders, labels: {tag: {param: tag}}}
spec:
  name: {join: [{param: title}, ' orders']}
  indicator: {join: ['https://', {param: name}, '.example.com']}
  accessTokenTtl: {param: ttl}
  scopes: [{name: read}]
---
apiVersion: logto/v1
kind: Role
metadata: {name: clerk}
spec: {description: d, scopes: [orders.read]}
";

const BY_HAND: &str = "\
apiVersion: logto/v1
kind: Tenant
metadata: {name: acme}
spec: {name: 'Acme, Ltd', tag: development, regionName: EU}
---
apiVersion: logto/v1
kind: ApiResource
metadata: {name: orders, tenant: acme, labels: {tag: development}}
spec: {name: 'Acme, Ltd orders', indicator: 'https://acme.example.com', accessTokenTtl: 600, scopes: [{name: read}]}
---
apiVersion: logto/v1
kind: Role
metadata: {name: clerk, tenant: acme}
spec: {description: d, scopes: [orders.read]}
---
apiVersion: logto/v1
kind: Tenant
metadata: {name: globex}
spec: {name: Globex, tag: production, regionName: EU}
---
apiVersion: logto/v1
kind: ApiResource
metadata: {name: orders, tenant: globex, labels: {tag: production}}
spec: {name: Globex orders, indicator: 'https://globex.example.com', scopes: [{name: read}]}
---
apiVersion: logto/v1
kind: Role
metadata: {name: clerk, tenant: globex}
spec: {description: d, scopes: [orders.read]}
";

/// Documents without the places they come from.
fn meant(manifests: &Manifests) -> Vec<String> {
    let one = |d: &Document| {
        format!(
            "{} {:?} {:?} {:?} {:?}",
            d.address, d.home, d.labels, d.body, d.relations
        )
    };
    manifests.documents.iter().map(one).collect()
}

const TABLE: &str =
    "name,title,tag,ttl\nacme,\"Acme, Ltd\",development,600\nglobex,Globex,production,\n";

#[test]
fn a_table_and_a_folder_stand_for_what_is_written_by_hand() {
    let (set, hand) = (folder(), folder());
    let files = [
        ("set.yaml", SET),
        ("customer/all.yaml", TEMPLATE),
        ("customers.csv", TABLE),
    ];
    let stamped = load(&set, &files);
    assert_eq!(said(&stamped), "");
    let written = load(&hand, &[("all.yaml", BY_HAND)]);
    assert_eq!(said(&written), "");
    assert_eq!(meant(&stamped), meant(&written));
}

#[test]
fn a_list_in_the_manifest_does_the_same() {
    let (set, hand) = (folder(), folder());
    let mut text = String::from(
        "apiVersion: tenantry/v1\nkind: TenantSet\nmetadata: {name: customers}\nspec:\n  tenants:\n  \
         - {name: acme, title: 'Acme, Ltd', tag: development, ttl: 600}\n  \
         - {name: globex, title: Globex, tag: production, ttl: null}\n  documents:\n",
    );
    for document in TEMPLATE.split("---\n") {
        let lines = document.lines().collect::<Vec<_>>().join("\n    ");
        text += "  - ";
        text += &lines;
        text += "\n";
    }
    let stamped = load(&set, &[("set.yaml", &text)]);
    assert_eq!(said(&stamped), "");
    assert_eq!(
        meant(&stamped),
        meant(&load(&hand, &[("all.yaml", BY_HAND)]))
    );
}

#[test]
fn what_is_wrong_with_a_template_is_said_once() {
    let template = TEMPLATE.replace("description: d", "descriptino: d");
    let set = folder();
    let files = [
        ("set.yaml", SET),
        ("customer/all.yaml", &template),
        ("customers.csv", TABLE),
    ];
    insta::assert_snapshot!(said(&load(&set, &files)), @r"
    E0203 `acme/role/clerk` has no field `descriptino` (did you mean `description`?; the same is so for one more tenant of the set)
    ");
}

#[test]
fn columns_and_rows_that_are_not_there_are_errors() {
    let template = TEMPLATE.replace("{param: title}, tag", "{param: titel}, tag");
    let table = "name,title,tag,ttl\nacme,Acme,development,600\nacme,Again,production,\n";
    let set = folder();
    let files = [
        ("set.yaml", SET),
        ("customer/all.yaml", &template),
        ("customers.csv", table),
    ];
    insta::assert_snapshot!(said(&load(&set, &files)), @r"
    E0233 the tenant `acme` of the set has no column `titel` (did you mean `title`?)
    E0232 the tenant `acme` is twice in the set (leave one of them out, or call it otherwise)
    ");
    let set = folder();
    let files = [("set.yaml", SET), ("customers.csv", "title\nAcme\n")];
    insta::assert_snapshot!(said(&load(&set, &files)), @r"
    E0232 the table `customers.csv`: no column is called `name` (its first line has the columns' names, `name` among them; each further line is a tenant)
    E0231 the folder `customer` has no manifests (name a folder of templates alone)
    ");
}

#[test]
fn a_set_in_a_set_and_parts_of_another_shape_are_errors() {
    let nested = format!(
        "apiVersion: tenantry/v1\nkind: TenantSet\nmetadata: {{name: outer}}\nspec:\n  tenants: all\n  \
         documents:\n  - {}\n",
        SET.lines().collect::<Vec<_>>().join("\n    ")
    );
    insta::assert_snapshot!(said(&load(&folder(), &[("set.yaml", &nested)])), @r"
    E0231 `tenants` is a list of mappings, or a table in a file (write `tenants: [{name: acme}]` or `tenants: {file: tenants.csv}`)
    E0231 a set cannot stand in another (write it as a document of its own)
    ");
    let wrong = SET.replace(
        "documents: {folder: customer}",
        "documents: many\n  more: 1",
    );
    insta::assert_snapshot!(said(&load(&folder(), &[("set.yaml", &wrong)])), @r"
    E0203 `tenantset/customers` has no field `more` (there are: `documents`, `tenants`)
    ");
}

#[test]
fn a_thousand_tenants_are_stamped() {
    let set = folder();
    let mut table = String::from("name,title,tag,ttl\n");
    for n in 0..1_000 {
        let _ = writeln!(table, "t{n},Tenant {n},development,");
    }
    let files = [
        ("set.yaml", SET),
        ("customer/all.yaml", TEMPLATE),
        ("customers.csv", &*table),
    ];
    let stamped = load(&set, &files);
    assert_eq!(said(&stamped), "");
    // Each has a tenant, a resource, its scope and a role; the account is there by default.
    assert_eq!(stamped.documents.len(), 4_001);
}
