//! Texts and data of people's own → what declares them: long ones stand in files beside the manifest.

use serde_json::Value as Json;

use super::body::{Body, Spot};
use super::far::{map, plain, text};
use crate::base::tree::Node;
use crate::base::{FieldPath, Value};
use crate::kind::marker::Marker;

/// Texts of so many lines, or characters, stand in files of their own.
const LONG: (usize, usize) = (12, 1_000);
/// The longest file that a manifest may name (1 MiB).
const LONGEST: usize = 1 << 20;

impl Body<'_> {
    /// Data of people's own: nothing in it is a marker, but for what looks like one at its top.
    pub(super) fn free(&mut self, value: &Value, spot: &Spot<'_>) -> Option<Node> {
        let written = plain(value)?;
        let takes_file = spot.schema["x-file"] == Json::Bool(true);
        match Marker::of(&written) {
            Some(Marker::Exactly(_)) => Some(map([("exactly", written)])),
            Some(Marker::File(_)) if takes_file => {
                self.leave(&spot.path, "it would be read as the name of a file")
            }
            _ if takes_file && is_long_data(value) => {
                let text = format!("{:#}\n", written.to_json());
                Some(self.file(&spot.path, text))
            }
            _ => Some(written),
        }
    }

    pub(super) fn text(&mut self, inner: &str, spot: &Spot<'_>) -> Node {
        let (lines, letters) = LONG;
        let is_long = inner.lines().count() > lines || inner.len() > letters;
        if is_long && inner.len() <= LONGEST {
            return self.file(&spot.path, inner.to_owned());
        }
        text(inner)
    }

    /// A file for what stands at `path`.
    fn file(&mut self, path: &FieldPath, text_of: String) -> Node {
        let kind = extension(&path.to_string(), &text_of);
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || ".-".contains(c) {
                c
            } else {
                '-'
            }
        };
        let stem = format!("{}-{}.{path}", self.kind.name, self.address.name());
        let stem: String = stem.chars().map(plain).collect();
        let mut name = format!("{stem}.{kind}");
        let mut n = 1;
        while self.variables.contains(&name.to_lowercase()) {
            n += 1;
            name = format!("{stem}-{n}.{kind}");
        }
        self.variables.insert(name.to_lowercase());
        let path = format!("texts/{name}");
        let written = map([("file", text(&path))]);
        self.texts.insert(path, text_of);
        written
    }
}

fn is_long_data(value: &Value) -> bool {
    let mut leaves = 0;
    value.leaves(&mut |_, _| leaves += 1);
    leaves > LONG.0
}

/// What the name of a text's file ends with, for editors.
fn extension(field: &str, text: &str) -> &'static str {
    let field = field.to_lowercase();
    let start = text.trim_start();
    match () {
        () if start.starts_with("-----BEGIN") => "pem",
        () if start.starts_with("<?xml") || start.contains("EntityDescriptor") => "xml",
        () if start.starts_with('{') && serde_json::from_str::<Json>(text).is_ok() => "json",
        () if start.starts_with('<') => "html",
        () if field.ends_with("css") => "css",
        () if field.ends_with("script") => "js",
        () => "txt",
    }
}
