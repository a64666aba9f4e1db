//! `CustomPhrases`: one's own words on the sign-in pages, in one language.

use schemars::JsonSchema;
use serde::Deserialize;

use super::language::{self, LanguageTag};
use crate::kind::Segment::{Own, Text as T};
use crate::kind::spec::FreeOrFile;
use crate::kind::{
    Api, Body, Endpoint, Field, Home, Key, Kind, List, ListFrom, Method, Paging, Path, Policy,
    Quirk, Route, Shape,
};

/// The kind.
pub(super) struct CustomPhrases;

/// One's own words in one language.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// The language; `metadata.name` if not written. A change replaces it.
    language_tag: Option<LanguageTag>,
    /// The phrases, by the keys that Logto has, nested as Logto nests them; or `{file: path}`, a
    /// file of them in YAML or JSON.
    translation: FreeOrFile,
}

const PHRASES: Path = &[T("/api/custom-phrases/"), Own];

impl Kind for CustomPhrases {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "CustomPhrases";
    const NAME: &'static str = "customphrases";
    const ABOUT: &'static str = "Your own words on the sign-in pages, in one language.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: CustomPhrases
metadata:
  name: fr
  tenant: acme-dev
spec:
  translation:
    input:
      username: Identifiant
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Keyed,
        list: Some(List {
            from: ListFrom::All(&[T("/api/custom-phrases")]),
            query: "",
            paging: Paging::Whole,
            member: None,
            search: &[],
        }),
        read: Some(PHRASES),
        // The body is the translation, and replaces what was there (custom-phrases.jsonl 1034).
        create: Some(Endpoint {
            method: Method::Put,
            path: PHRASES,
        }),
        update: Some(Endpoint {
            method: Method::Put,
            path: PHRASES,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: PHRASES,
        }),
        id: "languageTag",
        answers_object: true,
        body: Body::Of("translation"),
        // extra-dependencies.jsonl 38: the fallback language stays, so its phrases are emptied.
        emptied_on: Some("localization.cannot_delete_default_language"),
        ..Route::NONE
    };
    const KEY: Key = Key::Fields(&["languageTag"]);
    const NAMED_BY: Option<&'static str> = Some("languageTag");
    const FIELDS: &'static [Field] = &[
        Field::new("languageTag", Policy::Immutable),
        Field::new("translation", Policy::Cleaned), // 1041
    ];
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey, Quirk::ReplacedWhole];
    const ADVICE: &'static [(&'static str, &'static str)] = &[(
        "localization.invalid_translation_structure", // 1039
        "a phrase has a key that Logto does not have: compare with its console",
    )];

    fn check_key(key: &str) -> Option<String> {
        if language::is_known(key) {
            return None;
        }
        let near = language::meant(key).map(|near| format!("; did you mean `{near}`?"));
        let near = near.unwrap_or_default();
        Some(format!("`{key}` is no language that Logto knows{near}"))
    }
}
