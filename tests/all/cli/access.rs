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

#[test]
fn live_access_is_what_everybody_has_whoever_gave_it() {
    let folder = quickstart();
    assert_eq!(
        folder.run("access --sandbox --of live m --who alice").code,
        0
    );
    let ran = folder.run("apply --sandbox m");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let (declared, live) = (
        folder.run("access m --format json"),
        folder.run("access --sandbox --of live m --format json"),
    );
    assert_eq!((live.code, live.err.as_str()), (0, ""));
    let rows = |text: &str| {
        let rows: Vec<serde_json::Value> = serde_json::from_str(text).unwrap();
        rows
    };
    let live = rows(&live.out);
    for row in rows(&declared.out) {
        assert!(live.contains(&row), "{row} is not in {live:#?}");
    }
    let ran = folder.run("access --sandbox --of live m --what superuser");
    insta::assert_snapshot!(ran.out, @r"
    prod/user/bootstrapuser
        full on dcos:superuser through group/superusers: everything in prod

    1 principal has 1 right.
    ");
    let ran = folder.run("access --sandbox --of live m --who application");
    insta::assert_snapshot!(ran.out, @r"
    acme/application/Default application
        management-api-all through management-api-access: everything in acme

    1 principal has 1 right.
    ");
}

#[test]
fn changes_are_what_apply_would_give_and_take() {
    let folder = quickstart();
    assert_eq!(folder.run("apply --sandbox m").code, 0);
    let nothing = folder.run("access --sandbox --of changes m");
    assert_eq!(nothing.out, "0 principals have 0 rights.\n");
    folder.write(
        "m/more.yaml",
        "apiVersion: dcos/v1\nkind: Group\nmetadata: {name: rulers, cluster: prod}\n\
         spec: {members: [bob], permissions: {'dcos:superuser': [full]}}\n",
    );
    insta::assert_snapshot!(folder.run("access --sandbox --of changes m").out, @r"
    prod/user/bob
      + full on dcos:superuser through group/rulers: everything in prod

    1 principal gains or loses 1 right.
    ");
    let json = folder
        .run("access --sandbox --of changes m --format json")
        .out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["change"], "gained");
}
