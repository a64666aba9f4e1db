//! What objects tell others: outputs, and where they come from.

use crate::base::{FieldPath, Value};

/// An output beyond `id`.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// Its name (`clientSecret`); a final `.*` takes any rest (`secrets.*`).
    pub name: &'static str,
    /// Where it comes from.
    pub from: OutputFrom,
    /// One line for `explain`.
    pub about: &'static str,
}

/// Where an output comes from.
#[derive(Debug, Clone, Copy)]
pub enum OutputFrom {
    /// The id.
    Id,
    /// A field of the live object.
    Field(&'static str),
    /// A secret that can be read again: in the list at `path`, the item whose `by` is `equals`
    /// (none: the rest of the output's name), its member `value`.
    SecretIn {
        /// The list.
        path: super::Path,
        /// The member that tells items apart.
        by: &'static str,
        /// What it must be.
        equals: Option<&'static str>,
        /// The member that is the secret.
        value: &'static str,
    },
    /// A field of the live object, without slashes at its end, and what follows it.
    Extended(&'static str, &'static str),
    /// What a read of its own answers: the dotted member of it, or the whole text.
    Read(super::Path, Option<&'static str>),
    /// In the list at `path`, the member `value` of the item whose member `flag` is true.
    Marked {
        /// The list.
        path: super::Path,
        /// The member that says which one.
        flag: &'static str,
        /// The member that is the output.
        value: &'static str,
    },
    /// Which server it is: the first word if there is such a route, the second if there is none.
    Offers(super::Path, &'static str, &'static str),
    /// A secret that the state keeps for the object, if it was put there (`tenantry keygen`),
    /// under an address of its own with this word for the kind: it outlives the object.
    Stored(&'static str),
    /// A field of the live object that is a secret.
    Secret(&'static str),
    /// An address in the object's target: a setting that is one, and a path below it.
    Url {
        /// The setting.
        setting: &'static str,
        /// The path; `Own` is the object's id.
        path: super::Path,
    },
    /// A setting of the target that this object is (`endpoint`, `clientId`), worked out by its
    /// `settings` function; the flag says whether it is a secret.
    Setting {
        /// Whether it is a secret.
        secret: bool,
    },
}

impl OutputFrom {
    /// Whether it is a secret.
    pub const fn is_secret(&self) -> bool {
        matches!(
            self,
            Self::SecretIn { .. }
                | Self::Secret(_)
                | Self::Stored(_)
                | Self::Setting { secret: true }
        )
    }

    /// What a live object tells by itself.
    pub fn of_live(&self, live: &Value) -> Option<Value> {
        match self {
            Self::Field(field) => live.at(&FieldPath::dotted(field)).cloned(),
            Self::Extended(field, rest) => {
                let start = live.at(&FieldPath::dotted(field))?.as_text()?;
                Some(Value::Text(format!(
                    "{}{rest}",
                    start.trim_end_matches('/')
                )))
            }
            _ => None,
        }
    }

    /// Whether it takes a request of its own.
    pub const fn is_asked(&self) -> bool {
        matches!(
            self,
            Self::Read(..) | Self::Marked { .. } | Self::Offers(..)
        )
    }
}
