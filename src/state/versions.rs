//! Earlier snapshots beside the current one, to go back to. Links, so that keeping one costs
//! nothing; losing one costs nobody anything but the way back.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::store::{KEPT_VERSIONS, KeptVersion, STATE};
use super::{StateError, files};

/// Where they are.
const VERSIONS: &str = "versions";

fn path(folder: &Path, serial: u64) -> PathBuf {
    folder.join(VERSIONS).join(format!("{serial:020}.json"))
}

/// Keeps the current snapshot under its serial, and no more of them than are wanted. Failing
/// that is no reason to stop.
pub(super) fn keep(folder: &Path, serial: u64) {
    if let Err(error) = try_keep(folder, serial) {
        tracing::warn!("{error}");
    }
}

fn try_keep(folder: &Path, serial: u64) -> Result<(), StateError> {
    files::create_folder(&folder.join(VERSIONS))?;
    let (from, to) = (folder.join(STATE), path(folder, serial));
    files::remove(&to)?;
    if fs::hard_link(&from, &to).is_err() {
        // A file system without links.
        let copied = fs::copy(&from, &to);
        copied.map_err(super::error::failed("write", &to))?;
    }
    let kept = list(folder)?;
    let most = kept.len().saturating_sub(KEPT_VERSIONS);
    let mut old = kept.iter().take(most);
    old.try_for_each(|version| files::remove(&path(folder, version.serial)))
}

/// Which are kept, oldest first.
pub(super) fn list(folder: &Path) -> Result<Vec<KeptVersion>, StateError> {
    let place = folder.join(VERSIONS);
    let Ok(entries) = fs::read_dir(&place) else {
        return Ok(Vec::new());
    };
    let mut kept = Vec::new();
    for entry in entries {
        let entry = entry.map_err(super::error::failed("read", &place))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let serial = name.strip_suffix(".json").and_then(|n| n.parse().ok());
        let written = entry.metadata().and_then(|data| data.modified());
        let at = written.ok().and_then(|at| Timestamp::try_from(at).ok());
        kept.extend(serial.map(|serial| KeptVersion { serial, at }));
    }
    kept.sort_by_key(|version| version.serial);
    Ok(kept)
}

/// The snapshot with that serial.
pub(super) fn read(folder: &Path, serial: u64) -> Result<Option<Vec<u8>>, StateError> {
    files::read(&path(folder, serial))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_kept_as_they_were() {
        let root = tempfile::tempdir().expect("a folder");
        for serial in 1..=25 {
            let text = format!("{{\"serial\": {serial}}}");
            files::replace(root.path(), STATE, text.as_bytes()).expect("written");
            keep(root.path(), serial);
        }
        let kept = list(root.path()).expect("lists");
        let serials: Vec<_> = kept.iter().map(|version| version.serial).collect();
        assert_eq!(serials, (6..=25).collect::<Vec<_>>());
        let old = read(root.path(), 6).expect("reads").expect("kept");
        assert_eq!(old, b"{\"serial\": 6}");
        assert_eq!(read(root.path(), 5), Ok(None));
    }
}
