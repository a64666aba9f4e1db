//! How a world is written down: one line of JSON a request, in `world.jsonl`.
//!
//! A line is written by one call before its request is answered and is not synced: the end of the
//! process loses nothing, a power cut may.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::tables::Change;
use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;

/// A world that cannot be read or written.
pub(super) const BAD_WORLD: Code = Code("E0861");
/// A world that another process uses.
pub(super) const WORLD_IN_USE: Code = Code("E0862");

/// A change with the target that it is in; the world itself is the empty prefix.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Located {
    pub(super) at: String,
    pub(super) change: Change,
}

/// An open world file. The lock beside it is freed when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct WorldFile {
    file: File,
    path: PathBuf,
    _lock: File,
}

impl WorldFile {
    /// Opens (or begins) the world in `folder` and returns what is written in it.
    pub(super) fn open(folder: &Path) -> Result<(Self, Vec<Located>), Box<Diagnostic>> {
        let path = folder.join("world.jsonl");
        let failed = |cause: io::Error| broken(&path, &cause.to_string());
        private_folder(folder).map_err(failed)?;
        let lock = private_file(&folder.join("world.lock"), false).map_err(failed)?;
        lock.try_lock().map_err(|_| in_use(folder))?;
        let mut file = private_file(&path, true).map_err(failed)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(failed)?;
        let (changes, torn) = parse(&text).map_err(|line| {
            broken(
                &path,
                &format!("line {line} is not one that was written by a sandbox"),
            )
        })?;
        let mut world = Self {
            file,
            path: path.clone(),
            _lock: lock,
        };
        if torn {
            world.replace(&changes).map_err(failed)?;
        }
        Ok((world, changes))
    }

    /// Adds the changes of one request, as one line. What was written of a line that failed is
    /// taken back, so that the next one stands by itself.
    pub(super) fn append(&mut self, changes: &[Located]) -> Result<(), Box<Diagnostic>> {
        let length = self.file.metadata().map(|about| about.len());
        let written = length.and_then(|length| {
            let written = self.file.write_all(&line(changes));
            written.or_else(|cause| self.file.set_len(length).and(Err(cause)))
        });
        written.map_err(|cause| broken(&self.path, &cause.to_string()))
    }

    /// Writes the whole world anew, and puts it in the old one's place at once.
    pub(super) fn compact(&mut self, changes: &[Located]) -> Result<(), Box<Diagnostic>> {
        let written = self.replace(changes);
        written.map_err(|cause| broken(&self.path, &cause.to_string()))
    }

    fn replace(&mut self, changes: &[Located]) -> io::Result<()> {
        let temporary = self.path.with_extension("jsonl.new");
        if let Err(cause) = fs::remove_file(&temporary)
            && cause.kind() != io::ErrorKind::NotFound
        {
            return Err(cause);
        }
        let mut file = private_file(&temporary, true)?;
        for change in changes {
            file.write_all(&line(std::slice::from_ref(change)))?;
        }
        fs::rename(&temporary, &self.path)?;
        self.file = file;
        Ok(())
    }
}

fn line(changes: &[Located]) -> Vec<u8> {
    let cells = changes.iter().map(|Located { at, change }| {
        let Change { table, id, row } = change;
        match row {
            Some(row) => json!([at, table, id, row]),
            None => json!([at, table, id]),
        }
    });
    let mut line = Value::Array(cells.collect()).to_string().into_bytes();
    line.push(b'\n');
    line
}

/// The changes, and whether the last line was torn. An error is the number of a line in between
/// that makes no sense.
fn parse(text: &[u8]) -> Result<(Vec<Located>, bool), usize> {
    let mut changes = Vec::new();
    let mut rest = text;
    let mut number: usize = 0;
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        number += 1;
        changes.extend(parse_line(&rest[..end]).ok_or(number)?);
        rest = &rest[end + 1..];
    }
    Ok((changes, !rest.is_empty()))
}

fn parse_line(line: &[u8]) -> Option<Vec<Located>> {
    let cells: Vec<Vec<Value>> = serde_json::from_slice(line).ok()?;
    let changes = cells.into_iter().map(|mut cell| {
        let row = (cell.len() == 4).then(|| cell.pop()).flatten();
        let [at, table, id] = cell.try_into().ok()?;
        let text = |value: Value| value.as_str().map(str::to_owned);
        let change = Change {
            table: text(table)?,
            id: text(id)?,
            row,
        };
        Some(Located {
            at: text(at)?,
            change,
        })
    });
    changes.collect()
}

fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn private_file(path: &Path, append: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).read(true).write(true).append(append);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn broken(path: &Path, cause: &str) -> Box<Diagnostic> {
    Diagnostic::error(
        BAD_WORLD,
        format!("keeping the sandbox's world in {}: {cause}", path.display()),
    )
    .hint("a sandbox holds nothing real: delete that file to begin with a new world")
    .into()
}

fn in_use(folder: &Path) -> Box<Diagnostic> {
    let message = format!(
        "opening the sandbox's world in {}: another process uses it",
        folder.display()
    );
    Diagnostic::error(WORLD_IN_USE, message)
        .hint("wait until the other command has ended, or name another folder with `--state`")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(id: &str, row: Option<Value>) -> Located {
        let change = Change {
            table: "roles".to_owned(),
            id: id.to_owned(),
            row,
        };
        Located {
            at: "t/a".to_owned(),
            change,
        }
    }

    #[test]
    fn what_was_appended_is_read_again_and_a_torn_last_line_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let (mut file, empty) = WorldFile::open(folder.path()).unwrap();
        assert!(empty.is_empty());
        let written = [change("x", Some(json!({"n": 1}))), change("y", None)];
        file.append(&written).unwrap();
        file.file.write_all(b"[[\"t/a\",\"rol").unwrap();
        drop(file);
        let (mut file, read) = WorldFile::open(folder.path()).unwrap();
        assert_eq!(read, written);
        file.append(&written[..1]).unwrap();
        drop(file);
        let (_file, read) = WorldFile::open(folder.path()).unwrap();
        assert_eq!(read.len(), 3);
    }

    #[test]
    fn a_null_row_is_not_a_deleted_row() {
        let read = parse_line(line(&[change("x", Some(Value::Null))]).trim_ascii()).unwrap();
        assert_eq!(read[0].change.row, Some(Value::Null));
    }

    #[test]
    fn a_world_is_used_by_one_process_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let _first = WorldFile::open(folder.path()).unwrap();
        let second = WorldFile::open(folder.path()).unwrap_err();
        assert_eq!(second.code, WORLD_IN_USE);
    }

    #[test]
    fn nonsense_in_the_middle_is_an_error_that_says_which_line() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("world.jsonl"), "[]\nnonsense\n[]\n").unwrap();
        let refused = WorldFile::open(folder.path()).unwrap_err();
        assert!(refused.message.contains("line 2"), "{}", refused.message);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("sandbox");
        let _file = WorldFile::open(&folder).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&folder.join("world.jsonl")), 0o600);
    }
}
