//! Hands an object's outputs on: as text, dotenv, JSON, or a Kubernetes Secret.
//!
//! Where the values come from, and whether a secret may be shown at all, is `cli`'s business:
//! what has a name or a format in here was asked for.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::base::text::visible;
use crate::base::{Address, Code, Diagnostic, Secret};

/// Outputs cannot be written in that format.
pub const UNWRITABLE: Code = Code("E0840");

/// One output's value.
#[derive(Debug, Clone)]
pub enum Output {
    /// Anybody may see it.
    Plain(String),
    /// Only whoever asks for it.
    Secret(Secret),
}

/// Outputs by name (`id`, `clientSecret`, `secrets.ci`).
pub type Outputs = BTreeMap<String, Output>;

/// Why outputs cannot be written in a format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unwritable {
    /// Two of them would have the same name.
    #[error("the outputs `{0}` and `{1}` would both be called {2}")]
    SameName(String, String, String),
    /// An environment cannot hold it.
    #[error("the output `{0}` holds a zero byte, which no environment variable can")]
    ZeroByte(String),
}

impl From<Unwritable> for Diagnostic {
    fn from(error: Unwritable) -> Self {
        Self::error(UNWRITABLE, error.to_string())
            .hint("`tenantry output ADDRESS --format json` can hold everything")
    }
}

impl Output {
    /// The value, which was asked for.
    pub fn shown(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Secret(secret) => secret.expose(),
        }
    }
}

/// A list for people; secrets are named and not shown.
pub fn list(outputs: &Outputs) -> String {
    let value = |output: &Output| match output {
        Output::Plain(text) => visible(text).into_owned(),
        Output::Secret(_) => "(secret)".to_owned(),
    };
    columns(outputs, value)
}

/// A list for people with every value in it.
pub fn text(outputs: &Outputs) -> String {
    columns(outputs, |output| visible(output.shown()).into_owned())
}

fn columns(outputs: &Outputs, value: impl Fn(&Output) -> String) -> String {
    let width = outputs.keys().map(|name| name.chars().count()).max();
    let width = width.unwrap_or_default();
    lines(outputs.iter().map(|(name, output)| {
        let name = visible(name);
        format!("{name:width$}  {}", value(output))
    }))
}

/// One JSON object, indented.
pub fn json(outputs: &Outputs) -> String {
    let object: serde_json::Map<_, _> = outputs
        .iter()
        .map(|(name, output)| (name.clone(), output.shown().into()))
        .collect();
    format!("{:#}\n", serde_json::Value::Object(object))
}

/// Assignments that shells and dotenv readers understand alike: `CLIENT_SECRET='…'`.
///
/// # Errors
/// Two outputs would have the same name, or one holds what no variable can.
pub fn dotenv(outputs: &Outputs) -> Result<String, Unwritable> {
    if let Some((name, _)) = outputs.iter().find(|(_, o)| o.shown().contains('\0')) {
        return Err(Unwritable::ZeroByte(name.clone()));
    }
    let named = renamed(outputs, variable)?;
    Ok(lines(named.iter().map(|(variable, output)| {
        format!("{variable}={}", shell_quoted(output.shown()))
    })))
}

/// The manifest of a Secret, its name made of the object's address.
///
/// # Errors
/// Two outputs would have the same key.
pub fn kubernetes(address: &Address, outputs: &Outputs) -> Result<String, Unwritable> {
    let data = renamed(outputs, secret_key)?;
    let mut manifest = format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {}\ntype: Opaque\n",
        object_name(address)
    );
    manifest.push_str(if data.is_empty() {
        "data: {}\n"
    } else {
        "data:\n"
    });
    for (key, output) in data {
        let value = BASE64_STANDARD.encode(output.shown());
        // Writing into a String cannot fail.
        let _ = writeln!(manifest, "  \"{key}\": \"{value}\"");
    }
    Ok(manifest)
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.map(|line| line + "\n").collect()
}

/// The outputs under other names, if these are still different ones.
fn renamed(
    outputs: &Outputs,
    rename: impl Fn(&str) -> String,
) -> Result<BTreeMap<String, &Output>, Unwritable> {
    let mut named = BTreeMap::<String, (&str, &Output)>::new();
    for (name, output) in outputs {
        let new = rename(name);
        if let Some((first, _)) = named.insert(new.clone(), (name, output)) {
            return Err(Unwritable::SameName(first.to_owned(), name.clone(), new));
        }
    }
    let outputs = named.into_iter().map(|(name, (_, output))| (name, output));
    Ok(outputs.collect())
}

/// `clientSecret` → `CLIENT_SECRET`, `secrets.my key` → `SECRETS_MY_KEY`.
fn variable(name: &str) -> String {
    let mut variable = String::new();
    let mut previous = '_';
    for c in name.chars() {
        let begins_word = c.is_ascii_uppercase() && previous.is_ascii_lowercase();
        if begins_word && !variable.is_empty() {
            variable.push('_');
        }
        variable.push(if c.is_ascii_alphanumeric() {
            c.to_ascii_uppercase()
        } else {
            '_'
        });
        previous = c;
    }
    if variable.starts_with(|c: char| c.is_ascii_digit()) {
        variable.insert(0, '_');
    }
    variable
}

/// A value as a POSIX shell and the common dotenv readers read it alike. One that holds both
/// single quotes and what double quotes expand is written for the shell.
fn shell_quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+,".contains(c);
    if !value.is_empty() && value.chars().all(is_plain) {
        return value.to_owned();
    }
    if !value.contains('\'') {
        return format!("'{value}'");
    }
    let mut quoted = String::from('"');
    for c in value.chars() {
        if matches!(c, '"' | '\\' | '$' | '`') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

/// A key of a Secret: letters, digits, `-`, `_` and `.`.
fn secret_key(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    name.chars()
        .map(|c| if allowed(c) { c } else { '_' })
        .take(253)
        .collect()
}

/// The name of a Kubernetes object: lower-case letters, digits and `-`, first and last no `-`.
fn object_name(address: &Address) -> String {
    let text = address.to_string().to_ascii_lowercase();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let mut name = words.join("-");
    name.truncate(253);
    name.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn outputs(values: &[(&str, Output)]) -> Outputs {
        values
            .iter()
            .map(|(name, output)| ((*name).to_owned(), output.clone()))
            .collect()
    }

    fn secret(text: &str) -> Output {
        Output::Secret(Secret::new(text))
    }

    fn web() -> Outputs {
        outputs(&[
            ("clientId", Output::Plain("9x3k".into())),
            ("clientSecret", secret("it's $HOME")),
            ("secrets.my ci", secret("two\nlines")),
        ])
    }

    #[test]
    fn a_list_does_not_show_secrets_and_text_does() {
        let listed = "clientId       9x3k\nclientSecret   (secret)\nsecrets.my ci  (secret)\n";
        assert_eq!(list(&web()), listed);
        let shown = "clientId       9x3k\nclientSecret   it's $HOME\nsecrets.my ci  two\\nlines\n";
        assert_eq!(text(&web()), shown);
    }

    #[test]
    fn dotenv_is_safe_in_a_shell() {
        let expected =
            "CLIENT_ID=9x3k\nCLIENT_SECRET=\"it's \\$HOME\"\nSECRETS_MY_CI='two\nlines'\n";
        assert_eq!(dotenv(&web()).as_deref(), Ok(expected));
    }

    #[test]
    fn outputs_that_would_have_one_name_are_refused() {
        let both = outputs(&[("secrets.a b", secret("1")), ("secrets.a.b", secret("2"))]);
        let error = dotenv(&both).expect_err("the same");
        assert_eq!(
            error.to_string(),
            "the outputs `secrets.a b` and `secrets.a.b` would both be called SECRETS_A_B"
        );
        assert!(crate::base::code::page(Diagnostic::from(error).code.0).is_some());
        let zero = outputs(&[("id", secret("a\0b"))]);
        assert_eq!(dotenv(&zero), Err(Unwritable::ZeroByte("id".into())));
    }

    #[test]
    fn a_kubernetes_secret_is_one_that_can_be_applied() {
        let address = Address::within("acme", "application", "Web Shop.");
        let expected = "\
apiVersion: v1
kind: Secret
metadata:
  name: acme-application-web-shop
type: Opaque
data:
  \"clientId\": \"OXgzaw==\"
  \"clientSecret\": \"aXQncyAkSE9NRQ==\"
  \"secrets.my_ci\": \"dHdvCmxpbmVz\"
";
        assert_eq!(kubernetes(&address, &web()).as_deref(), Ok(expected));
        let none = kubernetes(&address, &Outputs::new()).expect("empty");
        assert!(none.ends_with("data: {}\n"));
    }

    #[test]
    fn an_output_is_not_printed_by_mistake() {
        assert!(!format!("{:?}", web()).contains("HOME"));
    }

    /// What a POSIX shell makes of one word.
    fn read_by_shell(word: &str) -> String {
        let mut value = String::new();
        let mut chars = word.chars();
        let quote = word.chars().next().filter(|c| matches!(c, '\'' | '"'));
        chars
            .by_ref()
            .take(usize::from(quote.is_some()))
            .for_each(drop);
        while let Some(c) = chars.next() {
            match c {
                '\\' if quote == Some('"') => value.extend(chars.next()),
                c if Some(c) == quote => break,
                c => value.push(c),
            }
        }
        assert_eq!(chars.next(), None, "{word}");
        value
    }

    proptest! {
        #[test]
        fn a_shell_reads_back_what_was_quoted(value in "[ -~\n\téß]{0,20}") {
            prop_assert_eq!(read_by_shell(&shell_quoted(&value)), value);
        }

        #[test]
        fn json_reads_back(value in "\\PC{0,20}") {
            let written = json(&outputs(&[("clientSecret", secret(&value))]));
            let read: BTreeMap<String, String> = serde_json::from_str(&written).expect("JSON");
            prop_assert_eq!(&read["clientSecret"], &value);
        }

        #[test]
        fn names_are_ones_that_kubernetes_takes(name in "\\PC{1,300}") {
            let name = object_name(&Address::within("acme", "application", &name));
            prop_assert!(name.len() <= 253 && name.starts_with("acme-application"));
            prop_assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
            prop_assert!(!name.ends_with('-'));
        }
    }
}
