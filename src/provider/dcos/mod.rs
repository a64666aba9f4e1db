//! The DC/OS IAM API of one cluster, Enterprise or Open.

mod auth;
mod dialect;
pub mod kinds;
pub mod pair;

use std::sync::Arc;
use std::time::Duration;

use crate::base::Value;
use crate::http::{Http, Needs};
use crate::kind::{KnownTarget, RemoteError};
use crate::rest::settings::{Settings, base};
use crate::rest::{Asked, Effect, Session, failed};

pub use dialect::Dcos;

/// Idle connections are closed after 2 s (reference/dcos-iam.md 10).
const IDLE: Duration = Duration::from_millis(1500);

/// Opens a session of a cluster. Sends nothing.
///
/// # Errors
/// A setting that is missing or wrong.
pub fn open(target: &KnownTarget, http: &Http) -> Result<Arc<Session<Dcos>>, RemoteError> {
    let settings = Settings::of(target);
    let url = settings.url("url")?;
    let needs = Needs {
        idle: IDLE,
        ca: settings.get("ca").and_then(Value::as_text),
        tls: url.scheme() == "https",
        limit: settings.limit(None)?,
    };
    let asked = Asked {
        method: "connect",
        effect: Effect::Reads,
    };
    let client = http.client(&needs);
    let client = client.map_err(|problem| failed(asked, url.as_str(), problem))?;
    let dcos = Dcos {
        base: base(&url),
        log_in: auth::LogIn::new(settings)?,
    };
    Ok(Arc::new(Session::new(dcos, client, kinds::KINDS)))
}
