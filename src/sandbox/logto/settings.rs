//! What a tenant is made with: its id, the indicator of its Management API, its first client.

use serde_json::{Map, Value, json};

use crate::sandbox::random;

/// How the first client of a tenant is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClientPlace {
    /// In the admin tenant: invisible here, and it cannot be locked out (section 2.2 of
    /// `reference/logto-management.md`, the row of `m-default`).
    Admin,
    /// A machine-to-machine application of this tenant with the role "Logto Management API
    /// access", as one makes by hand (`auth.jsonl` 38 to 43), or as the Cloud does.
    Application,
}

/// A tenant's settings.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// `tenantId` of all rows.
    pub(crate) id: String,
    /// The Management API's indicator; without it `{base}/api`, as for a tenant of the Cloud.
    pub(crate) resource: Option<String>,
    /// The first client.
    pub(crate) client_id: String,
    /// Its secret.
    pub(crate) client_secret: String,
    /// Its name, where it is an application.
    pub(crate) client_name: String,
    /// Where it is kept.
    pub(crate) client_place: ClientPlace,
}

impl Settings {
    /// Of a self-hosted tenant as it is seeded.
    pub(crate) fn self_hosted() -> Self {
        Self {
            id: "default".to_owned(),
            resource: Some("https://default.logto.app/api".to_owned()),
            client_id: "m-default".to_owned(),
            client_secret: random::base62(32),
            client_name: String::new(),
            client_place: ClientPlace::Admin,
        }
    }

    /// Of a tenant that the Cloud makes.
    pub(crate) fn of_cloud(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            resource: None,
            client_id: random::base36(21),
            client_secret: random::base62(32),
            client_name: "Default application".to_owned(),
            client_place: ClientPlace::Application,
        }
    }

    /// As the world keeps them.
    pub(crate) fn to_map(&self) -> Map<String, Value> {
        let place = match self.client_place {
            ClientPlace::Admin => "admin",
            ClientPlace::Application => "application",
        };
        let pairs = [
            ("id", json!(self.id)),
            ("resource", json!(self.resource)),
            ("clientId", json!(self.client_id)),
            ("clientSecret", json!(self.client_secret)),
            ("clientName", json!(self.client_name)),
            ("clientPlace", json!(place)),
        ];
        pairs
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    /// From what the world kept.
    pub(crate) fn from_map(map: &Map<String, Value>) -> Self {
        let text = |name: &str| map.get(name).and_then(Value::as_str).map(str::to_owned);
        let place = match text("clientPlace").as_deref() {
            Some("application") => ClientPlace::Application,
            _ => ClientPlace::Admin,
        };
        let default = Self::self_hosted();
        Self {
            id: text("id").unwrap_or(default.id),
            resource: text("resource"),
            client_id: text("clientId").unwrap_or(default.client_id),
            client_secret: text("clientSecret").unwrap_or(default.client_secret),
            client_name: text("clientName").unwrap_or_default(),
            client_place: place,
        }
    }
}
