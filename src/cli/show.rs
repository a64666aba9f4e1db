//! `show`: what the state owns, one object of it as last applied and live, or a saved plan.

use std::path::{Component, PathBuf};

use super::args::{Files, Format, PlanFormat, Show as Args};
use super::context::Context;
use super::findings::Written;
use super::ground::{Ground, Wanted};
use super::manifests;
use super::outcome::{Ended, Failure, Outcome};
use super::plan::{Shown, print};
use super::reach::Reach;
use super::saved;
use super::view::view;
use crate::base::{Diagnostic, FieldPath, Value};
use crate::kind::{Descriptor, Policy};
use crate::plan::saved::{Saved, UNREADABLE, documents as documents_of};
use crate::plan::shape::Shape;
use crate::render::show;

/// Shows.
pub(super) async fn run(args: &Args, context: &Context) -> Ended {
    let file = args.address.as_ref().map(PathBuf::from);
    if let Some(file) = saved::named(file.as_slice()) {
        let saved = saved::read(file)?;
        let shown = Shown {
            plan: &saved.plan,
            written: &match args.printed.format {
                PlanFormat::Html | PlanFormat::Github => written(&saved),
                _ => Written::default(),
            },
            view: &view(&args.viewed),
        };
        print(shown, args.printed.format, context);
        return Ok(Outcome::Done);
    }
    let format = match args.printed.format {
        PlanFormat::Text => Format::Text,
        PlanFormat::Json => Format::Json,
        _ => return Err(no_plan(args.address.as_deref()).into()),
    };
    let wanted = Wanted::of(&args.manifests, &args.place, &args.network);
    let ground = Ground::prepare(wanted, context).await?;
    let shown = async {
        let opened = ground.read_state(wanted, context, "show").await?;
        let (world, styles) = (ground.place.world, context.console.out);
        let Some(address) = &args.address else {
            return Ok::<_, Failure>(match format {
                Format::Text => show::state(&opened.snapshot, world, styles),
                Format::Json => show::state_json(&opened.snapshot, world),
            });
        };
        let reach = Reach::new(&ground, &opened);
        let subject = reach.subject(address)?;
        let live = reach.live(&subject).await?;
        let object = show::Object {
            world,
            address: &subject.address,
            entry: subject.entry,
            live: live.map(|live| declarable(subject.kind, &live.value)),
        };
        Ok(match format {
            Format::Text => show::object(&object, styles),
            Format::Json => show::object_json(&object),
        })
    };
    let shown = shown.await;
    ground.end().await;
    context.console.result(&shown?);
    Ok(Outcome::Done)
}

/// Where what the plan is about is written, as far as the manifests that it was made from are still
/// there, below this folder, and say the same.
fn written(saved: &Saved) -> Written {
    let paths: Vec<PathBuf> = saved.basis.paths.iter().map(PathBuf::from).collect();
    // A plan is read before anybody has looked at its signature: it leads nowhere else.
    let is_near = |path: &PathBuf| {
        let mut parts = path.components();
        parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) && path.exists()
    };
    if !paths.iter().all(is_near) {
        return Written::default();
    }
    let mut documents = manifests::read(&paths, Files::default()).documents;
    let now = documents_of(&documents);
    let was = &saved.basis.documents;
    documents.retain(|one| {
        was.contains_key(&one.address) && was.get(&one.address) == now.get(&one.address)
    });
    Written::new(documents)
}

/// A format that only plans have.
fn no_plan(what: Option<&str>) -> Diagnostic {
    let message = format!("{} is no saved plan", what.unwrap_or("the state"));
    Diagnostic::error(UNREADABLE, message).hint("objects are shown as text or json")
}

/// What of a live object can be declared, but for what is never shown.
fn declarable(kind: &'static Descriptor, live: &Value) -> Value {
    let mut kept = Shape::of(kind).project(kind, live);
    if let Value::Map(fields) = &mut kept {
        let is_hidden = |name: &str| {
            kind.has(&FieldPath::field(name), |policy| {
                matches!(policy, Policy::WriteOnly)
            })
        };
        fields.retain(|name, _| !is_hidden(name));
    }
    kept
}
