//! What texts must match: user names, addresses, links, colours.

use serde_json::{Value, json};

/// What a text must match. `spec/logto-management.json` has the expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pattern {
    Any,
    /// `^[A-Z_a-z]\w*$`
    Username,
    /// `^\S+@\S+\.\S+$`
    Email,
    /// What zod takes for an address, with words of its own (`sign-in-exp.jsonl` 1024).
    Mail,
    /// `^\d+$`
    Phone,
    /// What `URL` can parse.
    Url,
    /// `^#[\da-f]{3}([\da-f]{3})?$`
    Colour,
    /// A redirect target: anything with a scheme. `applications.jsonl` 128 to 132; the refusal of
    /// one without is an inference.
    Redirect,
}

impl Pattern {
    pub(super) fn matches(self, text: &str) -> bool {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        match self {
            Self::Any => true,
            Self::Username => {
                let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
                begins && text.chars().all(word)
            }
            Self::Email | Self::Mail => email(text),
            Self::Phone => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
            Self::Url => url::Url::parse(text).is_ok(),
            Self::Colour => text.strip_prefix('#').is_some_and(|digits| {
                let sized = digits.len() == 3 || digits.len() == 6;
                sized && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
            }),
            Self::Redirect => text.contains(':') && !text.starts_with(':'),
        }
    }

    /// Code, further members and message of the issue. `users.jsonl` 571, `applications.jsonl` 232.
    pub(super) fn complaint(self) -> (&'static str, Value, &'static str) {
        match self {
            Self::Url => (
                "invalid_string",
                json!({"validation": "url"}),
                "Invalid url",
            ),
            Self::Mail => (
                "invalid_string",
                json!({"validation": "email"}),
                "Invalid email",
            ),
            Self::Redirect => ("custom", json!({}), "Invalid input"),
            _ => ("invalid_string", json!({"validation": "regex"}), "Invalid"),
        }
    }
}

fn email(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else {
        return false;
    };
    let spaced = text.contains(char::is_whitespace);
    let dotted = host
        .rsplit_once('.')
        .is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
    !spaced && !name.is_empty() && dotted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_take_what_their_expressions_take() {
        assert!(Pattern::Username.matches("_a1") && !Pattern::Username.matches("1abc"));
        assert!(Pattern::Phone.matches("15555550100") && !Pattern::Phone.matches("+1 555"));
        assert!(Pattern::Email.matches("a@b.c") && !Pattern::Email.matches("a@b"));
        assert!(Pattern::Colour.matches("#6139F6") && !Pattern::Colour.matches("#6139F"));
    }
}
