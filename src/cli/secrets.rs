//! The texts of secrets, from where manifests say that they come: variables, files, commands.
//!
//! Each source is asked once a run. A text is never put into a message; what keeps one from being
//! had is.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::environment::Environment;
use crate::base::lock::lock;
use crate::base::{FingerprintKey, Secret, SecretSource};
use crate::manifest::paths::folder_of;

/// The longest secret that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// How often is looked whether a command that prints no more has ended.
const LOOK: Duration = Duration::from_millis(5);

/// Whether manifests may run commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exec {
    /// `--allow-exec`, or the user's own configuration, and how long one may take.
    Allowed(Duration),
    /// Not asked for.
    Refused,
}

/// Whether files outside of the manifests' folders may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outside {
    /// `--allow-files-outside`.
    Allowed,
    /// Not asked for.
    Refused,
}

/// Where texts come from.
#[derive(Debug)]
pub(super) struct Origins {
    /// The variables.
    pub(super) environment: Environment,
    /// The folders that were named, the first being what paths are relative to.
    pub(super) roots: Vec<PathBuf>,
    /// Whether files elsewhere may be read.
    pub(super) outside: Outside,
    /// Whether commands may be run.
    pub(super) exec: Exec,
    /// The sandbox's key: what is not set gets a text derived from it, and no command is run.
    pub(super) stand_in: Option<FingerprintKey>,
}

/// The texts that were asked for so far.
#[derive(Debug)]
pub(super) struct Secrets {
    origins: Origins,
    found: Mutex<BTreeMap<SecretSource, Result<Secret, String>>>,
}

impl Secrets {
    /// Nothing asked for yet.
    pub(super) fn new(origins: Origins) -> Self {
        Self {
            origins,
            found: Mutex::default(),
        }
    }

    /// The text of `source`, or why there is none, in a few words. May wait for a command.
    pub(super) fn text(&self, source: &SecretSource) -> Result<Secret, String> {
        if let Some(found) = lock(&self.found).get(source) {
            return found.clone();
        }
        let text = self.origins.text(source);
        lock(&self.found).insert(source.clone(), text.clone());
        text
    }
}

impl Origins {
    fn text(&self, source: &SecretSource) -> Result<Secret, String> {
        let text = match (source, &self.stand_in) {
            (SecretSource::Env(name), _) => self.variable(name),
            (SecretSource::File(path), _) => self.file(path),
            (SecretSource::Exec(_), Some(_)) => Err(String::new()),
            (SecretSource::Exec(words), None) => self.command(words),
            (SecretSource::Output(..), _) => return Err("is another object's to tell".into()),
        };
        match (&self.stand_in, text) {
            (Some(key), Err(_)) => Ok(stand_in(key, source)),
            (_, text) => text,
        }
    }

    fn variable(&self, name: &str) -> Result<Secret, String> {
        match self.environment.os(name) {
            None => Err("is not set".into()),
            Some(value) if value.is_empty() => Err("is empty".into()),
            Some(value) => value.to_str().map(Secret::new).ok_or_else(not_text),
        }
    }

    fn file(&self, path: &str) -> Result<Secret, String> {
        let base = self.roots.first().map_or(Path::new("."), PathBuf::as_path);
        let real = base
            .join(path)
            .canonicalize()
            .map_err(|cause| unreadable(&cause))?;
        let is_below = |root: &PathBuf| {
            root.canonicalize()
                .is_ok_and(|root| real.starts_with(folder_of(&root)))
        };
        if self.outside == Outside::Refused && !self.roots.iter().any(is_below) {
            return Err("lies outside of the manifests' folder".into());
        }
        let file = File::open(&real).map_err(|cause| unreadable(&cause))?;
        one_line(read_all(file).map_err(|cause| unreadable(&cause))?)
    }

    fn command(&self, words: &[String]) -> Result<Secret, String> {
        let Exec::Allowed(patience) = self.exec else {
            return Err("is a command, and those are run with --allow-exec only".into());
        };
        let [program, arguments @ ..] = words else {
            return Err("is an empty command".into());
        };
        let folder = self
            .roots
            .first()
            .map_or(Path::new("."), |root| folder_of(root));
        let child = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            // What it says on the side may hold the secret too.
            .stderr(Stdio::null())
            .spawn();
        let child = child.map_err(|cause| format!("cannot be run: {cause}"))?;
        one_line(output(child, patience)?)
    }
}

/// What a command prints, if it ends well and in time.
fn output(mut child: Child, patience: Duration) -> Result<Vec<u8>, String> {
    let until = Instant::now() + patience;
    let stdout = child.stdout.take();
    let (sender, printed) = mpsc::channel();
    std::thread::spawn(move || {
        let bytes = stdout.map_or_else(|| Ok(Vec::new()), read_all);
        // Nobody listens any more once the time is over.
        let _told = sender.send(bytes);
    });
    let printed = printed.recv_timeout(patience);
    let status = loop {
        let ended = child.try_wait();
        match ended.map_err(|cause| format!("cannot be run: {cause}"))? {
            Some(status) => break Some(status),
            None if printed.is_err() || Instant::now() >= until => break None,
            None => std::thread::park_timeout(LOOK),
        }
    };
    let (Some(status), Ok(bytes)) = (status, printed) else {
        // It may have ended by itself meanwhile.
        let _killed = child.kill();
        let _ended = child.wait();
        return Err(format!("did not end within {} seconds", patience.as_secs()));
    };
    if !status.success() {
        return Err(format!("failed: {status}"));
    }
    bytes.map_err(|cause| unreadable(&cause))
}

fn read_all(source: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(LONGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text without its final line break.
fn one_line(bytes: Vec<u8>) -> Result<Secret, String> {
    if bytes.len() as u64 > LONGEST {
        return Err("is longer than 1 MiB".into());
    }
    let text = String::from_utf8(bytes).map_err(|_| not_text())?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Err("is empty".into());
    }
    Ok(Secret::new(text))
}

fn not_text() -> String {
    "is not UTF-8".into()
}

fn unreadable(cause: &std::io::Error) -> String {
    match cause.kind() {
        std::io::ErrorKind::NotFound => "is not there".into(),
        _ => format!("cannot be read: {cause}"),
    }
}

/// What the sandbox uses for a source that is not set: the same on every run.
fn stand_in(key: &FingerprintKey, source: &SecretSource) -> Secret {
    // Sources of ours can always be written as JSON.
    let label = serde_json::to_string(source).unwrap_or_default();
    let bytes = key.derive(&label);
    Secret::new(format!(
        "Sandbox-1-{}",
        URL_SAFE_NO_PAD.encode(&bytes[..18])
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins(root: &Path) -> Origins {
        Origins {
            environment: Environment::from([("SET", "hunter2"), ("EMPTY", "")]),
            roots: vec![root.to_owned()],
            outside: Outside::Refused,
            exec: Exec::Refused,
            stand_in: None,
        }
    }

    fn text(origins: Origins, source: impl Into<SecretSource>) -> Result<String, String> {
        let text = Secrets::new(origins).text(&source.into());
        text.map(|text| text.expose().to_owned())
    }

    fn exec(words: &[&str]) -> SecretSource {
        SecretSource::Exec(words.iter().map(|&word| word.to_owned()).collect())
    }

    #[test]
    fn variables_and_files_give_their_texts() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("token"), "hunter3\r\n").expect("written");
        let variable = |name: &str| text(origins(folder.path()), SecretSource::Env(name.into()));
        assert_eq!(variable("SET"), Ok("hunter2".into()));
        assert_eq!(variable("UNSET"), Err("is not set".into()));
        assert_eq!(variable("EMPTY"), Err("is empty".into()));
        let file = |path: &str| text(origins(folder.path()), SecretSource::File(path.into()));
        assert_eq!(file("token"), Ok("hunter3".into()));
        assert_eq!(file("gone"), Err("is not there".into()));
    }

    #[test]
    fn a_file_elsewhere_is_read_only_if_that_is_allowed() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("manifests");
        std::fs::create_dir(&root).expect("made");
        std::fs::write(folder.path().join("token"), "x").expect("written");
        let elsewhere = || SecretSource::File("../token".into());
        let refused = text(origins(&root), elsewhere());
        assert_eq!(refused, Err("lies outside of the manifests' folder".into()));
        let allowed = Origins {
            outside: Outside::Allowed,
            ..origins(&root)
        };
        assert_eq!(text(allowed, elsewhere()), Ok("x".into()));
    }

    #[cfg(unix)]
    #[test]
    fn commands_are_run_without_a_shell_and_only_if_that_is_allowed() {
        let allowed = |seconds| Origins {
            exec: Exec::Allowed(Duration::from_secs(seconds)),
            ..origins(Path::new("."))
        };
        let refused = text(origins(Path::new(".")), exec(&["echo", "x"]));
        assert!(refused.is_err_and(|why| why.contains("--allow-exec")));
        assert_eq!(
            text(allowed(10), exec(&["echo", "$HOME;x"])),
            Ok("$HOME;x".into())
        );
        let failed = text(allowed(10), exec(&["false"]));
        assert!(failed.is_err_and(|why| why.starts_with("failed: ")));
        let late = text(allowed(0), exec(&["sleep", "9"]));
        assert_eq!(late, Err("did not end within 0 seconds".into()));
    }

    #[test]
    fn the_sandbox_makes_up_what_is_not_set_and_runs_nothing() {
        let with_key = |byte| Origins {
            exec: Exec::Allowed(Duration::from_secs(1)),
            stand_in: Some(FingerprintKey::new(&[byte; 32])),
            ..origins(Path::new("."))
        };
        let unset = || SecretSource::Env("UNSET".into());
        let made_up = text(with_key(1), unset()).expect("made up");
        assert_eq!(text(with_key(1), unset()), Ok(made_up.clone()));
        assert_ne!(text(with_key(2), unset()), Ok(made_up.clone()));
        assert_ne!(
            text(with_key(1), SecretSource::Env("OTHER".into())),
            Ok(made_up)
        );
        assert_eq!(
            text(with_key(1), SecretSource::Env("SET".into())),
            Ok("hunter2".into())
        );
        assert!(text(with_key(1), exec(&["touch", "/nowhere/x"])).is_ok());
    }
}
