//! `check --live`: tries out what servers have stored, where a document says with what.

use super::args::Check;
use super::check;
use super::context::Context;
use super::findings::{Written, printed};
use super::ground::{Ground, Wanted};
use super::manifests;
use super::outcome::{Failure, Outcome};
use super::reach::{Reach, failed};
use crate::base::{Code, Diagnostic};
use crate::manifest::Document;
use crate::render::findings::of_diagnostics;

/// What the server tried out does not work.
pub(super) const NOT_WORKING: Code = Code("E0819");

/// Tries everything; each that does not work is told.
pub(super) async fn run(args: &Check, context: &Context) -> Result<Outcome, Failure> {
    let wanted = Wanted::of(&args.manifests, &args.place, &args.network);
    let read = manifests::read(&args.manifests.paths, args.manifests.files);
    if read.has_errors() {
        return Ok(check::run(args, context));
    }
    let ground = Ground::prepare(wanted, context).await?;
    let tried = async {
        let opened = ground.read_state(wanted, context, "check").await?;
        let reach = Reach::new(&ground, &opened);
        let (mut told, mut wrong) = (Vec::new(), Vec::new());
        for document in &ground.documents {
            match try_one(&reach, document).await {
                Ok(Some(said)) => told.push(format!("works: {}: {said}\n", document.address)),
                Ok(None) => {}
                Err(Failure(errors)) => wrong.extend(errors),
            }
        }
        Ok::<_, Failure>((told.concat(), wrong))
    };
    let tried = tried.await;
    ground.end().await;
    let (told, wrong) = tried?;
    let objects = Written::new(read.documents).objects();
    let found = of_diagnostics(&wrong);
    if let Some(text) = printed(args.printed.format, "check", &objects, &found) {
        context.console.result(&text);
        context.console.say(&told);
    } else {
        context
            .console
            .result(if told.is_empty() && wrong.is_empty() {
                "nothing to try: no document says with what\n"
            } else {
                &told
            });
        context.console.diagnostics(&wrong);
    }
    Ok(if wrong.is_empty() {
        Outcome::Done
    } else {
        Outcome::Failed
    })
}

/// What the server says of one object; none if there is nothing to try.
async fn try_one(reach: &Reach<'_>, document: &Document) -> Result<Option<String>, Failure> {
    let body = document
        .kind
        .trial
        .and_then(|trial| document.body.get(trial.body));
    let (Some(trial), Some(home), Some(body)) = (document.kind.trial, &document.home, body) else {
        return Ok(None);
    };
    let known = reach.revealed(&document.address, body.clone())?;
    let reader = reach.reader(home).await?;
    match reader.try_out(&trial.endpoint, &known).await {
        Ok(said) => Ok(Some(said)),
        Err(error) if error.status.is_some() => Err(failed_on(document, &error.message).into()),
        Err(error) => Err(failed(&document.address, &error)),
    }
}

fn failed_on(document: &Document, why: &str) -> Diagnostic {
    let message = format!("`{}` does not work: {why}", document.address);
    let error = Diagnostic::error(NOT_WORKING, message).about(&document.address);
    match document.origin.place.clone() {
        Some(place) => error.at(place),
        None => error,
    }
}
