//! Which files are manifests, and their texts. What is in them is not looked at.
//!
//! Folders are walked in byte order; of a folder, `.yaml` and `.yml` files are manifests. What
//! begins with a dot is left out. A link to a file is followed if it stays below the root, a link
//! to a folder is not: what it shows is there under its own name, or meant not to be read.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::policy::{self, ASTRAY};
use crate::base::text::visible;
use crate::base::{At, Code, Diagnostic, Place, SourceFile};

/// A path that cannot be read.
pub const UNREADABLE: Code = Code("E0101");
/// A file that is too large.
pub const TOO_LARGE: Code = Code("E0102");
/// A file that is not UTF-8.
pub const NOT_UTF8: Code = Code("E0103");
/// A link that leads out of the root.
pub const LINK: Code = Code("E0104");
/// A file whose name is no manifest's.
pub const NOT_A_MANIFEST: Code = Code("E0105");

/// The largest manifest, in bytes.
pub const MAX_BYTES: u64 = 64 << 20;

/// A manifest's text, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path as the user would write it; `-` is standard input.
    pub name: String,
    /// The folder that it was found below; files it names are below that too.
    pub root: PathBuf,
    /// The text.
    pub text: String,
}

/// A file that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Its path as the user would write it.
    pub path: PathBuf,
    /// The folder that it was found below.
    pub root: PathBuf,
}

impl Source {
    /// A manifest from its bytes, as they come from a file or from standard input.
    ///
    /// # Errors
    /// Text that is too long or not UTF-8.
    pub fn new(name: &str, root: &Path, bytes: Vec<u8>) -> Result<Self, Box<Diagnostic>> {
        if bytes.len() as u64 > MAX_BYTES {
            return Err(Box::new(too_large(name)));
        }
        let text =
            String::from_utf8(bytes).map_err(|error| Box::new(not_utf8(name, error.as_bytes())))?;
        let text = match text.strip_prefix('\u{feff}') {
            Some(bare) => bare.to_owned(),
            None => text,
        };
        Ok(Self {
            name: name.to_owned(),
            root: root.to_owned(),
            text,
        })
    }
}

/// Returns the manifests that `paths` name, each once, in byte order, and what was wrong.
pub fn find(paths: &[PathBuf]) -> (Vec<Found>, Vec<Diagnostic>) {
    let mut finder = Finder::default();
    for path in paths {
        finder.named(path);
    }
    finder.found.sort();
    let (mut once, mut kept) = (BTreeSet::new(), Vec::new());
    for (found, real) in finder.found {
        if once.insert(real) {
            kept.push(found);
        }
    }
    (kept, finder.faults)
}

/// Reads what [`find`] found.
pub fn read(found: &[Found]) -> (Vec<Source>, Vec<Diagnostic>) {
    let (mut sources, mut faults) = (Vec::new(), Vec::new());
    for Found { path, root } in found {
        let name = path.to_string_lossy();
        let source = bytes(path, MAX_BYTES)
            .map_err(|error| Box::new(unreadable(path, &error)))
            .and_then(|bytes| match bytes {
                Some(bytes) => Source::new(&name, root, bytes),
                None => Err(Box::new(too_large(&name))),
            });
        match source {
            Ok(source) => sources.push(source),
            Err(fault) => faults.push(*fault),
        }
    }
    (sources, faults)
}

/// The content of a file; none if it is longer than `most`, of which nothing is then read.
pub(super) fn bytes(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let is = fs::metadata(path)?;
    if !is.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    if is.len() > most {
        return Ok(None);
    }
    let file = fs::File::open(path)?;
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

#[derive(Default)]
struct Finder {
    found: Vec<(Found, PathBuf)>,
    faults: Vec<Diagnostic>,
}

impl Finder {
    fn named(&mut self, path: &Path) {
        match fs::metadata(path) {
            Err(error) => self.faults.push(unreadable(path, &error)),
            Ok(is) if is.is_dir() => match fs::canonicalize(path) {
                Ok(real) => self.folder(path, path, &real),
                Err(error) => self.faults.push(unreadable(path, &error)),
            },
            Ok(is) if is.is_file() && is_policy(path) => {
                let message = format!("`{}` is the policy, which is no manifest", shown(path));
                let hint = "name the manifests only: the policy is found, or named with --policy";
                self.faults
                    .push(Diagnostic::error(NOT_A_MANIFEST, message).hint(hint));
            }
            Ok(is) if is.is_file() && is_manifest(path) => {
                let root = path.parent().filter(|parent| *parent != Path::new(""));
                self.take(path, root.unwrap_or(Path::new(".")));
            }
            Ok(_) => {
                let message = format!("`{}` is not a manifest", shown(path));
                let hint = "name a folder, a file that ends in .yaml or .yml, or `-`";
                self.faults
                    .push(Diagnostic::error(NOT_A_MANIFEST, message).hint(hint));
            }
        }
    }

    fn take(&mut self, path: &Path, root: &Path) {
        let found = Found {
            path: path.strip_prefix(".").unwrap_or(path).to_owned(),
            root: root.to_owned(),
        };
        match fs::canonicalize(path) {
            Ok(real) => self.found.push((found, real)),
            Err(error) => self.faults.push(unreadable(path, &error)),
        }
    }

    fn folder(&mut self, folder: &Path, root: &Path, real_root: &Path) {
        let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => return self.faults.push(unreadable(folder, &error)),
        };
        for entry in entries {
            let path = folder.join(entry.file_name());
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            match entry.file_type() {
                Ok(is) if is.is_dir() => self.folder(&path, root, real_root),
                Ok(is) if is.is_symlink() => self.link(&path, root, real_root),
                Ok(is) if is.is_file() && is_policy(&path) => self.policy(&path, folder, root),
                Ok(is) if is.is_file() && is_manifest(&path) => self.take(&path, root),
                Ok(_) => {}
                Err(error) => self.faults.push(unreadable(&path, &error)),
            }
        }
    }

    /// Of a root, it holds for all of it; further below it would hold for a part, and does not.
    fn policy(&mut self, path: &Path, folder: &Path, root: &Path) {
        if folder != root {
            let message = format!("`{}` would not be obeyed", shown(path));
            let hint = "keep one policy, at the root of the repository";
            self.faults
                .push(Diagnostic::error(ASTRAY, message).hint(hint));
        }
    }

    fn link(&mut self, path: &Path, root: &Path, real_root: &Path) {
        let Ok(real) = fs::canonicalize(path) else {
            if is_manifest(path) {
                let error = io::Error::other("the link leads nowhere");
                self.faults.push(unreadable(path, &error));
            }
            return;
        };
        let matters = real.is_dir() || is_manifest(path);
        if matters && !real.starts_with(real_root) {
            let message = format!("the link `{}` leads out of `{}`", shown(path), shown(root));
            let hint = "put the manifests below the folder that is named, or name their folder too";
            self.faults
                .push(Diagnostic::error(LINK, message).hint(hint));
        } else if real.is_file() && is_manifest(path) {
            self.take(path, root);
        }
    }
}

fn is_policy(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == policy::NAME)
}

fn is_manifest(path: &Path) -> bool {
    path.extension()
        .is_some_and(|end| end == "yaml" || end == "yml")
}

fn shown(path: &Path) -> String {
    visible(&path.to_string_lossy()).into_owned()
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    let message = format!("`{}` cannot be read: {error}", shown(path));
    let hint = match error.kind() {
        io::ErrorKind::NotFound => "name a folder or file that is there, or `-`",
        io::ErrorKind::PermissionDenied => "let this user read it",
        _ => "make sure that it is there and can be read",
    };
    Diagnostic::error(UNREADABLE, message).hint(hint)
}

fn too_large(name: &str) -> Diagnostic {
    let message = format!(
        "`{}` is larger than a manifest may be (64 MiB)",
        visible(name)
    );
    Diagnostic::error(TOO_LARGE, message).hint("divide it into several files")
}

fn not_utf8(name: &str, bytes: &[u8]) -> Diagnostic {
    let good = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let start = good.rfind('\n').map_or(0, |at| at + 1);
    let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let at = At {
        line: narrow(good.matches('\n').count() + 1),
        column: narrow(good[start..].chars().count() + 1),
        length: 1,
    };
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let what = if utf16 { "UTF-16" } else { "not UTF-8" };
    let place = Place {
        file: SourceFile::new(name, String::from_utf8_lossy(bytes)),
        at,
        label: "the first byte that is none".to_owned(),
        hidden: true,
    };
    Diagnostic::error(NOT_UTF8, format!("`{}` is {what}", visible(name)))
        .at(place)
        .hint("save it as UTF-8, for example with `iconv -f LATIN1 -t UTF-8`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(found: &[Found]) -> Vec<String> {
        let name = |found: &Found| {
            found
                .path
                .file_name()
                .map(|n| n.to_string_lossy().into_owned())
        };
        found.iter().filter_map(name).collect()
    }

    fn write(folder: &Path, files: &[&str]) {
        for file in files {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, "# nothing\n").expect("written");
        }
    }

    #[test]
    fn folders_are_walked_in_byte_order_and_what_has_a_dot_is_left_out() {
        let folder = tempfile::tempdir().expect("a folder");
        write(
            folder.path(),
            &[
                "b.yaml",
                "a/z.yml",
                "B.yaml",
                ".git/x.yaml",
                ".x.yaml",
                "c.txt",
            ],
        );
        let (found, faults) = find(&[folder.path().to_owned()]);
        assert_eq!(names(&found), ["B.yaml", "z.yml", "b.yaml"]);
        assert_eq!(faults, []);
    }

    #[test]
    fn a_file_is_found_once_however_often_it_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), &["a/b.yaml"]);
        let paths = [
            folder.path().to_owned(),
            folder.path().join("a"),
            folder.path().join("a/b.yaml"),
        ];
        assert_eq!(find(&paths).0.len(), 1);
    }

    #[test]
    fn what_is_not_there_or_no_manifest_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), &["a.txt"]);
        let (found, faults) = find(&[folder.path().join("a.txt"), folder.path().join("none")]);
        let codes: Vec<_> = faults.iter().map(|fault| fault.code).collect();
        assert_eq!((found.len(), codes), (0, vec![NOT_A_MANIFEST, UNREADABLE]));
    }

    #[test]
    fn a_policy_is_no_manifest_and_stands_at_the_root_only() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), &["tenantry.yaml", "a.yaml"]);
        let (found, faults) = find(&[folder.path().to_owned()]);
        assert_eq!((found.len(), faults), (1, vec![]));
        write(folder.path(), &["sub/tenantry.yaml"]);
        let named = folder.path().join("tenantry.yaml");
        let (found, faults) = find(&[folder.path().to_owned(), named]);
        let codes: Vec<_> = faults.iter().map(|fault| fault.code).collect();
        assert_eq!((found.len(), codes), (1, vec![ASTRAY, NOT_A_MANIFEST]));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_below_the_root_and_refused_out_of_it() {
        let (folder, other) = (
            tempfile::tempdir().expect("a folder"),
            tempfile::tempdir().expect("one"),
        );
        write(folder.path(), &["..data/in.yaml", "plain.yaml"]);
        write(other.path(), &["out.yaml"]);
        let link = |to: PathBuf, name: &str| {
            std::os::unix::fs::symlink(to, folder.path().join(name)).expect("linked");
        };
        link(folder.path().join("..data/in.yaml"), "in.yaml");
        link(other.path().join("out.yaml"), "out.yaml");
        link(other.path().to_owned(), "other");
        link(folder.path().to_owned(), "loop");
        let (found, faults) = find(&[folder.path().to_owned()]);
        assert_eq!(names(&found), ["in.yaml", "plain.yaml"]);
        assert_eq!(
            faults.iter().map(|f| f.code).collect::<Vec<_>>(),
            [LINK, LINK]
        );
    }

    #[test]
    fn a_file_that_is_too_large_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("large.yaml");
        let file = fs::File::create(&path).expect("made");
        file.set_len(200 << 20).expect("a sparse file");
        let (sources, faults) = read(&find(&[path]).0);
        assert_eq!((sources.len(), faults[0].code), (0, TOO_LARGE));
    }

    #[test]
    fn what_is_not_utf8_is_an_error_with_its_place() {
        let fault = Source::new("a.yaml", Path::new("."), b"a: 1\nb: \xe9\n".to_vec());
        let fault = fault.expect_err("Latin-1");
        let at = fault.places[0].at;
        assert_eq!((fault.code, at.line, at.column), (NOT_UTF8, 2, 4));
    }

    #[test]
    fn a_byte_order_mark_at_the_start_is_taken_off() {
        let source = Source::new("-", Path::new("."), b"\xef\xbb\xbfa: 1\n".to_vec());
        assert_eq!(source.expect("a source").text, "a: 1\n");
    }
}
