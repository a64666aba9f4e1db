//! One request on its way through the IAM: what a handler has and what it gives back.

use serde_json::Value;

use super::edition::Edition;
use super::token::Tokens;
use crate::sandbox::exchange::{Answer, Request};
use crate::sandbox::tables::Tables;

/// An answer; `Err` for those that end a handler early.
pub(super) type Reply = Result<Answer, Answer>;

/// What answers a method on a route.
pub(super) type Handler = fn(&mut Call<'_>) -> Reply;

/// A request whose route is found.
pub(super) struct Call<'a> {
    /// Which edition plays.
    pub(super) edition: Edition,
    /// All objects.
    pub(super) tables: &'a mut Tables,
    /// The signing key.
    pub(super) tokens: &'a mut Tokens,
    /// As it came.
    pub(super) request: &'a Request,
    /// The identifiers in the path, decoded, in order.
    pub(super) ids: Vec<String>,
    /// The body, if it was JSON.
    pub(super) body: Option<Value>,
    /// Seconds since 1970.
    pub(super) now: u64,
}

impl Call<'_> {
    /// The identifier at that place of the path; empty where the route has none.
    pub(super) fn id(&self, place: usize) -> String {
        self.ids.get(place).cloned().unwrap_or_default()
    }

    /// The rid at that place: the handlers of ACLs decode `%2F` once more (reference, "rid in
    /// URLs").
    pub(super) fn rid(&self, place: usize) -> String {
        self.id(place).replace("%2F", "/")
    }

    /// Whether `?type=service` is asked for: exactly that and once (services.jsonl 24, 25).
    pub(super) fn wants_services(&self) -> bool {
        let pairs = self.request.query_pairs();
        let mut types = pairs.iter().filter(|(name, _)| name == "type");
        types.next().is_some_and(|(_, value)| value == "service") && types.next().is_none()
    }
}
