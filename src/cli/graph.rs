//! `graph` and `explain-step`: what waits for what, and why a step is there.

use super::args::{ExplainStep, Graph as Args, GraphFormat};
use super::context::Context;
use super::findings::Written;
use super::ground::{Asked, Ground, Wanted};
use super::manifests;
use super::outcome::{Ended, Failure, Outcome};
use crate::base::address::NotAnAddress;
use crate::base::suggest::nearest;
use crate::base::{Address, Diagnostic};
use crate::plan::Plan;
use crate::plan::input::NO_SUCH_ADDRESS;
use crate::render::graph::{dot, mermaid, of_documents, of_plan, svg};
use crate::render::{explain_step, no_step};

/// Draws what is declared, or what would be done.
pub(super) async fn run(args: &Args, context: &Context) -> Ended {
    let graph = if args.plan {
        let wanted = Wanted {
            paths: &args.manifests.paths,
            files: args.manifests.files,
            place: &args.place,
            network: &args.network,
        };
        of_plan(&made(wanted, context, "graph").await?.0)
    } else {
        let read = manifests::read(&args.manifests.paths, args.manifests.files);
        if read.has_errors() {
            return Err(Failure(read.diagnostics));
        }
        of_documents(&read.documents)
    };
    context.console.result(&match args.format {
        GraphFormat::Dot => dot(&graph),
        GraphFormat::Mermaid => mermaid(&graph),
        GraphFormat::Svg => svg(&graph),
    });
    Ok(Outcome::Done)
}

/// Explains one step.
pub(super) async fn explain(args: &ExplainStep, context: &Context) -> Ended {
    let address: Address = args.address.parse().map_err(|no: NotAnAddress| {
        Diagnostic::error(NO_SUCH_ADDRESS, no.to_string())
            .hint("write TENANT/KIND/NAME, as `tenantry plan` shows it")
    })?;
    let wanted = Wanted {
        paths: &args.manifests.paths,
        files: args.manifests.files,
        place: &args.place,
        network: &args.network,
    };
    let (plan, written) = made(wanted, context, "explain-step").await?;
    let places = |at: &Address, path: Option<&_>| written.place(at, path);
    let told = explain_step(&plan, &address, &places, context.console.out);
    let text = match told {
        Some(text) => text,
        None if written.objects().contains(&address) => no_step(&address, &places),
        None => return Err(unknown(&address, &plan, &written)),
    };
    context.console.page(&text);
    Ok(Outcome::Done)
}

fn unknown(address: &Address, plan: &Plan, written: &Written) -> Failure {
    let steps = plan.steps.iter().map(|step| step.address.to_string());
    let objects = written.objects().into_iter().map(|one| one.to_string());
    let names: Vec<String> = steps.chain(objects).collect();
    let message = format!("`{address}` is neither declared nor in the plan");
    let error = Diagnostic::error(NO_SUCH_ADDRESS, message).about(address);
    match nearest(&address.to_string(), names.iter().map(String::as_str)) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("`tenantry plan --all` lists the steps"),
    }
    .into()
}

async fn made(
    wanted: Wanted<'_>,
    context: &Context,
    verb: &str,
) -> Result<(Plan, Written), Failure> {
    let mut ground = Ground::prepare(wanted, context).await?;
    let planned = async {
        let opened = ground.read_state(wanted, context, verb).await?;
        ground.plan(&opened, &Asked::default()).await
    };
    let planned = planned.await;
    let written = Written::new(std::mem::take(&mut ground.documents));
    ground.end().await;
    planned.map(|planned| (planned.plan, written))
}
