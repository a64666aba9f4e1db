//! Plans in files, from `plan --out` to `apply FILE`: what is in them, what is refused, and what the
//! servers see of it.

use serde_json::{Value as Json, json};
use tenantry::sandbox::{BUILDERS, Options, Sandbox};
use tokio::runtime::Runtime;

use super::super::support::writes_of;
use super::{Folder, Ran, is_private};

const CLUSTER: &str = "\
apiVersion: dcos/v1
kind: Cluster
metadata: {name: prod}
spec:
  connection:
    url: https://dcos.invalid
    login: {uid: bootstrapuser, password: {env: DCOS_PASSWORD}}
";

pub(super) const PEOPLE: &str = "\
---
apiVersion: dcos/v1
kind: User
metadata: {name: bob, cluster: prod}
spec: {description: Bob, password: {env: BOB_PASSWORD}}
---
apiVersion: dcos/v1
kind: User
metadata: {name: carol, cluster: prod}
spec: {description: Carol, password: {env: CAROL_PASSWORD}}
---
apiVersion: dcos/v1
kind: Group
metadata: {name: operators, cluster: prod}
spec: {description: Operators, members: [bob]}
";

/// Servers inside this process, which commands reach as a running sandbox.
pub(super) struct Servers {
    runtime: Runtime,
    sandbox: Option<Sandbox>,
    pub(super) folder: Folder,
}

impl Servers {
    pub(super) fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let sandbox = runtime.block_on(Sandbox::start(&Options::default(), BUILDERS));
        let mut folder = Folder::new();
        folder.set("BOB_PASSWORD", "planted-bob-1");
        let servers = Self {
            runtime,
            sandbox: Some(sandbox.unwrap()),
            folder,
        };
        servers.write(PEOPLE);
        servers
    }

    /// The same, with everything applied already.
    pub(super) fn applied() -> Self {
        let servers = Self::new();
        let ran = servers.run("apply m");
        assert_eq!(ran.code, 0, "{}", ran.all());
        servers
    }

    pub(super) fn write(&self, people: &str) {
        self.folder
            .write("m/all.yaml", &format!("{CLUSTER}{people}"));
    }

    pub(super) fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().unwrap()
    }

    pub(super) fn run(&self, words: &str) -> Ran {
        let base = self.sandbox().base();
        self.folder.run(&format!("{words} --sandbox={base}"))
    }

    /// Changes a row by hand.
    pub(super) fn by_hand(&self, table: &str, id: &str, field: &str, value: Json) {
        self.sandbox().with(|world| {
            let tables = world.target("c/prod").unwrap().tables();
            let mut row = tables.get(table, id).unwrap().clone();
            row[field] = value;
            tables.put(table, id, row);
        });
    }

    /// What a command makes the servers write, log-ins apart.
    fn writes_of(&self, words: &str) -> (Ran, usize) {
        writes_of(self.sandbox(), || self.run(words))
    }

    /// Saves a plan that changes bob, and puts bob into the group as before.
    fn save_a_change(&self) {
        self.write(&PEOPLE.replace("description: Bob", "description: Robert"));
        let ran = self.run("plan m --out p.json");
        assert_eq!(ran.code, 2, "{}", ran.all());
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            self.runtime.block_on(sandbox.stop());
        }
    }
}

#[test]
fn exactly_what_was_saved_is_done_once() {
    let servers = Servers::new();
    assert_eq!(servers.run("plan m --out p.json").code, 2);
    assert!(is_private(&servers.folder.path().join("p.json")));
    let (ran, writes) = servers.writes_of("apply p.json");
    assert_eq!((ran.code, writes), (0, 4), "{}", ran.all());
    assert_eq!(servers.run("plan m").code, 0);
    let (again, writes) = servers.writes_of("apply p.json");
    assert_eq!((again.code, writes), (1, 0));
    insta::assert_snapshot!(again.all(), @r"
    [stderr]
    error[E0853]: the saved plan was applied already
     |
     = hint: what is left to do, if anything: tenantry plan --out FILE
    [exit 1]
    ");
}

#[test]
fn a_change_by_hand_to_an_object_of_the_plan_stops_it_before_the_first_write() {
    let servers = Servers::applied();
    servers.save_a_change();
    servers.by_hand("users", "bob", "description", json!("Rob"));
    let (ran, writes) = servers.writes_of("apply p.json");
    assert_eq!((ran.code, writes), (1, 0));
    insta::assert_snapshot!(ran.all(), @r#"
    [stderr]
    error[E0854]: what the saved plan was made from has moved: nothing was written
    error[E0854]: `description` of `prod/user/bob` was "Bob" when the plan was made, and is "Rob" now
     |
     = hint: make the plan again, and look at it: tenantry plan --out FILE
    [exit 1]
    "#);
    servers.by_hand("users", "bob", "description", json!("Robert"));
    let (ran, writes) = servers.writes_of("apply p.json");
    assert_eq!((ran.code, writes), (1, 0));
    assert!(
        ran.err
            .contains(r#"was "Bob" when the plan was made, and is "Robert""#),
        "{}",
        ran.err
    );
}

#[test]
fn a_change_by_hand_to_another_object_is_no_matter() {
    let servers = Servers::applied();
    servers.save_a_change();
    servers.by_hand("users", "carol", "description", json!("Caroline"));
    let (ran, writes) = servers.writes_of("apply p.json");
    assert_eq!((ran.code, writes), (0, 1), "{}", ran.all());
    let left = servers.run("plan m");
    assert!(left.out.contains("prod/user/carol"), "{}", left.all());
}

#[test]
fn what_came_and_what_went_since_is_named() {
    let servers = Servers::applied();
    let ann = "---\napiVersion: dcos/v1\nkind: User\nmetadata: {name: ann, cluster: prod}\n\
               spec: {password: {env: ANN_PASSWORD}}\n";
    let people = PEOPLE.replace("members: [bob]", "members: [bob, carol, ann]");
    servers.write(&format!("{people}{ann}"));
    assert_eq!(servers.run("plan m --out p.json").code, 2);
    servers.sandbox().with(|world| {
        let tables = world.target("c/prod").unwrap().tables();
        let bob = tables.get("users", "bob").unwrap().clone();
        tables.put("users", "ann", bob);
        tables.put(
            "members",
            "operators carol",
            json!({"gid": "operators", "uid": "carol"}),
        );
    });
    let (ran, writes) = servers.writes_of("apply p.json");
    assert_eq!((ran.code, writes), (1, 0));
    insta::assert_snapshot!(ran.err, @r"
    error[E0854]: what the saved plan was made from has moved: nothing was written
    error[E0854]: `prod/user/ann` is there already, and is not ours (E0401)
    error[E0854]: `members` of `prod/group/operators` has got user/carol since the plan was made
     |
     = hint: make the plan again, and look at it: tenantry plan --out FILE
    ");
}

#[test]
fn manifests_and_state_that_moved_are_named() {
    let servers = Servers::applied();
    servers.save_a_change();
    servers.write(&PEOPLE.replace("description: Bob", "description: Bobby"));
    let (ran, writes) = servers.writes_of("apply p.json");
    assert_eq!((ran.code, writes), (1, 0));
    insta::assert_snapshot!(ran.err, @r"
    error[E0854]: what the saved plan was made from has moved: nothing was written
    error[E0854]: the document of `prod/user/bob` has changed since the plan was made
      --> m/all.yaml:10:7
       |
    10 | kind: User
       |       ^^^^
       |
       = hint: make the plan again, and look at it: tenantry plan --out FILE
    ");
    assert_eq!(servers.run("apply m").code, 0);
    servers.write(&PEOPLE.replace("description: Bob", "description: Robert"));
    let (ran, writes) = servers.writes_of("apply p.json");
    assert_eq!((ran.code, writes), (1, 0));
    insta::assert_snapshot!(ran.err, @r"
    error[E0854]: what the saved plan was made from has moved: nothing was written
    error[E0854]: the state was at serial 2 (journal 9) when the plan was made, and is at 3 (journal 10) now: something else has written it
     |
     = hint: make the plan again, and look at it: tenantry plan --out FILE
    ");
}

#[test]
fn a_secret_that_moved_is_named_by_its_source() {
    let mut servers = Servers::new();
    assert_eq!(servers.run("plan m --out p.json").code, 2);
    servers.folder.set("BOB_PASSWORD", "planted-bob-2");
    let (ran, writes) = servers.writes_of("apply p.json");
    assert_eq!((ran.code, writes), (1, 0));
    insta::assert_snapshot!(ran.err, @r"
    error[E0854]: what the saved plan was made from has moved: nothing was written
    error[E0854]: `password` of `prod/user/bob` comes from environment variable BOB_PASSWORD, which gives another text than when the plan was made
     |
     = hint: make the plan again, and look at it: tenantry plan --out FILE
    ");
    let file = servers.folder.read("p.json");
    assert!(file.contains("BOB_PASSWORD") && !file.contains("planted"));
}

#[test]
fn a_changed_plan_is_refused_and_still_shown() {
    let servers = Servers::applied();
    servers.save_a_change();
    let file = servers.folder.read("p.json");
    for (from, to) in [
        ("\"after\": \"Robert\"", "\"after\": \"Mallory\""),
        ("\"no_delete\": false", "\"no_delete\": true"),
        (
            "\"prod/group/operators\": \"",
            "\"prod/group/operators\": \"0",
        ),
    ] {
        assert!(file.contains(from), "{from}");
        servers.folder.write("q.json", &file.replacen(from, to, 1));
        let (ran, writes) = servers.writes_of("apply q.json");
        assert_eq!((ran.code, writes), (1, 0));
        assert!(ran.err.starts_with("error[E0852]"), "{}", ran.err);
        assert_eq!(servers.run("show q.json").code, 0);
    }
    servers.folder.write(
        "q.json",
        &file.replacen("\"plan\": {", "\"plan\": {\"more\": 1,", 1),
    );
    for verb in ["apply", "show"] {
        let ran = servers.run(&format!("{verb} q.json"));
        assert!(
            ran.code == 1 && ran.err.starts_with("error[E0850]"),
            "{}",
            ran.all()
        );
    }
    // How it is laid out is no matter.
    let json: Json = serde_json::from_str(&file).unwrap();
    let flat = json.to_string();
    let members = flat.strip_prefix('{').unwrap();
    servers.folder.write(
        "q.json",
        &format!(
            "{{\"tenantry_plan\":1,{}",
            members.replacen("\"tenantry_plan\":1,", "", 1)
        ),
    );
    assert_eq!(servers.run("apply q.json").code, 0);
}

#[test]
fn a_plan_is_applied_in_its_world_with_its_own_options() {
    let servers = Servers::applied();
    servers.write(
        &PEOPLE
            .replace("description: Bob", "description: Robert")
            .replace("Carol,", "Caroline,"),
    );
    let saved = servers.run("plan m --target prod/user/bob --out p.json");
    assert_eq!(saved.code, 2, "{}", saved.all());
    let live = servers.folder.run("apply p.json");
    insta::assert_snapshot!(live.err, @r"
    error[E0855]: the plan was made for the sandbox
     |
     = hint: tenantry apply --sandbox p.json
    ");
    let other = servers.run("apply p.json --no-delete");
    insta::assert_snapshot!(other.err, @r"
    error[E0856]: a saved plan is applied as it was made: -l, --target, --override, --no-delete, --adopt and --undo are in the file
     |
     = hint: leave them out (TENANTRY_… variables too), or make another plan with them
    ");
    let (ran, writes) = servers.writes_of("apply p.json --target prod/user/bob");
    assert_eq!((ran.code, writes), (0, 1), "{}", ran.all());
}

#[test]
fn a_refused_plan_is_saved_to_be_looked_at() {
    let servers = Servers::applied();
    servers.write(&PEOPLE.replace(
        "metadata: {name: bob, cluster: prod}",
        "metadata: {name: bob, cluster: prod}\nlifecycle: {protect: true}",
    ));
    assert_eq!(servers.run("apply m").code, 0);
    servers.write(
        PEOPLE
            .split("---\n")
            .nth(2)
            .map(|carol| format!("---\n{carol}"))
            .as_deref()
            .unwrap(),
    );
    let saved = servers.run("plan m --out p.json");
    assert_eq!(saved.code, 1, "{}", saved.all());
    let shown = servers.run("show p.json");
    assert!(
        shown.code == 0 && shown.out.contains("--override protect=prod/user/bob"),
        "{}",
        shown.all()
    );
    let ran = servers.run("apply p.json");
    assert!(
        ran.code == 1 && ran.err.starts_with("error[E0857]"),
        "{}",
        ran.all()
    );
}

#[test]
fn a_saved_plan_is_shown_as_it_was_printed() {
    let servers = Servers::applied();
    servers.save_a_change();
    for format in ["text", "json", "markdown"] {
        let printed = servers.run(&format!("plan m --format {format} --out p.json"));
        let shown = servers.run(&format!("show p.json --format {format}"));
        assert_eq!((shown.code, &shown.out), (0, &printed.out));
    }
    let ran = servers.run("show --format markdown --manifests m");
    assert!(
        ran.code == 1 && ran.err.contains("is no saved plan"),
        "{}",
        ran.err
    );
}

/// Copies a folder of manifests.
fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (path, name) = entry
            .map(|entry| (entry.path(), entry.file_name()))
            .unwrap();
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            std::fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

#[test]
fn the_saved_plans_of_all_examples_do_what_they_foresaw_and_leave_nothing() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("manifests");
    let mut removals = 0;
    for entry in std::fs::read_dir(root).unwrap() {
        let (path, folder) = (entry.unwrap().path(), Folder::new());
        copy(&path, &folder.path().join("m"));
        let planned = folder.run("plan --sandbox m --format json --out p.json");
        assert_eq!(planned.code, 2, "{}", planned.all());
        let applied = folder.run("apply --sandbox p.json --format json");
        assert_eq!(applied.code, 0, "{}: {}", path.display(), applied.all());
        let (plan, report): (Json, Json) = (
            serde_json::from_str(&planned.out).unwrap(),
            serde_json::from_str(&applied.out).unwrap(),
        );
        let foreseen = &plan["statistics"]["writes"];
        let writes = report["statistics"]["writes"].as_u64();
        assert!(
            foreseen["least"].as_u64() <= writes && writes <= foreseen["most"].as_u64(),
            "{}: {writes:?}, and {foreseen} were foreseen",
            path.display()
        );
        assert_eq!(folder.run("plan --sandbox m").code, 0);
        for part in ["webhook.yaml", "captchaprovider.yaml", "sign-in.yaml"] {
            let part = folder.path().join("m").join(part);
            if !part.exists() {
                continue;
            }
            std::fs::remove_file(part).unwrap();
            assert_eq!(folder.run("plan --sandbox m --out p.json").code, 2);
            let removed = folder.run("apply --sandbox p.json");
            assert_eq!(removed.code, 0, "{}: {}", path.display(), removed.all());
            assert_eq!(folder.run("plan --sandbox m").code, 0);
            removals += 1;
        }
    }
    assert_eq!(removals, 3);
}

#[test]
fn a_saved_plan_is_shown_at_the_lines_of_its_manifests_while_they_say_the_same() {
    let servers = Servers::applied();
    servers.save_a_change();
    let line = "m/all.yaml:";
    let html = servers.run("show p.json --format html");
    assert!(html.out.contains(line), "{}", html.all());
    // Another document of the same file may change.
    let people = PEOPLE.replace("description: Bob", "description: Robert");
    servers.write(&people.replace("description: Carol", "description: Caroline"));
    assert!(servers.run("show p.json --format html").out.contains(line));
    servers.write(&people.replace("description: Robert", "description: Bobby"));
    assert!(!servers.run("show p.json --format html").out.contains(line));
    std::fs::remove_dir_all(servers.folder.path().join("m")).unwrap();
    let gone = servers.run("show p.json --format html");
    assert_eq!(gone.code, 0, "{}", gone.all());
    assert!(!gone.out.contains(line));
}

#[test]
fn a_plan_that_somebody_edited_is_shown_all_the_same() {
    let servers = Servers::applied();
    servers.save_a_change();
    let text = servers.folder.read("p.json");
    let mut plan: Json = serde_json::from_str(&text).unwrap();
    plan["plan"]["steps"][0]["changes"] = json!([]);
    plan.as_object_mut().unwrap().remove("tenantry_plan");
    let rest = plan.to_string();
    let edited = format!("{{\"tenantry_plan\":1,{}", &rest[1..]);
    servers.folder.write("edited.json", &edited);
    for format in ["text", "json", "markdown", "html", "tfjson", "github"] {
        let ran = servers.run(&format!("show edited.json --format {format}"));
        assert_eq!(ran.code, 0, "{format}: {}", ran.all());
    }
}
