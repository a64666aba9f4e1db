//! The binary as it is typed: what it prints where, and how it ends. Each command runs in a
//! folder of its own, with an empty environment and a home of its own.

mod access;
mod basics;
mod drift;
mod export;
mod help;
mod import;
mod keys;
mod live;
mod policy;
mod saved;
mod state;
mod undo;
mod view;
mod worlds;

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

/// A folder to run commands in.
pub(crate) struct Folder {
    root: TempDir,
    variables: Vec<(String, String)>,
}

/// What a command did.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    /// An empty one.
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("home")).unwrap();
        std::fs::create_dir(root.path().join("work")).unwrap();
        Self {
            root,
            variables: Vec::new(),
        }
    }

    /// Where commands run.
    pub(crate) fn path(&self) -> std::path::PathBuf {
        self.root.path().join("work")
    }

    /// Writes a file below it.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Reads a file below it.
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// Whether there is such a file.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.path().join(name).exists()
    }

    /// Sets a variable for all commands that follow.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// The variables that commands run with.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let home = self.root.path().join("home").display().to_string();
        let own = self.variables.iter().cloned();
        std::iter::once(("HOME".to_owned(), home))
            .chain(own)
            .collect()
    }

    /// A command, words split at spaces.
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenantry"));
        command
            .env_clear()
            .envs(self.variables())
            .current_dir(self.path())
            .args(words.split_whitespace());
        command
    }

    /// Runs it.
    pub(crate) fn run(&self, words: &str) -> Ran {
        ran(self, &self.command(words).output().unwrap())
    }

    /// Runs it with something on its standard input.
    pub(crate) fn run_with(&self, words: &str, input: &str) -> Ran {
        ran(
            self,
            &self.command(words).write_stdin(input).output().unwrap(),
        )
    }

    /// Output without what differs from run to run.
    fn masked(&self, text: &str) -> String {
        let root = self.root.path().display().to_string();
        let text = text.replace(&root, "[FOLDER]");
        let mut parts = text.split("127.0.0.1:");
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            out += "127.0.0.1:[PORT]";
            out += part.trim_start_matches(|c: char| c.is_ascii_digit());
        }
        out
    }
}

/// What a command did, as its streams and its code tell.
pub(crate) fn ran(folder: &Folder, output: &Output) -> Ran {
    let text = |bytes: &[u8]| folder.masked(&String::from_utf8_lossy(bytes));
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: text(&output.stdout),
        err: text(&output.stderr),
    }
}

impl Ran {
    /// All of it, for snapshots.
    pub(crate) fn all(&self) -> String {
        format!("{}[stderr]\n{}[exit {}]\n", self.out, self.err, self.code)
    }
}

/// Whether only its owner may read the file.
#[cfg(unix)]
pub(crate) fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path)
        .unwrap()
        .permissions()
        .mode()
        .trailing_zeros()
        >= 6
}
