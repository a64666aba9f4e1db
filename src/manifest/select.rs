//! `-l team=orders,env!=x,!key`: which documents are selected by their labels.

use std::collections::BTreeMap;

use crate::base::{Code, Diagnostic};

/// A selection that cannot be read.
pub const NOT_A_SELECTION: Code = Code("E0228");

/// Conditions on labels, which all must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection(Vec<Condition>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    Is(String, String),
    IsNot(String, String),
    There(String),
    NotThere(String),
}

impl Selection {
    /// Reads `key=value`, `key!=value`, `key`, `!key`, divided by commas.
    ///
    /// # Errors
    /// A condition that is none of these.
    pub fn parse(text: &str) -> Result<Self, Box<Diagnostic>> {
        let conditions = text.split(',').map(|part| {
            condition(part.trim()).ok_or_else(|| {
                let message = format!("`{part}` is not a condition on labels");
                let hint = "write conditions like `team=orders`, `env!=prod`, `team` or `!team`";
                Box::new(Diagnostic::error(NOT_A_SELECTION, message).hint(hint))
            })
        });
        conditions.collect::<Result<_, _>>().map(Self)
    }

    /// Whether something with these labels is selected. Without conditions everything is.
    pub fn selects(&self, labels: &BTreeMap<String, String>) -> bool {
        self.0.iter().all(|condition| match condition {
            Condition::Is(key, value) => labels.get(key) == Some(value),
            Condition::IsNot(key, value) => labels.get(key) != Some(value),
            Condition::There(key) => labels.contains_key(key),
            Condition::NotThere(key) => !labels.contains_key(key),
        })
    }
}

fn condition(text: &str) -> Option<Condition> {
    let word = |text: &str| {
        let text = text.trim();
        let good = !text.is_empty() && !text.contains(['=', '!', ' ']);
        good.then(|| text.to_owned())
    };
    if let Some((key, value)) = text.split_once("!=") {
        return Some(Condition::IsNot(word(key)?, value.trim().to_owned()));
    }
    if let Some((key, value)) = text.split_once('=') {
        let value = value.strip_prefix('=').unwrap_or(value);
        return Some(Condition::Is(word(key)?, value.trim().to_owned()));
    }
    match text.strip_prefix('!') {
        Some(key) => word(key).map(Condition::NotThere),
        None => word(text).map(Condition::There),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selects(selection: &str, labels: &[(&str, &str)]) -> bool {
        let labels = labels
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        Selection::parse(selection)
            .expect("a selection")
            .selects(&labels)
    }

    #[test]
    fn all_conditions_must_hold() {
        let labels = [("team", "orders"), ("env", "dev")];
        assert!(selects("team=orders,env!=prod,!old,team", &labels));
        assert!(!selects("team=orders,env=prod", &labels));
        assert!(!selects("!team", &labels));
        assert!(selects("team==orders", &labels));
    }

    #[test]
    fn a_label_that_is_not_there_is_unlike_any_value() {
        assert!(selects("env!=prod", &[]));
        assert!(!selects("env=prod", &[]));
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for wrong in ["", "a,,b", "=x", "!", "a b", "!=x"] {
            assert!(Selection::parse(wrong).is_err(), "{wrong}");
        }
    }
}
