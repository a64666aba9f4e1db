//! The help of each verb: it has an example, and every flag its variable.

use super::Folder;

/// The verbs, as the help lists them.
fn verbs() -> Vec<String> {
    let below = |above: &str| {
        let help = Folder::new().run(&format!("{above} --help")).out;
        let list = help.split("Commands:\n").nth(1).unwrap();
        let lines = list.lines().take_while(|line| !line.is_empty());
        let verbs = lines.filter_map(|line| line.split_whitespace().next());
        verbs
            .map(|verb| format!("{above} {verb}").trim().to_owned())
            .collect::<Vec<_>>()
    };
    let mut verbs = below("");
    verbs.extend(below("state"));
    verbs
}

#[test]
fn every_verb_has_an_example_and_every_flag_its_variable() {
    let folder = Folder::new();
    for verb in verbs() {
        let help = folder.run(&format!("{verb} --help")).out;
        assert!(help.contains("Example"), "{verb}:\n{help}");
        let mut flag = None;
        for line in help.lines().map(str::trim_start) {
            if line.starts_with('-') && !line.starts_with("- ") {
                let long = line.split_whitespace().find(|word| word.starts_with("--"));
                assert_eq!(flag, None, "{verb}: a flag without a variable");
                flag = long
                    .filter(|long| !long.starts_with("--help"))
                    .map(variable);
            }
            if flag
                .as_ref()
                .is_some_and(|name| line.contains(name.as_str()))
            {
                flag = None;
            }
        }
        assert_eq!(flag, None, "{verb}: a flag without a variable");
    }
}

#[test]
fn what_the_build_sets_is_no_flags_variable() {
    let folder = Folder::new();
    let helps: String = verbs()
        .iter()
        .map(|verb| folder.run(&format!("{verb} --help")).out)
        .collect();
    let build = include_str!("../../../build.rs");
    let set: Vec<_> = (build.split("rustc-env=").skip(1))
        .filter_map(|rest| rest.split('=').next())
        .collect();
    assert_eq!(set.len(), 2, "{set:?}");
    for name in set {
        assert!(
            !helps.contains(&format!("[env: {name}]")),
            "`cargo run` sets {name}"
        );
    }
}

/// `--log-file` has `[env: TENANTRY_LOG_FILE]`.
fn variable(long: &str) -> String {
    let name = long
        .trim_start_matches('-')
        .split(['=', '[', '.'])
        .next()
        .unwrap();
    format!("[env: TENANTRY_{}]", name.to_uppercase().replace('-', "_"))
}

#[test]
fn the_help_says_how_to_start() {
    insta::assert_snapshot!(Folder::new().run("-h").out, @r"
    Identity and access as code for Logto Cloud, Logto and DC/OS

    Usage: tenantry [OPTIONS] <COMMAND>

    Commands:
      init          Write a first manifest with comments, a .gitignore and the schema for editors
      check         Read manifests and tell everything that is wrong with them, offline
      plan          Show what would be done; nothing is changed
      apply         Make it so: show the plan, ask, and carry it out in dependency order
      access        Show who has what, over groups, roles and organizations: by the manifests, or live
      drift         Show what somebody changed by hand since the last apply; nothing is changed
      destroy       Delete everything that the state owns; what is protected is refused
      import        Take over a live object by the server's id, as what a document declares
      export        Write manifests of what is live in a tenant or a cluster
      show          Show what the state owns, one object as last applied and live, or a saved plan
      output        Hand on what an object tells: its id, its addresses, its secrets
      keygen        Make a pair of RSA keys for a service account of DC/OS
      graph         Draw what waits for what: of the manifests, offline, or of a plan
      explain       Explain a kind, a field or an error code
      explain-step  Explain a step of the plan: why it is there, and why in this order
      schema        Print the JSON Schema of manifests, of one kind's spec, or of our own JSON
      completions   Print what a shell needs to complete commands
      man           Print the manual page, or write one for every verb
      sandbox       Serve the built-in Logto Cloud, Logto and DC/OS on this machine
      state         Look at what is kept of what we own, and mend it

    Options:
      -h, --help     Print help (see more with '--help')
      -V, --version  Print version

    Output:
          --color <WHEN>     When to colour: on a terminal, always or never. `NO_COLOR`,
                             `CLICOLOR_FORCE`, `CI` and `TERM=dumb` decide where this does not [env:
                             TENANTRY_COLOR] [default: auto] [possible values: auto, always, never]
      -q, --quiet            Say nothing but the result and errors [env: TENANTRY_QUIET]
      -v, --verbose...       Say what is done (`-v`) and what is sent (`-vv`) on standard error [env:
                             TENANTRY_VERBOSE]
          --no-pager         Do not show what is longer than the screen with `PAGER` (`less`, if it is
                             not set) [env: TENANTRY_NO_PAGER]
          --log-file <FILE>  Write what is done to FILE too, a JSON object a line, readable by its owner
                             alone [env: TENANTRY_LOG_FILE]

    Start here:
      tenantry init                       writes an example
      tenantry apply --sandbox            tries it on built-in servers, nothing real is touched
      tenantry explain                    lists what can be declared

    Exit codes: 0 done or nothing to do; 2 changes (plan) or drift (drift), nothing else; 1 any
    error; 130 interrupted.
    ");
}

#[test]
fn shells_and_manuals_are_told_of_every_verb() {
    let folder = Folder::new();
    let verbs = ["plan", "apply", "access", "export", "completions"];
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = folder.run(&format!("completions {shell}"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        assert!(verbs.iter().all(|verb| ran.out.contains(verb)), "{shell}");
    }
    let whole = folder.run("man");
    assert_eq!(whole.code, 0);
    assert!(whole.out.starts_with(".ie") && whole.out.contains(".TH tenantry 1"));
    let written = folder.run("man --out manual");
    assert_eq!((written.code, written.out.as_str()), (0, ""));
    for verb in verbs {
        let page = folder.read(&format!("manual/tenantry-{verb}.1"));
        assert!(page.contains("Examples:"), "{page}");
    }
    folder.write("file", "");
    let refused = folder.run("man --out file");
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("error[E0825]"), "{}", refused.err);
}
