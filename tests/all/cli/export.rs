//! What is live becomes a folder that declares exactly that: taken over with an empty state it needs
//! no change, and shows no secret.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use super::Folder;

/// What a part of a variable's name says of the secret that was applied: a variable of the
/// manifests, `=` and the text, or `@` and whose client secret it is.
const APPLIED: &[(&str, &str)] = &[
    ("CONNECTOR_GITHUB", "GITHUB_CLIENT_SECRET"),
    ("CONNECTOR_OAUTH2_FORGE", "FORGE_CLIENT_SECRET"),
    ("SIMPLE_MAIL", "SMTP_PASSWORD"),
    ("SSOCONNECTOR_CORP", "CORP_CLIENT_SECRET"),
    ("CAPTCHAPROVIDER", "TURNSTILE_SECRET"),
    ("ACCESS_TOKEN_SALT", "CLAIMS_SALT"),
    ("ACCESS_TOKEN_PLAN", "=gold"),
    ("WEBHOOK_AUDIT", "AUDIT_TOKEN"),
    ("LDAPCONFIG_LOOKUP_PASSWORD", "LDAP_LOOKUP_PASSWORD"),
    ("OIDCPROVIDER_COMPANY", "COMPANY_CLIENT_SECRET"),
    ("OIDCPROVIDER_LOGTO", "@people/application/dcos"),
];

/// A folder `m` with a copy of one of `manifests`, applied with planted secrets.
fn applied(system: &str) -> Folder {
    let mut folder = Folder::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("manifests");
    copy(&root.join(system), &folder.path().join("m"));
    for name in variables(&folder.path().join("m")) {
        folder.set(&name, &format!("planted-{name}"));
    }
    let made = folder.run("apply --sandbox m");
    assert_eq!(made.code, 0, "{}", made.all());
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The files below a folder, by their paths in it.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            let below = files(&entry.path()).into_iter();
            all.extend(below.map(|(path, text)| (format!("{name}/{path}"), text)));
        } else {
            all.insert(name, fs::read_to_string(entry.path()).unwrap());
        }
    }
    all
}

/// The variables that manifests take secrets from.
fn variables(folder: &Path) -> BTreeSet<String> {
    let texts = files(folder).into_values();
    let names = |text: String| {
        let names = text
            .split("{env: ")
            .skip(1)
            .map(|rest| rest.split('}').next());
        names
            .map(|name| name.unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    texts.flat_map(names).collect()
}

fn exported(folder: &Folder, words: &str) -> Json {
    let ran = folder.run(&format!("export --sandbox --format json {words}"));
    assert_eq!(ran.code, 0, "{}", ran.all());
    serde_json::from_str(&ran.out).unwrap()
}

/// Sets what the exported manifests need.
fn set(folder: &mut Folder, report: &Json) {
    let given: BTreeMap<_, _> = folder.variables().into_iter().collect();
    for secret in report["secrets"].as_array().unwrap() {
        let text = |key: &str| secret[key].as_str().unwrap();
        let (variable, address) = (text("variable"), text("address"));
        if given.contains_key(variable) {
            continue;
        }
        let output = |address: &str| {
            let words = format!("output --sandbox {address} clientSecret --manifests m");
            folder.run(&words).out.trim().to_owned()
        };
        let known = APPLIED.iter().find(|(part, _)| variable.contains(part));
        let value = match known.map(|(_, source)| source.split_at(1)) {
            Some(("=", text)) => text.to_owned(),
            Some(("@", address)) => output(address),
            Some((first, rest)) => given[&format!("{first}{rest}")].clone(),
            None if address.starts_with("tenant/") => output(address),
            None if text("origin") == "known" => continue,
            None => panic!("what was applied as {variable}?"),
        };
        folder.set(variable, &value);
    }
}

/// Loses the state, and keeps the world.
fn forget(folder: &Folder) {
    let state = folder.path().join("m/.tenantry/sandbox");
    for entry in fs::read_dir(state).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if name == "versions" || name == "undo" {
            fs::remove_dir_all(entry.path()).unwrap();
        } else if !name.starts_with("world") && name != "identity.txt" {
            fs::remove_file(entry.path()).unwrap();
        }
    }
}

fn plan(folder: &Folder, words: &str) -> Json {
    let ran = folder.run(&format!(
        "plan --sandbox --state m/.tenantry --format json {words}"
    ));
    assert_ne!(ran.code, 1, "{}", ran.all());
    serde_json::from_str(&ran.out).unwrap()
}

/// Exports what was applied, and takes it over with an empty state. Returns the export's report and
/// the plan of the adoption.
fn round_trip(system: &str) -> (Folder, Json, Json) {
    let mut folder = applied(system);
    let report = exported(&folder, "--manifests m --out out");
    let shown: Vec<_> = files(&folder.path().join("out"))
        .into_iter()
        .filter(|(_, text)| text.contains("planted-"))
        .collect();
    assert_eq!(shown, [], "secrets are shown");
    let checked = folder.run("check out");
    assert!(
        checked.code == 0 && checked.out.starts_with("ok: "),
        "{}",
        checked.all()
    );
    set(&mut folder, &report);
    forget(&folder);
    let adoption = plan(&folder, "--adopt out");
    for step in adoption["steps"].as_array().unwrap() {
        assert_eq!(step["action"], "adopt", "{step:#}");
        assert_eq!(step["changes"], Json::Array(Vec::new()), "{step:#}");
    }
    assert_eq!(adoption["warnings"], Json::Array(Vec::new()));
    let adopted = folder.run("apply --sandbox --state m/.tenantry --adopt out");
    assert_eq!(adopted.code, 0, "{}", adopted.all());
    let after = plan(&folder, "out");
    assert_eq!(after["steps"], Json::Array(Vec::new()), "{after:#}");
    let again = "--state m/.tenantry --manifests out --out again";
    exported(&folder, again);
    assert_eq!(
        files(&folder.path().join("again"))
            .keys()
            .collect::<Vec<_>>(),
        files(&folder.path().join("out")).keys().collect::<Vec<_>>(),
    );
    for (name, text) in files(&folder.path().join("out")) {
        // How a secret of a target comes to be known is another matter the second time.
        if name != "secrets.env.example" {
            assert_eq!(folder.read(&format!("again/{name}")), text, "{name}");
        }
    }
    (folder, report, adoption)
}

/// The kinds of all documents in a folder.
fn kinds(folder: &Path) -> BTreeSet<String> {
    let texts = files(folder).into_values();
    let lines = texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
    lines
        .filter_map(|line| Some(line.strip_prefix("kind: ")?.to_owned()))
        .collect()
}

/// A round trip after which nothing that `system` declares is missing.
fn whole(system: &str, apart: &[&str]) -> (Folder, Json, Json) {
    let done = round_trip(system);
    let declared = kinds(&done.0.path().join("m"));
    let kinds = kinds(&done.0.path().join("out"));
    let missing: Vec<_> = declared.difference(&kinds).collect();
    assert_eq!(missing, apart, "{system}");
    done
}

#[test]
fn a_self_hosted_tenant_goes_there_and_back() {
    let (_, report, _) = whole("logto", &["Scope"]);
    assert_eq!(report["left"][0]["kind"], "ApiResource");
}

#[test]
fn every_kind_of_a_tenant_goes_there_and_back() {
    // Scopes stand in their resources.
    let (folder, report, _) = whole("complete", &["Scope"]);
    // What is left out is built in, our own, or never shown; no object is missing.
    let left = report["left"].as_array().unwrap();
    let objects = left.iter().filter(|left| left["field"] == "");
    let reasons: BTreeSet<_> = objects
        .map(|left| left["reason"].as_str().unwrap())
        .collect();
    let is_known = |why: &&str| why.starts_with("built in: ") || *why == "it is the login in use";
    assert!(reasons.iter().all(is_known), "{reasons:?}");
    // What the list of applications shows too is an application of its own sort alone.
    let payroll = |file: &str| folder.read(file).matches("name: Payroll\n").count();
    assert_eq!(payroll("out/samlapplication.yaml"), 1);
    assert_eq!(payroll("out/application.yaml"), 0);
    let told: Vec<_> = left
        .iter()
        .filter(|left| left["name"] == "Payroll" && left["field"] == "")
        .collect();
    assert_eq!(told, Vec::<&Json>::new(), "it is not missing either");
    // Nothing says what everybody has.
    assert!(
        !folder
            .read("out/application.yaml")
            .contains("isThirdParty: false")
    );
    assert_eq!(
        folder.read("out/user.yaml").matches("logtoConfigs").count(),
        1
    );
    assert!(
        folder
            .read("out/application.yaml")
            .contains("subDomain: wiki")
    );
}

#[test]
fn a_cluster_goes_there_and_back() {
    whole("dcos", &[]);
}

#[test]
fn several_tenants_of_an_account_go_there_and_back() {
    let (folder, ..) = whole("cloud", &["TenantSet"]);
    assert!(folder.has("out/account.yaml") && folder.has("out/acme-live/apiresource.yaml"));
    let tenants: Vec<_> = files(&folder.path().join("out"))
        .into_values()
        .filter(|text| text.contains("kind: Tenant"))
        .collect();
    let tenants = tenants.concat();
    let count = |words: &str| tenants.matches(words).count();
    // What nobody pays for is no subscription, and settings that nobody changed say nothing.
    assert_eq!(
        (count("subscription:"), count("skuId: pro-202509")),
        (1, 1),
        "{tenants}"
    );
    assert_eq!(
        (count("settings:"), count("isMfaRequired: true")),
        (1, 1),
        "{tenants}"
    );
    assert_eq!(count("email: ops@acme.example"), 1, "{tenants}");
    assert!(
        count("email: owner@sandbox.test") > 1,
        "whoever made them is in them"
    );
}

#[test]
fn a_cluster_and_its_tenant_go_there_and_back() {
    whole("dcos-with-logto", &[]);
}

#[test]
fn an_export_tells_what_it_did_and_what_it_left() {
    let folder = applied("logto");
    let words = "export --sandbox --manifests m --kind role,apiresource --out out";
    insta::assert_snapshot!(folder.run(words).all(), @r"
    Target: sandbox

      ApiResource  1
      Role         3
      Tenant       1

    To be set (secrets.env.example):
      LOGTO_CLIENT_SECRET  tenant/home connection.clientSecret, taken from environment variable LOGTO_CLIENT_SECRET so far

    Not exported:
      home ApiResource (Logto Management API): built in: it is the Management API's own resource
      home Role (Logto Management API access): built in: every self-made machine client reaches the tenant through it

    Exported: 5 documents to out.
    [stderr]
    reading tenant/home: 3 kinds
    reading tenant/home: `scopes` of the Role objects
    next: tenantry plan --adopt out
    [exit 0]
    ");
    insta::assert_snapshot!(folder.read("out/role.yaml"), @r"
    apiVersion: logto/v1
    kind: Role
    metadata:
      name: Accountant
      tenant: home
    spec:
      description: Sees orders and pays them back
      type: User
      scopes:
        - orders-api.read
        - orders-api.refund
    ---
    apiVersion: logto/v1
    kind: Role
    metadata:
      name: Provisioner
      tenant: home
    spec:
      description: Calls the Management API
      type: MachineToMachine
      scopes:
        - {builtin: management-api-all}
    ---
    apiVersion: logto/v1
    kind: Role
    metadata:
      name: order-clerk
      tenant: home
    spec:
      name: Order clerk
      description: Sees, places and changes orders
      type: User
      scopes:
        - orders-api.read
        - orders-api.write
    ");
}

#[test]
fn an_exports_report_is_what_its_schema_says() {
    let folder = applied("logto");
    let report = exported(&folder, "--manifests m --out out");
    let schema: Json = serde_json::from_str(&folder.run("schema export").out).unwrap();
    let keys = |object: &Json| -> BTreeSet<String> {
        object.as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(keys(&report), keys(&schema["properties"]));
    for (list, name) in [
        ("documents", "Document"),
        ("secrets", "Secret"),
        ("left", "Left"),
    ] {
        let one = &report[list][0];
        assert_eq!(
            keys(one),
            keys(&schema["$defs"][name]["properties"]),
            "{list}"
        );
    }
}

#[test]
fn an_export_asks_no_more_than_a_plan_of_it() {
    let folder = applied("logto");
    let report = exported(&folder, "--manifests m --kind role,apiresource --out out");
    forget(&folder);
    let plan = plan(&folder, "--adopt out");
    // The log-in, two lists, and the scopes of three roles.
    assert_eq!(plan["statistics"]["requests"], 6);
    assert_eq!(report["requests"], 6);
}

#[test]
fn what_is_not_exported_is_looked_up() {
    let folder = applied("logto");
    exported(&folder, "--manifests m --kind role --out out");
    insta::assert_snapshot!(folder.read("out/role.yaml").split("---\n").next().unwrap(), @r"
    apiVersion: logto/v1
    kind: Role
    metadata:
      name: Accountant
      tenant: home
    spec:
      description: Sees orders and pays them back
      type: User
      scopes:
        - {lookup: scope, resource: {lookup: apiresource, indicator: 'https://orders.acme.example'}, name: read}
        - {lookup: scope, resource: {lookup: apiresource, indicator: 'https://orders.acme.example'}, name: refund}
    ");
    forget(&folder);
    let adoption = plan(&folder, "--adopt out");
    let steps = adoption["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 3);
    assert!(
        steps
            .iter()
            .all(|step| step["changes"] == Json::Array(Vec::new()))
    );
}

#[test]
fn what_is_there_is_not_written_over() {
    let folder = applied("quickstart");
    folder.write("out/mine.txt", "mine");
    let refused = folder.run("export --sandbox --manifests m --out out");
    insta::assert_snapshot!(refused.all(), @r"
    [stderr]
    error[E0821]: `out` has something in it
     |
     = hint: name another folder: --out DIR
     = hint: or overwrite files of the same names there: --force
    [exit 1]
    ");
    let forced = folder.run("export --sandbox --manifests m --out out --force -q");
    assert_eq!(forced.code, 0, "{}", forced.all());
    assert!(folder.has("out/mine.txt") && folder.has("out/acme/role.yaml"));
}

#[test]
fn a_folder_among_the_manifests_does_not_say_again_how_a_target_is_reached() {
    let folder = Folder::new();
    folder.write("tenant.yaml", TENANT);
    let done = folder.run("export --sandbox");
    assert_eq!(done.code, 0, "{}", done.all());
    assert!(!folder.has("exported/tenant.yaml"));
    assert_eq!(folder.run("plan --sandbox --adopt").code, 0);
}

#[test]
fn what_cannot_be_exported_is_told_before_anything_is_asked() {
    let folder = Folder::new();
    folder.write("m/empty.yaml", "# nothing yet\n");
    insta::assert_snapshot!(folder.run("export --manifests m --out out").all(), @r"
    [stderr]
    error[E0822]: no manifest says how a tenant or a cluster is reached
     |
     = hint: write a Tenant or a Cluster with its connection; see `tenantry explain tenant`
     = hint: and say where it is: tenantry export --manifests PATH --out DIR
    [exit 1]
    ");
    folder.write("m/tenant.yaml", TENANT);
    insta::assert_snapshot!(folder.run("export tenant/hom --manifests m --out out").all(), @r"
    [stderr]
    error[E0822]: `tenant/hom` is no tenant or cluster of these manifests
     |
     = hint: did you mean `tenant/home`?
    [exit 1]
    ");
    insta::assert_snapshot!(folder.run("export --kind rol --manifests m --out out").all(), @r"
    [stderr]
    error[E0823]: --kind names `rol`, which is no kind that lives somewhere
     |
     = hint: did you mean `role`?
    [exit 1]
    ");
}

const TENANT: &str = "\
apiVersion: logto/v1
kind: Tenant
metadata: {name: home}
spec:
  connection: {endpoint: 'https://logto.invalid', clientId: x, clientSecret: {env: NOWHERE}}
";
