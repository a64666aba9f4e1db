//! What makes an account: which members go together, and what is kept of them.
//!
//! The order of the checks is the server's: two faults in one body give the first one's answer.

use serde_json::{Map, Value, json};

use super::edition::Edition;
use super::fault::{INVALID_DATA, INVALID_PUBLIC_KEY, INVALID_USER};
use super::{names, password, public_key};
use crate::sandbox::exchange::Answer;

/// The provider that an e-mail address alone stands for, in Open (users.jsonl 40).
const OPEN_ISSUER: &str = "https://dcos.auth0.com/";

/// What a provider type takes.
struct Provider {
    name: &'static str,
    /// Password or key are the account's own.
    own_credentials: bool,
    /// `provider_id` must be written; else it must not.
    named: bool,
}

/// The provider types (users.jsonl 26 to 37).
const PROVIDERS: [Provider; 4] = [
    Provider {
        name: "internal",
        own_credentials: true,
        named: false,
    },
    Provider {
        name: "ldap",
        own_credentials: false,
        named: false,
    },
    Provider {
        name: "oidc",
        own_credentials: false,
        named: true,
    },
    Provider {
        name: "saml",
        own_credentials: false,
        named: true,
    },
];

/// Not a provider, but found where they are looked up (users.jsonl 38).
const DUNDER: Provider = Provider {
    name: "__members__",
    own_credentials: false,
    named: false,
};

/// The members that matter, as written.
struct Written<'a> {
    password: Option<&'a str>,
    key: Option<&'a str>,
    provider: Option<&'a str>,
    provider_id: &'a str,
}

/// The account that a `PUT` body makes, or why it makes none. Whether the uid is taken is not
/// looked at: that comes last (users.jsonl 6).
pub(super) fn created(
    edition: Edition,
    uid: &str,
    body: &Map<String, Value>,
) -> Result<Value, Answer> {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let mut written = Written {
        password: text("password"),
        key: text("public_key"),
        provider: text("provider_type"),
        provider_id: text("provider_id").unwrap_or_default(),
    };
    if edition == Edition::Open && written.is_bare() && names::is_like_email(uid) {
        written.provider = Some("oidc"); // users.jsonl 39; Enterprise: reference section 1
        written.provider_id = OPEN_ISSUER;
    }
    let provider = written.provider()?;
    let mut account = written.credentials(provider)?;
    written.check_provider_id(provider)?;
    if !names::is_uid(uid) {
        return Err(INVALID_USER.about(&[uid]));
    }
    account.insert(
        "description".to_owned(),
        json!(text("description").unwrap_or_default()),
    );
    account.insert("provider_type".to_owned(), json!(provider.name));
    account.insert("provider_id".to_owned(), json!(written.provider_id));
    Ok(Value::Object(account))
}

impl Written<'_> {
    fn is_bare(&self) -> bool {
        let empty = |text: Option<&str>| text.is_none_or(str::is_empty);
        empty(self.password)
            && empty(self.key)
            && self.provider.is_none()
            && self.provider_id.is_empty()
    }

    fn provider(&self) -> Result<&'static Provider, Answer> {
        if self.password == Some("") {
            return Err(invalid("`password` must not be empty when provided")); // users.jsonl 16
        }
        if self.key == Some("") {
            return Err(invalid("`public_key` must not be empty when provided")); // services.jsonl 17
        }
        let name = self.provider.unwrap_or("internal");
        let found = PROVIDERS.iter().find(|provider| provider.name == name);
        found
            .or((name == DUNDER.name).then_some(&DUNDER))
            .ok_or_else(|| invalid(&format!("Invalid provider_type: {name}"))) // users.jsonl 36, 37
    }

    /// Exactly one of password and key for an internal account, neither for another
    /// (users.jsonl 18 to 20, 34).
    fn credentials(&self, provider: &Provider) -> Result<Map<String, Value>, Answer> {
        let mut kept = Map::new();
        match (self.password, self.key) {
            (Some(_), _) if !provider.own_credentials => {
                Err(invalid("external provider: `password` is unexpected")) // users.jsonl 38
            }
            (_, Some(_)) if !provider.own_credentials => {
                Err(invalid("external provider: `public_key` is unexpected")) // users.jsonl 34
            }
            (None, None) if !provider.own_credentials => Ok(kept),
            (Some(secret), None) => {
                check_password(secret)?;
                kept.insert("password".to_owned(), json!(password::kept(secret)));
                Ok(kept)
            }
            (None, Some(key)) => {
                public_key::rsa_key(key).map_err(|told| INVALID_PUBLIC_KEY.about(&[&told]))?;
                kept.insert("public_key".to_owned(), json!(key));
                Ok(kept)
            }
            _ => Err(invalid(
                "One of `password` or `public_key` must be provided",
            )),
        }
    }

    /// A blank one is as good as any (users.jsonl 30 to 33).
    fn check_provider_id(&self, provider: &Provider) -> Result<(), Answer> {
        if provider.name == DUNDER.name {
            // [I]: nothing but the password was recorded
            let text =
                "Invalid provider_type: provider_type must be one of: internal, ldap, oidc, saml";
            return Err(invalid(text));
        }
        let told = match (provider.named, self.provider_id.is_empty()) {
            (true, true) => "provider_id must be provided if provider_type is saml or oidc",
            (false, false) => {
                "provider_id must not be provided unless provider_type is saml or oidc"
            }
            _ => return Ok(()),
        };
        Err(invalid(&format!("Invalid provider_id: {told}")))
    }
}

/// Five letters at least, of any length (users.jsonl 6, 15, 17).
pub(super) fn check_password(secret: &str) -> Result<(), Answer> {
    if secret.chars().count() < 5 {
        return Err(invalid(
            "Password does not match rules: Must be at least 5 characters long.",
        ));
    }
    Ok(())
}

fn invalid(text: &str) -> Answer {
    INVALID_DATA.about(&[text])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(edition: Edition, uid: &str, body: &Value) -> String {
        match created(edition, uid, body.as_object().unwrap()) {
            Ok(account) => format!("{} {}", account["provider_type"], account["provider_id"]),
            Err(answer) => answer.as_json().unwrap()["code"].to_string(),
        }
    }

    #[test]
    fn an_email_address_alone_makes_an_external_account_in_open_only() {
        let made = |edition| told(edition, "a.b@example.com", &json!({}));
        assert_eq!(made(Edition::Open), format!("\"oidc\" \"{OPEN_ISSUER}\""));
        assert_eq!(made(Edition::Enterprise), "\"ERR_INVALID_DATA\"");
    }

    #[test]
    fn a_bad_body_is_told_before_a_bad_uid() {
        let body = json!({"password": "1234"});
        assert_eq!(told(Edition::Open, "a!", &body), "\"ERR_INVALID_DATA\"");
        let body = json!({"password": "12345"});
        assert_eq!(told(Edition::Open, "a!", &body), "\"ERR_INVALID_USER_ID\"");
    }

    #[test]
    fn a_password_is_counted_in_letters_not_in_bytes() {
        assert!(check_password("äöüß").is_err());
        assert!(check_password("äöüßa").is_ok());
    }
}
