//! `keygen` and `check --live`: keys are kept and never printed; servers try out what they have.

use super::{Folder, is_private};

const CLUSTER: &str = "\
apiVersion: dcos/v1
kind: Cluster
metadata: {name: prod}
spec: {connection: {url: 'https://dcos.example', login: {uid: boss, password: {env: BOSS}}}}
---
";

fn directory(host: &str) -> String {
    format!(
        "{CLUSTER}apiVersion: dcos/v1\nkind: LdapConfig\nmetadata: {{name: directory, cluster: prod}}\n\
         spec: {{host: {host}, port: 636, use-ldaps: true, enforce-starttls: false, \
         test: {{uid: probe, password: {{env: PROBE}}}}}}\n"
    )
}

#[test]
fn a_private_key_goes_to_a_file_of_its_owner_and_is_never_overwritten() {
    let folder = Folder::new();
    let made = folder.run("keygen --out robot.pem");
    assert_eq!(made.code, 0, "{}", made.all());
    assert!(
        made.out.starts_with("-----BEGIN PUBLIC KEY-----\n"),
        "{}",
        made.out
    );
    assert!(!made.all().contains("PRIVATE KEY-----"), "{}", made.all());
    assert!(is_private(&folder.path().join("robot.pem")));
    let private = folder.read("robot.pem");
    assert!(private.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    let again = folder.run("keygen --out robot.pem --public other.pem");
    assert_eq!(again.code, 1, "{}", again.all());
    assert_eq!(folder.read("robot.pem"), private);
    assert!(!folder.has("other.pem"));
}

#[test]
fn a_stored_key_is_shown_only_by_its_name_and_replaced_only_on_request() {
    let folder = Folder::new();
    let robot = "apiVersion: dcos/v1\nkind: ServiceAccount\nmetadata: {name: robot, cluster: prod}\n\
                 spec: {public_key: {file: robot.pub.pem}}\n";
    folder.write("m/a.yaml", &format!("{CLUSTER}{robot}"));
    let store = "keygen prod/serviceaccount/robot --sandbox --manifests m";
    let made = folder.run(&format!("{store} --public m/robot.pub.pem"));
    assert_eq!(made.code, 0, "{}", made.all());
    assert_eq!(made.out, "");
    let applied = folder.run("apply --sandbox m");
    assert_eq!(applied.code, 0, "{}", applied.all());
    let output = "output prod/serviceaccount/robot --sandbox --manifests m";
    assert!(
        !folder.run(output).out.contains("PRIVATE KEY"),
        "a list shows none"
    );
    let shown = folder.run(&output.replace("robot ", "robot privateKey "));
    assert!(
        shown.out.contains("-----BEGIN PRIVATE KEY-----"),
        "{}",
        shown.all()
    );
    let taken = folder.run(store);
    assert_eq!(taken.code, 1);
    assert!(
        taken.err.contains("E0818") && taken.err.contains("--replace"),
        "{}",
        taken.err
    );
    // A new key makes the account anew; the stored one outlives the old account.
    let made = folder.run(&format!("{store} --replace"));
    folder.write("m/robot.pub.pem", &made.out);
    let applied = folder.run("apply --sandbox m");
    assert!(applied.out.contains("1 replaced"), "{}", applied.all());
    let second = folder.run(&output.replace("robot ", "robot privateKey "));
    assert!(
        second.out.contains("PRIVATE KEY") && second.out != shown.out,
        "{}",
        second.all()
    );
    for name in ["state.json", "journal.jsonl"] {
        let path = format!("m/.tenantry/sandbox/{name}");
        assert!(
            !folder.has(&path) || !folder.read(&path).contains("PRIVATE KEY"),
            "{name}"
        );
    }
}

#[test]
fn a_key_is_made_for_service_accounts_only() {
    let folder = Folder::new();
    for address in ["prod/user/alice", "tenant/acme", "nonsense"] {
        let made = folder.run(&format!("keygen {address} --sandbox"));
        assert_eq!(made.code, 1, "{}", made.all());
        assert!(made.err.contains("E0818"), "{}", made.all());
    }
}

#[test]
fn a_directory_is_tried_out_by_its_cluster() {
    let mut folder = Folder::new();
    folder.set("PROBE", "probe-password");
    folder.write("m/a.yaml", &directory("ldap.example.com"));
    assert_eq!(folder.run("apply --sandbox m").code, 0);
    let tried = folder.run("check --live --sandbox m");
    assert_eq!(tried.code, 0, "{}", tried.all());
    assert!(
        tried.out.contains("works: prod/ldapconfig/directory: "),
        "{}",
        tried.all()
    );
    folder.write("m/a.yaml", &directory("ldap.invalid"));
    assert_eq!(folder.run("apply --sandbox m").code, 0);
    let tried = folder.run("check --live --sandbox m");
    assert_eq!(tried.code, 1, "{}", tried.all());
    assert!(
        tried.err.contains("E0819") && tried.err.contains("Could not connect"),
        "{}",
        tried.all()
    );
    assert!(!tried.all().contains("probe-password"));
    folder.write("m/a.yaml", CLUSTER);
    let nothing = folder.run("check --live --sandbox m");
    assert!(nothing.out.contains("nothing to try"), "{}", nothing.all());
}
