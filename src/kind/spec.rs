//! The types that specs are written with, and the schema that the walk goes along.
//!
//! A spec's schema has no `$ref`s. An `Option` field may be left out; only [`Nullable`] may be
//! `null`. The wrappers mark their schema with `x-tenantry`, so that the walk knows what may
//! stand there:
//!
//! | `x-tenantry` | what may stand there |
//! |---|---|
//! | `text` | a string, or `ref`, `lookup`, `join`, `file`, `literal` |
//! | `secret` | `env`, `file`, `exec`, or `ref` to a secret output; never a literal |
//! | `ref` | a name, or `ref`, `lookup`, `builtin`; `x-kinds` lists the kinds |
//! | `members` | a list, or `{exactly: list}`; `items` is the item's schema |
//! | `item` | a reference as in `x-by`'s field, or a mapping with it and more |
//! | `actions` | a mapping to `members` of words, or `{exactly: mapping}` |
//! | `time` | RFC 3339 text, or a whole number of milliseconds since 1970 |
//! | `config` | a mapping; its values may be markers at any depth, and those with the name of a
//! secret must have a source; `x-texts`: all of them are texts |
//! | `free` | anything; nothing in it is a marker, `exactly` at the top apart; `x-file`: and
//! `file` |

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value as Json;

/// The schema of a spec, every subschema in place.
pub fn schema<S: JsonSchema>() -> Json {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut json = settings
        .into_generator()
        .into_root_schema_for::<S>()
        .to_value();
    drop_nulls(&mut json);
    json
}

/// An `Option` means "may be left out"; what may be null says `x-nullable` itself.
fn drop_nulls(schema: &mut Json) {
    match schema {
        Json::Object(map) => {
            if let Some(Json::Array(types)) = map.get_mut("type") {
                types.retain(|t| t != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    map.insert("type".into(), only);
                }
            }
            if let Some(Json::Array(choices)) = map.get_mut("anyOf") {
                choices.retain(|choice| choice.get("type") != Some(&Json::from("null")));
                if let [Json::Object(only)] = choices.as_slice() {
                    let only = only.clone();
                    map.remove("anyOf");
                    for (key, value) in only {
                        map.entry(key).or_insert(value);
                    }
                }
            }
            if let Some(Json::Array(values)) = map.get_mut("enum") {
                values.retain(|value| !value.is_null());
            }
            map.remove("default");
            map.values_mut().for_each(drop_nulls);
        }
        Json::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// What a decoded text is: its characters, or a marker that will make some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// Written out.
    Plain(String),
    /// `ref`, `join`, `file`, …: not known offline.
    Marked,
}

/// A secret: always a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretField;

/// A reference to an object of one of the kinds that `K` lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ref<K>(Text, PhantomData<K>);

/// Kinds that a [`Ref`] may point at: a type without values, so that a spec says it in its type.
pub trait RefKinds {
    /// The kinds, lower case.
    const KINDS: &'static [&'static str];
}

/// A relation or children: a plain list is additive, `{exactly: […]}` is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members<T> {
    /// Whether it was written as `exactly`.
    pub exactly: bool,
    /// The items.
    pub items: Vec<T>,
}

/// An item of a relation that may carry more: the reference alone, or a mapping with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item<T> {
    /// The reference alone.
    Alone,
    /// A mapping.
    More(T),
}

/// A mapping that an [`Item`] may be.
pub trait Carrying {
    /// Its field that is the reference.
    const BY: &'static str;
}

/// Resource ids and the words granted on each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actions<T>(pub BTreeMap<String, Members<T>>);

/// A value that may also be `null`, which clears it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nullable<T>(pub Option<T>);

/// A time: RFC 3339, or milliseconds since 1970 as the wire has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Time(pub Json);

/// A free-form configuration: its values may come from elsewhere, and some must.
#[derive(Debug, Clone, PartialEq)]
pub struct Config(pub Json);

/// A free-form mapping from names to texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Texts(pub Json);

/// Data of the user's own, without markers, or a file of it.
#[derive(Debug, Clone, PartialEq)]
pub struct FreeOrFile(pub Json);

/// Data of the user's own, without markers.
#[derive(Debug, Clone, PartialEq)]
pub struct Free(pub Json);

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(Text::Plain(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text::Marked)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

impl Text {
    /// The characters, if they are written out.
    pub fn plain(&self) -> Option<&str> {
        match self {
            Self::Plain(text) => Some(text),
            Self::Marked => None,
        }
    }
}

impl JsonSchema for Text {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "x-tenantry": "text"})
    }
}

impl<'de> Deserialize<'de> for SecretField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::<String, IgnoredAny>::deserialize(deserializer).map(|_| Self)
    }
}

impl JsonSchema for SecretField {
    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "object", "x-tenantry": "secret"})
    }
}

impl<'de, K> Deserialize<'de> for Ref<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::deserialize(deserializer).map(|text| Self(text, PhantomData))
    }
}

impl<K: RefKinds> JsonSchema for Ref<K> {
    fn schema_name() -> Cow<'static, str> {
        format!("Ref_{}", K::KINDS.join("_")).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "x-tenantry": "ref", "x-kinds": K::KINDS})
    }
}

struct MembersVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for MembersVisitor<T> {
    type Value = Members<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, or a mapping with the one key `exactly`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Members<T>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Members {
            exactly: false,
            items,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<T>, A::Error> {
        let mut items = None;
        while let Some(key) = map.next_key::<String>()? {
            if key != "exactly" {
                return Err(serde::de::Error::unknown_field(&key, &["exactly"]));
            }
            items = Some(map.next_value()?);
        }
        let items = items.ok_or_else(|| serde::de::Error::missing_field("exactly"))?;
        Ok(Members {
            exactly: true,
            items,
        })
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Members<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MembersVisitor(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Members<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Members_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let items = generator.subschema_for::<T>();
        json_schema!({"type": "array", "items": items, "x-tenantry": "members"})
    }
}

impl<'de, T: DeserializeOwned + Carrying> Deserialize<'de> for Item<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        if json.get(T::BY).is_none() || json.get("lookup").is_some() {
            return Ok(Self::Alone);
        }
        serde_json::from_value(json)
            .map(Self::More)
            .map_err(serde::de::Error::custom)
    }
}

impl<T: JsonSchema + Carrying> JsonSchema for Item<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Item_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = generator.subschema_for::<T>();
        schema.insert("x-tenantry".into(), "item".into());
        schema.insert("x-by".into(), T::BY.into());
        schema
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Actions<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Json::Object(mut map) = Json::deserialize(deserializer)? else {
            return Err(serde::de::Error::custom("a mapping is expected"));
        };
        if let (1, Some(Json::Object(exactly))) = (map.len(), map.get_mut("exactly")) {
            map = std::mem::take(exactly);
        }
        serde_json::from_value(Json::Object(map))
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

impl<T: JsonSchema> JsonSchema for Actions<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Actions_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let words = generator.subschema_for::<Members<T>>();
        json_schema!({"type": "object", "additionalProperties": words, "x-tenantry": "actions"})
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self)
    }
}

/// Reads an optional field of which a written `null` is told from one that is not written, for
/// checks that look at it: `#[serde(default, deserialize_with = "written")]`.
///
/// # Errors
/// A value that is none of the field's.
pub fn written<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Nullable<T>>, D::Error> {
    Nullable::deserialize(deserializer).map(Some)
}

impl<T: JsonSchema> JsonSchema for Nullable<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Nullable_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = generator.subschema_for::<T>();
        schema.insert("x-nullable".into(), true.into());
        schema
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Json::deserialize(deserializer).map(Self)
    }
}

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"x-tenantry": "time"})
    }
}

impl<'de> Deserialize<'de> for Config {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Json::deserialize(deserializer).map(Self)
    }
}

impl JsonSchema for Config {
    fn schema_name() -> Cow<'static, str> {
        "Config".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "object", "x-tenantry": "config"})
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Json::deserialize(deserializer).map(Self)
    }
}

impl JsonSchema for Texts {
    fn schema_name() -> Cow<'static, str> {
        "Texts".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "object", "x-tenantry": "config", "x-texts": true})
    }
}

impl<'de> Deserialize<'de> for FreeOrFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Json::deserialize(deserializer).map(Self)
    }
}

impl JsonSchema for FreeOrFile {
    fn schema_name() -> Cow<'static, str> {
        "FreeOrFile".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"x-tenantry": "free", "x-file": true})
    }
}

impl<'de> Deserialize<'de> for Free {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Json::deserialize(deserializer).map(Self)
    }
}

impl JsonSchema for Free {
    fn schema_name() -> Cow<'static, str> {
        "Free".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"x-tenantry": "free"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(serde::Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Example {
        name: Text,
        description: Option<Nullable<Text>>,
        #[schemars(range(min = 1))]
        access_token_ttl: Option<u32>,
    }

    #[test]
    fn an_option_may_be_left_out_but_only_nullable_may_be_null() {
        let schema = schema::<Example>();
        let fields = &schema["properties"];
        assert_eq!(schema["required"], json!(["name"]));
        assert_eq!(schema["additionalProperties"], json!(false));
        assert_eq!(fields["description"]["x-nullable"], json!(true));
        assert_eq!(fields["accessTokenTtl"]["type"], json!("integer"));
        assert_eq!(fields["accessTokenTtl"]["minimum"], json!(1));
    }
}
