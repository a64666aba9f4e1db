//! `Domain`: a domain of your own that a tenant answers at (Logto Cloud).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::kind::Segment::{Own as Id, Text as T};
use crate::kind::descriptor::{Output, OutputFrom};
use crate::kind::spec::Text;
use crate::kind::{
    Api, Cap, Endpoint, Field, Home, Key, Kind, List, ListFrom, Method, Own, Paging, Path, Policy,
    Quirk, Route, Shape,
};

/// The kind.
pub(super) struct Domain;

/// A domain of your own. A server without a provider of host names, as every self-hosted one,
/// refuses it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Spec {
    /// The domain; `metadata.name` if not written. A change replaces it: the new one must be
    /// verified anew.
    #[schemars(
        length(min = 1, max = 256),
        regex(pattern = r"^[A-Za-z0-9.-]+\.[A-Za-z]{2,}$")
    )]
    domain: Option<Text>,
    /// Texts that it serves to prove whose it is, by file name or a path under `/.well-known/`;
    /// ten at most.
    #[schemars(extend("maxProperties" = 10))]
    verification_files: Option<BTreeMap<String, Text>>,
}

const DOMAINS: &str = "/api/domains";
const DOMAIN: Path = &[T("/api/domains/"), Id];
const FILES: Path = &[T("/api/domains/"), Id, T("/verification-files")];

impl Kind for Domain {
    type Spec = Spec;
    const API: Api = Api::Logto;
    const KIND: &'static str = "Domain";
    const NAME: &'static str = "domain";
    const ABOUT: &'static str = "A domain of your own that a tenant answers at (Logto Cloud).";
    const EXAMPLE: &'static str = "\
apiVersion: logto/v1
kind: Domain
metadata:
  name: auth.acme.example.com
  tenant: acme-dev
spec:
  verificationFiles:
    apple-app-site-association.json: '{\"applinks\": {}}'
";
    const HOME: Home = Home::Tenant;
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        list: Some(List {
            from: ListFrom::All(&[T(DOMAINS)]),
            query: "",
            paging: Paging::Whole,
            member: None,
            search: &[],
        }),
        read: Some(DOMAIN),
        create: Some(Endpoint {
            method: Method::Post,
            path: &[T(DOMAINS)],
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: DOMAIN,
        }),
        own: &[Own {
            field: "verificationFiles",
            endpoint: Endpoint {
                method: Method::Put,
                path: FILES,
            },
            wrapped: true,
            in_create: false,
            read: Some(FILES),
        }],
        answers_object: true,
        ..Route::NONE
    };
    const KEY: Key = Key::Fields(&["domain"]);
    const NAMED_BY: Option<&'static str> = Some("domain");
    const FIELDS: &'static [Field] = &[Field::new("domain", Policy::Immutable)];
    const OUTPUTS: &'static [Output] = &[
        Output {
            name: "dnsRecords",
            from: OutputFrom::Field("dnsRecords"),
            about: "The records that its DNS must have, as a list.",
        },
        Output {
            name: "status",
            from: OutputFrom::Field("status"),
            about: "`PendingVerification`, `PendingSsl`, `Active` or `Error`.",
        },
    ];
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey, Quirk::RoomForOne];
    /// spec/logto-management.json, `POST /api/domains`: one.
    const CAPS: &'static [Cap] = &[Cap {
        of: None,
        per: None,
        tiers: &[("development", 1), ("production", 1)],
    }];
    const WITH: &'static str = "its verification";
    const LOST: &'static str = "its verification";
}
