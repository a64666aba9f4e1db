//! Taking over what is there already: all of it, or one object by its id.

use serde_json::Value as Json;

use super::Folder;

const TENANT: &str = "\
apiVersion: logto/v1
kind: Tenant
metadata: {name: home}
spec:
  connection: {endpoint: 'https://logto.invalid', clientId: x, clientSecret: {env: NOWHERE}}
";

const ROLES: &str = "\
---
apiVersion: logto/v1
kind: Role
metadata: {name: clerk, tenant: home}
spec: {name: Clerk, description: Sees orders}
---
apiVersion: logto/v1
kind: User
metadata: {name: alice, tenant: home}
spec: {username: alice, roles: [clerk]}
";

/// A world whose state was lost after the objects were made, and the id of the user in it.
fn folder() -> (Folder, String) {
    let folder = Folder::new();
    folder.write("m/a.yaml", &format!("{TENANT}{ROLES}"));
    let made = folder.run("apply --sandbox m");
    assert_eq!(made.code, 0, "{}", made.all());
    let state = "m/.tenantry/sandbox/state.json";
    let owned: Json = serde_json::from_str(&folder.read(state)).unwrap();
    let id = owned["resources"]["home/user/alice"]["id"].as_str();
    std::fs::remove_file(folder.path().join(state)).unwrap();
    (folder, id.unwrap().to_owned())
}

#[test]
fn everything_that_is_described_is_taken_over_at_once() {
    let (folder, _) = folder();
    let refused = folder.run("plan --sandbox m");
    assert_eq!(refused.code, 1);
    assert!(refused.all().contains("E0401"), "{}", refused.all());
    let plan = folder.run("plan --sandbox --adopt m");
    assert_eq!(plan.code, 2);
    assert!(
        plan.out.contains("0 to create, 0 to update") && plan.out.contains("2 to adopt"),
        "{}",
        plan.out
    );
    let adopted = folder.run("apply --sandbox --adopt m");
    assert!(adopted.out.contains("2 adopted"), "{}", adopted.all());
    assert_eq!(folder.run("plan --sandbox m").code, 0);
}

#[test]
fn one_object_is_taken_over_by_its_id_and_made_as_declared() {
    let (folder, id) = folder();
    let bob = ROLES
        .replace("username: alice", "username: bob")
        .replace("name: alice", "name: bob");
    folder.write("m/a.yaml", &format!("{TENANT}{bob}"));
    let alone = folder.run(&format!(
        "import home/user/bob {id} --sandbox --manifests m"
    ));
    assert!(
        alone.all().contains("E0401"),
        "its role is not ours: {}",
        alone.all()
    );
    let role = folder.run("apply --sandbox --adopt --target home/role/clerk m");
    assert_eq!(role.code, 0, "{}", role.all());
    let wrong = folder.run("import home/user/bob nobody --sandbox --manifests m");
    assert_eq!(wrong.code, 1);
    assert!(wrong.err.contains("E0314"), "{}", wrong.all());
    let imported = folder.run(&format!(
        "import home/user/bob {id} --sandbox --manifests m"
    ));
    assert_eq!(imported.code, 0, "{}", imported.all());
    assert!(
        imported.out.contains("alice") && imported.out.contains("1 adopted"),
        "{}",
        imported.all()
    );
    let again = folder.run(&format!(
        "import home/user/bob {id} --sandbox --manifests m"
    ));
    assert!(again.err.contains("E0820"), "{}", again.all());
    assert_eq!(folder.run("plan --sandbox m").code, 0);
}
