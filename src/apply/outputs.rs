//! What objects tell once they are there, and the values that are resolved with it.
//!
//! [`Outputs::resolve`] is where values to send come from: nothing unknown, every secret with its
//! text.

use std::collections::BTreeMap;
use std::sync::Mutex;

use futures_util::future::BoxFuture;

use super::context::Context;
use super::failure::{NOT_KNOWN, call_failed};
use crate::base::lock::lock;
use crate::base::{
    Address, Diagnostic, FieldPath, Hidden, Known, Part, Secret, SecretSource, Unknown, Value,
};
use crate::kind::Descriptor;
use crate::kind::descriptor::OutputFrom;
use crate::plan::resolve::url;

/// An object that is there.
#[derive(Debug, Clone)]
pub(super) struct Made {
    /// Its kind.
    pub(super) kind: &'static Descriptor,
    /// The target it lives in.
    pub(super) home: Option<Address>,
    /// The server's id.
    pub(super) id: String,
    /// The object, as far as it is known.
    pub(super) value: Value,
}

/// What becomes of a secret whose text cannot be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    Refused,
    Kept,
}

/// The objects that are there, as far as this run knows.
#[derive(Debug, Default)]
pub(super) struct Outputs(Mutex<BTreeMap<Address, Made>>);

impl Outputs {
    /// Keeps what an object is now.
    pub(super) fn keep(&self, address: &Address, made: Made) {
        lock(&self.0).insert(address.clone(), made);
    }

    /// What an object is, if that is known.
    pub(super) fn get(&self, address: &Address) -> Option<Made> {
        lock(&self.0).get(address).cloned()
    }

    /// Forgets an object that is deleted.
    pub(super) fn forget(&self, address: &Address) {
        lock(&self.0).remove(address);
    }
}

impl Context {
    /// Returns `value` of the object at `about` with everything resolved, to be sent.
    pub(super) async fn resolve(&self, about: &Address, value: Value) -> Result<Known, Diagnostic> {
        let whole = self.resolved(about, value, Missing::Refused).await?;
        Known::new(whole).map_err(|error| not_known(about, &error.path, "its text is not known"))
    }

    /// Returns `value` of the object at `about` with everything resolved, to be kept: a secret
    /// that is not sent may be without its text.
    pub(super) async fn resolve_known(
        &self,
        about: &Address,
        value: Value,
    ) -> Result<Value, Diagnostic> {
        self.resolved(about, value, Missing::Kept).await
    }

    async fn resolved(
        &self,
        about: &Address,
        value: Value,
        missing: Missing,
    ) -> Result<Value, Diagnostic> {
        let mut found = BTreeMap::new();
        for (path, leaf) in open_leaves(&value) {
            let known = match &leaf {
                Value::Unknown(unknown) => self.unknown(unknown).await,
                Value::Secret(hidden) => match self.secret(hidden).await {
                    Err(_) if missing == Missing::Kept => continue,
                    known => known.map(Value::Secret),
                },
                _ => continue,
            };
            let known = known.map_err(|why| not_known(about, &path, &why))?;
            found.insert(path, known);
        }
        let put = &mut |path: &FieldPath, leaf| {
            Ok::<_, std::convert::Infallible>(found.remove(path).unwrap_or(leaf))
        };
        Ok(value
            .try_map_leaves(&FieldPath::root(), put)
            .unwrap_or_default())
    }

    /// The value of an unknown, or why it has none.
    fn unknown<'a>(&'a self, unknown: &'a Unknown) -> BoxFuture<'a, Result<Value, String>> {
        Box::pin(async move {
            if let [only] = unknown.parts.as_slice() {
                return self.part(only).await;
            }
            let mut joined = String::new();
            for part in &unknown.parts {
                match self.part(part).await? {
                    Value::Text(text) => joined.push_str(&text),
                    Value::Number(number) => joined.push_str(&number.to_string()),
                    Value::Bool(word) => joined.push_str(if word { "true" } else { "false" }),
                    _ => return Err("a part of a join is neither a text nor a number".into()),
                }
            }
            Ok(Value::Text(joined))
        })
    }

    async fn part(&self, part: &Part) -> Result<Value, String> {
        match part {
            Part::Text(text) => Ok(Value::text(text)),
            Part::Output { address, field } => self.output(address, field).await,
            Part::Lookup {
                target,
                kind,
                fields,
            } => self.looked_up(target, kind, fields).await.map(Value::Text),
            Part::Builtin { target, name } => self.builtin(target, name).await.map(Value::Text),
        }
    }

    /// The output `field` of the object at `address`.
    pub(super) async fn output(&self, address: &Address, field: &str) -> Result<Value, String> {
        let made = self
            .known(address)
            .ok_or_else(|| format!("`{address}` is not there"))?;
        let from = match made.kind.output(field) {
            Some(output) => output.from,
            None if field == "id" => OutputFrom::Id,
            None => return Err(format!("`{address}` has no output `{field}`")),
        };
        let nothing = || format!("`{address}` does not tell its `{field}`");
        match from {
            OutputFrom::Id => Ok(Value::Text(made.id)),
            OutputFrom::Field(_) | OutputFrom::Extended(..) => {
                from.of_live(&made.value).ok_or_else(nothing)
            }
            OutputFrom::Read(..) | OutputFrom::Marked { .. } | OutputFrom::Offers(..) => self
                .ask_output(address, &made, field)
                .await?
                .ok_or_else(nothing),
            OutputFrom::Stored(beside) => {
                let kept = address.sibling(beside, address.name());
                let text = self.ledger.credential(&kept, field);
                let text = text.ok_or_else(|| {
                    format!("no `{field}` of `{address}` is stored: `tenantry keygen` makes one")
                })?;
                Ok(Value::Secret(Hidden {
                    text: Some(text),
                    ..Hidden::default()
                }))
            }
            OutputFrom::Setting { .. } => {
                let target = self.target(address).await.map_err(|error| error.message)?;
                let value = target.settings.value().get(field);
                value.cloned().ok_or_else(nothing)
            }
            OutputFrom::Url { setting, path } => {
                let home = made.home.as_ref().ok_or_else(nothing)?;
                let target = self.target(home).await.map_err(|error| error.message)?;
                url(target.settings.value(), setting, path, &made.id).ok_or_else(nothing)
            }
            OutputFrom::SecretIn { .. } | OutputFrom::Secret(_) => {
                self.read_secret(address, &made, field).await
            }
        }
    }

    async fn ask_output(
        &self,
        address: &Address,
        made: &Made,
        field: &str,
    ) -> Result<Option<Value>, String> {
        // What a target tells is asked of itself.
        let home = made.home.as_ref().unwrap_or(address);
        let session = self.session(home).await.map_err(|error| error.message)?;
        let told = session.reader.told(made.kind, &made.id, field).await;
        told.map_err(|e| call_failed("ask an output of", address, &e).message)
    }

    async fn read_secret(
        &self,
        address: &Address,
        made: &Made,
        field: &str,
    ) -> Result<Value, String> {
        let home = made.home.as_ref();
        let home = home.ok_or_else(|| format!("`{address}` lives nowhere"))?;
        let session = self.session(home).await.map_err(|error| error.message)?;
        let read = session.reader.secret(made.kind, &made.id, field).await;
        let text = read.map_err(|e| call_failed("read a secret of", address, &e).message)?;
        let text = text.ok_or_else(|| format!("`{address}` has no `{field}`"))?;
        Ok(Value::Secret(Hidden {
            text: Some(text),
            ..Hidden::default()
        }))
    }

    async fn secret(&self, hidden: &Hidden) -> Result<Hidden, String> {
        let text = match (&hidden.text, &hidden.source) {
            (Some(text), _) => text.clone(),
            (None, None) => return Err("it is a secret without a source".into()),
            (None, Some(SecretSource::Output(address, field))) => {
                match Box::pin(self.output(address, field)).await? {
                    Value::Secret(Hidden {
                        text: Some(text), ..
                    }) => text,
                    Value::Text(text) => Secret::new(text),
                    _ => return Err(format!("`{field}` of `{address}` is no text")),
                }
            }
            (None, Some(source)) => self.source_text(source).await?,
        };
        Ok(Hidden {
            text: Some(text),
            ..hidden.clone()
        })
    }

    async fn source_text(&self, source: &SecretSource) -> Result<Secret, String> {
        if let Some(text) = self.secrets.get(source) {
            return Ok(text);
        }
        let text = self.resolver.text(source).await;
        text.map_err(|why| format!("{source}: {why}"))
    }

    /// What is known of an object: from this run, from the plan, or from the state.
    pub(super) fn known(&self, address: &Address) -> Option<Made> {
        if let Some(made) = self.outputs.get(address) {
            return Some(made);
        }
        let entry = self.ledger.entry(address)?;
        Some(Made {
            kind: self.kind(&entry.api_version, address.kind())?,
            home: entry.home,
            id: entry.id,
            value: entry.observed,
        })
    }
}

fn open_leaves(value: &Value) -> Vec<(FieldPath, Value)> {
    let mut open = Vec::new();
    value.leaves(&mut |path, leaf| {
        if matches!(leaf, Value::Unknown(_) | Value::Secret(_)) {
            open.push((path.clone(), leaf.clone()));
        }
    });
    open
}

fn not_known(about: &Address, path: &FieldPath, why: &str) -> Diagnostic {
    let message = format!("could not work out `{path}` of `{about}`: {why}");
    Diagnostic::error(NOT_KNOWN, message)
        .about(about)
        .hint("run `tenantry plan` again: something it relied on has changed")
}
