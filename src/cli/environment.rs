//! The environment, read once. Nothing else in the program looks at it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal as _;
use std::path::PathBuf;

/// The variables of the process.
#[derive(Clone, Default)]
pub(super) struct Environment(BTreeMap<OsString, OsString>);

/// Which of the three streams is a terminal.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Terminal {
    /// Standard input: somebody can be asked.
    pub(super) input: bool,
    /// Standard output.
    pub(super) output: bool,
    /// Standard error.
    pub(super) errors: bool,
}

impl Environment {
    /// Reads it.
    pub(super) fn read() -> Self {
        Self(std::env::vars_os().collect())
    }

    /// The variable's text; none if it is not set, empty, or no text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.os(name)?.to_str().filter(|text| !text.is_empty())
    }

    /// The variable as it is, empty or not.
    pub(super) fn os(&self, name: &str) -> Option<&OsStr> {
        self.0.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// The variable as a path; none if it is not set or empty.
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        let path = PathBuf::from(self.os(name)?);
        (!path.as_os_str().is_empty()).then_some(path)
    }

    /// The first of two spellings that is set (`HTTPS_PROXY`, `https_proxy`).
    pub(super) fn either(&self, name: &str) -> Option<&str> {
        let lower = name.to_ascii_lowercase();
        self.text(name).or_else(|| self.text(&lower))
    }

    /// The variables whose names begin so, those that are no text left out.
    pub(super) fn beginning_with(&self, starts: &[&str]) -> Vec<(String, String)> {
        let all = self.0.iter();
        all.filter_map(|(name, text)| Some((name.to_str()?, text.to_str()?)))
            .filter(|(name, _)| starts.iter().any(|start| name.starts_with(start)))
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .collect()
    }

    /// Whether the variable is set to something other than nothing, `0` or `false`.
    pub(super) fn is_on(&self, name: &str) -> bool {
        let off = |text: &str| text == "0" || text.eq_ignore_ascii_case("false");
        self.text(name).is_some_and(|text| !off(text))
    }
}

impl std::fmt::Debug for Environment {
    /// Variables hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Environment({} variables)", self.0.len())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.map(|(name, text)| (name.into(), text.into())).into())
    }
}

impl Terminal {
    /// Looks at the streams.
    pub(super) fn look() -> Self {
        Self {
            input: std::io::stdin().is_terminal(),
            output: std::io::stdout().is_terminal(),
            errors: std::io::stderr().is_terminal(),
        }
    }

    /// How many lines the terminal of standard output has, if it is one.
    pub(super) fn rows(self) -> Option<u16> {
        let size = ::console::Term::stdout().size_checked();
        size.filter(|_| self.output).map(|(rows, _)| rows)
    }
}

#[cfg(test)]
mod tests {
    use super::Environment;

    #[test]
    fn variables_are_not_printed() {
        let environment = Environment::from([("TOKEN", "hunter2")]);
        assert_eq!(format!("{environment:?}"), "Environment(1 variables)");
    }

    #[test]
    fn an_empty_variable_is_as_good_as_none() {
        let environment = Environment::from([("A", ""), ("B", "0")]);
        assert_eq!(environment.text("A"), None);
        assert!(!environment.is_on("B"));
    }
}
