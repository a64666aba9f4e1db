//! The Logto Cloud API of one account.
//!
//! There are no recordings of it: each row names the line of `reference/logto-cloud.md` and its
//! mark: `D` documented, `T` from the published route types, `I` inferred.

mod people;
mod subscription;

use serde_json::{Map, Value, json};

use super::emulation::{Effect, Emulation, TargetKind};
use super::exchange::{Answer, Request};
use super::logto::settings::Settings;
use super::random;
use super::tables::Tables;

const TENANTS: &str = "tenants";
const SETTINGS: &str = "settings";

/// Which regions there are is [I]; their members are "`GET /api/me/regions`" [D, T].
const REGIONS: &[(&str, &str, &str)] = &[
    ("EU", "Europe", "NL"),
    ("US", "West US", "US"),
    ("AU", "Australia", "AU"),
];

/// One emulated account.
pub struct Cloud {
    token: String,
    tables: Tables,
    effects: Vec<Effect>,
}

/// A request that was let in.
struct Ask<'a> {
    tables: &'a mut Tables,
    effects: &'a mut Vec<Effect>,
    request: &'a Request,
    body: Value,
    now_ms: u64,
}

type Reply = Result<Answer, Answer>;

impl Cloud {
    /// An account with the rows that were kept, or a new one without tenants.
    pub fn build(settings: &Map<String, Value>, kept: Option<Tables>) -> Box<dyn Emulation> {
        let token = settings.get("token").and_then(Value::as_str);
        Box::new(Self {
            token: token.unwrap_or_default().to_owned(),
            tables: kept.unwrap_or_else(subscription::with_customer),
            effects: Vec::new(),
        })
    }
}

impl Emulation for Cloud {
    fn answer(&mut self, request: &Request, now_ms: u64) -> Answer {
        // "authentication `Authorization: Bearer <PAT>`" [D]; the status is [I].
        let given = request.header("authorization").unwrap_or_default();
        let token = given.strip_prefix("Bearer ");
        if token != Some(self.token.as_str()) {
            return refused(
                401,
                "unauthorized",
                "the access token is missing or not valid",
            );
        }
        let body = match request.json() {
            Some(body) => body,
            None if request.body.is_empty() => json!({}),
            // "JSON only" [D]
            None => return refused(400, "invalid_json", "the body is not JSON"),
        };
        let mut ask = Ask {
            tables: &mut self.tables,
            effects: &mut self.effects,
            request,
            body,
            now_ms,
        };
        ask.route().unwrap_or_else(|refusal| refusal)
    }

    fn tables(&mut self) -> &mut Tables {
        &mut self.tables
    }

    fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    fn reconfigure(&mut self, settings: &Map<String, Value>) {
        let token = settings.get("token").and_then(Value::as_str);
        token.unwrap_or_default().clone_into(&mut self.token);
    }
}

/// "Bodies are `{message, error: {code}}`" [D] of the subscription, [I] of the others.
fn refused(status: u16, code: &str, message: &str) -> Answer {
    Answer::json(
        status,
        &json!({"message": message, "error": {"code": code}}),
    )
}

fn missing(what: &str) -> Answer {
    refused(404, "not_found", &format!("there is no such {what}"))
}

fn invalid(message: &str) -> Answer {
    refused(400, "invalid_input", message)
}

impl Ask<'_> {
    fn route(&mut self) -> Reply {
        let segments = self.request.segments();
        let segments: Vec<_> = segments.iter().map(String::as_str).collect();
        match (self.request.method.as_str(), segments.as_slice()) {
            ("GET", ["api", "me", "regions"]) => Ok(regions()),
            ("GET", ["api", "me", "stripe-customers"]) => Ok(subscription::customers(self)),
            ("GET", ["api", "tenants"]) => Ok(self.tenants()),
            ("POST", ["api", "tenants"]) => self.create(),
            ("PATCH", ["api", "tenants", id]) => self.rename(id),
            ("DELETE", ["api", "tenants", id]) => self.delete(id),
            ("GET" | "PATCH", ["api", "tenants", id, "settings"]) => self.settings(id),
            ("GET", ["api", "tenants", id, "subscription"]) => subscription::get(self, id),
            ("POST", ["api", "tenants", id, "subscription"]) => subscription::subscribe(self, id),
            (method, ["api", "tenants", id, rest @ ..]) => people::route(self, method, id, rest),
            _ => Err(missing("path")),
        }
    }

    fn tenant(&self, id: &str) -> Result<Value, Answer> {
        let row = self.tables.get(TENANTS, id).cloned();
        row.ok_or_else(|| missing("tenant"))
    }

    /// Where the tenant is seen: "`indicator` (its endpoint, `https://ID.logto.app`)" [T].
    fn shown(&self, row: &Value) -> Value {
        let base = &self.request.base;
        let origin = base
            .split_once("/cloud/")
            .map_or(base.as_str(), |(origin, _)| origin);
        let id = row["id"].as_str().unwrap_or_default();
        let mut shown = row.clone();
        shown["indicator"] = json!(format!("{origin}/t/{id}"));
        shown
    }

    /// "a bare array of Tenant, not paginated" [T].
    fn tenants(&self) -> Answer {
        let rows = self.tables.rows(TENANTS);
        Answer::json(200, &rows.map(|(_, row)| self.shown(row)).collect())
    }

    /// "Tenant plus `defaultApplication: {id, secret}`: … shown in this response and never again"
    /// [D, T]; `id` in the body is for private regions, which are not here [I]; the defaults and
    /// the status are [I].
    fn create(&mut self) -> Reply {
        let name = self
            .text("name")?
            .unwrap_or_else(|| "My project".to_owned());
        sound_name(&name)?;
        let tag = self
            .text("tag")?
            .unwrap_or_else(|| "development".to_owned());
        if !matches!(tag.as_str(), "development" | "production") {
            return Err(invalid("`tag` is neither `development` nor `production`"));
        }
        let region = self.text("regionName")?.unwrap_or_else(|| "EU".to_owned());
        if !REGIONS.iter().any(|(known, ..)| *known == region) {
            return Err(invalid("there is no such region"));
        }
        let id = random::letters(6);
        let settings = Settings::of_cloud(&id);
        let plan = if tag == "production" { "free" } else { "dev" };
        let row = json!({
            "id": id, "name": name, "tag": tag, "regionName": region,
            "createdAt": self.now_ms, "isSuspended": false, "planId": plan,
        });
        self.tables.put(TENANTS, &id, row.clone());
        people::settle_owner(self.tables, &id);
        self.effects.push(Effect::Add {
            kind: TargetKind::Logto,
            prefix: format!("{}/{id}", TargetKind::Logto.word()),
            settings: settings.to_map(),
        });
        let mut shown = self.shown(&row);
        shown["defaultApplication"] =
            json!({"id": settings.client_id, "secret": settings.client_secret});
        Ok(Answer::json(201, &shown))
    }

    fn text(&self, name: &str) -> Result<Option<String>, Answer> {
        match self.body.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(invalid(&format!("`{name}` is not a text"))),
        }
    }

    /// "name is the only mutable field" [T]; others are ignored [I].
    fn rename(&mut self, id: &str) -> Reply {
        let mut row = self.tenant(id)?;
        if let Some(name) = self.text("name")? {
            sound_name(&name)?;
            row["name"] = json!(name);
            self.tables.put(TENANTS, id, row.clone());
        }
        Ok(Answer::json(200, &self.shown(&row)))
    }

    /// "empty" [T]: everything in it is gone.
    fn delete(&mut self, id: &str) -> Reply {
        self.tenant(id)?;
        self.tables.delete(TENANTS, id);
        self.tables.delete(SETTINGS, id);
        subscription::forget(self.tables, id);
        people::forget(self.tables, id);
        self.effects.push(Effect::Drop {
            prefix: format!("{}/{id}", TargetKind::Logto.word()),
        });
        Ok(Answer::empty(204))
    }

    /// "`{isMfaRequired}`" [T]; false at first [I].
    fn settings(&mut self, id: &str) -> Reply {
        self.tenant(id)?;
        let kept = self.tables.get(SETTINGS, id).cloned();
        let mut row = kept.unwrap_or_else(|| json!({"isMfaRequired": false}));
        if self.request.method == "PATCH" {
            match self.body.get("isMfaRequired") {
                Some(Value::Bool(required)) => row["isMfaRequired"] = json!(required),
                Some(_) => return Err(invalid("`isMfaRequired` is not a boolean")),
                None => {}
            }
            self.tables.put(SETTINGS, id, row.clone());
        }
        Ok(Answer::json(200, &row))
    }
}

/// Between 1 and 128 characters [T].
fn sound_name(name: &str) -> Result<(), Answer> {
    let length = name.chars().count();
    let sound = (1..=128).contains(&length);
    sound
        .then_some(())
        .ok_or_else(|| invalid("`name` has 1 to 128 characters"))
}

/// "`{regions: [{name, displayName, id, country, tags, isPrivate, customTenantIdPrefix}]}`" [D, T].
fn regions() -> Answer {
    let region = |(name, display, country): &(&str, &str, &str)| {
        json!({
            "name": name, "displayName": display, "id": name.to_lowercase(),
            "country": country, "tags": ["development", "production"],
            "isPrivate": false, "customTenantIdPrefix": null,
        })
    };
    let regions: Vec<_> = REGIONS.iter().map(region).collect();
    Answer::json(200, &json!({"regions": regions}))
}

#[cfg(test)]
mod tests;
