//! `show`: what the state owns, or one object of it: as last applied, and live.

use super::args::{Format, Show as Args};
use super::context::Context;
use super::ground::{Ground, Wanted};
use super::outcome::{Ended, Failure, Outcome};
use super::reach::Reach;
use crate::base::{FieldPath, Value};
use crate::kind::{Descriptor, Policy};
use crate::plan::shape::Shape;
use crate::render::show;

/// Shows.
pub(super) async fn run(args: &Args, context: &Context) -> Ended {
    let wanted = Wanted {
        paths: &args.manifests.paths,
        files: args.manifests.files,
        place: &args.place,
        network: &args.network,
    };
    let ground = Ground::prepare(wanted, context).await?;
    let shown = async {
        let opened = ground.read_state(wanted, context, "show").await?;
        let (world, styles) = (ground.place.world, context.console.out);
        let Some(address) = &args.address else {
            return Ok::<_, Failure>(match args.printed.format {
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
        Ok(match args.printed.format {
            Format::Text => show::object(&object, styles),
            Format::Json => show::object_json(&object),
        })
    };
    let shown = shown.await;
    ground.end().await;
    context.console.result(&shown?);
    Ok(Outcome::Done)
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
