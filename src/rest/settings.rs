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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Address, Known};
    use crate::kind::Api;
    use serde_json::json;

    fn target(settings: serde_json::Value) -> KnownTarget {
        KnownTarget {
            address: Address::top("tenant", "acme"),
            api: Api::Logto,
            settings: Known::new(settings.into()).expect("known"),
        }
    }

    #[test]
    fn an_address_has_neither_credentials_nor_a_query() {
        for (text, fine) in [
            ("https://h.example", true),
            ("http://127.0.0.1:4000/t/acme/", true),
            ("http://[::1]:4000", true),
            ("https://me:hunter2@h.example", false),
            ("https://h.example?x=1", false),
            ("ftp://h.example", false),
            ("h.example", false),
            ("", false),
        ] {
            let target = target(json!({ "endpoint": text }));
            let url = Settings::of(&target).url("endpoint");
            assert_eq!(url.is_ok(), fine, "{text}");
            if let Err(error) = url {
                assert!(!error.to_string().contains("hunter2"), "{error}");
                assert!(error.to_string().contains("tenant/acme"), "{error}");
            }
        }
    }

    #[test]
    fn a_base_has_no_slash_at_its_end() {
        let target = target(json!({"a": "https://h.example/", "b": "http://h/t/acme//"}));
        let of = |name| base(&Settings::of(&target).url(name).expect("an address"));
        assert_eq!(of("a"), "https://h.example");
        assert_eq!(of("b"), "http://h/t/acme");
    }

    #[test]
    fn limits_are_laid_over_those_of_the_provider() {
        let cloud = Some(Limit::CLOUD);
        let of = |settings, otherwise| {
            let target = target(settings);
            Settings::of(&target).limit(otherwise).expect("limits")
        };
        assert_eq!(of(json!({}), None), None);
        assert_eq!(of(json!({}), cloud), cloud);
        let slower = of(json!({"limits": {"rate": 5}}), cloud).expect("a limit");
        assert_eq!((slower.rate, slower.burst), (5.0, 190.0));
        let own = of(json!({"limits": {"rate": 0.5}}), None).expect("a limit");
        assert_eq!((own.rate, own.burst), (0.5, 1.0));
    }

    #[test]
    fn a_missing_secret_is_named() {
        let target = target(json!({}));
        let error = Settings::of(&target)
            .secret("clientSecret")
            .expect_err("missing");
        assert_eq!(
            error.to_string(),
            "connect tenant/acme: its setting `clientSecret` is missing"
        );
    }
}
