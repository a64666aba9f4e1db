//! Version, wrong usage, `init`, `explain`, `schema`, and what goes to which stream.

use super::Folder;

#[test]
fn the_version_names_commit_and_target() {
    let ran = Folder::new().run("--version");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let inner = ran.out.trim_end().strip_prefix("tenantry ").unwrap();
    let (version, rest) = inner.split_once(" (").unwrap();
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    let (commit, target) = rest.strip_suffix(')').unwrap().split_once(", ").unwrap();
    assert!(!commit.is_empty() && target.contains('-'), "{inner}");
}

#[test]
fn wrong_usage_ends_with_one_and_says_so_on_standard_error() {
    let folder = Folder::new();
    for words in [
        "--bogus",
        "explain --bogus",
        "frobnicate",
        "",
        "explain a b",
    ] {
        let ran = folder.run(words);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{words}");
        assert!(!ran.err.is_empty());
    }
}

#[test]
fn a_mistyped_verb_is_recognised() {
    insta::assert_snapshot!(Folder::new().run("explian role").all(), @r"
    [stderr]
    error: unrecognized subcommand 'explian'

      tip: some similar subcommands exist: 'explain-step', 'explain'

    Usage: tenantry [OPTIONS] <COMMAND>

    For more information, try '--help'.
    [exit 1]
    ");
}

#[test]
fn names_that_nothing_has_get_the_nearest_one() {
    let folder = Folder::new();
    let all: String = [
        "explain rol",
        "explain role.scope",
        "explain E9999",
        "schema user",
    ]
    .map(|words| folder.run(words).all())
    .concat();
    insta::assert_snapshot!(all, @r"
    [stderr]
    error[E0801]: no kind is called `rol`
     |
     = hint: did you mean `role`?
    [exit 1]
    [stderr]
    error[E0801]: `role` has no field `scope`
     |
     = hint: did you mean `role.scopes`?
    [exit 1]
    [stderr]
    error[E0801]: no message has the code `E9999`
    [exit 1]
    [stderr]
    error[E0801]: two kinds are called `user`
     |
     = hint: write logto/user or dcos/user
    [exit 1]
    ");
}

#[test]
fn a_field_is_explained_with_what_is_below_it() {
    let ran = Folder::new().run("explain application.secrets");
    insta::assert_snapshot!(ran.all(), @r#"
    logto/application

      secrets <list of mapping>
          Its secrets beside the "Default secret", which the server makes and nobody owns.
      secrets.expiresAt <time or null>
          When it ends; never, if not written. A change makes another secret.
      secrets.name* <text>
          Its name, unique in the application.
    [stderr]
    [exit 0]
    "#);
}

#[test]
fn every_kind_can_be_explained_and_has_a_schema() {
    let folder = Folder::new();
    let list = folder.run("explain").out;
    let names = list
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    let kinds: Vec<_> = names.filter(|name| name.contains('/')).collect();
    assert!(kinds.len() > 10);
    for kind in kinds {
        let explained = folder.run(&format!("explain {kind}"));
        assert!(
            explained.out.contains("Example:"),
            "{kind}: {}",
            explained.err
        );
        let schema: serde_json::Value =
            serde_json::from_str(&folder.run(&format!("schema {kind}")).out).unwrap();
        assert_eq!(schema["type"], "object", "{kind}");
    }
}

#[test]
fn a_code_in_any_case_has_its_page() {
    let ran = Folder::new().run("explain e0801");
    assert!(
        ran.out.starts_with("E0801: nothing is called so\n\n"),
        "{}",
        ran.out
    );
}

#[test]
fn init_writes_three_files_and_never_overwrites() {
    let folder = Folder::new();
    insta::assert_snapshot!(folder.run("init identity").all(), @r"
    wrote identity/example.yaml
    wrote identity/tenantry.schema.json
    wrote identity/.gitignore
    [stderr]
    next: tenantry apply --sandbox identity
    [exit 0]
    ");
    folder.write("identity/example.yaml", "mine");
    insta::assert_snapshot!(folder.run("init identity").all(), @r"
    kept  identity/example.yaml
    kept  identity/tenantry.schema.json
    kept  identity/.gitignore
    [stderr]
    next: tenantry apply --sandbox identity
    [exit 0]
    ");
    assert_eq!(folder.read("identity/example.yaml"), "mine");
    let schema: serde_json::Value =
        serde_json::from_str(&folder.read("identity/tenantry.schema.json")).unwrap();
    assert_eq!(schema["title"], "Tenantry manifest");
}

#[test]
fn colour_comes_only_where_it_is_wanted() {
    let mut folder = Folder::new();
    let is_coloured = |ran: super::Ran| ran.out.contains('\u{1b}');
    assert!(!is_coloured(folder.run("explain role")));
    assert!(is_coloured(folder.run("explain role --color always")));
    assert!(is_coloured(folder.run("--help --color=always")));
    folder.set("CLICOLOR_FORCE", "1");
    assert!(is_coloured(folder.run("explain role")));
    assert!(!is_coloured(folder.run("explain role --color never")));
    folder.set("NO_COLOR", "1");
    assert!(!is_coloured(folder.run("explain role")));
}

#[test]
fn flags_have_variables_and_a_flag_wins() {
    let mut folder = Folder::new();
    folder.set("TENANTRY_COLOR", "always");
    assert!(folder.run("explain role").out.contains('\u{1b}'));
    assert!(
        !folder
            .run("explain role --color never")
            .out
            .contains('\u{1b}')
    );
    folder.set("TENANTRY_COLOR", "sometimes");
    assert_eq!(folder.run("explain role").code, 1);
}

#[test]
fn quiet_leaves_the_result() {
    let folder = Folder::new();
    let loud = folder.run("init one");
    assert!(loud.err.contains("next: "));
    assert_eq!(folder.run("init two -q").err, "");
}

#[test]
fn the_log_file_is_private_and_a_wrong_one_is_told() {
    let folder = Folder::new();
    assert_eq!(folder.run("explain --log-file log.jsonl").code, 0);
    #[cfg(unix)]
    assert!(super::is_private(&folder.path().join("log.jsonl")));
    let ran = folder.run("explain --log-file nowhere/log.jsonl");
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.starts_with("error[E0802]"), "{}", ran.err);
}

#[test]
fn a_wrong_log_filter_is_told() {
    let mut folder = Folder::new();
    folder.set("TENANTRY_LOG", "tenantry=much");
    let ran = folder.run("explain");
    assert!(
        ran.code == 1 && ran.err.starts_with("error[E0803]"),
        "{}",
        ran.err
    );
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    use std::process::Stdio;
    let folder = Folder::new();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_tenantry"))
        .arg("schema")
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}
