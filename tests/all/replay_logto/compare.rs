//! Compares an answer of the sandbox with the recorded one, and learns ids from it.

use serde_json::{Map, Value};
use tenantry::sandbox::Answer;

use super::ids::Ids;
use super::recording::Line;

/// Members whose values are random or a time; their type and, for text, its shape is compared.
const RANDOM: &[&str] = &[
    "access_token",
    "certificate",
    "codes",
    "createdAt",
    "enabledAt",
    "exp",
    "formatted",
    "iat",
    "iss",
    "jti",
    "passwordDigest",
    "secret",
    "secretQrCode",
    "signingKey",
    "unformatted",
    "updatedAt",
    "value",
];

/// Members that are pictures and long texts for people: their type is compared.
const LONG: &[&str] = &[
    "configTemplate",
    "description",
    "formItems",
    "logo",
    "logoDark",
    "providerLogo",
    "providerLogoDark",
    "readme",
];

/// Members that hold an id of another object, or a list of them.
const IDS: &[&str] = &[
    "id",
    "applicationId",
    "resourceId",
    "userId",
    "organizationId",
    "organizationRoleIds",
    "roleIds",
    "addedRoleIds",
    "userIds",
];

/// Headers that mean something.
const HEADERS: &[&str] = &["total-number", "allow", "link", "cache-control"];

struct Compare<'a> {
    ids: &'a mut Ids,
    line: &'a Line,
    differences: Vec<String>,
}

/// What differs, in words.
pub(super) fn answer(ids: &mut Ids, line: &Line, answer: &Answer) -> Vec<String> {
    let mut compare = Compare {
        ids,
        line,
        differences: Vec::new(),
    };
    if answer.status != line.status {
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        return vec![format!(
            "status {} for {}: {body}",
            answer.status, line.status
        )];
    }
    // Bodies first: they teach ids that headers hold.
    compare.body(answer);
    compare.headers(answer);
    compare.differences
}

impl Compare<'_> {
    fn differ(&mut self, at: &str, ours: &Value, theirs: &Value) {
        let cut = |value: &Value| value.to_string().chars().take(200).collect::<String>();
        self.differences
            .push(format!("{at}: {} for {}", cut(ours), cut(theirs)));
    }

    fn headers(&mut self, answer: &Answer) {
        for name in HEADERS {
            let values: Vec<_> = answer
                .headers
                .iter()
                .filter(|(known, _)| known == name)
                .collect();
            let ours: Vec<_> = values.iter().map(|(_, value)| value.as_str()).collect();
            let ours = ours
                .join(", ")
                .replace("http://sandbox.test/t/default", "http://localhost:3001");
            let theirs = self.line.headers.get(*name).cloned().unwrap_or_default();
            let theirs = self.ids.ours(&theirs);
            if ours != theirs {
                self.differ(name, &ours.into(), &theirs.into());
            }
        }
        let kind = |value: &str| value.split(';').next().unwrap_or_default().to_owned();
        let theirs = self
            .line
            .headers
            .get("content-type")
            .map(|value| kind(value));
        let ours = answer.header("content-type").map(kind);
        if self.line.headers.contains_key("logto-core-request-id") && ours != theirs {
            self.differ("content-type", &ours.into(), &theirs.into());
        }
    }

    fn body(&mut self, answer: &Answer) {
        let theirs = self.line.answer.clone();
        let ours = match theirs.get("__raw__") {
            Some(_) => Value::Object(Map::from_iter([(
                "__raw__".to_owned(),
                String::from_utf8_lossy(&answer.body).into_owned().into(),
            )])),
            None => answer.as_json().unwrap_or_default(),
        };
        self.value("", &ours, &theirs);
    }

    fn value(&mut self, at: &str, ours: &Value, theirs: &Value) {
        match (ours, theirs) {
            (a, b) if is(at, LONG) && is_alike(a, b) => {}
            (Value::Object(a), Value::Object(b)) => self.object(at, a, b),
            (Value::Array(a), Value::Array(b)) => self.list(at, a, b),
            (Value::String(a), Value::String(b)) => self.text(at, a, b),
            (Value::Number(_), Value::Number(_)) if is(at, RANDOM) => {}
            // Times in bodies of requests are of the recording's day.
            (Value::Number(_), Value::Number(_)) if is(at, &["expiresAt"]) => {}
            (a, b) if a != b => self.differ(at, a, b),
            _ => {}
        }
    }

    fn object(&mut self, at: &str, ours: &Map<String, Value>, theirs: &Map<String, Value>) {
        // An id first: others may name it.
        let id = theirs.get_key_value("id").into_iter();
        for (name, theirs) in id.chain(theirs.iter().filter(|(name, _)| *name != "id")) {
            match ours.get(name) {
                Some(ours) => self.value(&format!("{at}.{name}"), ours, theirs),
                None => self.differ(&format!("{at}.{name}"), &"(absent)".into(), theirs),
            }
        }
        for (name, ours) in ours.iter().filter(|(name, _)| !theirs.contains_key(*name)) {
            self.differ(&format!("{at}.{name}"), ours, &"(absent)".into());
        }
    }

    fn list(&mut self, at: &str, ours: &[Value], theirs: &[Value]) {
        let cut = self.line.items.filter(|_| at.is_empty());
        let wanted = cut.map_or(theirs.len(), |items| usize::try_from(items).unwrap());
        if ours.len() != wanted {
            self.differ(&format!("{at} length"), &ours.len().into(), &wanted.into());
            return;
        }
        for (index, theirs) in theirs.iter().enumerate() {
            let at = format!("{at}[{index}]");
            match self.partner(ours, theirs, index) {
                Some(partner) => self.value(&at, partner, theirs),
                // Another page of a list without an order: the shape alone.
                None => self.shape(&at, &ours[index], theirs),
            }
        }
    }

    /// Which item of ours is theirs: by id, else by name, else by its place.
    fn partner<'a>(&self, ours: &'a [Value], theirs: &Value, index: usize) -> Option<&'a Value> {
        let Some(id) = theirs.get("id").and_then(Value::as_str) else {
            return ours.get(index);
        };
        let by_id = |id: &str| ours.iter().find(|item| item["id"] == id);
        if let Some(found) = by_id(self.ids.of(id).map_or(id, String::as_str)) {
            return Some(found);
        }
        if self.ids.of(id).is_some() {
            return None;
        }
        let same = |item: &&Value| {
            let free = item["id"].as_str().is_some_and(|id| !self.ids.is_taken(id));
            free && ["name", "username", "type"]
                .iter()
                .all(|name| item.get(name) == theirs.get(name))
        };
        ours.iter().find(same)
    }

    fn shape(&mut self, at: &str, ours: &Value, theirs: &Value) {
        let keys = |value: &Value| {
            value
                .as_object()
                .map(|map| map.keys().cloned().collect::<Vec<_>>())
        };
        if keys(ours) != keys(theirs) {
            self.differ(at, ours, theirs);
        }
    }

    fn text(&mut self, at: &str, ours: &str, theirs: &str) {
        if is(at, IDS) {
            match self.ids.of(theirs) {
                Some(known) if known != ours => {
                    self.differ(at, &ours.into(), &known.clone().into());
                }
                Some(_) => {}
                None => self.learned(at, ours, theirs),
            }
            return;
        }
        // Addresses of the server itself.
        let own =
            |text: &str| text.replace("http://localhost:3001/", "http://sandbox.test/t/default/");
        let wanted = self.ids.ours(theirs);
        let wanted = if own(&wanted) == ours {
            ours.to_owned()
        } else {
            wanted
        };
        if ours != wanted && !is(at, RANDOM) {
            self.differ(at, &ours.into(), &wanted.into());
        }
    }

    /// A random id is learnt if it has the length of ours; a constant one is the same.
    fn learned(&mut self, at: &str, ours: &str, theirs: &str) {
        let random = |id: &str| {
            matches!(id.len(), 12 | 21)
                && id
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if ours == theirs {
            return;
        }
        if random(ours) && random(theirs) && ours.len() == theirs.len() {
            self.ids.learn(theirs, ours);
        } else {
            self.differ(at, &ours.into(), &theirs.into());
        }
    }
}

/// Whether both are of one type.
fn is_alike(ours: &Value, theirs: &Value) -> bool {
    std::mem::discriminant(ours) == std::mem::discriminant(theirs)
}

/// Whether the last member of a path is one of these; an index counts for its list.
fn is(at: &str, names: &[&str]) -> bool {
    let last = at.rsplit('.').next().unwrap_or_default();
    let name = last.split('[').next().unwrap_or_default();
    names.contains(&name)
}
