//! A sandbox that another process runs (`--sandbox=URL`), told what a run needs of it.

use std::time::Duration;

use serde_json::Value as Json;
use url::Url;

use super::outcome::Failure;
use crate::base::{Code, Diagnostic};
use crate::http::{Client, HeaderMap, HeaderName, HeaderValue, Http, Method, Needs, Problem};
use crate::http::{Repeat, Request, Settings};
use crate::sandbox::control::{Access, Wish};

/// The sandbox that was named does not answer as one does.
pub(super) const NO_SUCH_SANDBOX: Code = Code("E0817");

/// A running sandbox.
pub(super) struct Running {
    client: Client,
    url: String,
}

impl Running {
    /// Gets ready to ask it.
    pub(super) fn find(url: &str, network: Settings) -> Result<Self, Failure> {
        let needs = Needs {
            idle: Duration::from_secs(2),
            tls: url.starts_with("https:"),
            ..Needs::default()
        };
        let http = Http::new(network).and_then(|http| http.client(&needs));
        let client = http.map_err(|problem| super::network::unusable(&problem))?;
        Ok(Self {
            client,
            url: url.to_owned(),
        })
    }

    /// Its own key.
    pub(super) async fn key(&self) -> Result<String, Failure> {
        let answer = self.ask(Method::GET, "key", None).await?;
        let key = answer.get("key").and_then(Json::as_str).map(str::to_owned);
        key.ok_or_else(|| self.no_sandbox("its answer holds no key"))
    }

    /// Makes a target, if it is not there, and says how it is reached.
    pub(super) async fn fulfil(&self, wish: &Wish) -> Result<Access, Failure> {
        let body = serde_json::to_vec(wish).map_err(|fault| self.no_sandbox(&fault.to_string()))?;
        let answer = self.ask(Method::POST, "targets", Some(body)).await?;
        serde_json::from_value(answer).map_err(|fault| self.no_sandbox(&fault.to_string()))
    }

    async fn ask(
        &self,
        method: Method,
        page: &str,
        body: Option<Vec<u8>>,
    ) -> Result<Json, Failure> {
        let url = format!("{}/sandbox/{page}", self.url);
        let url = Url::parse(&url).map_err(|fault| self.no_sandbox(&fault.to_string()))?;
        let json = (HeaderName::from_static("content-type"), "application/json");
        let request = Request {
            method,
            url,
            headers: HeaderMap::from_iter([(json.0, HeaderValue::from_static(json.1))]),
            body,
            // Asking twice for a target makes one.
            repeat: Repeat::Always,
        };
        let failed = |problem: Problem| self.no_sandbox(&problem.to_string());
        let answer = self.client.send(&request).await.map_err(failed)?;
        if !answer.is_success() {
            return Err(self.no_sandbox(&format!("it answers {}", answer.status)));
        }
        serde_json::from_slice(&answer.body).map_err(|fault| self.no_sandbox(&fault.to_string()))
    }

    fn no_sandbox(&self, why: &str) -> Failure {
        let message = format!("using the sandbox at {}: {why}", self.url);
        Diagnostic::error(NO_SUCH_SANDBOX, message)
            .hint("start one: `tenantry sandbox`; or leave the URL away: --sandbox")
            .into()
    }
}
