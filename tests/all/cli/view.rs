//! How a plan is looked at: folded, by summary, some of its steps, page by page. Never what is done.

use std::process::Command;

use super::{Folder, ran};

fn users(count: usize) -> String {
    let tenant = "apiVersion: logto/v1\nkind: Tenant\nmetadata: {name: acme}\n\
                  spec: {connection: {endpoint: 'https://a.example', clientId: a, clientSecret: {env: A}}}\n";
    let user = |n| {
        format!(
            "---\napiVersion: logto/v1\nkind: User\nmetadata: {{name: user-{n:02}, tenant: acme}}\n\
             spec: {{primaryEmail: user-{n:02}@example.com, roles: [clerk]}}\n"
        )
    };
    let role = "---\napiVersion: logto/v1\nkind: Role\nmetadata: {name: clerk, tenant: acme}\n\
                spec: {description: x}\n";
    let users: String = (0..count).map(user).collect();
    format!("{tenant}{role}{users}")
}

#[test]
fn a_view_changes_neither_exit_code_nor_json_nor_what_is_applied() {
    let folder = Folder::new();
    folder.write("all.yaml", &users(6));
    let whole = folder.run("plan --sandbox --format json all.yaml");
    let viewed = folder.run("plan --sandbox --format json --only delete --summary all.yaml");
    assert_eq!((whole.code, viewed.code), (2, 2));
    assert_eq!(whole.out, viewed.out);
    let text = folder.run("plan --sandbox --only delete all.yaml");
    assert_eq!(text.code, 2, "{}", text.all());
    let hidden = "Hidden by --only, and planned all the same: 7 to create.";
    assert!(text.out.contains(hidden), "{}", text.out);
    assert!(!text.out.contains("user-01"), "{}", text.out);
    let applied = folder.run("apply --sandbox --only delete all.yaml");
    assert_eq!(applied.code, 0, "{}", applied.all());
    let again = folder.run("plan --sandbox all.yaml");
    assert_eq!(again.code, 0, "{}", again.all());
}

#[test]
fn one_role_more_for_a_group_is_one_field_and_one_line_of_access() {
    let folder = Folder::new();
    let scopes = "---\napiVersion: logto/v1\nkind: ApiResource\nmetadata: {name: api, tenant: acme}\n\
                  spec: {indicator: 'https://api.example', scopes: [{name: read}]}\n";
    let before = users(30) + scopes;
    folder.write("all.yaml", &before);
    assert_eq!(folder.run("apply --sandbox all.yaml").code, 0);
    let after = before.replace(
        "spec: {description: x}",
        "spec: {description: x, scopes: [api.read]}",
    );
    folder.write("all.yaml", &after);
    insta::assert_snapshot!(folder.run("plan --sandbox all.yaml").out, @r"
    Target: sandbox

    Access (30 gain)

      + 30 gain scope/api.read through role/clerk (acme/user/user-00, acme/user/user-01, acme/user/user-02, acme/user/user-03 and 26 more)

    Symbols: ~ update in place

    Updates (1)

      ~ acme/role/clerk  # will be updated in place: it differs from what is written
          + scopes:
              + scope/api.read

    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to forget, 32 unchanged (7 requests).
    ");
    let all = folder.run("plan --sandbox --all all.yaml").out;
    for number in 0..30 {
        assert!(all.contains(&format!("user-{number:02}")), "{all}");
    }
}

/// Runs `words` with a terminal as its standard output; none if this machine cannot.
fn on_a_terminal(folder: &Folder, words: &str, pager: &str) -> Option<super::Ran> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let line = format!(
        "stty rows 24 cols 120; {} {words}",
        env!("CARGO_BIN_EXE_tenantry")
    );
    let mut command = Command::new("script");
    command
        .args(["-qec", &line, "/dev/null"])
        .env_clear()
        .envs(folder.variables())
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("TERM", "xterm")
        .env("PAGER", pager)
        .current_dir(folder.path());
    let output = command.output().ok()?;
    Some(ran(folder, &output))
}

#[test]
fn on_a_terminal_what_is_longer_than_the_screen_goes_to_the_pager() {
    let folder = Folder::new();
    folder.write("all.yaml", &users(40));
    // The sed is a pager that says that it was one.
    let Some(paged) = on_a_terminal(&folder, "plan --sandbox --all all.yaml", "sed s/^/paged:/")
    else {
        eprintln!("skipped: this machine has no `script`");
        return;
    };
    if !paged.out.contains("paged:") && paged.out.contains("not found") {
        eprintln!("skipped: this machine has no `sed` or `stty`");
        return;
    }
    assert_eq!(paged.code, 2, "{}", paged.all());
    assert!(paged.out.contains("paged:"), "{}", paged.out);
    assert_eq!(paged.out.matches("user-07").count(), 2, "{}", paged.out);
    for words in [
        "plan --sandbox --all --no-pager all.yaml",
        "plan --sandbox --summary all.yaml",
    ] {
        let plain = on_a_terminal(&folder, words, "sed s/^/paged:/").unwrap();
        assert_eq!(plain.code, 2, "{}", plain.all());
        assert!(!plain.out.contains("paged:"), "{}", plain.out);
    }
    let left = on_a_terminal(&folder, "plan --sandbox --all all.yaml", "head -n 3").unwrap();
    assert_eq!(
        left.code,
        2,
        "a pager that ends early is no error: {}",
        left.all()
    );
    let none = on_a_terminal(&folder, "plan --sandbox --all all.yaml", "/nowhere/pager").unwrap();
    assert!(none.out.contains("user-39"), "{}", none.all());
}

#[test]
fn a_format_that_another_verb_knows_is_told_to_be_the_variables() {
    let mut folder = Folder::new();
    folder.write(
        "all.yaml",
        "apiVersion: logto/v1\nkind: Account\nmetadata: {name: main}\n",
    );
    folder.set("TENANTRY_FORMAT", "sarif");
    assert_eq!(folder.run("check all.yaml").code, 0);
    let ran = folder.run("plan --sandbox all.yaml");
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert!(ran.err.contains("invalid value 'sarif'"), "{}", ran.err);
    let hint = "hint: TENANTRY_FORMAT says `sarif` to every verb: give --format here, or set it only for \
                the verbs that know it";
    assert!(ran.err.contains(hint), "{}", ran.err);
    let typed = folder.run("plan --sandbox --format sarif all.yaml");
    assert!(!typed.err.contains("TENANTRY_FORMAT says"), "{}", typed.err);
    assert_eq!(folder.run("plan --sandbox --format text all.yaml").code, 0);
}
