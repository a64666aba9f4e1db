//! Paths as people and states write them. Whether anything is there is asked by two of them only.

use std::path::{Component, Path, PathBuf};

/// The path from the root of the file system, without `.` and `..`; nothing is the working
/// directory.
pub fn absolute(path: &Path) -> PathBuf {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    lexical(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

/// The path without `.` and `..`, by its words alone.
pub fn lexical(path: &Path) -> PathBuf {
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

/// `path` as seen from `from`, with `/` between the words; both are absolute. `.` is `from` itself.
pub fn relative(path: &Path, from: &Path) -> String {
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

/// The checkout of a repository that `path` is in, if it is in one.
pub fn checkout(path: &Path) -> Option<PathBuf> {
    let path = absolute(folder_of(path));
    let mut up = path.ancestors();
    let top = up.find(|folder| folder.join(".git").exists());
    top.map(Path::to_owned)
}

/// A file stands for the folder that it is in, standard input for this one.
pub fn folder_of(path: &Path) -> &Path {
    let is_file = path.is_file() || path == Path::new("-");
    match path.parent() {
        Some(parent) if is_file && !parent.as_os_str().is_empty() => parent,
        Some(_) if is_file => Path::new("."),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stands_for_its_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.yaml");
        std::fs::write(&file, "").expect("written");
        assert_eq!(folder_of(&file), folder.path());
        assert_eq!(folder_of(folder.path()), folder.path());
        assert_eq!(folder_of(Path::new("-")), Path::new("."));
    }

    #[test]
    fn a_path_is_seen_from_a_folder() {
        let seen = |path: &str| relative(Path::new(path), Path::new("/a/b"));
        assert_eq!(seen("/a/b/c/d"), "c/d");
        assert_eq!(seen("/a/c"), "../c");
        assert_eq!(seen("/a/b"), ".");
        assert_eq!(lexical(Path::new("/a/./b/../c")), Path::new("/a/c"));
    }
}
