//! The Logto Management API of one tenant, on the Cloud or self-hosted.

mod auth;
mod dialect;
mod history;
pub mod kinds;

use std::sync::Arc;
use std::time::Duration;

use crate::http::{Http, Needs};
use crate::kind::{KnownTarget, RemoteError};
use crate::rest::settings::{Settings, base};
use crate::rest::{Asked, Effect, Session, failed};

pub use dialect::Logto;

/// Idle connections are closed after 5 s (reference/logto-management.md 1.7).
const IDLE: Duration = Duration::from_secs(4);

/// Opens a session of a tenant. Sends nothing.
///
/// # Errors
/// A setting that is missing or wrong.
pub fn open(target: &KnownTarget, http: &Http) -> Result<Arc<Session<Logto>>, RemoteError> {
    let settings = Settings::of(target);
    let endpoint = settings.url("endpoint")?;
    let token_endpoint = settings.url("tokenEndpoint")?;
    let needs = Needs {
        idle: IDLE,
        ca: None,
        tls: endpoint.scheme() == "https" || token_endpoint.scheme() == "https",
        limit: settings.limit(None)?,
    };
    let asked = Asked {
        method: "connect",
        effect: Effect::Reads,
    };
    let client = http.client(&needs);
    let client = client.map_err(|problem| failed(asked, endpoint.as_str(), problem))?;
    let logto = Logto {
        base: base(&endpoint),
        log_in: auth::LogIn {
            endpoint: token_endpoint,
            resource: settings.text("resource")?.to_owned(),
            client_id: settings.text("clientId")?.to_owned(),
            client_secret: settings.secret("clientSecret")?,
        },
    };
    Ok(Arc::new(Session::new(logto, client, kinds::KINDS)))
}
