//! `LdapConfig`: the directory that a cluster knows people from (Enterprise). There is one.

use schemars::JsonSchema;
use serde::Deserialize;

use super::provider::comes_from;
use crate::base::Value;
use crate::kind::Segment::Text as T;
use crate::kind::spec::{SecretField, Text};
use crate::kind::{
    Api, Complaint, Endpoint, Field, Home, Key, Kind, Method, Path, Policy, Quirk, Route, Shape,
    Trial,
};

/// The kind.
pub(super) struct LdapConfig;

/// The connection to a directory. Replaced whole when one field changes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct Spec {
    /// The directory server's name or address.
    #[schemars(length(min = 1))]
    host: Text,
    /// Its port: 389, or 636 with `use-ldaps`.
    #[schemars(range(min = 1))]
    port: u16,
    /// Whether the connection is encrypted from the start.
    use_ldaps: bool,
    /// Whether a connection that cannot be encrypted by `StartTLS` is refused.
    enforce_starttls: bool,
    /// How a uid becomes the name to bind as; holds `%(username)s`.
    #[schemars(length(min = 1))]
    dntemplate: Option<Text>,
    /// Who searches the directory.
    #[schemars(length(min = 1))]
    lookup_dn: Option<Text>,
    /// The password of `lookup-dn`.
    lookup_password: Option<SecretField>,
    /// How people are found.
    user_search: Option<UserSearch>,
    /// How groups are found, to be imported.
    group_search: Option<GroupSearch>,
    /// The certificate authorities of the directory in PEM; usually `{file: ca.pem}`.
    #[schemars(length(min = 1))]
    ca_certs: Option<Text>,
    /// Our certificate and its private key in PEM.
    client_cert: Option<SecretField>,
    /// Somebody in the directory, whom `tenantry check --live` tries the stored connection with.
    /// Ours alone: it is in no configuration.
    test: Option<Test>,
}

/// How people are found.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct UserSearch {
    /// Below what.
    search_base: Text,
    /// The filter; holds `%(username)s`.
    search_filter_template: Text,
}

/// How groups are found.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct GroupSearch {
    /// Below what.
    search_base: Text,
    /// The filter; holds `%(groupname)s`.
    search_filter_template: Text,
    /// The attributes that name members.
    member_attributes: Option<Vec<Text>>,
}

/// Who the connection is tried with.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
struct Test {
    /// The uid.
    uid: Text,
    /// The password.
    password: SecretField,
}

const CONFIG: Path = &[T("/acs/api/v1/ldap/config")];

impl Kind for LdapConfig {
    type Spec = Spec;
    const API: Api = Api::Dcos;
    const KIND: &'static str = "LdapConfig";
    const NAME: &'static str = "ldapconfig";
    const ABOUT: &'static str = "The directory that a cluster knows people from (Enterprise).";
    const EXAMPLE: &'static str = "\
apiVersion: dcos/v1
kind: LdapConfig
metadata:
  name: directory
  cluster: prod
spec:
  host: ldap.example.com
  port: 636
  use-ldaps: true
  enforce-starttls: false
  lookup-dn: cn=dcos,dc=example,dc=com
  lookup-password: {env: LDAP_LOOKUP_PASSWORD}
  user-search:
    search-base: ou=people,dc=example,dc=com
    search-filter-template: (uid=%(username)s)
";
    const HOME: Home = Home::Cluster;
    // reference/dcos-iam.md 7: PUT creates and replaces; absent is 400 with a code.
    const ROUTE: Route = Route {
        shape: Shape::Singleton,
        read: Some(CONFIG),
        create: Some(Endpoint {
            method: Method::Put,
            path: CONFIG,
        }),
        update: Some(Endpoint {
            method: Method::Put,
            path: CONFIG,
        }),
        delete: Some(Endpoint {
            method: Method::Delete,
            path: CONFIG,
        }),
        ..Route::NONE
    };
    const KEY: Key = Key::Single;
    const FIELDS: &'static [Field] = &[
        // In the schema of GET, but a cluster may mask them (reference/dcos-iam.md 7).
        Field::new("lookup-password", Policy::WriteOnly),
        Field::new("client-cert", Policy::WriteOnly),
        Field::new("ca-certs", Policy::Trimmed),
        Field::new("test", Policy::Unsent),
    ];
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey, Quirk::SomeEditions, Quirk::ReplacedWhole];
    const BRINGS: Option<fn(&Value, &str) -> bool> = Some(|account, _| comes_from(account, "ldap"));
    const TRIAL: Option<Trial> = Some(Trial {
        endpoint: Endpoint {
            method: Method::Post,
            path: &[T("/acs/api/v1/ldap/config/test")],
        },
        body: "test",
    });

    fn check(spec: &Spec) -> Vec<Complaint> {
        let holds = |text: &Text| text.plain().is_none_or(|text| text.contains(USERNAME));
        let wrong = |path: &str| {
            Complaint::new(
                path,
                format!("`{path}` does not say where the uid goes"),
                format!("put `{USERNAME}` where it belongs"),
            )
        };
        let mut complaints = Vec::new();
        if spec.dntemplate.as_ref().is_some_and(|text| !holds(text)) {
            complaints.push(wrong("dntemplate"));
        }
        let search = spec.user_search.as_ref();
        if search.is_some_and(|search| !holds(&search.search_filter_template)) {
            complaints.push(wrong("user-search.search-filter-template"));
        }
        complaints
    }
}

/// What stands for the uid (reference/dcos-iam.md 7).
const USERNAME: &str = "%(username)s";
