//! `plan` and `drift`: what would be done, and what somebody else did. Both read only.

use super::args::{Drift, DriftFormat, FindingsFormat, Plan as Args, PlanFormat};
use super::context::Context;
use super::findings::{Written, printed};
use super::ground::{Asked, Ground, Wanted, overrides};
use super::outcome::{Ended, Failure, Outcome};
use super::saved::{Made, chosen};
use super::selection::Selected;
use super::view::view;
use crate::plan::Plan;
use crate::render::findings::{github, of_drift, of_plan};
use crate::render::{self, View, html, json, markdown, tfjson};

/// Shows what would be done, and saves it if that is wanted.
pub(super) async fn run(args: &Args, context: &Context) -> Ended {
    let wanted = Wanted::of(&args.manifests, &args.place, &args.network);
    let chosen = chosen(
        &args.selection,
        &args.overrides,
        args.deletes,
        args.adoption,
        args.backwards,
    );
    let asked = Asked {
        selected: Selected::new(&args.selection)?,
        overrides: overrides(&args.overrides.overrides)?,
        no_delete: args.deletes.no_delete,
        adopt: args.adoption.adopt,
        undo: args.backwards.undo,
        ..Asked::default()
    };
    let mut ground = Ground::prepare(wanted, context).await?;
    let planned = async {
        let opened = ground.read_state(wanted, context, "plan").await?;
        let plan = ground.plan(&opened, &asked).await?.plan;
        let made = Made {
            wanted,
            ground: &ground,
            opened: &opened,
            chosen: &chosen,
        };
        let saved = args.out.as_ref().map(|out| made.save(out, &plan, context));
        Ok::<_, Failure>((plan, saved))
    };
    let planned = planned.await;
    let written = Written::new(std::mem::take(&mut ground.documents));
    ground.end().await;
    let (plan, saved) = planned?;
    let shown = Shown {
        plan: &plan,
        written: &written,
        view: &view(&args.viewed),
    };
    print(shown, args.printed.format, context);
    saved.transpose()?;
    Ok(match (plan.refusals.is_empty(), plan.is_empty()) {
        (false, _) => refused(&plan, context),
        (true, true) => Outcome::Done,
        (true, false) => Outcome::Differs,
    })
}

/// A plan, how it is looked at, and where what is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'a> {
    /// The plan.
    pub(super) plan: &'a Plan,
    /// What the manifests say; nothing of a saved plan.
    pub(super) written: &'a Written,
    /// What is shown to people.
    pub(super) view: &'a View,
}

/// Prints a plan in a format.
pub(super) fn print(shown: Shown<'_>, format: PlanFormat, context: &Context) {
    let (
        console,
        Shown {
            plan,
            written,
            view,
        },
    ) = (&context.console, shown);
    match format {
        PlanFormat::Text => console.page(&render::plan(plan, view, console.out)),
        PlanFormat::Json => console.result(&json::plan(plan)),
        PlanFormat::Markdown => console.result(&markdown::plan(plan, view)),
        PlanFormat::Html => {
            console.result(&html::plan(plan, &|at, path| written.place(at, path)));
        }
        PlanFormat::Tfjson => console.result(&tfjson::plan(plan)),
        PlanFormat::Github => {
            let found = of_plan(plan, &|at, path| written.place(at, path));
            console.result(&github(&found));
        }
    }
}

/// Shows what differs from what was last applied.
pub(super) async fn drift(args: &Drift, context: &Context) -> Ended {
    let wanted = Wanted::of(&args.manifests, &args.place, &args.network);
    let asked = Asked {
        selected: Selected::new(&args.selection)?,
        all_edges: true,
        ..Asked::default()
    };
    let (plan, written) = made(wanted, &asked, context, "drift").await?;
    let console = &context.console;
    let told = |format| {
        let found = of_drift(&plan, &|at, path| written.place(at, path));
        let text = printed(format, "drift", &written.objects(), &found);
        console.result(&text.unwrap_or_default());
    };
    match args.printed.format {
        DriftFormat::Text => console.page(&render::drift(&plan, console.out)),
        DriftFormat::Json => console.result(&json::plan(&plan)),
        DriftFormat::Tfjson => console.result(&tfjson::drift(&plan)),
        DriftFormat::Sarif => told(FindingsFormat::Sarif),
        DriftFormat::Junit => told(FindingsFormat::Junit),
        DriftFormat::Github => told(FindingsFormat::Github),
    }
    Ok(if plan.drift.is_empty() {
        Outcome::Done
    } else {
        Outcome::Differs
    })
}

/// The plan for a verb that shows what is in it, and where what is written.
pub(super) async fn made(
    wanted: Wanted<'_>,
    asked: &Asked,
    context: &Context,
    verb: &str,
) -> Result<(Plan, Written), Failure> {
    let mut ground = Ground::prepare(wanted, context).await?;
    let planned = async {
        let opened = ground.read_state(wanted, context, verb).await?;
        ground.plan(&opened, asked).await
    };
    let planned = planned.await;
    let written = Written::new(std::mem::take(&mut ground.documents));
    ground.end().await;
    planned.map(|planned| (planned.plan, written))
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
