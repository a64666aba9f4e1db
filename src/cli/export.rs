//! `export`: what is live in tenants and clusters → a folder of manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::args::{Export as Args, Format};
use super::context::Context;
use super::ground::{Ground, Wanted};
use super::manifests;
use super::outcome::{Ended, Failure, Outcome};
use super::providers::CATALOG;
use super::reach::Reach;
use crate::base::suggest::nearest;
use crate::base::text::visible;
use crate::base::{Code, Diagnostic};
use crate::kind::{Api, ReadSessions as _};
use crate::manifest::Document;
use crate::plan::export::{self, Exported, Source, Wish};
use crate::render::export as render;

/// The folder has something in it.
pub(super) const NOT_EMPTY: Code = Code("E0821");
/// No such target, or none at all.
pub(super) const NO_TARGET: Code = Code("E0822");
/// No such kind.
pub(super) const NO_KIND: Code = Code("E0823");

/// Exports.
pub(super) async fn run(args: &Args, context: &Context) -> Ended {
    refuse_full(args)?;
    let kinds = kinds(&args.kinds)?;
    let wanted = Wanted::of(&args.manifests, &args.place, &args.network);
    let ground = Ground::prepare(wanted, context).await?;
    let done = async {
        let opened = ground.read_state(wanted, context, "export").await?;
        let reach = Reach::new(&ground, &opened);
        let exported = read(args, &kinds, &reach, context).await?;
        Ok::<_, Failure>((exported, ground.sessions.requests()))
    };
    let done = done.await;
    let world = ground.place.world;
    ground.end().await;
    let (exported, requests) = done?;
    write(&args.out, &render::files(&exported))?;
    let folder = args.out.display().to_string();
    context.console.result(&match args.printed.format {
        Format::Text => render::report(&exported, world, &folder, context.console.out),
        Format::Json => render::report_json(&exported, world, &folder, requests),
    });
    Ok(checked(args, context))
}

async fn read(
    args: &Args,
    kinds: &BTreeSet<&'static str>,
    reach: &Reach<'_>,
    context: &Context,
) -> Result<Exported, Failure> {
    let mut sources = Vec::new();
    for document in targets(&reach.ground.documents, &args.targets)? {
        sources.push(source(args, document, reach).await?);
    }
    let say = |what: &str| context.console.say(&format!("reading {}\n", visible(what)));
    let wish = Wish {
        catalog: CATALOG,
        sources: &sources,
        kinds,
        say: &say,
    };
    Ok(export::export(&wish).await?)
}

/// A target with whoever reads it.
async fn source<'a>(
    args: &Args,
    document: &'a Document,
    reach: &Reach<'a>,
) -> Result<Source<'a>, Failure> {
    let account = document.home.as_ref().and_then(|home| {
        let mut all = reach.ground.documents.iter();
        all.find(|other| other.address == *home && other.origin.place.is_some())
    });
    let live = reach.live_host(document).await?;
    Ok(Source {
        document,
        account,
        is_declared: is_around(args),
        live,
        settings: reach.settings(&document.address).await?,
        reader: reach.reader(&document.address).await?,
    })
}

/// The documents of the targets that are named; without names, of all there are.
fn targets<'a>(documents: &'a [Document], names: &[String]) -> Result<Vec<&'a Document>, Failure> {
    let is_target = |document: &&Document| document.kind.hosts.is_some_and(|api| api != Api::Cloud);
    let all: Vec<_> = documents.iter().filter(is_target).collect();
    if all.is_empty() {
        let message = "no manifest says how a tenant or a cluster is reached";
        return Err(Diagnostic::error(NO_TARGET, message)
            .hint("write a Tenant or a Cluster with its connection; see `tenantry explain tenant`")
            .hint("and say where it is: tenantry export --manifests PATH --out DIR")
            .into());
    }
    if names.is_empty() {
        return Ok(all);
    }
    let find = |name: &String| {
        let mut known = all.iter();
        let found = known.find(|document| document.address.to_string() == *name);
        found.copied().ok_or_else(|| {
            let message = format!("`{name}` is no tenant or cluster of these manifests");
            let known: Vec<_> = all.iter().map(|one| one.address.to_string()).collect();
            let near = nearest(name, known.iter().map(String::as_str));
            Failure::from(Diagnostic::error(NO_TARGET, message).hint(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are: {}", known.join(", ")),
            }))
        })
    };
    names.iter().map(find).collect()
}

fn kinds(words: &[String]) -> Result<BTreeSet<&'static str>, Failure> {
    let all = || CATALOG.all().filter(|kind| kind.hosts.is_none());
    let find = |word: &String| {
        let is_meant = |name: &str| name.eq_ignore_ascii_case(word);
        let found = all().find(|kind| is_meant(kind.name));
        found.map(|kind| kind.name).ok_or_else(|| {
            let message = format!("--kind names `{word}`, which is no kind that lives somewhere");
            let near = nearest(word, all().map(|kind| kind.name));
            Failure::from(Diagnostic::error(NO_KIND, message).hint(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`tenantry explain` lists the kinds".to_owned(),
            }))
        })
    };
    words.iter().map(find).collect()
}

/// Whether the folder lies in one of the manifests', so that their documents are read with it.
fn is_around(args: &Args) -> bool {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let out = absolute(&args.out);
    let mut roots = args.manifests.paths.iter();
    roots.any(|root| root.is_dir() && out.starts_with(absolute(root)))
}

fn refuse_full(args: &Args) -> Result<(), Failure> {
    let is_full = fs::read_dir(&args.out).is_ok_and(|mut all| all.next().is_some());
    if !is_full || args.force {
        return Ok(());
    }
    let folder = args.out.display().to_string();
    let message = format!("`{}` has something in it", visible(&folder));
    Err(Diagnostic::error(NOT_EMPTY, message)
        .hint("name another folder: --out DIR")
        .hint("or overwrite files of the same names there: --force")
        .into())
}

fn write(out: &Path, files: &BTreeMap<String, String>) -> Result<(), Failure> {
    for (name, text) in files {
        let path = out.join(name);
        let folder = path.parent().unwrap_or(out);
        fs::create_dir_all(folder).map_err(|cause| cannot_write(folder, &cause))?;
        fs::write(&path, text).map_err(|cause| cannot_write(&path, &cause))?;
    }
    Ok(())
}

fn cannot_write(path: &Path, cause: &io::Error) -> Failure {
    let message = format!("writing `{}`: {cause}", path.display());
    Diagnostic::error(super::init::CANNOT_WRITE, message)
        .hint("name a folder that you may write to: --out DIR")
        .into()
}

/// Reads what was written as every other verb would.
fn checked(args: &Args, context: &Context) -> Outcome {
    let mut paths: Vec<PathBuf> = Vec::new();
    if is_around(args) {
        paths.extend(args.manifests.paths.iter().cloned());
    }
    paths.push(args.out.clone());
    let read = manifests::read(&paths, args.manifests.files);
    context.console.diagnostics(&read.diagnostics);
    if read.has_errors() {
        return Outcome::Failed;
    }
    let folder = args.out.display().to_string();
    context.console.say(&format!(
        "next: tenantry plan --adopt {}\n",
        visible(&folder)
    ));
    Outcome::Done
}
