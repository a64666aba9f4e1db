//! What went wrong, where, and what to type to mend it. How it looks is `render`'s business.

use std::fmt;
use std::sync::Arc;

use super::{Address, At, Code, SourceFile};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The command cannot do what was asked.
    Error,
    /// It can, but somebody should look.
    Warning,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Where in it.
    pub at: At,
    /// Said under the underlined text; may be empty.
    pub label: String,
    /// The line may hold a secret: show its key and `(hidden)`.
    pub hidden: bool,
}

/// One message to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code; `tenantry explain CODE` says more.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// What was attempted on which address, and what is wrong. One line, lower case.
    pub message: String,
    /// Where, the main place first.
    pub places: Vec<Place>,
    /// The object it is about.
    pub address: Option<Address>,
    /// What can be typed to mend it.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// An error without place or hint yet.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            places: Vec::new(),
            address: None,
            hints: Vec::new(),
        }
    }

    /// A warning without place or hint yet.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message)
        }
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.places.push(place);
        self
    }

    /// The same, about `address`.
    #[must_use]
    pub fn about(mut self, address: &Address) -> Self {
        self.address = Some(address.clone());
        self
    }

    /// The same, with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Whether it stops the command.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    /// One line: `error[E0204] FILE:LINE:COLUMN: message`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.is_error() { "error" } else { "warning" };
        write!(f, "{word}[{}]", self.code)?;
        if let Some(Place { file, at, .. }) = self.places.first() {
            write!(f, " {}:{}:{}", file.name, at.line, at.column)?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for Diagnostic {}
