//! A target's settings, as its kind worked them out, read by its provider.

use url::Url;

use super::failure::local;
use crate::base::{Secret, Value};
use crate::http::Limit;
use crate::kind::{KnownTarget, RemoteError};

/// The settings of one target.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a>(&'a KnownTarget);

impl<'a> Settings<'a> {
    /// Those of `target`.
    pub const fn of(target: &'a KnownTarget) -> Self {
        Self(target)
    }

    /// The value at a dotted path, unless it is null.
    pub fn get(self, dotted: &str) -> Option<&'a Value> {
        let at = crate::base::FieldPath::dotted(dotted);
        let value = self.0.settings.value().at(&at)?;
        (*value != Value::Null).then_some(value)
    }

    /// A text.
    ///
    /// # Errors
    /// It is missing.
    pub fn text(self, dotted: &str) -> Result<&'a str, RemoteError> {
        let text = self.get(dotted).and_then(Value::as_text);
        text.ok_or_else(|| self.missing(dotted))
    }

    /// A secret's text.
    ///
    /// # Errors
    /// It is missing.
    pub fn secret(self, dotted: &str) -> Result<Secret, RemoteError> {
        match self.get(dotted) {
            Some(Value::Secret(hidden)) => hidden.text.clone(),
            Some(Value::Text(text)) => Some(Secret::new(text)),
            _ => None,
        }
        .ok_or_else(|| self.missing(dotted))
    }

    /// An address, without a slash at the end.
    ///
    /// # Errors
    /// It is missing, or no address of a server.
    pub fn url(self, dotted: &str) -> Result<Url, RemoteError> {
        let text = self.text(dotted)?;
        let url = Url::parse(text.trim_end_matches('/'));
        let url = url.ok().filter(|url| {
            let plain = url.query().is_none() && url.fragment().is_none();
            let nobody = url.username().is_empty() && url.password().is_none();
            matches!(url.scheme(), "http" | "https") && plain && nobody
        });
        url.ok_or_else(|| {
            self.wrong(format!(
                "`{dotted}` is no address; write it like https://host.example, without \
                 credentials or a query"
            ))
        })
    }

    /// The limits, or these where none are set.
    ///
    /// # Errors
    /// They are no numbers above zero.
    pub fn limit(self, otherwise: Option<Limit>) -> Result<Option<Limit>, RemoteError> {
        let number = |dotted: &str| match self.get(dotted) {
            None => Ok(None),
            Some(Value::Number(n)) => Ok(n.as_f64().filter(|n| *n > 0.0 && n.is_finite())),
            Some(_) => Err(self.wrong(format!("`{dotted}` is no number"))),
        };
        let (rate, burst) = (number("limits.rate")?, number("limits.burst")?);
        let Some(rate) = rate.or(otherwise.map(|limit| limit.rate)) else {
            return Ok(None);
        };
        let burst = burst.or(otherwise.map(|limit| limit.burst)).unwrap_or(rate);
        let burst = burst.max(1.0);
        Ok(Some(Limit { rate, burst }))
    }

    /// A setting that is wrong.
    pub fn wrong(self, message: impl Into<String>) -> RemoteError {
        local("connect", &self.0.address.to_string(), message)
    }

    fn missing(self, dotted: &str) -> RemoteError {
        self.wrong(format!("its setting `{dotted}` is missing"))
    }
}

/// The address as a base: without a slash at the end.
pub fn base(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}
