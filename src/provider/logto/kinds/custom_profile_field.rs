//! `CustomProfileField`: what people are asked for beyond the standard claims.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::kind::Segment::{Own as Id, Text as T};
use crate::kind::descriptor::{Output, OutputFrom};
use crate::kind::spec::Text;
use crate::kind::{
    Api, Complaint, Endpoint, Field, Home, Key, Kind, List, ListFrom, Method, Own, Paging, Path,
    Policy, Quirk, Route, Shape,
};

/// The kind.
pub(super) struct CustomProfileField;

/// What is asked for.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema, PartialEq, Eq)]
enum FieldType {
    Text,
    Number,
    Date,
    Checkbox,
    Select,
    Url,
    Regex,
    Address,
    Fullname,
}

/// A field of people's profiles.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct Spec {
    /// Its name: letters and digits; `metadata.name` if not written. A change replaces it.
    #[schemars(length(min = 1, max = 128), regex(pattern = "^[A-Za-z0-9]+$"))]
    name: Option<Text>,
    /// What is asked for.
    #[serde(rename = "type")]
    field_type: FieldType,
    /// How it is called on the page.
    #[schemars(length(min = 1))]
    label: Option<Text>,
    /// What is said about it.
    description: Option<Text>,
    /// Whether it must be given.
    required: bool,
    /// What belongs to its type.
    config: Option<Config>,
    /// Its place among all fields, from 1. The server puts a new one last.
    #[schemars(range(min = 1))]
    sie_order: Option<u32>,
}

/// What belongs to a type.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Config {
    /// What stands where nothing was typed yet (not of `Checkbox`, `Address`, `Fullname`).
    placeholder: Option<Text>,
    /// Of `Text`: at least so many characters.
    min_length: Option<u32>,
    /// Of `Text`: at most so many characters.
    max_length: Option<u32>,
    /// Of `Number`: at least.
    min_value: Option<f64>,
    /// Of `Number`: at most.
    max_value: Option<f64>,
    /// Of `Date`: the form, as `yyyy-MM-dd`, or `custom`. Of `Regex`: the expression.
    format: Option<Text>,
    /// Of `Date`: a form of your own.
    custom_format: Option<Text>,
    /// Of `Checkbox`: whether it is ticked at first.
    default_value: Option<DefaultValue>,
    /// Of `Select`: what there is to choose.
    options: Option<Vec<Choice>>,
    /// Of `Address` and `Fullname`: what it is made of.
    parts: Option<Vec<Part>>,
}

/// Whether a box is ticked, as a text.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum DefaultValue {
    True,
    False,
}

/// Something to choose.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct Choice {
    /// How it is called on the page.
    label: Option<Text>,
    /// What is stored.
    value: Text,
}

/// A part of an address or a name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct Part {
    /// Whether it is asked for.
    enabled: bool,
    /// Which.
    name: PartName,
    /// How it is asked for.
    #[serde(rename = "type")]
    asked_as: FieldType,
    /// How it is called on the page.
    #[schemars(length(min = 1))]
    label: Option<Text>,
    /// What is said about it.
    description: Option<Text>,
    /// Whether it must be given.
    required: bool,
    /// What belongs to its type.
    config: Option<PartConfig>,
}

/// The parts of an address and of a name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum PartName {
    Formatted,
    StreetAddress,
    Locality,
    Region,
    PostalCode,
    Country,
    GivenName,
    MiddleName,
    FamilyName,
}

/// What belongs to a part's type.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct PartConfig {
    /// What stands where nothing was typed yet.
    #[schemars(length(max = 256))]
    placeholder: Option<Text>,
    /// At least so many characters.
    min_length: Option<u32>,
    /// At most so many characters.
    max_length: Option<u32>,
    /// At least.
    min_value: Option<f64>,
    /// At most.
    max_value: Option<f64>,
    /// The form, or the expression.
    #[schemars(length(max = 128))]
    format: Option<Text>,
    /// A form of your own.
    #[schemars(length(max = 128))]
    custom_format: Option<Text>,
    /// What there is to choose.
    options: Option<Vec<Choice>>,
    /// What it is at first.
    default_value: Option<Text>,
}

const FIELDS: &str = "/api/custom-profile-fields";
const ONE: Path = &[T("/api/custom-profile-fields/"), Id];

impl Kind for CustomProfileField {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "CustomProfileField";
    const NAME: &'static str = "customprofilefield";
    const ABOUT: &'static str = "What people are asked for beyond the standard claims.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: CustomProfileField
metadata:
  name: tier
  tenant: acme-dev
spec:
  type: Select
  label: Your plan
  required: false
  config:
    options:
      - {value: basic, label: Basic}
      - {value: gold, label: Gold}
  sieOrder: 1
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        list: Some(List {
            from: ListFrom::All(&[T(FIELDS)]),
            query: "",
            paging: Paging::Whole,
            member: None,
            search: &[],
        }),
        read: Some(ONE),
        create: Some(Endpoint {
            method: Method::Post,
            path: &[T(FIELDS)],
        }),
        // It replaces what it is sent and keeps the rest (seen on a running server): `""` and `{}`
        // clear. `config` is replaced whole, and that of a box must have its member.
        update: Some(Endpoint {
            method: Method::Put,
            path: ONE,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: ONE,
        }),
        own: &[Own {
            field: "sieOrder",
            endpoint: Endpoint {
                method: Method::Post,
                path: &[T("/api/custom-profile-fields/properties/sie-order")],
            },
            wrapped: false,
            in_create: false,
            read: None,
        }],
        id: "name",
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Fields(&["name"]);
    const NAMED_BY: Option<&'static str> = Some("name");
    const FIELDS: &'static [Field] = &[
        Field::new("name", Policy::Immutable),
        Field::new("description", Policy::EmptyIsNull),
        Field::new("description", Policy::Default(|| json!(""))),
        Field::new("config", Policy::Default(|| json!({}))),
        Field::new("config.defaultValue", Policy::Stays),
        // custom-profile-fields.jsonl 1267: `{order: [{name, sieOrder}]}`.
        Field::new(
            "sieOrder",
            Policy::Listed {
                member: "order",
                by: "name",
            },
        ),
        Field::new("sieOrder", Policy::Stays),
    ];
    const OUTPUTS: &'static [Output] = &[Output {
        name: "name",
        from: OutputFrom::Field("name"),
        about: "Its name, as sign-up and account centre list it.",
    }];
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey, Quirk::ReplacedWhole];
    const WITH: &'static str = "its place in the lists that name it";

    fn check(spec: &Spec) -> Vec<Complaint> {
        let needs = needed(spec.field_type);
        let config = spec.config.as_ref();
        let has = |name: &str| config.is_some_and(|config| config.has(name));
        let mut complaints = Vec::new();
        // custom-profile-fields.jsonl 1252, and the document's required members.
        let wants_config = matches!(
            spec.field_type,
            FieldType::Select | FieldType::Regex | FieldType::Address | FieldType::Fullname
        );
        if let Some(need) = needs.filter(|need| (wants_config || config.is_some()) && !has(need)) {
            complaints.push(Complaint::new(
                "config",
                format!("a `{:?}` needs `{need}`", spec.field_type),
                format!("write `config: {{{need}: …}}`"),
            ));
        }
        let foreign = MEMBERS
            .iter()
            .find(|(name, types)| has(name) && !types.contains(&spec.field_type));
        if let Some((name, _)) = foreign {
            complaints.push(Complaint::new(
                "config",
                format!(
                    "a `{:?}` has no `{name}`: the server would drop it",
                    spec.field_type
                ),
                "drop it",
            ));
        }
        let (least, most) = config.map(Config::bounds).unwrap_or_default();
        if least.zip(most).is_some_and(|(least, most)| least > most) {
            complaints.push(Complaint::new(
                "config",
                "the least is more than the most",
                "write a smaller one",
            ));
        }
        if config.is_some_and(|config| config.parts.as_ref().is_some_and(Vec::is_empty)) {
            complaints.push(Complaint::new(
                "config.parts",
                format!("a `{:?}` is made of something", spec.field_type),
                "write at least one part",
            ));
        }
        if spec.field_type == FieldType::Checkbox && spec.required {
            complaints.push(Complaint::new(
                "required",
                "a `Checkbox` is never required",
                "write `required: false`",
            ));
        }
        complaints
    }

    fn check_key(name: &str) -> Option<String> {
        // custom-profile-fields.jsonl 1254.
        let reserved = ["username", "email", "phone", "primaryEmail", "primaryPhone"];
        reserved
            .contains(&name)
            .then(|| "people sign in by it".to_owned())
    }
}

/// What must be in the configuration of a type, where there is one.
fn needed(of: FieldType) -> Option<&'static str> {
    match of {
        FieldType::Date | FieldType::Regex => Some("format"),
        FieldType::Checkbox => Some("defaultValue"),
        FieldType::Select => Some("options"),
        FieldType::Address | FieldType::Fullname => Some("parts"),
        FieldType::Text | FieldType::Number | FieldType::Url => None,
    }
}

/// Members of configurations, and the types that have them.
const MEMBERS: &[(&str, &[FieldType])] = {
    use FieldType::{Address, Checkbox, Date, Fullname, Number, Regex, Select, Text, Url};
    &[
        ("placeholder", &[Text, Number, Date, Select, Url, Regex]),
        ("minLength", &[Text]),
        ("maxLength", &[Text]),
        ("minValue", &[Number]),
        ("maxValue", &[Number]),
        ("format", &[Date, Regex]),
        ("customFormat", &[Date]),
        ("defaultValue", &[Checkbox]),
        ("options", &[Select]),
        ("parts", &[Address, Fullname]),
    ]
};

impl Config {
    /// The least and the most, of numbers or of lengths.
    fn bounds(&self) -> (Option<f64>, Option<f64>) {
        let length = |length: Option<u32>| length.map(f64::from);
        (
            self.min_value.or_else(|| length(self.min_length)),
            self.max_value.or_else(|| length(self.max_length)),
        )
    }

    fn has(&self, name: &str) -> bool {
        match name {
            "placeholder" => self.placeholder.is_some(),
            "minLength" => self.min_length.is_some(),
            "maxLength" => self.max_length.is_some(),
            "minValue" => self.min_value.is_some(),
            "maxValue" => self.max_value.is_some(),
            "format" => self.format.is_some(),
            "customFormat" => self.custom_format.is_some(),
            "defaultValue" => self.default_value.is_some(),
            "options" => self.options.is_some(),
            "parts" => self.parts.is_some(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(spec: serde_json::Value) -> Vec<String> {
        let spec = serde_json::from_value(spec).expect("a spec");
        let complaints = CustomProfileField::check(&spec);
        complaints.into_iter().map(|one| one.message).collect()
    }

    #[test]
    fn a_type_wants_what_belongs_to_it_and_nothing_else() {
        for (spec, message) in [
            (
                json!({"type": "Select", "required": true}),
                "a `Select` needs `options`",
            ),
            (
                json!({"type": "Date", "required": true, "config": {"placeholder": "x"}}),
                "a `Date` needs `format`",
            ),
            (
                json!({"type": "Text", "required": true, "config": {"minValue": 1}}),
                "a `Text` has no `minValue`: the server would drop it",
            ),
            (
                json!({"type": "Number", "required": true, "config": {"minValue": 2, "maxValue": 1}}),
                "the least is more than the most",
            ),
            (
                json!({"type": "Address", "required": true, "config": {"parts": []}}),
                "a `Address` is made of something",
            ),
            (
                json!({"type": "Checkbox", "required": true}),
                "a `Checkbox` is never required",
            ),
        ] {
            assert_eq!(complaints(spec), [message]);
        }
        for spec in [
            json!({"type": "Date", "required": true}),
            json!({"type": "Number", "required": false, "config": {"minValue": 1, "maxValue": 2.5}}),
        ] {
            assert_eq!(complaints(spec), Vec::<String>::new());
        }
    }
}
