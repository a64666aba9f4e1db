//! `graph` and `explain-step`: what waits for what, and why a step is there.

use super::args::{ExplainStep, Graph as Args, GraphFormat};
use super::context::Context;
use super::findings::Written;
use super::ground::{Asked, Wanted};
use super::manifests;
use super::outcome::{Ended, Failure, Outcome};
use super::plan::made;
use super::selection::address;
use crate::base::suggest::nearest;
use crate::base::{Address, Diagnostic};
use crate::plan::Plan;
use crate::plan::input::NO_SUCH_ADDRESS;
use crate::render::graph::{dot, mermaid, of_documents, of_plan, svg};
use crate::render::{explain_step, no_step};

/// Draws what is declared, or what would be done.
pub(super) async fn run(args: &Args, context: &Context) -> Ended {
    let graph = if args.plan {
        let wanted = Wanted::of(&args.manifests, &args.place, &args.network);
        of_plan(&made(wanted, &Asked::default(), context, "graph").await?.0)
    } else {
        of_documents(&manifests::sound(&args.manifests)?.documents)
    };
    let gathered = match args.format {
        // Graphviz has ways with any size.
        GraphFormat::Dot => None,
        GraphFormat::Mermaid | GraphFormat::Svg => graph.gathered(),
    };
    if let Some(gathered) = &gathered {
        context.console.say(&format!(
            "{} nodes are drawn as {}, those of one kind together; `--format dot` has each\n",
            graph.nodes.len(),
            gathered.nodes.len()
        ));
    }
    let graph = gathered.unwrap_or(graph);
    context.console.result(&match args.format {
        GraphFormat::Dot => dot(&graph),
        GraphFormat::Mermaid => mermaid(&graph),
        GraphFormat::Svg => svg(&graph),
    });
    Ok(Outcome::Done)
}

/// Explains one step.
pub(super) async fn explain(args: &ExplainStep, context: &Context) -> Ended {
    let address = address(&args.address)?;
    let wanted = Wanted::of(&args.manifests, &args.place, &args.network);
    let (plan, written) = made(wanted, &Asked::default(), context, "explain-step").await?;
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
