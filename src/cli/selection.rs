//! `-l` and `--target`: which objects a command may change.

use std::collections::{BTreeMap, BTreeSet};

use super::args::Selection;
use super::outcome::Failure;
use crate::base::address::NotAnAddress;
use crate::base::{Address, Code, Diagnostic};
use crate::plan::input::NO_SUCH_ADDRESS;

/// A selector or an address that cannot be read.
pub(super) const BAD_SELECTION: Code = Code("E0806");

/// What was selected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Selected {
    labels: Vec<Requirement>,
    /// The addresses that were named; none means all.
    pub(super) addresses: BTreeSet<Address>,
}

/// One part of a selector.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Requirement {
    /// `key=value`
    Is(String, String),
    /// `key!=value`; a missing label is not the value.
    IsNot(String, String),
    /// `key`
    Has(String),
    /// `!key`
    HasNot(String),
}

/// Reads the address of one object.
pub(super) fn address(text: &str) -> Result<Address, Failure> {
    text.parse().map_err(|no: NotAnAddress| {
        Diagnostic::error(NO_SUCH_ADDRESS, no.to_string())
            .hint("write TENANT/KIND/NAME, as `tenantry plan` shows it")
            .into()
    })
}

impl Selected {
    /// Reads the flags.
    pub(super) fn new(args: &Selection) -> Result<Self, Failure> {
        let parts = args.selector.iter().flat_map(|text| text.split(','));
        let labels = parts
            .filter(|part| !part.trim().is_empty())
            .map(Requirement::parse);
        let addresses = args
            .target
            .iter()
            .filter(|text| !text.trim().is_empty())
            .map(|text| {
                text.trim().parse::<Address>().map_err(|wrong| {
                    let message = format!("reading --target: {wrong}");
                    Failure::from(Diagnostic::error(BAD_SELECTION, message))
                })
            });
        Ok(Self {
            labels: labels.collect::<Result<_, _>>()?,
            addresses: addresses.collect::<Result<_, _>>()?,
        })
    }

    /// One object alone.
    pub(super) fn only(address: &Address) -> Self {
        Self {
            addresses: BTreeSet::from([address.clone()]),
            ..Self::default()
        }
    }

    /// Whether everything is.
    pub(super) fn is_all(&self) -> bool {
        self.labels.is_empty() && self.addresses.is_empty()
    }

    /// Whether an object with this address and these labels is selected.
    pub(super) fn selects(&self, address: &Address, labels: &BTreeMap<String, String>) -> bool {
        let is_named = self.addresses.is_empty() || self.addresses.contains(address);
        is_named && self.labels.iter().all(|part| part.holds(labels))
    }
}

impl Requirement {
    fn parse(text: &str) -> Result<Self, Failure> {
        let text = text.trim();
        let words = |key: &str, value: &str| (key.trim().to_owned(), value.trim().to_owned());
        let parsed = if let Some((key, value)) = text.split_once("!=") {
            let (key, value) = words(key, value);
            Self::IsNot(key, value)
        } else if let Some((key, value)) = text.split_once('=') {
            let (key, value) = words(key, value.strip_prefix('=').unwrap_or(value));
            Self::Is(key, value)
        } else if let Some(key) = text.strip_prefix('!') {
            Self::HasNot(key.trim().to_owned())
        } else {
            Self::Has(text.to_owned())
        };
        if parsed.key().is_empty() || parsed.key().contains(char::is_whitespace) {
            let message = format!("reading the selector: `{text}` is no requirement of a label");
            let hint = "write -l team=orders, team!=orders, team or !team";
            return Err(Diagnostic::error(BAD_SELECTION, message).hint(hint).into());
        }
        Ok(parsed)
    }

    fn key(&self) -> &str {
        match self {
            Self::Is(key, _) | Self::IsNot(key, _) | Self::Has(key) | Self::HasNot(key) => key,
        }
    }

    fn holds(&self, labels: &BTreeMap<String, String>) -> bool {
        let found = labels.get(self.key());
        match self {
            Self::Is(_, value) => found == Some(value),
            Self::IsNot(_, value) => found != Some(value),
            Self::Has(_) => found.is_some(),
            Self::HasNot(_) => found.is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selects(selector: &str, labels: &[(&str, &str)]) -> bool {
        let args = Selection {
            selector: Some(selector.into()),
            target: Vec::new(),
        };
        let labels = labels
            .iter()
            .map(|&(key, value)| (key.to_owned(), value.to_owned()));
        let selected = Selected::new(&args).expect("a selector");
        selected.selects(&Address::within("acme", "role", "x"), &labels.collect())
    }

    #[test]
    fn all_requirements_must_hold() {
        let labels = [("team", "orders"), ("env", "prod")];
        assert!(selects("team=orders,env==prod", &labels));
        assert!(!selects("team=orders,env=dev", &labels));
        assert!(selects("team,!owner,env!=dev", &labels));
        assert!(selects("owner!=me", &labels));
        assert!(!selects("!team", &labels));
    }

    #[test]
    fn what_is_no_selector_is_refused() {
        for text in ["=x", "a b=c", "!"] {
            let args = Selection {
                selector: Some(text.into()),
                target: Vec::new(),
            };
            assert!(Selected::new(&args).is_err(), "{text}");
        }
        let args = Selection {
            selector: None,
            target: vec!["role".into()],
        };
        assert!(Selected::new(&args).is_err());
    }
}
