//! A repository on a forge that runs workflows: git is real, so are the steps' shell and the binary;
//! the forge's own command is a script beside this.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;
use tempfile::TempDir;
use tenantry::sandbox::{BUILDERS, Options, Sandbox};
use tokio::runtime::Runtime;

/// The repository's place, what stands around it, and the servers.
pub(super) struct Forge {
    root: TempDir,
    runtime: Runtime,
    sandbox: Option<Sandbox>,
    secrets: Vec<(String, String)>,
}

/// How a workflow ended: the step that it ended with, its code, and what all printed.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) step: String,
    pub(super) code: i32,
    pub(super) said: String,
}

impl Forge {
    pub(super) fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let sandbox = runtime.block_on(Sandbox::start(&Options::default(), BUILDERS));
        let forge = Self {
            root: tempfile::tempdir().unwrap(),
            runtime,
            sandbox: Some(sandbox.unwrap()),
            secrets: Vec::new(),
        };
        for folder in ["comments", "issues", "pulls", "artifacts"] {
            fs::create_dir_all(forge.path("forge").join(folder)).unwrap();
        }
        for folder in ["home", "temp", "bin"] {
            fs::create_dir_all(forge.path(folder)).unwrap();
        }
        let gh = forge.path("bin/gh");
        fs::write(&gh, include_str!("gh.sh")).unwrap();
        fs::set_permissions(&gh, fs::Permissions::from_mode(0o755)).unwrap();
        let binary = Path::new(env!("CARGO_BIN_EXE_tenantry"));
        std::os::unix::fs::symlink(binary, forge.path("bin/tenantry")).unwrap();
        forge.git(
            Path::new("."),
            "init --quiet --bare --initial-branch=main origin.git",
        );
        forge.git(Path::new("."), "clone --quiet origin.git work");
        forge
    }

    /// A place below the whole.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Has all jobs see a secret.
    pub(super) fn secret(&mut self, name: &str, value: &str) {
        self.secrets.push((name.to_owned(), value.to_owned()));
    }

    /// The servers.
    pub(super) fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().unwrap()
    }

    fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(program);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = path.to_string_lossy();
        let bin = self.path("bin").display().to_string();
        command
            .env_clear()
            .env("PATH", format!("{bin}:{path}"))
            .env("HOME", self.path("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .current_dir(folder);
        for who in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{who}_NAME"), "Ann")
                .env(format!("GIT_{who}_EMAIL"), "ann@example.com");
        }
        command
    }

    /// Runs git and returns what it printed.
    pub(super) fn git(&self, folder: &Path, words: &str) -> String {
        let mut command = self.command("git", &self.path("").join(folder));
        let output = command.args(words.split(' ')).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "git {words}: {errors}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Commits files on a branch and pushes it; returns its head.
    pub(super) fn push(&self, branch: &str, files: &[(&str, &str)]) -> String {
        let work = Path::new("work");
        let known = self.git(work, "branch --list --format=%(refname:short)");
        if known.lines().any(|line| line == branch) {
            self.git(work, &format!("checkout --quiet {branch}"));
        } else {
            self.git(work, &format!("checkout --quiet -b {branch}"));
        }
        for (name, text) in files {
            let path = self.path("work").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        self.git(work, "add --all");
        self.git(work, "commit --quiet --message change");
        self.git(work, &format!("push --quiet origin {branch}"));
        self.git(work, "rev-parse HEAD")
    }

    /// Merges a branch into main by a pull request; returns the merge.
    pub(super) fn merge(&self, branch: &str) -> String {
        let work = Path::new("work");
        let head = self.git(work, &format!("rev-parse {branch}"));
        self.git(work, "checkout --quiet main");
        self.git(
            work,
            &format!("merge --quiet --no-ff --message merge {branch}"),
        );
        self.git(work, "push --quiet origin main");
        let merge = self.git(work, "rev-parse HEAD");
        fs::write(self.path("forge/pulls").join(&merge), head).unwrap();
        merge
    }

    /// A checkout as a runner has it.
    fn checkout(&self, commit: &str) -> PathBuf {
        let folder = self.path("runner/repository");
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(folder.parent().unwrap()).unwrap();
        self.git(Path::new("."), "clone --quiet origin.git runner/repository");
        self.git(&folder, &format!("checkout --quiet {commit}"));
        folder
    }

    /// Runs a workflow's job at a commit; `event` says what the forge's own expressions are.
    pub(super) fn run(&self, workflow: &str, commit: &str, event: &[(&str, &str)]) -> Ended {
        let job = job(workflow);
        let folder = self.checkout(commit);
        let mut known: BTreeMap<String, String> = event
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        known.insert("github.sha".to_owned(), commit.to_owned());
        known.insert("github.token".to_owned(), "token".to_owned());
        let state = self.path("state").display().to_string();
        known.insert("vars.TENANTRY_STATE".to_owned(), state);
        let mut ended = Ended {
            step: String::new(),
            code: 0,
            said: String::new(),
        };
        for step in job["steps"].as_array().unwrap() {
            self.step(&job, step, &folder, &mut known, &mut ended);
            if ended.code != 0 {
                break;
            }
        }
        ended
    }

    fn step(
        &self,
        job: &Json,
        step: &Json,
        folder: &Path,
        known: &mut BTreeMap<String, String>,
        ended: &mut Ended,
    ) {
        let name = step["name"].as_str().unwrap_or_default();
        if step["uses"] == "actions/upload-artifact@v4" {
            self.keep(&filled(&step["with"]["name"], known), folder);
        }
        let Some(script) = step["run"].as_str().filter(|_| name != "Install tenantry") else {
            return;
        };
        assert!(
            !script.contains("${{"),
            "{name}: a shell reads what others wrote"
        );
        let output = self.path("temp/output");
        fs::write(&output, "").unwrap();
        let mut command = self.command("bash", folder);
        let own = [&job["env"], &step["env"]];
        for (key, value) in own.iter().filter_map(|env| env.as_object()).flatten() {
            command.env(key, filled(value, known));
        }
        let ran = command
            .envs(self.secrets.iter().cloned())
            .env("TENANTRY_SANDBOX", self.sandbox().base())
            .env("GITHUB_REPOSITORY", "acme/identity")
            .env("GITHUB_OUTPUT", &output)
            .env("GITHUB_STEP_SUMMARY", self.path("temp/summary"))
            .env("RUNNER_TEMP", self.path("temp"))
            .env("FORGE", self.path("forge"))
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .output()
            .unwrap();
        name.clone_into(&mut ended.step);
        ended.code = ran.status.code().unwrap_or(-1);
        ended.said += &String::from_utf8_lossy(&ran.stdout);
        ended.said += &String::from_utf8_lossy(&ran.stderr);
        let id = step["id"].as_str().unwrap_or_default();
        for line in fs::read_to_string(&output).unwrap().lines() {
            let (key, value) = line.split_once('=').unwrap();
            known.insert(format!("steps.{id}.outputs.{key}"), value.to_owned());
        }
    }

    /// Keeps a plan as an artifact, if there is one.
    fn keep(&self, name: &str, folder: &Path) {
        let plan = folder.join("plan.json");
        if plan.exists() {
            let kept = self.path("forge/artifacts").join(name);
            fs::create_dir_all(&kept).unwrap();
            fs::copy(plan, kept.join("plan.json")).unwrap();
        }
    }

    /// The texts of the comments or issues that there are.
    pub(super) fn texts(&self, of: &str) -> Vec<String> {
        let folder = fs::read_dir(self.path("forge").join(of)).unwrap();
        let texts = folder.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
        texts.collect()
    }
}

impl Drop for Forge {
    fn drop(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            self.runtime.block_on(sandbox.stop());
        }
    }
}

/// The one job of a workflow of the documentation.
fn job(workflow: &str) -> Json {
    let path = format!("docs/ci/github/{workflow}.yml");
    let text = fs::read_to_string(&path).unwrap();
    let whole: Json = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    let jobs = whole["jobs"].as_object().unwrap();
    assert_eq!(jobs.len(), 1, "{path}");
    jobs.values().next().unwrap().clone()
}

/// A value with the forge's expressions filled in; secrets that a test does not have are empty.
fn filled(value: &Json, known: &BTreeMap<String, String>) -> String {
    let mut text = match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    while let Some((before, rest)) = text.split_once("${{") {
        let (expression, after) = rest.split_once("}}").unwrap();
        let expression = expression.trim();
        let is_set = expression.starts_with("secrets.") || expression.starts_with("vars.");
        let value = known.get(expression).cloned();
        let value = value.or_else(|| is_set.then(String::new));
        let value = value.unwrap_or_else(|| panic!("nobody knows {expression}"));
        text = format!("{before}{value}{after}");
    }
    text
}
