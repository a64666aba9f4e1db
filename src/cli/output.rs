//! `output`: an object's outputs. A secret is printed only to whoever names it or a format.

use super::args::{Output as Args, OutputFormat};
use super::context::Context;
use super::ground::{Ground, Wanted};
use super::outcome::{Ended, Failure, Outcome};
use super::reach::{Reach, Subject};
use crate::base::suggest::nearest;
use crate::base::{Address, Code, Diagnostic, Secret, Value};
use crate::kind::descriptor::OutputFrom;
use crate::plan::Facts as _;
use crate::plan::resolve::url;
use crate::render::output::{self, Output, Outputs};

/// The object has no such output.
pub(super) const NO_SUCH_OUTPUT: Code = Code("E0816");

/// Prints outputs.
pub(super) async fn run(args: &Args, context: &Context) -> Ended {
    let wanted = Wanted::of(&args.manifests, &args.place, &args.network);
    let ground = Ground::prepare(wanted, context).await?;
    let told = async {
        let opened = ground.read_state(wanted, context, "output").await?;
        let reach = Reach::new(&ground, &opened);
        let subject = reach.subject(&args.address)?;
        let outputs = outputs(&reach, &subject, args).await?;
        text(args, &subject.address, &outputs)
    };
    let told = told.await;
    ground.end().await;
    context.console.result(&told?);
    Ok(Outcome::Done)
}

fn text(args: &Args, address: &Address, outputs: &Outputs) -> Result<String, Failure> {
    let unwritable = |error: output::Unwritable| Failure::from(Diagnostic::from(error));
    Ok(match (args.format, &args.name) {
        (None, None) => output::list(outputs),
        (None | Some(OutputFormat::Text), Some(name)) => {
            let value = outputs.get(name).map(Output::shown).unwrap_or_default();
            format!("{value}\n")
        }
        (Some(OutputFormat::Text), None) => output::text(outputs),
        (Some(OutputFormat::Json), _) => output::json(outputs),
        (Some(OutputFormat::Dotenv), _) => output::dotenv(outputs).map_err(unwritable)?,
        (Some(OutputFormat::Kubernetes), _) => {
            output::kubernetes(address, outputs).map_err(unwritable)?
        }
    })
}

async fn outputs(
    reach: &Reach<'_>,
    subject: &Subject<'_>,
    args: &Args,
) -> Result<Outputs, Failure> {
    let all = names(reach, subject);
    let names = match &args.name {
        Some(name) if all.contains(name) || subject.kind.output(name).is_some() => {
            vec![name.clone()]
        }
        Some(name) => return Err(no_output(subject, name, &all)),
        None => all,
    };
    // A list shows secrets as such; none is fetched for it.
    let are_secrets_told = args.name.is_some() || args.format.is_some();
    let mut outputs = Outputs::new();
    let mut settings = None;
    for name in names {
        let is_secret = is_secret(subject, &name);
        if is_secret && !are_secrets_told {
            outputs.insert(name, Output::Secret(Secret::new("")));
            continue;
        }
        if let Some(value) = value(reach, subject, &name, &mut settings).await? {
            outputs.insert(name, value);
        } else if args.name.is_some() {
            return Err(not_known(subject, &name));
        }
    }
    Ok(outputs)
}

/// The names of all outputs: declared ones, stored ones, and children's.
fn names(reach: &Reach<'_>, subject: &Subject<'_>) -> Vec<String> {
    let mut names = Vec::new();
    if subject.entry.is_some() {
        names.push("id".to_owned());
    }
    for output in subject.kind.outputs {
        match output.name.strip_suffix('*') {
            None => names.push(output.name.to_owned()),
            Some(start) => names.extend(of_children(reach, subject, start)),
        }
    }
    names.extend(reach.facts.shown(&subject.address).into_keys());
    names.sort();
    names.dedup();
    names
}

/// `secrets.ci` of a child that is called `web.ci`.
fn of_children(reach: &Reach<'_>, subject: &Subject<'_>, start: &str) -> Vec<String> {
    let address = &subject.address;
    let kinds: Vec<_> = subject
        .kind
        .children
        .iter()
        .map(|children| children.kind)
        .collect();
    let owned = reach.opened.snapshot.resources.keys();
    owned
        .filter(|other| other.target() == address.target() && kinds.contains(&other.kind()))
        .filter_map(|other| other.name().strip_prefix(address.name())?.strip_prefix('.'))
        .map(|name| format!("{start}{name}"))
        .collect()
}

fn is_secret(subject: &Subject<'_>, name: &str) -> bool {
    match subject.kind.output(name) {
        Some(output) => output.from.is_secret(),
        None => name != "id",
    }
}

async fn value(
    reach: &Reach<'_>,
    subject: &Subject<'_>,
    name: &str,
    settings: &mut Option<Value>,
) -> Result<Option<Output>, Failure> {
    let stored = reach.facts.shown(&subject.address).remove(name);
    if let Some(stored) = stored {
        return Ok(Some(if is_secret(subject, name) {
            Output::Secret(stored)
        } else {
            Output::Plain(stored.expose().to_owned())
        }));
    }
    let id = subject.entry.map(|entry| Output::Plain(entry.id.clone()));
    match subject.kind.output(name).map(|output| output.from) {
        None if name == "id" => Ok(id),
        None => Ok(None),
        Some(OutputFrom::Stored(beside)) => {
            let kept = subject.address.sibling(beside, subject.address.name());
            Ok(reach.facts.shown(&kept).remove(name).map(Output::Secret))
        }
        Some(OutputFrom::Id) => Ok(id),
        Some(from @ (OutputFrom::Field(_) | OutputFrom::Extended(..))) => {
            let live = reach.live(subject).await?;
            let value = live.and_then(|live| from.of_live(&live.value));
            Ok(value.and_then(|value| plain(&value)))
        }
        Some(OutputFrom::Read(..) | OutputFrom::Marked { .. } | OutputFrom::Offers(..)) => {
            asked(reach, subject, name).await
        }
        Some(OutputFrom::Url { setting, path }) => {
            let (Some(entry), Some(home)) = (subject.entry, subject.home()) else {
                return Ok(None);
            };
            let settings = reach.settings(&home).await?;
            Ok(url(&settings, setting, path, &entry.id).and_then(|value| plain(&value)))
        }
        Some(OutputFrom::SecretIn { .. } | OutputFrom::Secret(_)) => {
            let (Some(entry), Some(home)) = (subject.entry, subject.home()) else {
                return Ok(None);
            };
            let reader = reach.reader(&home).await?;
            let secret = reader.secret(subject.kind, &entry.id, name).await;
            let secret = secret.map_err(|error| super::reach::failed(&subject.address, &error))?;
            Ok(secret.map(Output::Secret))
        }
        Some(OutputFrom::Setting { .. }) => {
            let known = match settings.take() {
                Some(known) => known,
                None => reach.settings(&subject.address).await?,
            };
            let value = known.get(name).cloned();
            *settings = Some(known);
            Ok(value.and_then(|value| match value {
                Value::Secret(hidden) => {
                    let asked = || reach.ground.secrets.text(hidden.source.as_ref()?).ok();
                    hidden.text.clone().or_else(asked).map(Output::Secret)
                }
                value => plain(&value),
            }))
        }
    }
}

/// What takes a request of its own; a target is asked of itself.
async fn asked(
    reach: &Reach<'_>,
    subject: &Subject<'_>,
    name: &str,
) -> Result<Option<Output>, Failure> {
    let is_target = subject.kind.hosts.is_some();
    let id = match subject.entry {
        Some(entry) => entry.id.as_str(),
        None if is_target => "",
        None => return Ok(None),
    };
    let home = if is_target {
        subject.address.clone()
    } else {
        match subject.home() {
            Some(home) => home,
            None => return Ok(None),
        }
    };
    let reader = reach.reader(&home).await?;
    let told = reader.told(subject.kind, id, name).await;
    let told = told.map_err(|error| super::reach::failed(&subject.address, &error))?;
    Ok(told.as_ref().and_then(plain))
}

fn plain(value: &Value) -> Option<Output> {
    match value {
        Value::Null | Value::Secret(_) | Value::Unknown(_) => None,
        Value::Text(text) => Some(Output::Plain(text.clone())),
        other => Some(Output::Plain(other.to_tagged().to_string())),
    }
}

fn no_output(subject: &Subject<'_>, name: &str, all: &[String]) -> Failure {
    let message = format!("`{}` has no output `{name}`", subject.address);
    let error = Diagnostic::error(NO_SUCH_OUTPUT, message).about(&subject.address);
    match nearest(name, all.iter().map(String::as_str)) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint(format!("`tenantry output {}` lists them", subject.address)),
    }
    .into()
}

fn not_known(subject: &Subject<'_>, name: &str) -> Failure {
    let message = format!("the output `{name}` of `{}` is not known", subject.address);
    Diagnostic::error(NO_SUCH_OUTPUT, message)
        .about(&subject.address)
        .hint("apply it first, or open the stored credentials: --identity FILE")
        .into()
}
