//! `graph` and `explain-step`: what waits for what, and why.

use super::{BEFORE, changed, complete};
use crate::cli::Folder;

#[test]
fn manifests_are_drawn_offline() {
    let folder = Folder::new();
    folder.write("all.yaml", BEFORE);
    let ran = folder.run("graph --format mermaid all.yaml");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(ran.out, @r#"
    flowchart LR
      subgraph t0["acme"]
        n0["tenant/acme"]
        n1["acme/role/clerk"]
        n2["acme/role/gone"]
        n3["acme/user/alice"]
      end
      n0 --> n1
      n0 --> n2
      n1 --> n3
      n2 --> n3
      classDef create fill:#dafbe1,stroke:#1a7f37,color:#1f2328
      classDef update fill:#fff8c5,stroke:#9a6700,color:#1f2328
      classDef lose fill:#ffebe9,stroke:#cf222e,color:#1f2328
      classDef own fill:#ddf4ff,stroke:#0969da,color:#1f2328
    "#);
    assert!(
        !folder.has(".tenantry"),
        "nothing is asked and nothing kept"
    );
}

#[test]
fn a_plan_is_drawn_with_what_each_step_waits_for() {
    let ran = changed().run("graph --plan --sandbox all.yaml");
    assert_eq!(ran.code, 0, "{}", ran.all());
    insta::assert_snapshot!(ran.out, @r#"
    digraph tenantry {
      rankdir=LR;
      node [shape=box, style="rounded,filled", fillcolor="whitesmoke", fontname="Helvetica"];
      subgraph cluster_0 {
        label="acme";
        n0 [label="acme/apiresource/api\ncreate", shape=box, fillcolor="honeydew"];
        n1 [label="acme/scope/api.orders.read\ncreate", shape=box, fillcolor="honeydew"];
        n2 [label="acme/role/reader\ncreate", shape=box, fillcolor="honeydew"];
        n3 [label="acme/role/reader\ngrant scopes", shape=box, fillcolor="honeydew"];
        n4 [label="acme/user/alice\nupdate", shape=box, fillcolor="lightyellow"];
        n5 [label="acme/user/alice\ngrant roles", shape=box, fillcolor="lightyellow"];
        n6 [label="all is granted in acme", shape=plaintext, fillcolor="whitesmoke"];
        n7 [label="acme/user/alice\nrevoke roles", shape=box, fillcolor="lightyellow"];
        n8 [label="acme/role/clerk\ndelete", shape=box, fillcolor="mistyrose"];
        n9 [label="acme/role/clerk\ncreate", shape=box, fillcolor="mistyrose"];
        n10 [label="acme/role/gone\ndelete", shape=box, fillcolor="mistyrose"];
      }
      n6 -> n7 [style=dashed];
      n0 -> n1;
      n8 -> n9;
      n2 -> n3;
      n2 -> n4;
      n3 -> n6 [style=dashed];
      n1 -> n2;
      n4 -> n5;
      n5 -> n6 [style=dashed];
      n7 -> n8;
      n7 -> n10;
    }
    "#);
}

#[test]
fn everything_can_be_drawn() {
    let folder = Folder::new();
    for format in ["dot", "mermaid", "svg"] {
        let ran = folder.run(&format!("graph --format {format} {}", complete()));
        assert_eq!(ran.code, 0, "{}", ran.all());
        assert!(ran.out.contains("complete/role/"), "{}", ran.out);
    }
}

#[test]
fn a_step_is_explained_with_its_lines_and_its_order() {
    let folder = changed();
    let all: String = ["acme/user/alice", "acme/role/gone", "tenant/acme"]
        .map(|at| {
            folder
                .run(&format!("explain-step {at} --sandbox --manifests all.yaml"))
                .out
        })
        .join("---\n");
    insta::assert_snapshot!(all, @r#"
    ~ acme/user/alice  will be updated in place: it differs from what is written
      declared in all.yaml:22:7

    What causes it (2 fields)

          + name = "A \"name\" <b>"
            written in all.yaml:24:31
          ~ roles:
              + role/reader
              - role/clerk
              - role/gone
            written in all.yaml:24:54

    What it waits for

        all is granted in acme, then revoke roles (for the order alone)
        acme/role/reader: create, then update (if that fails, this is skipped)
        acme/role/reader: create, then grant roles (if that fails, this is skipped)

    What waits for it

        update, then acme/role/clerk: delete (if this fails, that is skipped)
        update, then acme/role/gone: delete (if this fails, that is skipped)
        grant roles, then all is granted in acme (for the order alone)
        revoke roles, then acme/role/clerk: delete (if this fails, that is skipped)
        revoke roles, then acme/role/gone: delete (if this fails, that is skipped)

    ---
    - acme/role/gone  will be deleted: no document names it any more
      no manifest declares it

    What it waits for

        all is granted in acme, then delete (for the order alone)
        acme/user/alice: update, then delete (if that fails, this is skipped)
        acme/user/alice: revoke roles, then delete (if that fails, this is skipped)

    What waits for it

        nothing

    ---
    tenant/acme: nothing is to be done, declared in all.yaml:2:7
    "#);
    let unknown = folder.run("explain-step acme/role/raeder --sandbox --manifests all.yaml");
    assert_eq!(unknown.code, 1);
    assert!(
        unknown.err.contains("did you mean `acme/role/reader`?"),
        "{}",
        unknown.err
    );
}

#[test]
fn manifests_of_thousands_are_drawn_in_groups_and_that_is_said() {
    let folder = Folder::new();
    let users = (0..3_000).map(|n| {
        format!(
            "---\napiVersion: logto/v1\nkind: User\nmetadata: {{name: u{n}, tenant: acme}}\n\
             spec: {{username: u{n}, roles: [clerk]}}\n"
        )
    });
    let text: String = std::iter::once(BEFORE.to_owned()).chain(users).collect();
    folder.write("all.yaml", &text);
    let ran = folder.run("graph --format svg all.yaml");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("3001 × user"), "{}", ran.out);
    assert!(ran.out.len() < 20_000, "{}", ran.out.len());
    assert_eq!(
        ran.err,
        "3004 nodes are drawn as 3, those of one kind together; `--format dot` has each\n"
    );
    let whole = folder.run("graph all.yaml");
    assert!(whole.out.contains("acme/user/u2999"));
    assert_eq!(whole.err, "");
}
