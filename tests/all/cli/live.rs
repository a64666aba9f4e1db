//! Runs that are not told of a sandbox: their servers are those of a `tenantry sandbox` beside
//! them, named in the manifests as real ones would be.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value as Json;

use super::Folder;

/// A `tenantry sandbox` in a process of its own.
struct Server {
    child: Child,
    facts: Json,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tenantry"))
            .arg("sandbox")
            .args(arguments)
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let out = child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        let facts = serde_json::from_str(&line).unwrap();
        Self { child, facts }
    }

    fn text(&self, pointer: &str) -> &str {
        self.facts.pointer(pointer).and_then(Json::as_str).unwrap()
    }

    fn base(&self) -> String {
        let url = self.text("/dcos/url");
        url.split("/c/").next().unwrap().to_owned()
    }

    /// A tenant, a cluster, and something in each.
    fn manifests(&self) -> String {
        format!(
            "\
apiVersion: logto/v1
kind: Tenant
metadata: {{name: home}}
spec:
  connection:
    endpoint: {endpoint}
    resource: {resource}
    tokenEndpoint: {token}
    clientId: {client}
    clientSecret: {{env: LOGTO_SECRET}}
---
apiVersion: logto/v1
kind: Application
metadata: {{name: robot, tenant: home}}
spec:
  type: MachineToMachine
  secrets: [{{name: ci}}]
---
apiVersion: dcos/v1
kind: Cluster
metadata: {{name: prod}}
spec:
  connection:
    url: {url}
    login: {{uid: {uid}, password: {{file: password.txt}}}}
---
apiVersion: dcos/v1
kind: User
metadata: {{name: bob, cluster: prod}}
spec:
  description: Bob
  password: {{env: BOB_PASSWORD}}
",
            endpoint = self.text("/logto/0/endpoint"),
            resource = self.text("/logto/0/resource"),
            token = self.text("/logto/0/token_endpoint"),
            client = self.text("/logto/0/client_id"),
            url = self.text("/dcos/url"),
            uid = self.text("/dcos/uid"),
        )
    }

    /// A folder whose manifests reach this sandbox as if it were real, with an identity.
    fn folder(&self) -> Folder {
        let mut folder = Folder::new();
        folder.write("m/all.yaml", &self.manifests());
        folder.write(
            "m/password.txt",
            &format!("{}\n", self.text("/dcos/password")),
        );
        folder.set("LOGTO_SECRET", self.text("/logto/0/client_secret"));
        folder.set("BOB_PASSWORD", "hunter2-planted");
        let key = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
        folder.set("TENANTRY_AGE_KEY", key);
        folder
    }

    #[cfg(unix)]
    fn terminate(mut self) -> Option<i32> {
        signal(&self.child, "TERM");
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _killed = self.child.kill();
        let _ended = self.child.wait();
    }
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .arg(format!("-{name}"))
        .arg(child.id().to_string())
        .status();
    assert!(sent.unwrap().success());
}

#[cfg(unix)]
#[test]
fn a_sandbox_tells_how_it_is_reached_and_ends_when_it_is_asked_to() {
    let server = Server::start(&[]);
    for pointer in [
        "/cloud/endpoint",
        "/cloud/token",
        "/logto/0/tenant",
        "/logto/0/client_secret",
        "/dcos/password",
    ] {
        assert!(!server.text(pointer).is_empty());
    }
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn nothing_real_is_changed_unless_somebody_agreed() {
    let server = Server::start(&[]);
    let folder = server.folder();
    let asked = folder.run("apply m");
    assert_eq!(asked.code, 1);
    assert!(
        asked.out.contains("Plan: 3 to create"),
        "{}{}",
        asked.out,
        asked.err
    );
    insta::assert_snapshot!(asked.err, @r"
    error[E0814]: nobody can be asked whether to apply these changes, and --yes was not said
     |
     = hint: look at the plan, then: tenantry apply --yes
    ");
    let agreed = folder.run("apply m --yes");
    assert_eq!(agreed.code, 0, "{}{}", agreed.out, agreed.err);
    assert!(agreed.out.contains("Target: live"));
    let again = folder.run("apply m");
    assert_eq!(
        (again.code, again.err.as_str()),
        (0, ""),
        "nothing to agree to"
    );
}

#[test]
fn outputs_are_handed_on_and_secrets_only_to_whoever_asks() {
    let server = Server::start(&[]);
    let folder = server.folder();
    folder.run("apply m --yes");
    let list = folder.run("output home/application/robot --manifests m");
    assert_eq!(list.code, 0, "{}", list.err);
    assert!(list.out.contains("clientSecret  (secret)"), "{}", list.out);
    assert!(list.out.contains("secrets.ci    (secret)"), "{}", list.out);
    let secret = folder.run("output home/application/robot clientSecret --manifests m");
    assert!(
        secret.code == 0 && secret.out.trim().len() > 10,
        "{}",
        secret.err
    );
    let all = folder.run("output home/application/robot --format json --manifests m");
    let all: Json = serde_json::from_str(&all.out).unwrap();
    assert_eq!(all["clientSecret"], secret.out.trim());
    assert!(all["secrets.ci"].is_string());
    let wrong = folder.run("output home/application/robot clientSecrt --manifests m");
    insta::assert_snapshot!(wrong.all(), @r"
    [stderr]
    error[E0816]: `home/application/robot` has no output `clientSecrt`
     |
     = hint: did you mean `clientSecret`?
    [exit 1]
    ");
    let tenant = folder.run("output tenant/home clientSecret --manifests m");
    assert_eq!(tenant.out.trim(), server.text("/logto/0/client_secret"));
}

#[test]
fn show_lists_what_is_owned_and_one_object_both_ways() {
    let server = Server::start(&[]);
    let folder = server.folder();
    folder.run("apply m --yes");
    let list = folder.run("show --manifests m").out;
    assert!(
        list.contains("prod/user/bob") && list.contains("3 objects owned"),
        "{list}"
    );
    let one = folder.run("show prod/user/bob --manifests m");
    insta::assert_snapshot!(one.all(), @r#"
    Target: live

    prod/user/bob  id bob

    As last applied:
      description = "Bob"
      password = (secret)
      uid = "bob"

    Live:
      description = "Bob"
      provider_id = ""
      provider_type = "internal"
      uid = "bob"
    [stderr]
    [exit 0]
    "#);
    let json: Json = serde_json::from_str(
        &folder
            .run("show prod/user/bob --manifests m --format json")
            .out,
    )
    .unwrap();
    assert_eq!(json["live"]["description"], "Bob");
    assert_eq!(folder.run("show prod/user/bo --manifests m").code, 1);
}

#[test]
fn no_secret_is_seen_anywhere() {
    let server = Server::start(&[]);
    let folder = server.folder();
    let planted = [
        "hunter2-planted",
        server.text("/logto/0/client_secret"),
        server.text("/dcos/password"),
    ];
    let log = "--log-file log.jsonl";
    let mut seen = String::new();
    for words in [
        "plan m -vv",
        "apply m --yes -vv",
        "drift m -vv",
        "show --manifests m -vv",
        "show prod/user/bob --manifests m -vv",
        "output home/application/robot --manifests m -vv",
    ] {
        let mut command = folder.command(&format!("{words} {log}"));
        command.env("TENANTRY_LOG", "trace");
        let ran = super::ran(&folder, &command.output().unwrap());
        seen += &ran.all();
    }
    for file in ["state.json", "credentials.age", "journal.jsonl"] {
        if folder.has(&format!("m/.tenantry/{file}")) {
            seen += &folder.read(&format!("m/.tenantry/{file}"));
        }
    }
    seen += &folder.read("log.jsonl");
    assert!(seen.contains("prod/user/bob"));
    for secret in planted {
        assert!(!seen.contains(secret), "{secret} is seen");
    }
}

#[test]
fn a_running_sandbox_plays_the_targets_of_the_manifests() {
    let server = Server::start(&[]);
    let folder = Folder::new();
    folder.write(
        "m/a.yaml",
        "apiVersion: dcos/v1\nkind: Cluster\nmetadata: {name: east}\nspec:\n  connection:\n    \
         url: https://east.invalid\n    login: {uid: me, password: {env: NOWHERE}}\n---\n\
         apiVersion: dcos/v1\nkind: User\nmetadata: {name: bob, cluster: east}\nspec:\n  \
         password: {env: NOWHERE}\n",
    );
    let sandbox = format!("--sandbox={}", server.base());
    let first = folder.run(&format!("apply {sandbox} m"));
    assert_eq!(first.code, 0, "{}{}", first.out, first.err);
    assert_eq!(folder.run(&format!("plan {sandbox} m")).code, 0);
    let gone = folder.run("plan --sandbox=http://127.0.0.1:1 m");
    assert!(
        gone.code == 1 && gone.err.starts_with("error[E0817]"),
        "{}",
        gone.err
    );
}

#[cfg(unix)]
#[test]
fn an_interrupted_apply_finishes_its_calls_and_says_what_is_left() {
    let server = Server::start(&["--fault", "PUT /users/bob=delay:3000"]);
    let folder = server.folder();
    folder.write(
        "m/more.yaml",
        "apiVersion: dcos/v1\nkind: Group\nmetadata: {name: ops, cluster: prod}\nspec:\n  \
         description: Ops\n  members: [bob]\n",
    );
    let mut child = Command::new(env!("CARGO_BIN_EXE_tenantry"))
        .args(["apply", "m", "--yes", "--target", "prod/group/ops"])
        .env_clear()
        .envs(folder.variables())
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("Plan:") {
        line.clear();
        assert!(out.read_line(&mut line).unwrap() > 0, "no plan");
    }
    Command::new("sleep").arg("1").status().unwrap();
    signal(&child, "INT");
    let rest: String = out.lines().map(|line| line.unwrap() + "\n").collect();
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130), "{rest}");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(said.contains("the calls in flight are finished"), "{said}");
    assert!(rest.contains("Interrupted: 1 created"), "{rest}");
    let next = folder.run("apply m --yes --target prod/group/ops");
    assert_eq!(next.code, 0, "{}{}", next.out, next.err);
}

#[cfg(unix)]
#[test]
fn a_second_signal_stops_at_once_and_the_next_run_goes_on() {
    let server = Server::start(&["--fault", "PUT /users/bob=delay:60000"]);
    let folder = server.folder();
    let mut child = Command::new(env!("CARGO_BIN_EXE_tenantry"))
        .args(["apply", "m", "--yes", "--target", "prod/user/bob"])
        .env_clear()
        .envs(folder.variables())
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The call is in flight once its intent is in the journal.
    let journal = folder.path().join("m/.tenantry/journal.jsonl");
    while !std::fs::read_to_string(&journal).is_ok_and(|text| text.contains("intent")) {
        assert!(child.try_wait().unwrap().is_none(), "it ended");
        std::thread::park_timeout(std::time::Duration::from_millis(20));
    }
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    signal(&child, "TERM");
    let mut heard = |word: &str| said.any(|line| line.unwrap().contains(word));
    assert!(heard("the calls in flight are finished"));
    signal(&child, "TERM");
    assert!(heard("interrupted again"));
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let plan = folder.run("plan m --target prod/user/bob");
    assert!(plan.out.contains("E0717"), "{}{}", plan.out, plan.err);
    drop(server);
}

/// A group in the cluster: nothing that is sealed or recognised by a fingerprint.
const GROUP: &str = "---
apiVersion: dcos/v1
kind: Group
metadata: {name: ops, cluster: prod}
spec: {description: Operators}
";

#[test]
fn an_identity_is_asked_for_only_where_there_is_a_secret_to_keep() {
    let server = Server::start(&[]);
    let mut folder = server.folder();
    folder.set("TENANTRY_AGE_KEY", "");
    let cluster = server.manifests();
    let cluster = cluster.split("---\n").nth(2).unwrap();
    folder.write("m/all.yaml", &format!("{cluster}{GROUP}"));
    let ran = folder.run("apply --yes m");
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(!folder.has("m/.tenantry/credentials.age"));
    assert!(folder.run("apply --yes m").out.contains("No changes."));
    folder.write("m/all.yaml", &format!("{}{GROUP}", server.manifests()));
    let refused = folder.run("apply --yes m");
    assert_eq!(refused.code, 1, "{}", refused.out);
    assert!(refused.err.contains("E0508"), "{}", refused.err);
    assert!(!folder.has("m/.tenantry/credentials.age"));
    let key = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
    folder.set("TENANTRY_AGE_KEY", key);
    let ran = folder.run("apply --yes m");
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(folder.has("m/.tenantry/credentials.age"));
    assert!(folder.run("plan m").out.contains("No changes."));
}

#[test]
fn without_the_identity_a_plan_is_saved_that_can_be_shown_and_not_applied() {
    let server = Server::start(&[]);
    let mut folder = server.folder();
    assert_eq!(folder.run("plan m --out first.json").code, 2);
    assert_eq!(folder.run("apply first.json").code, 0, "nobody is asked");
    let changed = server
        .manifests()
        .replace("description: Bob", "description: Rob");
    folder.write("m/all.yaml", &changed);
    let key = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
    folder.set("TENANTRY_AGE_KEY", "");
    let saved = folder.run("plan m --out p.json");
    assert!(saved.err.contains("not signed"), "{}", saved.all());
    assert!(folder.run("show p.json").out.contains("prod/user/bob"));
    folder.set("TENANTRY_AGE_KEY", key);
    let refused = folder.run("apply p.json");
    insta::assert_snapshot!(refused.all(), @r"
    [stderr]
    error[E0852]: the saved plan is not signed: it was made without the age identity
     |
     = hint: it can be shown; make one to apply with `--identity FILE`
    [exit 1]
    ");
    assert_eq!(folder.run("plan m --out p.json").code, 2);
    let applied = folder.run("apply p.json");
    assert_eq!(applied.code, 0, "{}", applied.all());
    assert_eq!(folder.run("plan m").code, 0);
}
