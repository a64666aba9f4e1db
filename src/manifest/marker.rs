//! What markers stand for: texts, secrets' sources, what other objects tell. Live objects that no
//! manifest declares are in [`lookup`](super::lookup).

use super::body::{Builder, Spot};
use super::outside::Refused;
use super::reference::{NO_OUTPUT, SECRECY, is_secret};
use super::yaml;
use crate::base::tree::{Node, Tree};
use crate::base::{Address, At, Code, Hidden, Part, SecretSource, SourceFile, Unknown, Value};
use crate::kind::marker::Marker;
use crate::kind::walk::walk;

/// A file that cannot be read.
pub const FILE: Code = Code("E0120");
/// A file outside the manifests' root.
pub const OUTSIDE: Code = Code("E0121");
/// An object at the other end of a reference.
pub(super) struct Far {
    /// Its id, not known yet.
    pub(super) key: Value,
    /// Its address, if it is declared.
    pub(super) to: Option<Address>,
    /// How messages call it.
    pub(super) label: String,
}

impl Far {
    pub(super) fn part(part: Part, label: String) -> Self {
        let key = Value::Unknown(Unknown { parts: vec![part] });
        Self {
            key,
            to: None,
            label,
        }
    }
}

impl Builder<'_, '_> {
    /// The value of a text field.
    pub(super) fn text(&mut self, node: &Node, spot: &Spot<'_>) -> Value {
        let at = spot.of(node);
        match Marker::of(node) {
            None => node.text().map_or(Value::Null, Value::text),
            Some(Marker::Literal(text)) => text.text().map_or(Value::Null, Value::text),
            Some(Marker::File(path)) => match self.file(path) {
                Some(text) => self.checked(text, path, spot),
                None => Value::Null,
            },
            Some(Marker::Join(parts)) => {
                let parts: Option<Vec<_>> =
                    parts.items().iter().map(|part| self.part(part)).collect();
                parts.map_or(Value::Null, joined)
            }
            Some(Marker::Ref { to, field }) => self
                .output(to, field)
                .map_or(Value::Null, |part| joined(vec![part])),
            Some(Marker::Lookup { .. } | Marker::Builtin(_)) => {
                self.far(node, at, &[]).map_or(Value::Null, |far| far.key)
            }
            Some(Marker::Env(_) | Marker::Exec(_) | Marker::Exactly(_)) => Value::Null,
        }
    }

    /// A text from a file, held to the field's bounds as if it had been written.
    fn checked(&mut self, text: String, path: &Node, spot: &Spot<'_>) -> Value {
        let node = Node {
            at: path.at,
            tree: Tree::Text(text.as_str().into()),
        };
        let mut faults = walk(&node, path.at, spot.schema, &self.report.file());
        for fault in &mut faults {
            fault.message = fault.message.replace("`spec`", &format!("`{}`", spot.path));
        }
        self.report.faults(faults);
        Value::Text(text)
    }

    fn part(&mut self, node: &Node) -> Option<Part> {
        match Marker::of(node) {
            None => node.text().map(|text| Part::Text(text.to_owned())),
            Some(Marker::Literal(text)) => text.text().map(|text| Part::Text(text.to_owned())),
            Some(Marker::File(path)) => self.file(path).map(Part::Text),
            Some(Marker::Ref { to, field }) => self.output(to, field),
            Some(Marker::Lookup { .. } | Marker::Builtin(_)) => {
                match self.far(node, node.at, &[])?.key {
                    Value::Unknown(unknown) => unknown.parts.into_iter().next(),
                    _ => None,
                }
            }
            Some(_) => None,
        }
    }

    /// An output that may be seen.
    fn output(&mut self, to: &Node, field: Option<&Node>) -> Option<Part> {
        let address = self.referred(to.text()?, to.at, &[])?;
        let output = field.map_or(Some("id"), Node::text)?;
        let at = field.map_or(to.at, |field| field.at);
        if !self.has_output(&address, output, at) {
            return None;
        }
        if is_secret(self.index.get(&address)?.kind, output) {
            let message = self.report.of(&format!(
                "would show `{output}` of `{address}`, which is a secret"
            ));
            self.report
                .error(SECRECY, message)
                .at(at, "a secret output")
                .hint("only a secret field can take it");
            return None;
        }
        Some(Part::Output {
            address,
            field: output.to_owned(),
        })
    }

    /// The source of a secret field.
    pub(super) fn secret(&mut self, node: &Node, spot: &Spot<'_>) -> Value {
        let source = match Marker::of(node) {
            Some(Marker::Env(name)) => name.text().map(|name| SecretSource::Env(name.to_owned())),
            Some(Marker::File(path)) => self.located(path).map(SecretSource::File),
            Some(Marker::Exec(words)) => {
                let words = words.items().iter().filter_map(Node::text);
                Some(SecretSource::Exec(words.map(str::to_owned).collect()))
            }
            Some(Marker::Ref { to, field }) => self.secret_output(to, field, spot),
            _ => None,
        };
        source.map_or(Value::Null, |source| {
            Value::Secret(Hidden {
                source: Some(source),
                ..Hidden::default()
            })
        })
    }

    fn secret_output(
        &mut self,
        to: &Node,
        field: Option<&Node>,
        spot: &Spot<'_>,
    ) -> Option<SecretSource> {
        let address = self.referred(to.text()?, to.at, &[])?;
        let output = field.map_or(Some("id"), Node::text)?;
        let at = field.map_or(to.at, |field| field.at);
        if !self.has_output(&address, output, at) {
            return None;
        }
        let kind = self.index.get(&address)?.kind;
        if is_secret(kind, output) {
            return Some(SecretSource::Output(address, output.to_owned()));
        }
        let message = format!(
            "takes `{output}` of `{address}`, which is no secret, for `{}`",
            spot.path
        );
        let message = self.report.of(&message);
        let secrets: Vec<_> = kind
            .outputs
            .iter()
            .map(|o| o.name)
            .filter(|o| is_secret(kind, o))
            .collect();
        let hint = match secrets.as_slice() {
            [] => format!("a `{}` has no secret output", kind.name),
            all => format!("its secret outputs: `{}`", all.join("`, `")),
        };
        self.report
            .error(SECRECY, message)
            .at(at, "not a secret output")
            .hint(hint);
        None
    }

    /// The object that a reference, a lookup or a plain name stands for.
    pub(super) fn far(&mut self, node: &Node, at: At, kinds: &[&str]) -> Option<Far> {
        match Marker::of(node) {
            Some(Marker::Ref { to, field }) => {
                let address = self.referred(to.text()?, to.at, kinds)?;
                if let Some(field) = field.filter(|field| field.text() != Some("id")) {
                    let message = self.report.of("takes an output where an object is named");
                    self.report
                        .error(NO_OUTPUT, message)
                        .at(field.at, "not taken here")
                        .hint("leave out `field`");
                }
                Some(self.declared(address))
            }
            Some(Marker::Lookup { kind, entries }) => self.lookup(kind, entries, kinds),
            Some(Marker::Builtin(name)) => self.builtin(name, kinds),
            Some(_) => None,
            None => {
                let address = self.named(node.text()?, at, kinds)?;
                Some(self.declared(address))
            }
        }
    }

    fn declared(&self, address: Address) -> Far {
        let label = match address.target() {
            Some(target) if Some(target) == self.target => {
                format!("{}/{}", address.kind(), address.name())
            }
            _ => address.to_string(),
        };
        let key = Value::Unknown(Unknown::output(address.clone(), "id"));
        Far {
            key,
            to: Some(address),
            label,
        }
    }

    /// The text of a file that a text field is taken from.
    fn file(&mut self, path: &Node) -> Option<String> {
        let written = path.text()?;
        match self.files.text(written) {
            Ok(text) => Some(text),
            Err(refused) => {
                self.refused(&refused, written, path.at);
                None
            }
        }
    }

    /// The mapping in a file of YAML or JSON.
    pub(super) fn file_of_data(&mut self, path: &Node, spot: &Spot<'_>) -> Value {
        let (Some(text), Some(name)) = (self.file(path), path.text()) else {
            return Value::Null;
        };
        let (documents, faults) = yaml::parse(&SourceFile::new(name, text));
        let node = documents.into_iter().next().and_then(|first| first.node);
        match (node, faults.first()) {
            (Some(node), None) if node.is_map() => Value::from(node.to_json()),
            (_, fault) => {
                let why = fault.map_or("it holds no mapping", |fault| fault.message.as_str());
                let field = &spot.path;
                let message = format!("cannot read `{name}` for `{field}`: {why}");
                let message = self.report.of(&message);
                self.report
                    .error(FILE, message)
                    .at(path.at, "no file of data")
                    .hint("the file must hold one mapping, in YAML or JSON");
                Value::Null
            }
        }
    }

    /// Where the file of a secret is; whether it is there is asked by whoever needs the secret.
    fn located(&mut self, path: &Node) -> Option<String> {
        let written = path.text()?;
        let located = self.files.located(written);
        located
            .map_err(|refused| self.refused(&refused, written, path.at))
            .ok()
    }

    fn refused(&mut self, refused: &Refused, written: &str, at: At) {
        let message = self
            .report
            .of(&format!("names the file `{written}`, which {refused}"));
        let (code, hint) = match refused {
            Refused::Outside(_) => (
                OUTSIDE,
                "move it below that folder, or use `--allow-files-outside`",
            ),
            Refused::Unreadable(_) => (
                FILE,
                "a path is relative to the manifest that it is written in",
            ),
            Refused::TooLarge | Refused::NotUtf8 => (FILE, "name a text file of 1 MiB at most"),
        };
        self.report
            .error(code, message)
            .at(at, "not read")
            .hint(hint);
    }
}

/// The parts as one value: a text if all of them are known.
fn joined(parts: Vec<Part>) -> Value {
    let texts: Option<Vec<_>> = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    match texts {
        Some(texts) => Value::Text(texts.concat()),
        None => Value::Unknown(Unknown { parts }),
    }
}
