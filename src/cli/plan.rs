//! `plan` and `drift`: what would be done, and what somebody else did. Both read only.

use super::args::{Drift, Format, Plan as Args, PlanFormat};
use super::context::Context;
use super::ground::{Asked, Ground, Planned, Wanted, overrides};
use super::outcome::{Ended, Failure, Outcome};
use super::selection::Selected;
use super::view::view;
use crate::plan::Plan;
use crate::render::{self, json, markdown};

/// Shows what would be done.
pub(super) async fn run(args: &Args, context: &Context) -> Ended {
    let wanted = Wanted {
        paths: &args.manifests.paths,
        files: args.manifests.files,
        place: &args.place,
        network: &args.network,
    };
    let asked = Asked {
        selected: Selected::new(&args.selection)?,
        overrides: overrides(&args.overrides.overrides)?,
        no_delete: args.deletes.no_delete,
        adopt: args.adoption.adopt,
        ..Asked::default()
    };
    let plan = made(wanted, &asked, context, "plan").await?;
    let (console, view) = (&context.console, view(&args.viewed));
    match args.printed.format {
        PlanFormat::Text => console.page(&render::plan(&plan, &view, console.out)),
        PlanFormat::Json => console.result(&json::plan(&plan)),
        PlanFormat::Markdown => console.result(&markdown::plan(&plan, &view)),
    }
    Ok(match (plan.refusals.is_empty(), plan.is_empty()) {
        (false, _) => refused(&plan, context),
        (true, true) => Outcome::Done,
        (true, false) => Outcome::Differs,
    })
}

/// Shows what differs from what was last applied.
pub(super) async fn drift(args: &Drift, context: &Context) -> Ended {
    let wanted = Wanted {
        paths: &args.manifests.paths,
        files: args.manifests.files,
        place: &args.place,
        network: &args.network,
    };
    let asked = Asked {
        selected: Selected::new(&args.selection)?,
        all_edges: true,
        ..Asked::default()
    };
    let plan = made(wanted, &asked, context, "drift").await?;
    let console = &context.console;
    match args.printed.format {
        Format::Text => console.page(&render::drift(&plan, console.out)),
        Format::Json => console.result(&json::plan(&plan)),
    }
    Ok(if plan.drift.is_empty() {
        Outcome::Done
    } else {
        Outcome::Differs
    })
}

async fn made(
    wanted: Wanted<'_>,
    asked: &Asked,
    context: &Context,
    verb: &str,
) -> Result<Plan, Failure> {
    let ground = Ground::prepare(wanted, context).await?;
    let planned = async {
        let opened = ground.read_state(wanted, context, verb).await?;
        ground.plan(&opened, asked).await
    };
    let planned = planned.await;
    ground.end().await;
    planned.map(|Planned { plan, .. }| plan)
}

/// Says on standard error too that a plan is refused: its own words may have gone into a file.
pub(super) fn refused(plan: &Plan, context: &Context) -> Outcome {
    let count = plan.refusals.len();
    let plural = if count == 1 { "" } else { "s" };
    context.console.tell(&format!(
        "error: the plan is refused ({count} refusal{plural})\n"
    ));
    Outcome::Failed
}
