//! Where a run's state is, and what the state calls the folders that were named.
//!
//! A root is called by its path as seen from the folder that the state's folder is in, so that
//! a checkout can be moved: `.` where the state is in the root itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::Kept;
use super::environment::Environment;
use super::outcome::Failure;
use crate::base::Diagnostic;
use crate::manifest::paths::{absolute, checkout, folder_of, lexical, relative};
use crate::plan::World;
use crate::state::remote::is_url;
use crate::state::{Folder, Opened, Remote, Store};

/// The variables that object stores' own tools are set up with.
const STORES: [&str; 3] = ["AWS_", "GOOGLE_", "AZURE_"];

/// Where a run's state is.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Which world it is of.
    pub(super) world: World,
    /// Where the state is: of the sandbox, inside of that.
    pub(super) store: Arc<dyn Store>,
    /// The folder of what stays on this machine: the sandbox's world and identity.
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
    pub(super) fn new(
        paths: &[PathBuf],
        kept: &Kept,
        world: World,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let first = paths.first().map_or(Path::new("."), PathBuf::as_path);
        let url = kept.state.as_ref().and_then(|state| state.to_str());
        let url = url.filter(|text| is_url(text));
        let outer = match &kept.state {
            Some(folder) if url.is_none() => folder.clone(),
            _ => folder_of(first).join(".tenantry"),
        };
        let folder = match world {
            World::Live => Folder::new(&outer),
            World::Sandbox => Folder::sandbox(&outer),
        };
        let (store, base) = match url {
            Some(url) => (remote(url, world, environment)?, base_of(first)),
            None => (Arc::new(folder.clone()) as Arc<dyn Store>, above(&outer)),
        };
        let names = paths.iter().map(|path| called(path, &base));
        Ok(Self {
            world,
            store,
            folder,
            names: names.collect(),
            roots: paths.to_vec(),
            base,
        })
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
        let (gone, new) = (
            &opened.snapshot.roots - &self.names,
            &self.names - &opened.snapshot.roots,
        );
        if let (1, 1, Some(hint)) = (gone.len(), new.len(), refused.hints.last_mut()) {
            let words: Vec<_> = gone.into_iter().chain(new).collect();
            *hint = format!(
                "if that folder was renamed: tenantry state root {}",
                words.join(" ")
            );
        }
        Some(refused)
    }
}

fn remote(url: &str, world: World, environment: &Environment) -> Result<Arc<dyn Store>, Failure> {
    let options = environment.beginning_with(&STORES);
    let remote = Remote::open(url, &options).map_err(Diagnostic::from)?;
    Ok(Arc::new(match world {
        World::Live => remote,
        World::Sandbox => remote.sandbox(),
    }))
}

/// What roots are called from where the state is in a bucket, so that they are called the same on
/// every machine: their checkout, or the working directory.
fn base_of(path: &Path) -> PathBuf {
    checkout(path).unwrap_or_else(|| absolute(Path::new(".")))
}

/// The folder that a folder is in.
fn above(folder: &Path) -> PathBuf {
    let folder = absolute(folder);
    folder.parent().unwrap_or(&folder).to_owned()
}

fn called(path: &Path, base: &Path) -> String {
    if path == Path::new("-") {
        return "-".to_owned();
    }
    relative(&absolute(path), base)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(paths: &[&str], state: Option<&str>) -> Place {
        let paths: Vec<_> = paths.iter().map(PathBuf::from).collect();
        let kept = Kept {
            state: state.map(PathBuf::from),
        };
        Place::new(&paths, &kept, World::Live, &Environment::default()).expect("a place")
    }

    #[test]
    fn in_a_bucket_roots_are_called_as_in_their_checkout() {
        let top = tempfile::tempdir().expect("a folder");
        let top = top.path().canonicalize().expect("there");
        let root = top.join("infra/identity");
        for folder in [&root, &top.join(".git")] {
            std::fs::create_dir_all(folder).expect("made");
        }
        let kept = Kept {
            state: Some("s3://bucket/team".into()),
        };
        let none = Environment::default();
        let place = Place::new(&[root], &kept, World::Live, &none).expect("a place");
        assert_eq!(names(&place), ["infra/identity"]);
        assert_eq!(place.store.place(), "s3://bucket/team");
        let sandbox = Place::new(&["/a".into()], &kept, World::Sandbox, &none).expect("a place");
        assert_eq!(sandbox.store.place(), "s3://bucket/team/sandbox");
        assert_eq!(sandbox.folder.path(), Path::new("/a/.tenantry/sandbox"));
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
        let none = Environment::default();
        let sandbox = Place::new(&["/a".into()], &Kept::default(), World::Sandbox, &none);
        let sandbox = sandbox.expect("a place");
        assert_eq!(sandbox.folder.path(), Path::new("/a/.tenantry/sandbox"));
    }
}
