//! Identity providers of a cluster: OpenID Connect and SAML, one set of handlers for both.
//!
//! Enterprise only; enterprise-documented.jsonl 70 to 83 and the API's document ([S]). Errors have
//! no documented code, so that ours have none. No login goes through them: behind a sandbox there
//! is nobody.

use serde_json::{Map, Value, json};

use super::call::{Call, Reply};
use super::edition::Edition;
use super::schema::{self, Shape, Type};
use super::{names, protocol};
use crate::sandbox::exchange::Answer;
use crate::sandbox::tables::Tables;

/// One sort of providers.
pub(super) struct Providers {
    /// Its table, id → configuration; also the word in its paths.
    table: &'static str,
    shape: &'static Shape,
}

/// OpenID Connect. The client's secret is shown by `GET` ([S]).
pub(super) const OIDC: Providers = Providers {
    table: "oidc",
    shape: &Shape {
        required: &[
            "description",
            "issuer",
            "base_url",
            "client_secret",
            "client_id",
        ],
        members: &[
            ("description", Type::Text),
            ("issuer", Type::Text),
            ("base_url", Type::Text),
            ("client_secret", Type::Text),
            ("client_id", Type::Text),
            ("verify_server_certificate", Type::Flag),
            ("ca_certs", Type::Text),
        ],
        closed: true,
    },
};

/// SAML 2.0.
pub(super) const SAML: Providers = Providers {
    table: "saml",
    shape: &Shape {
        required: &["description", "idp_metadata", "sp_base_url"],
        members: &[
            ("description", Type::Text),
            ("idp_metadata", Type::Text),
            ("sp_base_url", Type::Text),
        ],
        closed: true,
    },
};

impl Providers {
    /// `GET` of all: id → description, no list (enterprise-documented.jsonl 70, 77).
    pub(super) fn list(&self, call: &Call<'_>) -> Answer {
        let all = call.tables.rows(self.table);
        let all = all.map(|(id, config)| (id.to_owned(), config["description"].clone()));
        protocol::json(&Value::Object(all.collect()))
    }

    /// `GET` of one, secrets included (enterprise-documented.jsonl 71, 78).
    pub(super) fn read(&self, call: &mut Call<'_>) -> Reply {
        let config = self.known(call.tables, &call.id(0))?;
        Ok(protocol::json(config))
    }

    /// `PUT`: creates, never updates (enterprise-documented.jsonl 72, 73, 79, 80).
    pub(super) fn create(&self, call: &mut Call<'_>) -> Reply {
        let config = schema::checked(call, self.shape)?;
        let id = call.id(0);
        if !names::is_provider_id(&id) {
            return Err(refused(400, &format!("Invalid provider ID: {id}"))); // [I]
        }
        if call.tables.has(self.table, &id) {
            return Err(refused(
                409,
                &format!("Provider with ID `{id}` already exists."),
            ));
        }
        call.tables.put(self.table, &id, Value::Object(config));
        Ok(protocol::empty(201))
    }

    /// `PATCH`: the whole configuration again, which replaces the old one
    /// (enterprise-documented.jsonl 74, 75, 81, 82; whether unwritten members stay is not known).
    pub(super) fn change(&self, call: &mut Call<'_>) -> Reply {
        let config = schema::checked(call, self.shape)?;
        let id = call.id(0);
        self.known(call.tables, &id)?;
        call.tables.put(self.table, &id, Value::Object(config));
        Ok(protocol::done())
    }

    /// `DELETE` (enterprise-documented.jsonl 76, 83); of an unknown one as `PATCH` ([I]).
    pub(super) fn delete(&self, call: &mut Call<'_>) -> Reply {
        let id = call.id(0);
        self.known(call.tables, &id)?;
        call.tables.delete(self.table, &id);
        Ok(protocol::done())
    }

    fn known<'a>(&self, tables: &'a Tables, id: &str) -> Result<&'a Value, Answer> {
        let config = tables.get(self.table, id);
        config.ok_or_else(|| refused(400, &format!("Provider with ID `{id}` not known.")))
    }
}

fn refused(status: u16, text: &str) -> Answer {
    let title = match status {
        409 => "409 Conflict",
        401 => "401 Unauthorized",
        _ => "400 Bad Request",
    };
    protocol::error(status, title, text, None)
}

/// `GET /auth/oidc/callback` and `POST …/acs-callback`: nobody can have been sent here ([S]: 401
/// is a problem in the flow).
pub(super) fn come_back(_call: &mut Call<'_>) -> Reply {
    Err(refused(401, "Authentication flow failed."))
}

/// `GET /auth/saml/providers/{id}/acs-callback-url` ([S]).
pub(super) fn saml_callback_url(call: &mut Call<'_>) -> Reply {
    let url = callback_url(call)?;
    Ok(protocol::json(&json!({ "acs-callback-url": url })))
}

/// `GET /auth/saml/providers/{id}/sp-metadata`: XML of its own type ([S]; what is in it, [I]).
pub(super) fn saml_metadata(call: &mut Call<'_>) -> Reply {
    let url = escaped(&callback_url(call)?);
    let metadata = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{url}\"><md:SPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"><md:AssertionConsumerService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"{url}\" index=\"1\"/></md:SPSSODescriptor></md:EntityDescriptor>\n"
    );
    Ok(Answer::typed(200, "application/samlmetadata+xml", metadata))
}

fn callback_url(call: &Call<'_>) -> Result<String, Answer> {
    let id = call.id(0);
    let config = SAML.known(call.tables, &id)?;
    let base = config["sp_base_url"].as_str().unwrap_or_default();
    let base = base.trim_end_matches('/');
    Ok(format!(
        "{base}{}/auth/saml/providers/{id}/acs-callback",
        names::BASE
    ))
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

/// `GET /auth/providers` (auth.jsonl 35).
pub(super) fn login_methods(call: &Call<'_>) -> Answer {
    protocol::json(&Value::Object(methods(call)))
}

/// Whether a login can begin at that provider.
pub(super) fn is_login(call: &Call<'_>, id: &str) -> bool {
    methods(call).contains_key(id)
}

/// The ways to log in. Open has one of its own (auth.jsonl 35), Enterprise those that were
/// configured ([I]).
fn methods(call: &Call<'_>) -> Map<String, Value> {
    let own = |kind: &str, method: &str| {
        json!({
            "authentication-type": kind,
            "description": "Default DC/OS login provider",
            "client-method": method,
            "config": {"start_flow_url": "/acs/api/v1/auth/login"},
        })
    };
    let mut all = Map::new();
    let users = own(
        "dcos-uid-password",
        "dcos-usercredential-post-receive-authtoken",
    );
    let services = own(
        "dcos-uid-servicekey",
        "dcos-servicecredential-post-receive-authtoken",
    );
    all.insert("dcos-users".to_owned(), users);
    all.insert("dcos-services".to_owned(), services);
    if call.edition == Edition::Open {
        let auth0 = json!({
            "authentication-type": "oidc-implicit-flow",
            "description": "DC/OS Auth0-based SSO through Google, GitHub, or Microsoft",
            "client-method": "browser-prompt-oidcidtoken-get-authtoken",
            "config": {"start_flow_url": "/login"},
        });
        all.insert("dcos-oidc-auth0".to_owned(), auth0);
    }
    for (sort, flow) in [
        (&OIDC, "oidc-authorization-code-flow"),
        (&SAML, "saml-sp-initiated"),
    ] {
        for (id, config) in call.tables.rows(sort.table) {
            let start = format!("{}/auth/login?{}-provider={id}", names::BASE, sort.table);
            let method = json!({
                "authentication-type": flow,
                "description": config["description"],
                "client-method": "browser-prompt-authtoken",
                "config": {"start_flow_url": start},
            });
            all.insert(id.to_owned(), method);
        }
    }
    all
}
