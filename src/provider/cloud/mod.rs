//! The Logto Cloud API: accounts and the tenants in them.

mod auth;
mod dialect;
pub mod kinds;

use std::sync::Arc;
use std::time::Duration;

use crate::http::{Http, Limit, Needs};
use crate::kind::{KnownTarget, RemoteError};
use crate::rest::settings::{Settings, base};
use crate::rest::{Asked, Effect, Session, failed};

pub use dialect::Cloud;

/// As for a tenant: the Cloud runs the same server (inferred).
const IDLE: Duration = Duration::from_secs(4);

/// Opens a session of an account. Sends nothing.
///
/// # Errors
/// A setting that is missing or wrong.
pub fn open(target: &KnownTarget, http: &Http) -> Result<Arc<Session<Cloud>>, RemoteError> {
    let settings = Settings::of(target);
    let endpoint = settings.url("endpoint")?;
    let needs = Needs {
        idle: IDLE,
        ca: None,
        tls: endpoint.scheme() == "https",
        limit: settings.limit(Some(Limit::CLOUD))?,
    };
    let asked = Asked {
        method: "connect",
        effect: Effect::Reads,
    };
    let client = http.client(&needs);
    let client = client.map_err(|problem| failed(asked, endpoint.as_str(), problem))?;
    let cloud = Cloud {
        base: base(&endpoint),
        token: auth::Pat(settings.secret("token")?),
    };
    Ok(Arc::new(Session::new(cloud, client, kinds::KINDS)))
}
