//! `EmailTemplate`: what an e-mail of one type says in one language.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::kind::Segment::{Own, Text as T};
use crate::kind::spec::Text;
use crate::kind::{
    Api, Body, Endpoint, Field, Home, Key, Kind, List, ListFrom, Method, Paging, Path, Policy,
    Quirk, Route, Shape,
};

/// The kind.
pub(super) struct EmailTemplate;

/// When an e-mail is sent.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) enum TemplateType {
    SignIn,
    Register,
    ForgotPassword,
    OrganizationInvitation,
    Generic,
    UserPermissionValidation,
    BindNewIdentifier,
    MfaVerification,
    BindMfa,
}

/// What an e-mail of one type says in one language.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// The language, such as `en` or `fr`. A change replaces it.
    #[schemars(length(min = 1, max = 16))]
    language_tag: Text,
    /// When the e-mail is sent. A change replaces it.
    template_type: TemplateType,
    /// What it says; replaced whole.
    details: Details,
}

/// What an e-mail says.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct Details {
    /// Its subject.
    subject: Text,
    /// Its text, perhaps `{file: path}`.
    content: Text,
    /// What its text is; some providers want to know.
    content_type: Option<ContentType>,
    /// The name in the address to reply to.
    reply_to: Option<Text>,
    /// The name in the address that it comes from.
    send_from: Option<Text>,
}

/// What a text is.
#[derive(Debug, Deserialize, JsonSchema)]
enum ContentType {
    /// With markup.
    #[serde(rename = "text/html")]
    Html,
    /// Without.
    #[serde(rename = "text/plain")]
    Plain,
}

const TEMPLATES: Path = &[T("/api/email-templates")];
const TEMPLATE: Path = &[T("/api/email-templates/"), Own];

impl Kind for EmailTemplate {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "EmailTemplate";
    const NAME: &'static str = "emailtemplate";
    const ABOUT: &'static str = "What an e-mail of one type says in one language.";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: EmailTemplate
metadata:
  name: sign-in-en
  tenant: acme-dev
spec:
  languageTag: en
  templateType: SignIn
  details:
    subject: Your code
    content: 'Your code is {{code}}'
    contentType: text/plain
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        list: Some(List {
            from: ListFrom::All(TEMPLATES),
            query: "",
            paging: Paging::Whole,
            member: None,
            search: &[],
        }),
        read: Some(TEMPLATE),
        // A PUT of many makes or replaces them (email-templates.jsonl 1219, 1220); PATCH of the
        // details merges, and so cannot take a field away (1230).
        create: Some(Endpoint {
            method: Method::Put,
            path: TEMPLATES,
        }),
        update: Some(Endpoint {
            method: Method::Put,
            path: TEMPLATES,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: TEMPLATE,
        }),
        answers_object: true,
        body: Body::OneOfMany("templates"),
        ..Route::NONE
    };
    const KEY: Key = Key::Fields(&["languageTag", "templateType"]);
    const FIELDS: &'static [Field] = &[
        Field::new("languageTag", Policy::Immutable),
        Field::new("templateType", Policy::Immutable),
    ];
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey, Quirk::ReplacedWhole];
}
