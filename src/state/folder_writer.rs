//! What is written into a local folder, once its lock is held. Blocking.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::failed;
use super::store::{CREDENTIALS, JOURNAL, STATE, Save, moved_serial};
use super::{StateError, files, versions};
use crate::base::moment;

/// The writing end of a folder.
#[derive(Debug)]
pub(super) struct Writer {
    folder: PathBuf,
    journal: File,
    /// How far the journal is good and synced.
    length: u64,
}

/// The snapshot's field that a save compares.
#[derive(Deserialize)]
struct Serial {
    serial: u64,
}

impl Writer {
    /// Opens the journal, and makes it if need be.
    pub(super) fn open(folder: &Path) -> Result<Self, StateError> {
        let (journal, length) = open_journal(folder)?;
        files::sync_folder(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            journal,
            length,
        })
    }

    /// Checks that the stored serial is `expected`.
    pub(super) fn check(&self, expected: Option<u64>) -> Result<(), StateError> {
        let found = self.serial()?;
        if found == expected {
            return Ok(());
        }
        let place = self.folder.display().to_string();
        Err(moved_serial(&place, found, expected))
    }

    fn serial(&self) -> Result<Option<u64>, StateError> {
        let path = self.folder.join(STATE);
        let Some(json) = files::read(&path)? else {
            return Ok(None);
        };
        let Serial { serial } =
            serde_json::from_slice(&json).map_err(|error| StateError::Corrupt {
                file: path.display().to_string(),
                cause: error.to_string(),
            })?;
        Ok(Some(serial))
    }

    /// Drops what is in the journal after `length` bytes.
    pub(super) fn cut(&mut self, length: u64) -> Result<(), StateError> {
        let cut = self
            .journal
            .set_len(length)
            .and_then(|()| self.journal.sync_all());
        cut.map_err(failed("cut", &self.folder.join(JOURNAL)))?;
        self.length = length;
        Ok(())
    }

    /// Adds `lines` to the journal, synced; or takes back what was written of them.
    pub(super) fn append(&mut self, lines: &[u8]) -> Result<(), StateError> {
        if let Err(error) = self.write(lines) {
            if let Err(error) = self.journal.set_len(self.length) {
                tracing::debug!("cannot cut the journal back: {error}");
            }
            return Err(failed("write", &self.folder.join(JOURNAL))(error));
        }
        self.length += lines.len() as u64;
        Ok(())
    }

    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        self.journal.seek(SeekFrom::Start(self.length))?;
        moment::pass("before the journal is written");
        let (half, rest) = lines.split_at(lines.len() / 2);
        self.journal.write_all(half)?;
        moment::pass("in the middle of a record");
        self.journal.write_all(rest)?;
        moment::pass("before the journal is synced");
        self.journal.sync_data()?;
        moment::pass("after the journal was synced");
        Ok(())
    }

    /// Credentials first, for the snapshot relies on them; the journal last, for until then it
    /// is what the snapshot is made of.
    pub(super) fn save(&mut self, save: &Save) -> Result<(), StateError> {
        self.check(save.expected)?;
        if let Some(credentials) = &save.credentials {
            files::replace(&self.folder, CREDENTIALS, credentials)?;
        }
        files::replace(&self.folder, STATE, &save.state)?;
        files::replace(&self.folder, JOURNAL, &save.journal)?;
        versions::keep(&self.folder, save.serial);
        (self.journal, self.length) = open_journal(&self.folder)?;
        Ok(())
    }
}

fn open_journal(folder: &Path) -> Result<(File, u64), StateError> {
    let path = folder.join(JOURNAL);
    let opened = files::private().create(true).truncate(false).open(&path);
    let journal = opened.map_err(failed("open", &path))?;
    let length = journal.metadata().map_err(failed("read", &path))?.len();
    Ok((journal, length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Seq;

    fn save(expected: Option<u64>, serial: u64) -> Save {
        Save {
            expected,
            serial,
            folded: Seq::default(),
            settled: Seq::default(),
            state: format!("{{\"serial\": {serial}}}").into_bytes(),
            credentials: None,
            journal: Vec::new(),
        }
    }

    #[test]
    fn a_save_over_another_serial_is_refused() {
        let root = tempfile::tempdir().expect("a folder");
        let mut writer = Writer::open(root.path()).expect("opens");
        writer.save(&save(None, 1)).expect("the first");
        writer.save(&save(Some(1), 2)).expect("the second");
        let stale = writer.save(&save(Some(1), 2)).expect_err("stale");
        assert_eq!(stale.code(), super::super::error::MOVED);
        writer.save(&save(None, 1)).expect_err("there is one");
        assert_eq!(writer.serial(), Ok(Some(2)));
    }

    #[test]
    fn a_save_begins_a_new_journal_with_what_is_still_open() {
        let root = tempfile::tempdir().expect("a folder");
        let mut writer = Writer::open(root.path()).expect("opens");
        writer.append(b"one\ntwo\n").expect("appended");
        let open = Save {
            journal: b"two\n".to_vec(),
            ..save(None, 1)
        };
        writer.save(&open).expect("saved");
        writer.append(b"three\n").expect("appended");
        let journal = files::read(&root.path().join(JOURNAL)).expect("reads");
        assert_eq!(journal, Some(b"two\nthree\n".to_vec()));
    }

    #[test]
    fn a_cut_tail_is_written_over() {
        let root = tempfile::tempdir().expect("a folder");
        let mut writer = Writer::open(root.path()).expect("opens");
        writer.append(b"one\nto").expect("appended");
        writer.cut(4).expect("cut");
        writer.append(b"two\n").expect("appended");
        let journal = files::read(&root.path().join(JOURNAL)).expect("reads");
        assert_eq!(journal, Some(b"one\ntwo\n".to_vec()));
    }
}
