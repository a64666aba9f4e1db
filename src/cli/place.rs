//! Where a run's state is, and what the state calls the folders that were named.
//!
//! A root is called by its path as seen from the folder that the state's folder is in, so that
//! a checkout can be moved: `.` where the state is in the root itself.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::args::Kept;
use crate::base::Diagnostic;
use crate::plan::World;
use crate::state::{Folder, Opened};

/// Where a run's state is.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Which world it is of.
    pub(super) world: World,
    /// The state's folder: of the sandbox, the one inside.
    pub(super) folder: Folder,
    /// The paths as they were typed.
    pub(super) roots: Vec<PathBuf>,
    /// What the state calls them.
    pub(super) names: BTreeSet<String>,
    /// The folder that names are relative to.
    base: PathBuf,
}

impl Place {
    /// The place of a run over `paths`.
    pub(super) fn new(paths: &[PathBuf], kept: &Kept, world: World) -> Self {
        let first = paths.first().map_or(Path::new("."), PathBuf::as_path);
        let outer = match &kept.state {
            Some(folder) => folder.clone(),
            None => folder_of(first).join(".tenantry"),
        };
        let base = absolute(&outer);
        let base = base.parent().unwrap_or(&base).to_owned();
        let folder = match world {
            World::Live => Folder::new(&outer),
            World::Sandbox => Folder::sandbox(&outer),
        };
        let names = paths.iter().map(|path| called(path, &base));
        Self {
            world,
            folder,
            names: names.collect(),
            roots: paths.to_vec(),
            base,
        }
    }

    /// Refuses a run that does not name all roots which own something.
    pub(super) fn refuse_unnamed(&self, opened: &Opened, verb: &str) -> Option<Diagnostic> {
        let mut refused = opened.refuse_unnamed_roots(&self.names)?;
        let here = absolute(Path::new("."));
        let missing = opened
            .snapshot
            .roots
            .difference(&self.names)
            .map(|name| match &**name {
                "-" => "-".to_owned(),
                name => relative(&lexical(&self.base.join(name)), &here),
            });
        let typed = self.roots.iter().map(|path| path.display().to_string());
        let all: Vec<_> = typed.chain(missing).collect();
        if let Some(hint) = refused.hints.first_mut() {
            *hint = format!("name it too: `tenantry {verb} {}`", all.join(" "));
        }
        Some(refused)
    }
}

/// A file stands for the folder that it is in, standard input for this one.
pub(super) fn folder_of(path: &Path) -> &Path {
    let is_file = path.is_file() || path == Path::new("-");
    match path.parent() {
        Some(parent) if is_file && !parent.as_os_str().is_empty() => parent,
        Some(_) if is_file => Path::new("."),
        _ => path,
    }
}

fn called(path: &Path, base: &Path) -> String {
    if path == Path::new("-") {
        return "-".to_owned();
    }
    relative(&absolute(path), base)
}

fn absolute(path: &Path) -> PathBuf {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    lexical(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

/// The path without `.` and `..`, by its words alone.
fn lexical(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(out.pop()),
            part => out.push(part),
        }
    }
    out
}

/// `path` as seen from `from`, with `/` between the words; both are absolute.
fn relative(path: &Path, from: &Path) -> String {
    let pairs = path.components().zip(from.components());
    let shared = pairs.take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| "..".into());
    let down = path.components().skip(shared);
    let words: Vec<_> = up
        .chain(down.map(|part| part.as_os_str().to_string_lossy()))
        .collect();
    if words.is_empty() {
        ".".to_owned()
    } else {
        words.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(paths: &[&str], state: Option<&str>) -> Place {
        let paths: Vec<_> = paths.iter().map(PathBuf::from).collect();
        let kept = Kept {
            state: state.map(PathBuf::from),
        };
        Place::new(&paths, &kept, World::Live)
    }

    fn names(place: &Place) -> Vec<&str> {
        place.names.iter().map(String::as_str).collect()
    }

    #[test]
    fn the_state_is_in_the_first_folder_named() {
        let one = place(&["/infra/identity", "/infra/more"], None);
        assert_eq!(one.folder.path(), Path::new("/infra/identity/.tenantry"));
        assert_eq!(names(&one), [".", "../more"]);
        let other = place(&["/infra/identity/"], Some("/infra/state"));
        assert_eq!(names(&other), ["identity"]);
        assert_eq!(place(&["-"], None).folder.path(), Path::new("./.tenantry"));
    }

    #[test]
    fn the_sandbox_has_a_folder_of_its_own() {
        let sandbox = Place::new(&["/a".into()], &Kept::default(), World::Sandbox);
        assert_eq!(sandbox.folder.path(), Path::new("/a/.tenantry/sandbox"));
    }

    #[test]
    fn a_file_stands_for_its_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.yaml");
        std::fs::write(&file, "").expect("written");
        assert_eq!(folder_of(&file), folder.path());
        assert_eq!(folder_of(folder.path()), folder.path());
    }
}
