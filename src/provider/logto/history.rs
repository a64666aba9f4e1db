//! Who changed an object last, as far as a tenant's logs have it.
//!
//! The Management API leaves no row of its own writes (reference/logto-management.md, "systems,
//! dashboard, logs"). Three sorts of rows tell something all the same, in Logto v1.42.0:
//! - a webhook that listens to an event has a row for each of its calls, whatever became of the call
//!   (`libraries/hook/index.ts`): path, parameters, network address, program; of what people do
//!   themselves also the application. There are events for users, roles, scopes, organizations and
//!   what is in them, for no other kind (`foundations/jsonb-types/hooks.ts`);
//! - a token of the Management API has a row, with application and address (recorded:
//!   `pristine.jsonl` 83): who could have made the call;
//! - what people do to their own account while they sign in has rows with their id
//!   (`types/log/interaction.ts`).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value as Json;

use crate::http::form_encoded;
use crate::kind::{RemoteError, Trace, Traced};
use crate::rest::Ask;

/// So many webhooks' logs are read, and so many users' own.
const MOST: usize = 5;
/// One page, the newest first; without a time, a webhook's log ends after a day.
const PAGE: &str = "page=1&page_size=100";
const EVER: &str = "page=1&page_size=100&start_time=0";
/// How long a token of the Management API may have been used: the resource's time to live is 3600
/// seconds unless somebody changed it.
const LIFETIME_MS: i64 = 3_600_000;
/// What we call ourselves: what we did is no change by hand.
const OWN_AGENT: &str = "tenantry/";
/// The rows of machines' tokens.
const TOKENS: &str = "ExchangeTokenBy.ClientCredentials";

/// The last change of each of these objects, by id, where a log tells of one that is not our own.
pub(super) async fn traces(
    ask: &dyn Ask,
    of: &[Traced<'_>],
) -> Result<BTreeMap<String, Trace>, RemoteError> {
    let (own, mut found): (BTreeMap<_, _>, BTreeMap<_, _>) =
        (of_hooks(ask, of).await?.into_iter()).partition(|(_, trace)| is_own(trace));
    add_candidates(ask, &mut found).await?;
    let users = of.iter().filter(|one| one.kind.name == "user");
    let users = users.filter(|one| !found.contains_key(one.id));
    let users: Vec<&str> = users.map(|one| one.id).take(MOST).collect();
    for id in users {
        let query = format!("userId={}&{PAGE}", form_encoded(id));
        let rows = ask.get("/api/logs", &query).await?;
        let last = items(&rows).iter().find_map(of_interaction);
        // What we wrote since is what was last applied: what came before is in that.
        let is_later = |trace: &Trace| own.get(id).is_none_or(|own| own.at < trace.at);
        if let Some(trace) = last.filter(is_later) {
            found.insert(id.to_owned(), trace);
        }
    }
    Ok(found)
}

fn is_own(trace: &Trace) -> bool {
    (trace.agent.as_deref()).is_some_and(|agent| agent.starts_with(OWN_AGENT))
}

/// What the logs of the webhooks tell, the newest of each object.
async fn of_hooks(
    ask: &dyn Ask,
    of: &[Traced<'_>],
) -> Result<BTreeMap<String, Trace>, RemoteError> {
    let wanted: BTreeSet<&str> = of.iter().map(|one| one.id).collect();
    let hooks = ask.get("/api/hooks", "").await?;
    let mut found: BTreeMap<String, Trace> = BTreeMap::new();
    let listening = items(&hooks).iter().filter(|hook| hook["enabled"] == true);
    for hook in listening.take(MOST) {
        let path = format!(
            "/api/hooks/{}/recent-logs",
            form_encoded(&text(&hook["id"]))
        );
        let log = format!("log of webhook `{}`", text(&hook["name"]));
        for row in items(&ask.get(&path, EVER).await?) {
            let Some(trace) = of_call(row, &log) else {
                continue;
            };
            for id in concerned(&row["payload"]["hookRequest"]["body"], &wanted) {
                let known = found.get(id);
                if known.is_none_or(|known| known.at < trace.at) {
                    found.insert(id.to_owned(), trace.clone());
                }
            }
        }
    }
    Ok(found)
}

/// One call of a webhook.
fn of_call(row: &Json, log: &str) -> Option<Trace> {
    let body = &row["payload"]["hookRequest"]["body"];
    Some(Trace {
        at: moment(row)?,
        event: text(&body["event"]),
        log: log.to_owned(),
        from: said(body, &["ip", "userIp"]),
        agent: said(body, &["userAgent"]),
        user: said(body, &["userId"]),
        application: body["application"]["id"].as_str().map(str::to_owned),
        candidates: BTreeSet::new(),
    })
}

/// Which of the wanted objects an event is about.
fn concerned<'a>(body: &Json, wanted: &BTreeSet<&'a str>) -> Vec<&'a str> {
    let params = body["params"].as_object().into_iter().flatten();
    let mut named: Vec<&Json> = params.map(|(_, value)| value).collect();
    named.extend([
        &body["data"]["id"],
        &body["organizationId"],
        &body["userId"],
    ]);
    let named = named.into_iter().filter_map(Json::as_str);
    named.filter_map(|id| wanted.get(id).copied()).collect()
}

/// Who had a token from the same address when a change was made that no application is told of.
async fn add_candidates(
    ask: &dyn Ask,
    found: &mut BTreeMap<String, Trace>,
) -> Result<(), RemoteError> {
    let is_open = |trace: &&mut Trace| trace.application.is_none() && trace.from.is_some();
    let mut open: Vec<&mut Trace> = found.values_mut().filter(is_open).collect();
    if open.is_empty() {
        return Ok(());
    }
    let tokens = ask
        .get("/api/logs", &format!("logKey={TOKENS}&{PAGE}"))
        .await?;
    for row in items(&tokens) {
        let payload = &row["payload"];
        let manages = text(&payload["scope"])
            .split(' ')
            .any(|scope| scope == "all");
        let (Some(at), Some(id)) = (moment(row), payload["applicationId"].as_str()) else {
            continue;
        };
        if !manages || payload["result"] != "Success" {
            continue;
        }
        for trace in &mut open {
            let age = trace.at.as_millisecond() - at.as_millisecond();
            if trace.from.as_deref() == payload["ip"].as_str() && (0..=LIFETIME_MS).contains(&age) {
                trace.candidates.insert(id.to_owned());
            }
        }
    }
    Ok(())
}

/// What a user did to their own account while they signed in; a sign-in alone changes nothing.
fn of_interaction(row: &Json) -> Option<Trace> {
    let key = text(&row["key"]);
    let changes = [
        ".Profile.",
        ".BindMfa.",
        "Interaction.Register.Submit",
        "Interaction.ForgotPassword.Submit",
    ];
    let payload = &row["payload"];
    if !changes.iter().any(|part| key.contains(part)) || payload["result"] != "Success" {
        return None;
    }
    Some(Trace {
        at: moment(row)?,
        event: key,
        log: "audit log".to_owned(),
        from: said(payload, &["ip"]),
        agent: said(payload, &["userAgent"]),
        user: said(payload, &["userId"]),
        application: said(payload, &["applicationId"]),
        candidates: BTreeSet::new(),
    })
}

fn moment(row: &Json) -> Option<Timestamp> {
    Timestamp::from_millisecond(row["createdAt"].as_i64()?).ok()
}

fn items(list: &Json) -> &[Json] {
    list.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The first of these that is a text with something in it.
fn said(object: &Json, names: &[&str]) -> Option<String> {
    let texts = names.iter().filter_map(|name| object[*name].as_str());
    texts.map(str::to_owned).find(|text| !text.is_empty())
}
