//! `ServiceAccount`: a program in a cluster, known by its public key.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::actions::{Action, OF_USER};
use super::user::route;
use super::{identifier, public_key};
use crate::base::Value;
use crate::kind::descriptor::{Output, OutputFrom};
use crate::kind::spec::{Actions, Text};
use crate::kind::{Api, Complaint, Field, Home, Key, Kind, Policy, Quirk, Relation, Route};

/// The kind.
pub(super) struct ServiceAccount;

/// A service account.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "most of it is read through the schema")]
pub(super) struct Spec {
    /// The uid; `metadata.name` if not written. Users and service accounts share their names.
    #[schemars(length(min = 1, max = 96))]
    uid: Option<Text>,
    /// What it is.
    description: Option<Text>,
    /// Its RSA public key in PEM, or `{file: …}`. A change replaces the account.
    public_key: Option<Text>,
    /// Actions by resource id.
    permissions: Option<Actions<Action>>,
}

impl Kind for ServiceAccount {
    type Spec = Spec;
    const API: Api = Api::Dcos;
    const KIND: &'static str = "ServiceAccount";
    const NAME: &'static str = "serviceaccount";
    const ABOUT: &'static str = "A program in a cluster, known by its public key.";
    const EXAMPLE: &'static str = "\
apiVersion: dcos/v1
kind: ServiceAccount
metadata:
  name: deployer
  cluster: prod
spec:
  description: Deploys services
  public_key: {file: deployer.pub.pem}
  permissions:
    'dcos:service:marathon:marathon:services:/dev': [create, read, update]
";
    const HOME: Home = Home::Cluster;
    const ROUTE: Route = route("type=service");
    const KEY: Key = Key::Fields(&["uid"]);
    const NAMED_BY: Option<&'static str> = Some("uid");
    const FIELDS: &'static [Field] = &[
        Field::new("uid", Policy::InPath),
        Field::new("description", Policy::Default(|| json!(""))),
        Field::new("public_key", Policy::Immutable),
        Field::new("public_key", Policy::Der),
        Field::new("public_key", Policy::Stays),
    ];
    const RELATIONS: &'static [Relation] = &[OF_USER];
    const QUIRKS: &'static [Quirk] = &[Quirk::UniqueKey, Quirk::KeepsAccess];
    const OUTPUTS: &'static [Output] = &[Output {
        name: "privateKey",
        from: OutputFrom::Stored("servicekey"),
        about: "Its private key, if `tenantry keygen` stored one for it.",
    }];
    const OWN_LOGIN: Option<&'static str> = Some("login.uid");
    const WITH: &'static str = "its memberships and permissions, all of which are put back";

    fn check(spec: &Spec) -> Vec<Complaint> {
        let complaint = spec
            .public_key
            .as_ref()
            .and_then(Text::plain)
            .and_then(public_key::complaint);
        complaint
            .map(|message| {
                Complaint::new(
                    "public_key",
                    message,
                    "write `{file: NAME.pub.pem}`, or the PEM text",
                )
            })
            .into_iter()
            .collect()
    }

    fn check_key(uid: &str) -> Option<String> {
        identifier::uid(uid)
    }

    fn check_create(body: &Value) -> Option<String> {
        body.get("public_key")
            .is_none()
            .then(|| "a new service account needs a `public_key`".to_owned())
    }

    fn builtin(live: &Value) -> Option<&'static str> {
        live.get("uid")?
            .as_text()?
            .starts_with("dcos_")
            .then_some("it is DC/OS's own")
    }
}
