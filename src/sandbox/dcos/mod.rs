//! An emulated DC/OS cluster: Admin Router and the IAM behind it, Open or Enterprise.
//!
//! A request is admitted by `router`, routed by `routes`, and answered by a handler that looks
//! at tables only. What Open does is recorded; what Enterprise adds is documented at best. Each
//! rule names its recording (`users.jsonl 12` is line 12 of that file), a row of
//! `enterprise-documented.jsonl`, or a mark of the reference: `[S]` the API's document, `[E]` the
//! server's error texts, `[T]` the vendor's tests and clients, `[D]` documentation, `[I]` inferred.

mod account;
mod call;
mod described;
mod edition;
mod fault;
mod grants;
mod ldap;
mod login;
mod members;
mod names;
mod password;
mod permissions;
mod protocol;
mod providers;
mod public_key;
mod python;
mod router;
mod routes;
mod schema;
mod seed;
mod session;
mod superuser;
mod token;
mod users;

use serde_json::{Map, Value};

use self::call::Call;
pub use self::edition::Edition;
use self::token::Tokens;
use super::emulation::Emulation;
use super::exchange::{Answer, Request};
use super::tables::Tables;

/// The uid of the first superuser where the settings name none (reference, section 9).
const BOOTSTRAP: &str = "bootstrapuser";

/// One cluster.
pub struct Dcos {
    edition: Edition,
    tables: Tables,
    tokens: Tokens,
}

impl Dcos {
    /// A new cluster with that account to log in with; in Enterprise it is the superuser.
    pub fn new(edition: Edition, uid: &str, password: &str) -> Self {
        Self::kept(edition, seed::tables(edition, uid, password))
    }

    /// A cluster that holds these tables and nothing else.
    pub fn kept(edition: Edition, tables: Tables) -> Self {
        Self {
            edition,
            tables,
            tokens: Tokens::default(),
        }
    }

    /// Makes a cluster from the settings `edition` (`open` or `enterprise`, the default), `uid`
    /// and `password`, or from what was kept of one.
    pub fn build(settings: &Map<String, Value>, kept: Option<Tables>) -> Box<dyn Emulation> {
        let text = |name: &str| settings.get(name).and_then(Value::as_str);
        let edition = text("edition")
            .and_then(Edition::named)
            .unwrap_or(Edition::Enterprise);
        let new = || {
            let uid = text("uid").unwrap_or(BOOTSTRAP);
            seed::tables(edition, uid, text("password").unwrap_or_default())
        };
        Box::new(Self::kept(edition, kept.unwrap_or_else(new)))
    }
}

impl Emulation for Dcos {
    fn answer(&mut self, request: &Request, now_ms: u64) -> Answer {
        let Self {
            edition,
            tables,
            tokens,
        } = self;
        let now = now_ms / 1000;
        let mut call = match router::admit(*edition, tables, tokens, request, now) {
            Err(answer) => return answer,
            Ok(()) => Call {
                edition: *edition,
                tables,
                tokens,
                request,
                ids: Vec::new(),
                body: None,
                now,
            },
        };
        routes::answer(&mut call).unwrap_or_else(|answer| answer)
    }

    fn tables(&mut self) -> &mut Tables {
        &mut self.tables
    }

    fn reconfigure(&mut self, settings: &Map<String, Value>) {
        let text = |name: &str| settings.get(name).and_then(Value::as_str);
        if let Some(edition) = text("edition").and_then(Edition::named) {
            self.edition = edition;
        }
        let (uid, password) = (text("uid"), text("password"));
        if let (Some(uid), Some(password)) = (uid, password) {
            seed::login(&mut self.tables, self.edition, uid, password);
        }
    }

    fn expire_tokens(&mut self) {
        token::void_all(&mut self.tables);
    }
}
