//! Files that nobody else can read and that are whole or absent, whenever the machine stops.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::StateError;
use super::error::failed;
use crate::base::moment;

/// Returns a file's content; none if there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, StateError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path)(error)),
    }
}

/// Makes a folder for its owner alone, unless it is there. Its parents are made as usual.
pub(super) fn create_folder(folder: &Path) -> Result<(), StateError> {
    if folder.is_dir() {
        return Ok(());
    }
    let parent = parent(folder);
    fs::create_dir_all(parent).map_err(failed("make", parent))?;
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(failed("make", folder)(error))
        }
        _ => sync_folder(parent),
    }
}

/// The folder that `path` lies in; of a bare name the working directory.
fn parent(path: &Path) -> &Path {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// Options for files of their owner alone.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Writes a file that is not there yet; one that is stays as it is.
pub(super) fn create(path: &Path, bytes: &[u8]) -> Result<Created, StateError> {
    let mut file = match private().create_new(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(Created::Not),
        Err(error) => return Err(failed("create", path)(error)),
    };
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.map_err(failed("write", path))?;
    Ok(Created::Now)
}

/// Whether [`create`] made the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Created {
    /// It did.
    Now,
    /// It was there.
    Not,
}

/// Replaces `folder/name` whole, or leaves it as it was. Durable when it returns. The caller
/// holds the lock: the temporary file has one name only.
pub(super) fn replace(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), StateError> {
    let (path, temporary) = (folder.join(name), folder.join(format!("{name}.new")));
    remove(&temporary)?;
    let renamed = |()| {
        moment::pass("before a file takes its place");
        fs::rename(&temporary, &path)
    };
    let written = write_synced(&temporary, bytes).and_then(renamed);
    if let Err(error) = written {
        remove(&temporary)?;
        return Err(failed("write", &path)(error));
    }
    moment::pass("before a folder is synced");
    sync_folder(folder)
}

/// Writes a file of its owner alone, whole or not at all, over one that is there.
///
/// # Errors
/// It cannot be written; what was there is left.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), StateError> {
    let name = path.file_name().map(|name| name.to_string_lossy());
    let none = || failed("write", path)(io::ErrorKind::InvalidFilename.into());
    replace(parent(path), &name.ok_or_else(none)?, bytes)
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = private().create_new(true).open(path)?;
    moment::pass("before a file is written");
    file.write_all(bytes)?;
    moment::pass("before a file is synced");
    file.sync_all()
}

/// Removes a file, if there is one.
pub(super) fn remove(path: &Path) -> Result<(), StateError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Makes new and renamed names in `folder` durable.
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> Result<(), StateError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(failed("write", folder))
}

/// Windows has no such call; its renames are journaled by the file system.
#[cfg(not(unix))]
pub(super) fn sync_folder(_folder: &Path) -> Result<(), StateError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        use std::os::unix::fs::PermissionsExt;
        let metadata = fs::metadata(path).expect("it is there");
        metadata.permissions().mode() & 0o777
    }

    #[test]
    #[cfg(unix)]
    fn a_replaced_file_and_its_folder_are_the_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().expect("a folder");
        let folder = root.path().join("a/b");
        create_folder(&folder).expect("made");
        replace(&folder, "state.json", b"one").expect("written");
        fs::set_permissions(folder.join("state.json"), PermissionsExt::from_mode(0o644))
            .expect("loosened");
        replace(&folder, "state.json", b"two").expect("written");
        assert_eq!(
            (mode(&folder), mode(&folder.join("state.json"))),
            (0o700, 0o600)
        );
        assert_eq!(read(&folder.join("state.json")), Ok(Some(b"two".to_vec())));
    }

    #[test]
    fn a_bare_name_lies_in_the_working_directory() {
        assert_eq!(parent(Path::new(".tenantry")), Path::new("."));
        assert_eq!(parent(Path::new("a/.tenantry")), Path::new("a"));
    }

    #[test]
    fn a_left_over_temporary_file_does_no_harm() {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join("state.json.new"), b"half").expect("written");
        replace(root.path(), "state.json", b"whole").expect("written");
        let names = fs::read_dir(root.path()).expect("reads");
        assert_eq!(names.count(), 1);
    }

    #[test]
    fn what_is_there_is_not_overwritten() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("identity.txt");
        assert_eq!(create(&path, b"mine"), Ok(Created::Now));
        assert_eq!(create(&path, b"yours"), Ok(Created::Not));
        assert_eq!(read(&path), Ok(Some(b"mine".to_vec())));
    }
}
