//! The texts of the secrets that a plan sends: all are asked for before the first write, and all
//! that are missing are told at once.
//!
//! Where a source leads (environment, file, command) is the command line's to know.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::base::{Address, Code, Diagnostic, Secret, SecretSource, Value};
use crate::plan::{Action, Plan, Step};

/// A secret that is to be sent is not set.
pub const SECRET_NOT_SET: Code = Code("E0706");

/// Finds the texts of sources.
#[async_trait]
pub trait SecretResolver: Send + Sync {
    /// Returns the text of `source`, or why there is none, in a few words. It is not asked for
    /// outputs of objects.
    async fn text(&self, source: &SecretSource) -> Result<Secret, String>;
}

/// The texts of a run.
#[derive(Debug, Clone, Default)]
pub(super) struct Secrets(BTreeMap<SecretSource, Secret>);

impl Secrets {
    /// Asks for every source that `plan` needs.
    ///
    /// # Errors
    /// One message for each object's secret that is to be sent and is not set.
    pub(super) async fn gather(
        plan: &Plan,
        resolver: &dyn SecretResolver,
    ) -> Result<Self, Vec<Diagnostic>> {
        let (mut texts, mut missing) = (BTreeMap::new(), BTreeMap::new());
        for wanted in plan.steps.iter().flat_map(wanted) {
            let known = texts.contains_key(&wanted.source);
            if !known && !missing.contains_key(&wanted.source) {
                match resolver.text(&wanted.source).await {
                    Ok(text) => drop(texts.insert(wanted.source.clone(), text)),
                    Err(why) => drop(missing.insert(wanted.source.clone(), (why, Vec::new()))),
                }
            }
            if let Some((_, places)) = missing.get_mut(&wanted.source)
                && wanted.is_sent
            {
                places.push((wanted.address, wanted.field));
            }
        }
        let errors: Vec<_> = missing
            .iter()
            .flat_map(|(source, (why, places))| {
                places.iter().map(move |place| not_set(place, source, why))
            })
            .collect();
        if errors.is_empty() {
            Ok(Self(texts))
        } else {
            Err(errors)
        }
    }

    /// The text of a source that was gathered.
    pub(super) fn get(&self, source: &SecretSource) -> Option<Secret> {
        self.0.get(source).cloned()
    }
}

/// A source that a step has, and whether it is sent, not only recognised by its fingerprint.
struct Wanted {
    address: Address,
    field: String,
    source: SecretSource,
    is_sent: bool,
}

fn wanted(step: &Step) -> Vec<Wanted> {
    let mut all = Vec::new();
    let mut add = |value: &Value, only_recognised: bool| {
        value.leaves(&mut |path, leaf| {
            let Value::Secret(hidden) = leaf else { return };
            let Some(source) = &hidden.source else { return };
            if hidden.text.is_some() || matches!(source, SecretSource::Output(..)) {
                return;
            }
            let top = path.top().unwrap_or_default();
            all.push(Wanted {
                address: step.address.clone(),
                field: path.to_string(),
                source: source.clone(),
                is_sent: !only_recognised && sends(step, top),
            });
        });
    };
    add(&step.object, false);
    add(&step.desired, true);
    all
}

/// Whether the step sends that top-level field.
fn sends(step: &Step, field: &str) -> bool {
    match step.action {
        Action::Create | Action::Replace => true,
        Action::Update | Action::Adopt => step.send.iter().any(|sent| sent == field),
        Action::Delete | Action::Forget => false,
    }
}

fn not_set((address, field): &(Address, String), source: &SecretSource, why: &str) -> Diagnostic {
    let message = format!("`{address}` needs `{field}` from {source}: {why}");
    let error = Diagnostic::error(SECRET_NOT_SET, message).about(address);
    match source {
        SecretSource::Env(name) => error.hint(format!("export {name}=…")),
        SecretSource::File(path) => error.hint(format!("write it to {path}")),
        SecretSource::Exec(_) => error.hint("run again with --allow-exec"),
        SecretSource::Output(..) => error,
    }
}
