//! The binary, killed (`kill -9`) at every request boundary and at every write and sync of state
//! and journal, then run again: the same world as an undisturbed run leaves, nothing twice, no
//! secret lost, no orphan, no plaintext.
//!
//! An ordinary test run takes a sample of the points. `TENANTRY_KILL=all cargo test --test all
//! kill:: -- --nocapture` takes every one and says how many there were.

mod turn;
mod world;

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use turn::Turn;
use world::Worlds;

use super::cli::Folder;
use super::state::files_below;
use super::support::bucket::S3;
use super::support::count::Count;

/// Long enough for a slow machine.
const PATIENCE: Duration = Duration::from_mins(2);
/// No run has as many moments.
const MOST: u64 = 100_000;
const PLANTED: &str = "planted-secret-of-a-killed-run";

/// One way to run: which manifests, what the killed run has to do, where the state is, and which
/// points an ordinary run takes.
struct Case {
    manifests: &'static str,
    turn: Turn,
    remote: bool,
    sample: u64,
}

/// What came of one killed run.
enum Ended {
    Killed(String),
    ByItself,
}

impl Case {
    fn folder(&self, bucket: Option<&S3>) -> Folder {
        let mut folder = Folder::new();
        copy(
            &Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("manifests")
                .join(self.manifests),
            &folder.path().join("m"),
        );
        for (name, text) in bucket.map(S3::variables).unwrap_or_default() {
            folder.set(&name, &text);
        }
        for name in world::secrets(&folder.path().join("m")) {
            folder.set(&name, PLANTED);
        }
        folder
    }

    fn words(&self, verb: &str, worlds: &Worlds) -> String {
        let place = if self.remote {
            "s3://states/kill"
        } else {
            "kept"
        };
        format!("{verb} --sandbox={} --state {place} m", worlds.base())
    }

    /// Runs what comes before the run that is killed.
    fn prepare(&self, folder: &Folder, worlds: &Worlds) {
        if self.turn != Turn::Make {
            let ran = folder.run(&self.words("apply", worlds));
            assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        }
        self.turn.prepare(folder);
    }

    /// The world that an undisturbed run leaves.
    fn undisturbed(&self) -> Count {
        let bucket = self.remote.then(S3::start);
        let (folder, worlds) = (self.folder(bucket.as_ref()), Worlds::start());
        self.prepare(&folder, &worlds);
        let ran = folder.run(&self.words(&self.turn.verb(), &worlds));
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        worlds.count()
    }

    /// Kills a run at its `number`th moment, runs again, and compares.
    fn at(&self, number: u64, meant: &Count) -> Ended {
        let bucket = self.remote.then(S3::start);
        let (folder, worlds) = (self.folder(bucket.as_ref()), Worlds::start());
        self.prepare(&folder, &worlds);
        let run = self.words(&self.turn.verb(), &worlds);
        let Some(what) = kill(&folder, &run, number) else {
            return Ended::ByItself;
        };
        let when = format!("{self} killed at {number}, {what}");
        let plan = folder.run(&self.words(&self.turn.look(), &worlds));
        assert_ne!(plan.code, 1, "{when}: {}{}", plan.out, plan.err);
        let again = folder.run(&run);
        assert_eq!(again.code, 0, "{when}: {}{}", again.out, again.err);
        assert_eq!(worlds.count(), *meant, "{when}: {}", again.out);
        let clean = folder.run(&run);
        assert!(
            clean.out.contains("No changes."),
            "{when}: {}{}",
            clean.out,
            clean.err
        );
        for text in [&plan.out, &plan.err, &again.out, &again.err] {
            assert!(!text.contains(PLANTED), "{when}: {text}");
        }
        holds_no_plaintext(&folder.path().join("kept"), &when);
        if let Some(bucket) = &bucket {
            holds_no_plaintext(&bucket.files(), &when);
        }
        Ended::Killed(what)
    }

    /// Kills at every point of the sample, and returns how many there were.
    fn run(&self) -> u64 {
        let meant = self.undisturbed();
        let step = match std::env::var_os("TENANTRY_KILL") {
            Some(which) if which == "all" || which == self.manifests => 1,
            _ => self.sample,
        };
        let mut killed = 0;
        for number in (1 + step / 2..MOST).step_by(usize::try_from(step).expect("small")) {
            match self.at(number, &meant) {
                Ended::Killed(what) => {
                    killed += 1;
                    println!("{self} {number}: {what}");
                }
                Ended::ByItself => break,
            }
        }
        println!("{self}: killed at {killed} points, a run again after each");
        assert!(killed > 5, "{self}: only {killed} points");
        killed
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.manifests, self.turn)
    }
}

/// A process that ends with whoever started it: one that halted would stay for ever.
struct Mortal(std::process::Child);

impl Drop for Mortal {
    fn drop(&mut self) {
        // Gone already is as good.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Runs until the `number`th moment and kills the process there. Returns which moment it was;
/// none if the run ended before.
pub(super) fn kill(folder: &Folder, words: &str, number: u64) -> Option<String> {
    let halted = folder.path().join("halted");
    let child = std::process::Command::new(env!("CARGO_BIN_EXE_tenantry"))
        .env_clear()
        .envs(folder.variables())
        .env("TENANTRY_HALT", format!("{number}:{}", halted.display()))
        .current_dir(folder.path())
        .args(words.split(' '))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("it starts");
    let mut child = Mortal(child);
    let began = Instant::now();
    loop {
        if let Some(status) = child.0.try_wait().expect("it is there") {
            assert!(
                status.success(),
                "{words}: undisturbed until {number}: {status}"
            );
            return None;
        }
        // The file is there before its text is.
        let what = std::fs::read_to_string(&halted).unwrap_or_default();
        if !what.is_empty() {
            child.0.kill().expect("killed");
            child.0.wait().expect("gone");
            return Some(what);
        }
        assert!(began.elapsed() < PATIENCE, "{words} at {number}");
        std::thread::park_timeout(Duration::from_millis(3));
    }
}

fn holds_no_plaintext(folder: &Path, when: &str) {
    if !folder.exists() {
        return;
    }
    for path in files_below(folder) {
        let bytes = std::fs::read(&path).expect("reads");
        let found = bytes
            .windows(PLANTED.len())
            .any(|w| w == PLANTED.as_bytes());
        assert!(!found, "{when}: plaintext in {}", path.display());
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for entry in std::fs::read_dir(from).expect("reads") {
        let entry = entry.expect("reads");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("copied");
        }
    }
}

/// Makes what is in `manifests`, killed at each of the points, its state in a folder.
fn make(manifests: &'static str, sample: u64) {
    let case = Case {
        manifests,
        turn: Turn::Make,
        remote: false,
        sample,
    };
    case.run();
}

#[test]
fn the_quickstart_survives_a_kill_at_any_moment() {
    make("quickstart", 9);
}

#[test]
fn the_quickstart_survives_a_kill_at_any_moment_with_its_state_in_a_bucket() {
    let case = Case {
        manifests: "quickstart",
        turn: Turn::Make,
        remote: true,
        sample: 23,
    };
    case.run();
}

/// Does this to the quickstart once it is made, killed at each of the points.
fn quickstart(turn: Turn, sample: u64) {
    let case = Case {
        manifests: "quickstart",
        turn,
        remote: false,
        sample,
    };
    case.run();
}

#[test]
fn a_change_of_the_quickstart_survives_a_kill_at_any_moment() {
    quickstart(Turn::Change, 13);
}

#[test]
fn a_new_name_in_the_quickstart_survives_a_kill_at_any_moment() {
    quickstart(Turn::Rename, 7);
}

#[test]
fn another_tenant_for_the_quickstart_survives_a_kill_at_any_moment() {
    quickstart(Turn::Replace, 17);
}

#[test]
fn the_quickstart_without_its_tenant_survives_a_kill_at_any_moment() {
    quickstart(Turn::Remove, 7);
}

/// Deletes what was made of `manifests`, killed at each of the points.
fn destroy(manifests: &'static str, overrides: &'static [&'static str], sample: u64) {
    let case = Case {
        manifests,
        turn: Turn::Destroy(overrides),
        remote: false,
        sample,
    };
    case.run();
}

#[test]
fn the_end_of_the_quickstart_survives_a_kill_at_any_moment() {
    destroy("quickstart", &["target=tenant/acme"], 13);
}

#[test]
fn the_end_of_the_complete_folder_survives_a_kill_at_any_moment() {
    destroy("complete", &["target=tenant/complete"], 15);
}

#[test]
fn the_end_of_an_account_survives_a_kill_at_any_moment() {
    const OVERRIDES: [&str; 5] = [
        "protect=tenant/acme-dev",
        "target=tenant/acme-dev",
        "target=tenant/acme-eu",
        "target=tenant/acme-shop",
        "target=tenant/globex",
    ];
    destroy("cloud", &OVERRIDES, 9);
}

#[test]
fn the_end_of_the_cluster_survives_a_kill_at_any_moment() {
    destroy("dcos", &[], 17);
}

#[test]
fn the_complete_folder_survives_a_kill_at_any_moment() {
    make("complete", 61);
}

#[test]
fn an_account_survives_a_kill_at_any_moment() {
    make("cloud", 23);
}

#[test]
fn the_cluster_survives_a_kill_at_any_moment() {
    make("dcos", 31);
}
