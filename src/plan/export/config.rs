//! Free-form configurations → what declares them. What has the name of a secret, or looks as if it
//! had one, becomes a source; so does every text of a mapping that may hold secrets under any name.

use serde_json::Value as Json;

use super::Origin;
use super::body::{Body, MASKED, Spot, is_masked};
use super::far::{list, map, plain};
use crate::base::Value;
use crate::base::tree::Node;
use crate::kind::marker::Marker;
use crate::kind::secrets::{is_secret_name, may_be_secret};

/// What a name says of its value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Secrecy {
    /// Nothing.
    Open,
    /// It may be a secret.
    Perhaps,
    /// It must have a source.
    Sure,
}

impl Secrecy {
    fn of(name: &str) -> Self {
        match () {
            () if is_secret_name(name) => Self::Sure,
            () if may_be_secret(name) => Self::Perhaps,
            () => Self::Open,
        }
    }
}

impl Body<'_> {
    /// What declares a configuration.
    pub(super) fn config(&mut self, value: &Value, spot: &Spot<'_>) -> Option<Node> {
        let texts = spot.schema["x-texts"] == Json::Bool(true);
        let secrecy = if texts {
            Secrecy::Perhaps
        } else {
            Secrecy::Open
        };
        self.configured(value, secrecy, spot)
    }

    fn configured(&mut self, value: &Value, secrecy: Secrecy, spot: &Spot<'_>) -> Option<Node> {
        match value {
            Value::Secret(hidden) => self.secret(hidden, spot),
            Value::Text(text) if is_masked(text) => self.leave(&spot.path, MASKED),
            Value::Text(text) if secrecy > Secrecy::Open && !text.is_empty() => {
                Some(self.source(&spot.path, Origin::Shown))
            }
            Value::Number(_) | Value::Bool(_) if secrecy == Secrecy::Sure => {
                self.leave(&spot.path, "a secret there can only be a text")
            }
            Value::Map(inner) => {
                let mut written = Vec::new();
                for (name, value) in inner {
                    let secrecy = secrecy.max(Secrecy::of(name));
                    let below = self.configured(value, secrecy, &spot.below(name));
                    written.extend(below.map(|node| (name.as_str(), node)));
                }
                let written = map(written);
                if Marker::of(&written).is_some() {
                    return self.leave(&spot.path, "it would be read as a marker");
                }
                Some(written)
            }
            Value::List(items) => {
                let items = items.iter().enumerate();
                let items = items.map(|(n, item)| self.configured(item, secrecy, &spot.item(n)));
                Some(list(items.collect::<Option<_>>()?))
            }
            _ => plain(value),
        }
    }
}
