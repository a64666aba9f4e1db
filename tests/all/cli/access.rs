//! `access`: who has what by the manifests.

use super::worlds::quickstart;

#[test]
fn the_manifests_tell_who_has_what_and_through_whom() {
    let folder = quickstart();
    let ran = folder.run("access m");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(ran.out, @r"
    acme/user/alice
        scope/orders.read through role/order-clerk
        scope/orders.write through role/order-clerk

    prod/serviceaccount/deploy-bot
        create on dcos:service:marathon:marathon:services:/shop through group/operators
        full on dcos:adminrouter:service:marathon through group/operators
        read on dcos:service:marathon:marathon:services:/shop through group/operators
        update on dcos:service:marathon:marathon:services:/shop through group/operators

    prod/user/bob
        create on dcos:service:marathon:marathon:services:/shop through group/operators
        full on dcos:adminrouter:service:marathon through group/operators
        read on dcos:service:marathon:marathon:services:/shop through group/operators
        update on dcos:service:marathon:marathon:services:/shop through group/operators

    3 principals have 10 rights.
    ");
}

#[test]
fn one_asks_for_some_people_and_some_rights() {
    let folder = quickstart();
    folder.write(
        "m/more.yaml",
        "apiVersion: dcos/v1\nkind: Group\nmetadata: {name: rulers, cluster: prod}\n\
         spec: {members: [bob], permissions: {'dcos:superuser': [full]}}\n",
    );
    insta::assert_snapshot!(folder.run("access m --who bob --what superuser").out, @r"
    prod/user/bob
        full on dcos:superuser through group/rulers: everything in prod

    1 principal has 1 right.
    ");
    let json = folder.run("access m --what superuser --format json").out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        json,
        serde_json::json!([{
            "who": "prod/user/bob",
            "right": "full on dcos:superuser",
            "through": ["group/rulers"],
            "everything": true,
        }])
    );
    let nobody = folder.run("access m --who nobody-is-called-so");
    assert_eq!(
        (nobody.code, nobody.out.as_str()),
        (0, "0 principals have 0 rights.\n")
    );
}

#[test]
fn mistakes_in_manifests_are_told_first() {
    let folder = quickstart();
    folder.write("m/more.yaml", "apiVersion: dcos/v1\nkind: Grop\n");
    let ran = folder.run("access m");
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("Grop"), "{}", ran.err);
}
