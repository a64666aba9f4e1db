//! `--undo` as it is typed: what it shows, what it refuses, and that it does no more than it says.

use serde_json::json;
use tenantry::sandbox::fault::{Faults, Rule};

use super::super::kill::kill;
use super::super::support::count::{Count, count};
use super::saved::{PEOPLE, Servers};
use super::{Folder, is_private};

/// Bob is called otherwise, Carol goes, Dora comes, and somebody else is in the group.
fn changed() -> String {
    let (bob, rest) = PEOPLE
        .split_once("---\napiVersion: dcos/v1\nkind: User\nmetadata: {name: carol")
        .unwrap();
    let (_, group) = rest.split_once("---").unwrap();
    let dora = "---\napiVersion: dcos/v1\nkind: User\nmetadata: {name: dora, cluster: prod}\n\
                spec: {description: Dora, password: {env: DORA_PASSWORD}}\n";
    let group = group.replace("members: [bob]", "members: [dora]");
    format!(
        "{}{dora}---{group}",
        bob.replace("description: Bob", "description: Robert")
    )
}

fn counted(servers: &Servers) -> Count {
    servers.sandbox().with(count)
}

fn fault(servers: &Servers, rule: &str) {
    let rule = Rule::parse(rule).unwrap();
    servers.sandbox().with(|world| world.faults.add(rule));
}

/// No fault any more.
fn forgive(servers: &Servers) {
    servers
        .sandbox()
        .with(|world| world.faults = Faults::default());
}

/// Everything applied, and the manifests changed.
fn about_to_change() -> (Servers, Count) {
    let mut servers = Servers::new();
    servers.folder.set("CAROL_PASSWORD", "planted-carol-2");
    servers.folder.set("DORA_PASSWORD", "planted-dora-3");
    assert_eq!(servers.run("apply m").code, 0);
    let before = counted(&servers);
    servers.write(&changed());
    (servers, before)
}

/// Everything applied, then changed.
fn run_to_take_back() -> (Servers, Count) {
    let (servers, before) = about_to_change();
    let ran = servers.run("apply m");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert_ne!(counted(&servers), before);
    (servers, before)
}

#[test]
fn the_last_apply_is_shown_backwards_and_taken_back() {
    let (servers, before) = run_to_take_back();
    let after = counted(&servers);
    let shown = servers.run("plan m --undo");
    assert_eq!(shown.code, 2);
    insta::assert_snapshot!(without_time(&shown.out), @r#"
    Target: sandbox

    Access (1 gains, 1 loses)

      - prod/user/dora loses a place in group/operators
      + prod/user/bob gains a place in group/operators

    Symbols: + create, ~ update in place, - delete

    Deletes (1)

      - prod/user/dora  # will be deleted: the run that is taken back made it

    Updates (2)

      ~ prod/group/operators  # will be updated in place: it is put back as it was
          ~ members:
              + user/bob
              - user/dora

      ~ prod/user/bob  # will be updated in place: it is put back as it was
          ~ description = "Robert" -> "Bob"

    Creates (1)

      + prod/user/carol  # will be created: the run that is taken back deleted it
          + description = "Carol"
          + password = (secret)
          + provider_id = ""
          + uid = "carol"

    warning[E0342]: `prod/user/carol` is made anew; gone for good: what others had given to it
    note[E0340]: takes back the run of [TIME]; the manifests stay as they are: revert the commit too, or the next apply does it again

    Plan: 1 to create, 2 to update, 0 to replace, 1 to delete, 0 to adopt, 0 to forget, 0 unchanged (9 requests).
    "#);
    let ran = servers.run("apply m --undo");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert_eq!(counted(&servers), before);
    // The commit is reverted, too: nothing is left to do.
    servers.write(PEOPLE);
    assert_eq!(servers.run("plan m").code, 0);
    let again = servers.run("apply m --undo");
    assert_eq!(again.code, 0, "{}", again.all());
    assert_eq!(counted(&servers), after);
}

/// Times are other ones in each run.
fn without_time(text: &str) -> String {
    let mut words = text.split(" of 20");
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, rest| {
        let (_, rest) = rest.split_once('Z').unwrap_or(("", rest));
        format!("{text} of [TIME]{rest}")
    })
}

#[test]
fn what_is_kept_is_private_and_holds_no_secret() {
    let (servers, _) = run_to_take_back();
    let undo = servers.folder.path().join("m/.tenantry/sandbox/undo");
    let kept: Vec<_> = std::fs::read_dir(undo)
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    assert_eq!(kept.len(), 2);
    for path in kept {
        assert!(is_private(&path));
        let text = std::fs::read_to_string(path).unwrap();
        assert!(!text.contains("planted-"), "{text}");
    }
}

#[test]
fn a_saved_undo_does_exactly_what_it_says_or_nothing() {
    let (servers, before) = run_to_take_back();
    assert_eq!(servers.run("plan m --undo --out p.json").code, 2);
    let ran = servers.run("apply p.json");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert_eq!(counted(&servers), before);
    assert_eq!(servers.run("plan m --undo --out p.json").code, 2);
    servers.by_hand("users", "bob", "description", json!("Bobby"));
    let moved = servers.run("apply p.json");
    assert_eq!(moved.code, 1);
    assert!(moved.err.contains("E0854"), "{}", moved.all());
}

#[test]
fn what_somebody_has_changed_since_is_refused_unless_it_is_named() {
    let (servers, _) = run_to_take_back();
    servers.by_hand("users", "bob", "description", json!("Bobby"));
    let refused = servers.run("plan m --undo");
    assert_eq!(refused.code, 1);
    let hint = "--override undo=prod/user/bob";
    assert!(refused.out.contains(hint), "{}", refused.all());
    assert_eq!(servers.run("apply m --undo").code, 1);
    assert_eq!(servers.run(&format!("apply m --undo {hint}")).code, 0);
}

#[test]
fn only_what_is_targeted_goes_back() {
    let (servers, _) = run_to_take_back();
    let ran = servers.run("plan m --undo --target prod/user/bob --format json");
    assert_eq!(ran.code, 2, "{}", ran.all());
    let plan: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let steps = plan["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 1, "{plan:#}");
    assert_eq!(steps[0]["address"], "prod/user/bob");
    let unknown = servers.run("plan m --undo --target prod/user/nobody");
    assert_eq!(unknown.code, 1);
    assert_eq!(servers.run("plan m --undo --adopt").code, 1);
}

#[test]
fn without_a_run_there_is_nothing_to_undo() {
    let servers = Servers::new();
    let ran = servers.run("plan m --undo");
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("E0858"), "{}", ran.all());
}

#[test]
fn a_run_that_sent_nothing_leaves_the_one_before_it() {
    let (servers, before) = run_to_take_back();
    assert_eq!(servers.run("apply m").code, 0);
    assert_eq!(servers.run("plan m").code, 0);
    let ran = servers.run("apply m --undo");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert_eq!(counted(&servers), before);
}

#[test]
fn an_apply_in_two_attempts_goes_back_to_before_the_first() {
    let (servers, before) = about_to_change();
    fault(&servers, "PUT /acs/api/v1/users/dora=status:403");
    let failed = servers.run("apply m");
    assert_eq!(failed.code, 1, "{}", failed.all());
    let halfway = counted(&servers);
    assert_ne!(halfway, before);
    forgive(&servers);
    assert_eq!(servers.run("apply m").code, 0);
    assert_ne!(counted(&servers), halfway);
    let ran = servers.run("apply m --undo");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert_eq!(counted(&servers), before);
}

/// Every so-manieth moment of a run is killed.
const STEP: usize = 9;

#[test]
fn a_run_that_was_killed_and_gone_on_with_goes_back_to_before_it() {
    let mut killed = 0;
    for number in (1..).step_by(STEP) {
        let (servers, before) = about_to_change();
        let words = format!("apply m --sandbox={}", servers.sandbox().base());
        let Some(what) = kill(&servers.folder, &words, number) else {
            break;
        };
        killed += 1;
        let on = servers.run("apply m");
        assert_eq!(on.code, 0, "killed at {number}, {what}: {}", on.all());
        let back = servers.run("apply m --undo");
        assert_eq!(back.code, 0, "killed at {number}, {what}: {}", back.all());
        assert_eq!(
            counted(&servers),
            before,
            "killed at {number}, {what}: {}",
            back.all()
        );
    }
    assert!(killed > 5, "{killed}");
}

#[test]
fn an_undo_in_two_attempts_gets_where_it_was_to_go() {
    let (servers, before) = run_to_take_back();
    fault(&servers, "PUT /acs/api/v1/users/carol=status:403");
    assert_eq!(servers.run("apply m --undo").code, 1);
    assert_ne!(counted(&servers), before);
    forgive(&servers);
    let ran = servers.run("apply m --undo");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert_eq!(counted(&servers), before);
}

#[test]
fn a_secret_whose_source_gives_another_text_is_named_and_left() {
    let mut servers = Servers::new();
    servers.folder.set("CAROL_PASSWORD", "planted-carol-2");
    assert_eq!(servers.run("apply m").code, 0);
    servers.folder.set("BOB_PASSWORD", "planted-bob-9");
    servers.write(&PEOPLE.replace("description: Bob", "description: Robert"));
    assert_eq!(servers.run("apply m").code, 0);
    let ran = servers.run("apply m --undo");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(
        ran.out
            .contains("`password` of `prod/user/bob` cannot be put back"),
        "{}",
        ran.all()
    );
    // The old text is there again, and so is the password.
    servers.write(PEOPLE);
    assert_eq!(servers.run("plan m").code, 0, "the state says what is live");
}

/// The folder with an example of every kind, changed all over, goes back.
#[test]
fn the_complete_folder_goes_back() {
    let folder = Folder::new();
    let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("manifests/complete");
    copy(&from, &folder.path().join("m"));
    assert_eq!(folder.run("apply --sandbox m").code, 0);
    let changes = rewrite(&folder.path().join("m"));
    assert!(changes >= 5, "{changes}");
    for gone in ["webhook", "emailtemplate", "captchaprovider"] {
        std::fs::remove_file(folder.path().join(format!("m/{gone}.yaml"))).unwrap();
    }
    let ran = folder.run("apply --sandbox m");
    assert_eq!(ran.code, 0, "{}", ran.all());
    let ran = folder.run("apply --sandbox m --undo");
    assert_eq!(ran.code, 0, "{}", ran.all());
    copy(&from, &folder.path().join("m"));
    let plan = folder.run("plan --sandbox m");
    assert_eq!(plan.code, 0, "{}", plan.all());
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Changes every description, and says how many files have one.
fn rewrite(folder: &std::path::Path) -> usize {
    let mut changed = 0;
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            changed += rewrite(&path);
        } else if path.extension().is_some_and(|end| end == "yaml") {
            let text = std::fs::read_to_string(&path).unwrap();
            let new = text.replace("description: ", "description: No more ");
            changed += usize::from(new != text);
            std::fs::write(&path, new).unwrap();
        }
    }
    changed
}
