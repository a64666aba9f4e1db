//! Files that manifests name: where they are, whether they may be read, and their texts.
//!
//! A file is named relative to its manifest and must lie below the manifests' root, links
//! followed, unless files outside are allowed: a plan of somebody's change must not read at will.

use std::fs;
use std::path::{Path, PathBuf};

use super::find;
use super::find::Source;
use super::paths::{absolute, lexical, relative};

/// The largest file that a text may come from, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Where files are looked for.
#[derive(Debug, Clone)]
pub(super) struct Files {
    /// The root of the whole run: what the paths of secrets are relative to.
    run: PathBuf,
    /// The root of this manifest.
    root: PathBuf,
    /// The same as the user wrote it.
    shown: String,
    /// The folder of this manifest.
    folder: PathBuf,
    /// Whether files outside the root may be read.
    outside: bool,
}

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error("lies outside `{0}`")]
    Outside(String),
    #[error("cannot be read: {0}")]
    Unreadable(String),
    #[error("is larger than 1 MiB")]
    TooLarge,
    #[error("is not UTF-8")]
    NotUtf8,
}

impl Files {
    /// Those that `source` may name, in a run whose first root is `run`.
    pub(super) fn of(source: &Source, run: &Path, outside: bool) -> Self {
        let folder = match source.name.as_str() {
            "-" => None,
            name => Path::new(name).parent(),
        };
        let root = absolute(&source.root);
        Self {
            run: absolute(run),
            folder: folder.map_or_else(|| root.clone(), absolute),
            root,
            shown: source.root.to_string_lossy().into_owned(),
            outside,
        }
    }

    /// The path of `written` relative to the run's root, as plans and states keep it.
    pub(super) fn located(&self, written: &str) -> Result<String, Refused> {
        let path = self.allowed(written)?;
        Ok(relative(&path, &self.run))
    }

    /// The path of a folder, as [`Files::located`] and as it can be walked.
    pub(super) fn folder(&self, written: &str) -> Result<(String, PathBuf), Refused> {
        let path = self.allowed(written)?;
        Ok((relative(&path, &self.run), path))
    }

    /// The path of this manifest relative to the run's root.
    pub(super) fn own(&self, name: &str) -> String {
        match name {
            "-" => "-".to_owned(),
            name => relative(&absolute(Path::new(name)), &self.run),
        }
    }

    /// The text of the file.
    pub(super) fn text(&self, written: &str) -> Result<String, Refused> {
        let path = self.allowed(written)?;
        let bytes = find::bytes(&path, MAX_BYTES);
        let bytes = bytes.map_err(|error| Refused::Unreadable(error.to_string()))?;
        let bytes = bytes.ok_or(Refused::TooLarge)?;
        String::from_utf8(bytes).map_err(|_| Refused::NotUtf8)
    }

    fn allowed(&self, written: &str) -> Result<PathBuf, Refused> {
        let path = lexical(&self.folder.join(written));
        if self.outside {
            return Ok(path);
        }
        let out = || Refused::Outside(self.shown.clone());
        if Path::new(written).is_absolute() || !path.starts_with(&self.root) {
            return Err(out());
        }
        match (fs::canonicalize(&path), fs::canonicalize(&self.root)) {
            (Ok(real), Ok(root)) if !real.starts_with(&root) => Err(out()),
            _ => Ok(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path, outside: bool) -> Files {
        let source = Source {
            name: folder.join("sub/a.yaml").to_string_lossy().into_owned(),
            root: folder.to_owned(),
            text: String::new(),
        };
        Files::of(&source, folder, outside)
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("sub")).expect("made");
        fs::write(folder.path().join("key.pem"), "key\n").expect("written");
        folder
    }

    #[test]
    fn a_file_is_relative_to_its_manifest_and_kept_relative_to_the_root() {
        let folder = folder();
        let read = files(folder.path(), false).text("../key.pem");
        assert_eq!(read, Ok("key\n".to_owned()));
        assert_eq!(
            files(folder.path(), false).located("x/./y"),
            Ok("sub/x/y".to_owned())
        );
    }

    #[test]
    fn a_file_outside_the_root_is_read_only_if_that_is_allowed() {
        let folder = folder();
        let out = files(folder.path(), false).located("../../other");
        assert!(matches!(out, Err(Refused::Outside(_))), "{out:?}");
        let allowed = files(folder.path(), true).located("../../other");
        assert_eq!(allowed, Ok("../other".to_owned()));
        assert!(files(folder.path(), false).located("/etc/passwd").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_root_is_refused() {
        let (folder, other) = (folder(), tempfile::tempdir().expect("a folder"));
        fs::write(other.path().join("x"), "x").expect("written");
        std::os::unix::fs::symlink(other.path().join("x"), folder.path().join("link"))
            .expect("linked");
        let out = files(folder.path(), false).text("../link");
        assert!(matches!(out, Err(Refused::Outside(_))), "{out:?}");
    }
}
