//! [`Reader`] over a session.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use serde_json::Value as Json;

use super::failure::local;
use super::live::text_at;
use super::page::Source;
use super::request::{Draft, Names, path};
use super::wire::rename;
use super::{Dialect, Session};
use crate::base::lock::lock;
use crate::base::{Known, Secret, Value};
use crate::http::problem::harmless;
use crate::kind::descriptor::OutputFrom;
use crate::kind::{
    Descriptor, EdgeKey, EdgeQuery, Endpoint, Live, Own, Paging, Reader, Relation, RemoteError,
    RemoteKind, Trace, Traced, Wanted,
};

#[async_trait]
impl<D: Dialect> Reader for Session<D> {
    async fn list(
        &self,
        kind: &'static Descriptor,
        wanted: &[Wanted],
    ) -> Result<Vec<Live>, RemoteError> {
        self.list_of(kind, wanted).await
    }

    async fn missed(
        &self,
        kind: &'static Descriptor,
        ids: &BTreeSet<String>,
    ) -> Result<Vec<Live>, RemoteError> {
        self.missed_of(kind, ids).await
    }

    async fn list_in(
        &self,
        kind: &'static Descriptor,
        parents: &[String],
    ) -> Result<Vec<Live>, RemoteError> {
        self.list_within(kind, parents, None).await
    }

    async fn get(
        &self,
        kind: &'static Descriptor,
        id: &str,
        object: &Value,
    ) -> Result<Option<Live>, RemoteError> {
        self.get_one(kind, id, object).await
    }

    async fn own(
        &self,
        kind: &'static Descriptor,
        own: &Own,
        id: &str,
    ) -> Result<Value, RemoteError> {
        let Some(read) = own.read else {
            let message = format!("`{}` has no read of its own", own.field);
            return Err(local("GET", self.dialect.base(), message));
        };
        let path = path(read, Names::of(id)).map_err(|e| self.unwritable("GET", &e))?;
        let json = self.found(&Draft::get(path, "")).await?;
        let inner = |json: Json| match json {
            Json::Object(mut map) if own.wrapped && map.contains_key(own.field) => {
                map.remove(own.field).unwrap_or_default()
            }
            whole => whole,
        };
        let value = json.map(inner).unwrap_or_default().into();
        let mut object = Value::Map(BTreeMap::from([(own.field.to_owned(), value)]));
        rename(kind, &mut object);
        Ok(object.get(own.field).cloned().unwrap_or_default())
    }

    async fn edges(
        &self,
        relation: &'static Relation,
        queries: &[EdgeQuery],
    ) -> Result<BTreeMap<String, Vec<EdgeKey>>, RemoteError> {
        self.edges_of(relation, queries, None).await
    }

    async fn edges_again(
        &self,
        relation: &'static Relation,
        queries: &[EdgeQuery],
    ) -> Result<BTreeMap<String, Vec<EdgeKey>>, RemoteError> {
        self.edges_missed(relation, queries).await
    }

    async fn secret(
        &self,
        kind: &'static Descriptor,
        id: &str,
        output: &str,
    ) -> Result<Option<Secret>, RemoteError> {
        let Some(declared) = kind.output(output) else {
            return Ok(None);
        };
        match declared.from {
            OutputFrom::SecretIn {
                path: at,
                by,
                equals,
                value,
            } => {
                let rest = output.strip_prefix(declared.name.trim_end_matches('*'));
                let wanted = equals.or(rest).unwrap_or_default();
                let path = path(at, Names::of(id)).map_err(|e| self.unwritable("GET", &e))?;
                let source = Source {
                    path,
                    query: String::new(),
                    paging: Paging::Whole,
                    member: None,
                    id: by,
                };
                let items = super::list::present(self.items(&source, None).await)?;
                let found = items.iter().find(|item| text_at(item, by) == Some(wanted));
                Ok(found.and_then(|item| text_at(item, value)).map(Secret::new))
            }
            OutputFrom::Field(field) | OutputFrom::Secret(field) => {
                let live = self.get_one(kind, id, &Value::Null).await?;
                let value = live.and_then(|live| live.value.get(field).cloned());
                Ok(match value {
                    Some(Value::Text(text)) => Some(Secret::new(text)),
                    Some(Value::Secret(hidden)) => hidden.text,
                    _ => None,
                })
            }
            _ => Ok(None),
        }
    }

    async fn told(
        &self,
        kind: &'static Descriptor,
        id: &str,
        output: &str,
    ) -> Result<Option<Value>, RemoteError> {
        let at = |at| path(at, Names::of(id)).map_err(|e| self.unwritable("GET", &e));
        match kind.output(output).map(|output| output.from) {
            Some(OutputFrom::Read(path, member)) => {
                let answer = self.call(&Draft::get(at(path)?, "")).await?;
                let text = String::from_utf8_lossy(&answer.body).into_owned();
                let Some(member) = member else {
                    return Ok(Some(Value::Text(text)));
                };
                let json = serde_json::from_str::<Json>(&text);
                let told = json
                    .ok()
                    .and_then(|json| text_at(&json, member).map(Value::text));
                told.map(Some)
                    .ok_or_else(|| super::garbled("GET", &answer, "an output"))
            }
            Some(OutputFrom::Marked { path, flag, value }) => {
                let (_, json) = self.json(&Draft::get(at(path)?, "")).await?;
                let marked = |item: &&Json| item.get(flag) == Some(&Json::Bool(true));
                let item = json.as_array().and_then(|items| items.iter().find(marked));
                Ok(item.and_then(|item| text_at(item, value)).map(Value::text))
            }
            Some(OutputFrom::Offers(path, yes, no)) => {
                let answer = self.call(&Draft::get(at(path)?, "")).await;
                match answer {
                    Ok(_) => Ok(Some(Value::text(yes))),
                    Err(error) if error.kind == RemoteKind::NotOffered => Ok(Some(Value::text(no))),
                    Err(error) => Err(error),
                }
            }
            _ => Ok(None),
        }
    }

    async fn edges_to(
        &self,
        relation: &'static Relation,
        items: &[String],
    ) -> Result<BTreeMap<String, Vec<EdgeKey>>, RemoteError> {
        self.edges_from(relation, items).await
    }

    fn login(&self) -> Option<String> {
        self.dialect.login()
    }

    async fn try_out(&self, endpoint: &Endpoint, body: &Known) -> Result<String, RemoteError> {
        let path = path(endpoint.path, Names::of("")).map_err(|e| self.unwritable("POST", &e))?;
        let draft = super::request::trial(endpoint.method, path, body.value());
        let answer = self.call(&draft).await?;
        let json: Json = serde_json::from_slice(&answer.body).unwrap_or_default();
        let said = text_at(&json, "description").or_else(|| text_at(&json, "code"));
        Ok(harmless(said.unwrap_or("it said nothing"), 300))
    }

    async fn traces(&self, of: &[Traced<'_>]) -> Result<BTreeMap<String, Trace>, RemoteError> {
        self.dialect.traces(self, of).await
    }

    fn forget(&self) {
        self.memo.forget();
    }

    fn left_out(&self, kind: &Descriptor) -> usize {
        let left_out = lock(&self.left_out);
        left_out.get(kind.name).copied().unwrap_or_default()
    }

    fn writes(&self) -> u64 {
        self.writes.load(Ordering::Relaxed)
    }

    fn requests(&self) -> u64 {
        self.sent()
    }
}
