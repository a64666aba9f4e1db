//! The Logto Management API of one tenant and its token endpoint, as recorded in
//! `tests/contract/logto`.
//!
//! Section numbers in this folder are those of `reference/logto-management.md`; a file name with
//! a number is a recording and its `seq`.

mod access_control;
mod application_parts;
mod application_roles;
mod applications;
mod bearer;
mod call;
mod captcha;
mod collections;
mod column;
mod connected;
mod connectors;
mod consents;
mod constants;
mod custom_phrases;
mod customizers;
mod domains;
mod email_templates;
mod factories;
mod hooks;
mod identities;
mod jit;
mod languages;
mod links;
mod log;
mod members;
mod organization_roles;
mod organization_routes;
mod page;
mod pattern;
mod profile_fields;
mod protected;
mod refusal;
mod relations;
mod resources;
mod role_relations;
mod roles;
mod route;
mod saml;
mod scopes;
mod search;
mod seed;
pub(in crate::sandbox) mod settings;
mod shape;
mod sign_in;
mod sign_in_experience;
mod sign_in_rules;
mod singles;
mod sso_connectors;
mod token;
mod user_parts;
mod user_roles;
mod users;
mod zod;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Map, Value};

use self::call::Call;
use self::log::Log;
use self::refusal::{Refusal, no_such_path};
use self::route::Found;
use self::settings::Settings;
use super::emulation::Emulation;
use super::exchange::{Answer, Request};
use super::random;
use super::tables::Tables;

/// The largest body that the server reads (section 1.2).
const BODY_CAP: usize = 1024 * 1024;

/// One emulated tenant.
pub struct Logto {
    settings: Settings,
    tables: Tables,
    log: Log,
}

impl Logto {
    /// A tenant with the rows that were kept, or as a new one is.
    pub fn build(settings: &Map<String, Value>, kept: Option<Tables>) -> Box<dyn Emulation> {
        let settings = Settings::from_map(settings);
        let tables = kept.unwrap_or_else(|| seed::fresh(&settings));
        let log = Log::default();
        Box::new(Self {
            settings,
            tables,
            log,
        })
    }

    fn reply(&mut self, request: &Request, now_ms: u64) -> Answer {
        if request.body.len() > BODY_CAP {
            return no_such_path(); // `auth.jsonl` 29
        }
        let (route, params) = match route::find(&request.method, &request.path) {
            Found::Route(route, params) => (route, params),
            Found::OtherMethods(allowed) => return wrong_method(request, &allowed),
            Found::Nothing => return no_such_path(),
        };
        let mut call = Call {
            tables: &mut self.tables,
            settings: &self.settings,
            log: &mut self.log,
            request,
            params,
            now_ms,
        };
        seed::follow_base(&mut call);
        let allowed = if route.open {
            Ok(())
        } else {
            bearer::check(&call)
        };
        let answer = allowed.and_then(|()| (route.answer)(&mut call));
        if let Ok(answer) = &answer {
            log::note_hooks(&mut call, &route, answer);
        }
        answer.unwrap_or_else(|Refusal(answer)| answer)
    }
}

impl Emulation for Logto {
    fn answer(&mut self, request: &Request, now_ms: u64) -> Answer {
        let answer = self.reply(request, now_ms);
        let answer = validated(request, answer);
        let answer = answer.with_header("logto-core-request-id", random::base62(16));
        match request.method.as_str() {
            "HEAD" => Answer {
                body: Vec::new(),
                ..answer
            },
            _ => answer,
        }
    }

    fn tables(&mut self) -> &mut Tables {
        &mut self.tables
    }

    fn expire_tokens(&mut self) {
        bearer::expire_all(&mut self.tables);
    }

    fn reconfigure(&mut self, settings: &Map<String, Value>) {
        self.settings = Settings::from_map(settings);
        seed::add_client(&mut self.tables, &self.settings);
    }

    fn completed(&self, table: &str, id: &str, row: Value) -> Value {
        seed::completed(&self.settings, table, id, row)
    }
}

/// `auth.jsonl` 20 and 21.
fn wrong_method(request: &Request, allowed: &str) -> Answer {
    let answer = match request.method.as_str() {
        "OPTIONS" => Answer::text(200, ""),
        _ => Answer::text(405, "Method Not Allowed"),
    };
    answer.with_header("allow", allowed)
}

/// Adds the entity tag of what was read, and answers 304 to a client that has it
/// (`auth.jsonl` 25; section 1.2).
fn validated(request: &Request, answer: Answer) -> Answer {
    if request.method != "GET" || answer.status != 200 || answer.body.is_empty() {
        return answer;
    }
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &answer.body);
    let hash = STANDARD_NO_PAD.encode(hash.as_ref());
    let tag = format!("\"{:x}-{hash}\"", answer.body.len());
    if request.header("if-none-match") == Some(tag.as_str()) {
        return Answer::empty(304).with_header("etag", tag);
    }
    answer.with_header("etag", tag)
}
