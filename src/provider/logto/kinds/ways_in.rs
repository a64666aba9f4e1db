//! What keeps people from being locked out of a tenant, and us from its Management API: the rules
//! of KINDS.md's list "Never" that concern more than one field.

use crate::base::{FieldPath, Secret, Value};
use crate::kind::{Outlook, Rule};

/// The rules of the sign-in experience.
pub(super) const OF_EXPERIENCE: &[Rule] = &[
    Rule {
        name: "no-way-in",
        about: "a sign-in page without any way in",
        concerns: |outlook| has_way_in(outlook.live) && !outlook.after.is_none_or(has_way_in),
        looks_at: &[],
        refuses: |_| Some("nobody could sign in any more: it leaves no way in".to_owned()),
    },
    Rule {
        name: "captcha",
        about: "a captcha that no provider gives",
        concerns: |outlook| {
            outlook.after.is_some_and(wants_captcha) && !wants_captcha(outlook.live)
        },
        looks_at: &["captchaprovider"],
        // sign-in-exp.jsonl 1015: the server takes it.
        refuses: |outlook| {
            let none = outlook.of("captchaprovider").is_some_and(<[_]>::is_empty);
            none.then(|| {
                "nobody could sign in any more: it wants a captcha, and there is no provider of one"
                    .to_owned()
            })
        },
    },
    Rule {
        name: "mfa",
        about: "a second factor for all that nobody could give",
        concerns: |outlook| outlook.after.is_some_and(wants_factor) && changes(outlook, "mfa"),
        looks_at: &["connector"],
        refuses: |outlook| {
            let mfa = outlook.after.and_then(|after| after.get("mfa"));
            let factors = items(mfa, "factors");
            let can = factors.iter().any(|factor| can_give(factor, outlook));
            (!can).then(|| {
                "nobody could sign in any more: a second factor is mandatory, and there is none \
                 that works"
                    .to_owned()
            })
        },
    },
];

/// The rules of connectors.
pub(super) const OF_CONNECTOR: &[Rule] = &[Rule {
    name: "connector-in-use",
    about: "the loss of the connector that codes to sign in or up go through",
    concerns: |outlook| outlook.dies && carried(outlook.live).is_some(),
    looks_at: &["signinexperience", "connector"],
    // extra-dependencies.jsonl 16: the server takes it.
    refuses: |outlook| {
        let (of, identifier) = carried(outlook.live)?;
        let used = outlook.of("signinexperience")?.first()?;
        let another = has_connector(outlook, of);
        (!another && sends_codes(used, identifier)).then(|| {
            format!("people sign in or up by codes to their {identifier}, which go through it")
        })
    },
}];

/// The rules of applications, SAML applications among them.
pub(super) const OF_APPLICATION: &[Rule] = &[Rule {
    name: "nobody-passes",
    about: "access control that nobody could pass",
    concerns: |outlook| {
        let closed =
            |one: &Value| one.get("appLevelAccessControlEnabled") == Some(&Value::Bool(true));
        outlook.after.is_some_and(closed)
    },
    looks_at: &[],
    // applications.jsonl 262: the server refuses it too, after all else was written.
    refuses: |outlook| {
        let lists = outlook.after?.get("accessControl");
        let is_new = outlook.live == &Value::Null;
        let names = ["users", "userRoles", "organizations", "organizationRoles"];
        let empty = |name: &&str| items(lists, name).is_empty();
        let none = names.iter().all(empty);
        (none && (is_new || lists.is_some())).then(|| {
            "nobody could use it: its access control is on, and lists nobody in `accessControl`"
                .to_owned()
        })
    },
}];

/// The rules of an application's secrets.
pub(super) const OF_SECRET: &[Rule] = &[Rule {
    name: "own-login",
    about: "the loss of the secret that we are logged in with",
    concerns: |outlook| {
        let login = outlook.settings.get("clientId").and_then(Value::as_text);
        let owner = outlook.live.get("application").and_then(Value::as_text);
        outlook.dies && login.is_some() && login == owner
    },
    looks_at: &[],
    refuses: |outlook| {
        let ours = text_of(outlook.settings.get("clientSecret"));
        let its = text_of(outlook.live.get("value"));
        let other = ours.is_some() && its.is_some() && ours != its;
        (!other).then(|| "we are logged in with it, as far as can be told".to_owned())
    },
}];

/// The rules of resources: the Management API's has another id in every tenant.
pub(super) const OF_RESOURCE: &[Rule] = &[Rule {
    name: "builtin",
    about: "any change of the Management API's own resource",
    concerns: |outlook| {
        // Where its id is the one of a self-hosted tenant, the kind says so itself.
        let id = outlook.live.get("id").and_then(Value::as_text);
        id.is_some_and(|id| id != "management-api") && is_management(outlook.live, outlook)
    },
    looks_at: &[],
    refuses: |_| Some("it is the Management API's own resource".to_owned()),
}];

/// The rules of scopes.
pub(super) const OF_SCOPE: &[Rule] = &[Rule {
    name: "builtin",
    about: "any change of the Management API's scope `all`",
    concerns: |outlook| {
        outlook.live.get("id").is_some() && outlook.live.get("name") == Some(&"all".into())
    },
    looks_at: &["apiresource"],
    refuses: |outlook| {
        let resource = outlook.live.get("resource");
        let mut resources = outlook.of("apiresource")?.iter();
        let its = resources.find(|one| one.get("id") == resource)?;
        is_management(its, outlook)
            .then(|| "every right to the Management API is this scope".to_owned())
    },
}];

fn is_management(resource: &Value, outlook: &Outlook<'_>) -> bool {
    let indicator = resource.get("indicator");
    indicator.is_some() && indicator == outlook.settings.get("resource")
}

fn text_of(value: Option<&Value>) -> Option<&str> {
    match value? {
        Value::Secret(hidden) => hidden.text.as_ref().map(Secret::expose),
        other => other.as_text(),
    }
}

fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    value.at(&FieldPath::dotted(path))
}

fn is_on(value: &Value, path: &str) -> bool {
    at(value, path) == Some(&Value::Bool(true))
}

fn items<'a>(value: Option<&'a Value>, field: &str) -> &'a [Value] {
    match value.and_then(|value| value.get(field)) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

fn changes(outlook: &Outlook<'_>, field: &str) -> bool {
    outlook.after.and_then(|after| after.get(field)) != outlook.live.get(field)
}

/// Whether a sign-in page leads anywhere; one whose ways are not known does.
fn has_way_in(page: &Value) -> bool {
    let Some(sign_in) = page.get("signIn") else {
        return true;
    };
    let leads = |method: &Value| is_on(method, "password") || is_on(method, "verificationCode");
    items(Some(sign_in), "methods").iter().any(leads)
        || !items(Some(page), "socialSignInConnectorTargets").is_empty()
        || is_on(page, "singleSignOnEnabled")
        || is_on(page, "passkeySignIn.enabled")
}

fn wants_captcha(page: &Value) -> bool {
    is_on(page, "captchaPolicy.enabled")
}

/// Whether everybody is asked for a second factor.
fn wants_factor(page: &Value) -> bool {
    let policy = at(page, "mfa.policy").and_then(Value::as_text);
    matches!(
        policy,
        Some("Mandatory" | "PromptAtSignInAndSignUpMandatory" | "PromptOnlyAtSignInMandatory")
    )
}

/// Whether people can give a factor: a code needs a connector, and backup codes need another
/// factor before them.
fn can_give(factor: &Value, outlook: &Outlook<'_>) -> bool {
    match factor.as_text() {
        Some("BackupCode") => false,
        Some("EmailVerificationCode") => has_connector(outlook, "Email"),
        Some("PhoneVerificationCode") => has_connector(outlook, "Sms"),
        _ => true,
    }
}

/// Whether there will be a connector of that type; one that is not known yet counts.
fn has_connector(outlook: &Outlook<'_>, of: &str) -> bool {
    let Some(connectors) = outlook.of("connector") else {
        return true;
    };
    connectors
        .iter()
        .any(|one| type_of(one).is_none_or(|known| known == of))
}

/// The type of a connector: as the server shows it; of one that is new, not known.
fn type_of(connector: &Value) -> Option<&str> {
    connector.get("type").and_then(Value::as_text)
}

/// What goes through a connector that carries codes: its type, and what it reaches.
fn carried(connector: &Value) -> Option<(&'static str, &'static str)> {
    match type_of(connector)? {
        "Email" => Some(("Email", "email")),
        "Sms" => Some(("Sms", "phone")),
        _ => None,
    }
}

/// Whether a page sends codes to that identifier.
fn sends_codes(page: &Value, identifier: &str) -> bool {
    let is = |value: Option<&Value>| value.and_then(Value::as_text) == Some(identifier);
    let signs_in = items(page.get("signIn"), "methods")
        .iter()
        .any(|method| is(method.get("identifier")) && is_on(method, "verificationCode"));
    let signs_up = is_on(page, "signUp.verify")
        && items(page.get("signUp"), "identifiers")
            .iter()
            .any(|one| is(Some(one)));
    signs_in || signs_up
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value as Json, json};

    use super::*;
    use crate::base::Hidden;

    fn refused(
        rules: &[Rule],
        live: Json,
        after: Option<Json>,
        others: &[(&'static str, Json)],
    ) -> Vec<&'static str> {
        refused_by(rules, &live.into(), after, others, &Value::Null)
    }

    fn refused_by(
        rules: &[Rule],
        live: &Value,
        after: Option<Json>,
        others: &[(&'static str, Json)],
        settings: &Value,
    ) -> Vec<&'static str> {
        let list = |json: &Json| match Value::from(json.clone()) {
            Value::List(items) => items,
            _ => Vec::new(),
        };
        let others: BTreeMap<_, _> = others
            .iter()
            .map(|(kind, all)| (*kind, list(all)))
            .collect();
        let after = after.map(Value::from);
        let outlook = Outlook {
            live,
            after: after.as_ref(),
            dies: after.is_none(),
            others: &others,
            settings,
        };
        let broken = rules
            .iter()
            .filter(|rule| (rule.concerns)(&outlook) && (rule.refuses)(&outlook).is_some());
        broken.map(|rule| rule.name).collect()
    }

    fn page(methods: &Json) -> Json {
        json!({"signIn": {"methods": methods}, "socialSignInConnectorTargets": []})
    }

    fn password() -> Json {
        json!([{"identifier": "username", "password": true, "verificationCode": false}])
    }

    fn by_mail() -> Json {
        json!([{"identifier": "email", "password": false, "verificationCode": true}])
    }

    #[test]
    fn a_page_without_any_way_in_is_refused() {
        let neither =
            json!([{"identifier": "email", "password": false, "verificationCode": false}]);
        for none in [json!([]), neither] {
            let broken = refused(OF_EXPERIENCE, page(&password()), Some(page(&none)), &[]);
            assert_eq!(broken, ["no-way-in"]);
        }
        for way in [
            json!({"socialSignInConnectorTargets": ["github"]}),
            json!({"singleSignOnEnabled": true}),
            json!({"passkeySignIn": {"enabled": true}}),
        ] {
            let mut after = page(&json!([]));
            let fields = way.as_object().expect("fields").clone();
            after.as_object_mut().expect("fields").extend(fields);
            let broken = refused(OF_EXPERIENCE, page(&password()), Some(after), &[]);
            assert_eq!(broken, Vec::<&str>::new());
        }
    }

    #[test]
    fn a_page_that_had_no_way_in_may_be_changed_otherwise() {
        let broken = refused(OF_EXPERIENCE, page(&json!([])), Some(page(&json!([]))), &[]);
        assert_eq!(broken, Vec::<&str>::new());
    }

    #[test]
    fn a_captcha_wants_a_provider() {
        let on = json!({"captchaPolicy": {"enabled": true}});
        let ask = |live: Json, providers: Json| {
            let others = [("captchaprovider", providers)];
            refused(OF_EXPERIENCE, live, Some(on.clone()), &others)
        };
        assert_eq!(ask(json!({}), json!([])), ["captcha"]);
        assert_eq!(ask(json!({}), json!([{"id": "x"}])), Vec::<&str>::new());
        assert_eq!(ask(on.clone(), json!([])), Vec::<&str>::new());
    }

    #[test]
    fn a_mandatory_factor_is_one_that_people_can_give() {
        let ask = |factors: Json, connectors: Json| {
            let after = json!({"mfa": {"policy": "Mandatory", "factors": factors}});
            let others = [("connector", connectors)];
            refused(OF_EXPERIENCE, json!({}), Some(after), &others)
        };
        assert_eq!(ask(json!([]), json!([])), ["mfa"]);
        assert_eq!(ask(json!(["BackupCode"]), json!([])), ["mfa"]);
        let mail = json!(["EmailVerificationCode"]);
        assert_eq!(ask(mail.clone(), json!([{"type": "Sms"}])), ["mfa"]);
        assert_eq!(ask(mail, json!([{"type": "Email"}])), Vec::<&str>::new());
        assert_eq!(ask(json!(["Totp"]), json!([])), Vec::<&str>::new());
    }

    #[test]
    fn the_connector_that_sign_in_uses_stays() {
        let ask = |of: &str, page: Json, left: Json| {
            let live = json!({"type": of});
            let others = [("signinexperience", json!([page])), ("connector", left)];
            refused(OF_CONNECTOR, live, None, &others)
        };
        assert_eq!(
            ask("Email", page(&by_mail()), json!([])),
            ["connector-in-use"]
        );
        let sign_up = json!({"signUp": {"identifiers": ["phone"], "verify": true}});
        assert_eq!(ask("Sms", sign_up, json!([])), ["connector-in-use"]);
        assert_eq!(ask("Sms", page(&by_mail()), json!([])), Vec::<&str>::new());
        assert_eq!(
            ask("Email", page(&password()), json!([])),
            Vec::<&str>::new()
        );
        let another = json!([{"type": "Email"}]);
        assert_eq!(ask("Email", page(&by_mail()), another), Vec::<&str>::new());
    }

    #[test]
    fn access_control_lets_somebody_pass() {
        let ask = |live: Json, after: Json| refused(OF_APPLICATION, live, Some(after), &[]);
        let closed =
            |lists: Json| json!({"appLevelAccessControlEnabled": true, "accessControl": lists});
        let alone = json!({"appLevelAccessControlEnabled": true});
        assert_eq!(ask(Json::Null, alone.clone()), ["nobody-passes"]);
        assert_eq!(ask(json!({"id": "a"}), alone), Vec::<&str>::new());
        let nobody = closed(json!({"users": [], "organizations": []}));
        assert_eq!(ask(json!({"id": "a"}), nobody), ["nobody-passes"]);
        let somebody = closed(json!({"userRoles": ["r"]}));
        assert_eq!(ask(Json::Null, somebody), Vec::<&str>::new());
    }

    #[test]
    fn the_secret_in_use_stays() {
        let secret = |text: &str| {
            Value::Secret(Hidden {
                text: Some(Secret::new(text)),
                ..Hidden::default()
            })
        };
        let map = |pairs: [(&str, Value); 2]| {
            Value::Map(pairs.map(|(name, value)| (name.to_owned(), value)).into())
        };
        let ask = |owner: &str, text: &str| {
            let live = map([("application", owner.into()), ("value", secret(text))]);
            let settings = map([("clientId", "ours".into()), ("clientSecret", secret("s3"))]);
            refused_by(OF_SECRET, &live, None, &[], &settings)
        };
        assert_eq!(ask("ours", "s3"), ["own-login"]);
        assert_eq!(ask("ours", "another"), Vec::<&str>::new());
        assert_eq!(ask("theirs", "s3"), Vec::<&str>::new());
    }

    #[test]
    fn the_management_apis_own_are_known_by_its_indicator() {
        let settings: Value = json!({"resource": "https://t.logto.app/api"}).into();
        let own = json!({"id": "r9", "indicator": "https://t.logto.app/api"});
        let other = json!({"id": "r8", "indicator": "https://orders"});
        let ask = |live: &Json| refused_by(OF_RESOURCE, &live.clone().into(), None, &[], &settings);
        assert_eq!(ask(&own), ["builtin"]);
        assert_eq!(ask(&other), Vec::<&str>::new());
        let scope = |resource: &str| {
            let live = json!({"id": "s", "name": "all", "resource": resource}).into();
            let others = [("apiresource", json!([own, other]))];
            refused_by(OF_SCOPE, &live, None, &others, &settings)
        };
        assert_eq!(scope("r9"), ["builtin"]);
        assert_eq!(scope("r8"), Vec::<&str>::new());
    }
}
