//! A repository on a forge that runs workflows: git is real, so are the steps' shell and the binary;
//! the commands that reach the forge's own API are scripts beside this.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tenantry::sandbox::{BUILDERS, Options, Sandbox};
use tokio::runtime::Runtime;

/// Whose workflows run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Host {
    GitHub,
    GitLab,
}

/// What makes a workflow run.
#[derive(Debug, Clone, Copy)]
pub(super) enum Event<'a> {
    /// A push to the branch of a pull request, with the head that it has now.
    Request(&'a str),
    /// A push to the main branch.
    Push,
    /// The button.
    ByHand,
    /// The clock.
    Schedule,
}

/// The repository's place, what stands around it, and the servers.
pub(super) struct Forge {
    pub(super) host: Host,
    root: TempDir,
    runtime: Runtime,
    sandbox: Option<Sandbox>,
    pub(super) secrets: Vec<(String, String)>,
}

/// How a workflow ended: the step that it ended with, its code, and what all printed.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) step: String,
    pub(super) code: i32,
    pub(super) said: String,
}

impl Forge {
    pub(super) fn new(host: Host) -> Self {
        let runtime = Runtime::new().unwrap();
        let sandbox = runtime.block_on(Sandbox::start(&Options::default(), BUILDERS));
        let forge = Self {
            host,
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
        match host {
            Host::GitHub => forge.stand_in("gh", include_str!("gh.sh")),
            Host::GitLab => forge.stand_in("curl", include_str!("curl.sh")),
        }
        let has_jq = Command::new("jq").arg("--version").output().is_ok();
        if host == Host::GitLab && !has_jq {
            forge.stand_in("jq", include_str!("jq.sh"));
        }
        let binary = Path::new(env!("CARGO_BIN_EXE_tenantry"));
        std::os::unix::fs::symlink(binary, forge.path("bin/tenantry")).unwrap();
        forge.git(
            Path::new("."),
            "init --quiet --bare --initial-branch=main origin.git",
        );
        forge.git(Path::new("."), "clone --quiet origin.git work");
        forge
    }

    /// Has a script stand in for a command.
    fn stand_in(&self, command: &str, script: &str) {
        let place = self.path("bin").join(command);
        fs::write(&place, script).unwrap();
        fs::set_permissions(&place, fs::Permissions::from_mode(0o755)).unwrap();
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

    /// Merges a branch into main as one commit that has no other parent; returns it.
    pub(super) fn squash(&self, branch: &str) -> String {
        let work = Path::new("work");
        let head = self.git(work, &format!("rev-parse {branch}"));
        self.git(work, "checkout --quiet main");
        self.git(work, &format!("merge --quiet --squash {branch}"));
        self.git(work, "commit --quiet --message squashed");
        self.git(work, "push --quiet origin main");
        let squashed = self.git(work, "rev-parse HEAD");
        fs::write(self.path("forge/pulls").join(&squashed), head).unwrap();
        squashed
    }

    /// Runs a workflow's job at a commit.
    pub(super) fn run(&self, workflow: &str, commit: &str, event: Event<'_>) -> Ended {
        match self.host {
            Host::GitHub => self.on_github(workflow, commit, event),
            Host::GitLab => self.on_gitlab(workflow, commit, event),
        }
    }

    /// Runs a script as a runner's shell does.
    pub(super) fn script(
        &self,
        folder: &Path,
        script: &str,
        variables: &BTreeMap<String, String>,
    ) -> (i32, String) {
        let ran = self
            .command("bash", folder)
            .envs(variables)
            .env("TENANTRY_SANDBOX", self.sandbox().base())
            .env("FORGE", self.path("forge"))
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .output()
            .unwrap();
        let mut said = String::from_utf8_lossy(&ran.stdout).into_owned();
        said += &String::from_utf8_lossy(&ran.stderr);
        (ran.status.code().unwrap_or(-1), said)
    }

    /// A checkout as a runner has it.
    pub(super) fn checkout(&self, commit: &str) -> PathBuf {
        let folder = self.path("runner/repository");
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(folder.parent().unwrap()).unwrap();
        self.git(Path::new("."), "clone --quiet origin.git runner/repository");
        self.git(&folder, &format!("checkout --quiet {commit}"));
        folder
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
