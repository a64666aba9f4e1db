//! The lives of what a tenant is connected with: connectors, phrases, templates, scripts, hooks.

use tenantry::kind::Catalog;
use tenantry::plan::Action;
use tenantry::sandbox::declared::TenantWish;

use super::super::support::{Ground, Run};
use super::{actions, doc, logto};

fn only(run: &Run, address: &str, action: Action) {
    assert_eq!(actions(run), [(address.to_owned(), action)]);
}

fn secrets(ground: &mut Ground) {
    for (name, text) in [
        ("ONE", "secret-1"),
        ("TWO", "secret-2"),
        ("THREE", "secret-3"),
    ] {
        ground.set(name, text);
    }
}

pub(crate) fn a_social_connector_lives(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    secrets(&mut ground);
    let github = |rest: &str| {
        logto(
            "Connector",
            "github",
            &format!("{{connectorId: github-universal, {rest}}}"),
        )
    };
    ground.apply_twice(&github("config: {clientId: a, clientSecret: {env: ONE}}"));
    let id = ground.id("acme/connector/github");
    assert_eq!(id.len(), 12);
    ground.apply_twice(&github(
        "config: {clientId: b, clientSecret: {env: TWO}, scope: user, note: '', extra: {}}, \
         syncProfile: true, enableTokenStorage: true",
    ));
    ground.holds(&github(
        "config: {clientSecret: {env: TWO}, scope: user, note: null}, syncProfile: true",
    ));
    ground.apply_twice(&github(
        "config: {clientId: b, clientSecret: {env: TWO}, scope: read}",
    ));
    ground.holds(&github(
        "config: {clientId: b, clientSecret: {env: TWO}, scope: read}, syncProfile: false, \
         enableTokenStorage: false",
    ));
    ground.apply_twice(&github("config: {clientId: b, clientSecret: {env: TWO}}"));
    ground.holds(&github(
        "config: {clientId: b, scope: '', clientSecret: {env: TWO}}",
    ));
    assert_eq!(ground.id("acme/connector/github"), id);
    let run = ground.apply_twice(&github(
        "id: my-github, config: {clientId: b, clientSecret: {env: TWO}}",
    ));
    only(&run, "acme/connector/github", Action::Replace);
    assert_eq!(ground.id("acme/connector/github"), "my-github");
    let run = ground.apply_twice(&logto(
        "Connector",
        "github",
        "{id: my-github, connectorId: google-universal, config: {clientId: g, clientSecret: {env: ONE}}}",
    ));
    only(&run, "acme/connector/github", Action::Replace);
    ground.apply_twice("");
}

pub(crate) fn a_secret_that_others_wrote_is_sent_along_and_never_shown(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    secrets(&mut ground);
    let github = |rest: &str| {
        let spec = format!("{{connectorId: github-universal, config: {{{rest}}}}}");
        logto("Connector", "github", &spec)
    };
    ground.by_others(|others| {
        others.apply(&github(
            "clientId: a, clientSecret: {env: ONE}, other: {env: TWO}",
        ));
    });
    let adopting = github("scope: read").replace("spec:", "lifecycle: {adopt: true}\nspec:");
    let run = ground.apply_twice(&adopting);
    let live = format!("{:?}", run.plan.steps[0].live);
    assert!(!live.contains("secret-1"), "{live}");
    ground.holds(&github(
        "clientId: a, clientSecret: {env: ONE}, other: {env: TWO}, scope: read",
    ));
}

pub(crate) fn a_connectors_secret_that_somebody_changed_is_seen_and_set_again(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    secrets(&mut ground);
    let mail = |pass: &str, key: &str| {
        logto(
            "Connector",
            "mail",
            &format!(
                "{{connectorId: simple-mail-transfer-protocol, config: {{host: h, port: 25, \
                 fromEmail: a@x.example, auth: {{type: login, user: u, pass: {{env: {pass}}}}}, \
                 templates: [{{usageType: SignIn, content: {{env: {key}}}}}]}}}}"
            ),
        )
    };
    ground.apply_twice(&mail("ONE", "TWO"));
    let id = ground.id("acme/connector/mail");
    ground.by_hand(|world| {
        let tables = world.target("t/acme").expect("a tenant").tables();
        let mut row = tables.get("connectors", &id).expect("it").clone();
        row["config"]["auth"]["pass"] = "by hand".into();
        tables.put("connectors", &id, row);
    });
    let run = ground.apply_twice(&mail("ONE", "TWO"));
    assert_eq!(run.plan.drift.len(), 1, "{:#?}", run.plan.drift);
    assert_eq!(
        run.plan.steps[0].changes[0].path.to_string(),
        "config.auth.pass"
    );
    let run = ground.apply_twice(&mail("ONE", "THREE"));
    assert_eq!(
        run.plan.steps[0].changes[0].path.to_string(),
        "config.templates"
    );
    let run = ground.apply_twice(&mail("THREE", "THREE"));
    assert_eq!(run.writes, [format!("PATCH /api/connectors/{id} 200")]);
    // Another factory: the server puts it in the place of the one there is.
    let other = logto(
        "Connector",
        "mail",
        "{connectorId: mock-email-service, config: {apiKey: {env: ONE}, fromEmail: f@x.example, \
         templates: []}}",
    );
    let run = ground.apply_twice(&other);
    only(&run, "acme/connector/mail", Action::Replace);
    ground.apply_twice("");
}

pub(crate) fn standard_connectors_are_told_apart_by_their_targets(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    secrets(&mut ground);
    let one = |name: &str, target: &str, rest: &str| {
        logto(
            "Connector",
            name,
            &format!(
                "{{connectorId: oauth2, metadata: {{target: {target}, {rest}}}, config: \
                 {{authorizationEndpoint: 'https://a', tokenEndpoint: 'https://t', \
                 userInfoEndpoint: 'https://u', clientId: c, clientSecret: {{env: ONE}}}}}}"
            ),
        )
    };
    let both = |rest: &str| format!("{}{}", one("a", "idp-a", rest), one("b", "idp-b", ""));
    ground.apply_twice(&both("name: {en: A}, logo: 'https://l', logoDark: null"));
    ground.apply_twice(&both("name: {en: X, fr: Y}, logo: ''"));
    ground.holds(&both("name: {en: X, fr: Y}"));
    ground.apply_twice(&both("name: {en: X}"));
    let moved = format!("{}{}", one("a", "idp-c", ""), one("b", "idp-b", ""));
    let run = ground.apply_twice(&moved);
    only(&run, "acme/connector/a", Action::Replace);
    ground.apply_twice("");
}

pub(crate) fn connectors_are_created_one_at_a_time_and_name_the_way_out(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    secrets(&mut ground);
    let factories = [
        "github", "google", "facebook", "discord", "azuread", "gitlab", "slack",
    ];
    let all: String = factories
        .iter()
        .map(|name| {
            let spec = format!(
                "{{connectorId: {name}-universal, config: {{clientId: c, clientSecret: {{env: ONE}}}}}}"
            );
            logto("Connector", name, &spec)
        })
        .collect();
    ground.apply_twice(&all);
    ground.by_hand(|world| {
        let tables = world.target("t/acme").expect("a tenant").tables();
        let (id, row) = tables.rows("connectors").next().expect("one");
        let (id, mut row) = (format!("{id}2"), row.clone());
        row["id"] = id.clone().into();
        tables.put("connectors", &id, row);
    });
    let faults = ground.try_apply(&all).err().expect("no list");
    assert!(
        faults[0]
            .message
            .contains("multiple_target_with_same_platform"),
        "{faults:#?}"
    );
    assert!(
        faults[0]
            .hints
            .iter()
            .any(|hint| hint.contains("DELETE /api/connectors/ID"))
    );
}

pub(crate) fn a_connectors_creation_whose_answer_was_lost_is_found_by_its_id(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    secrets(&mut ground);
    let sms = logto(
        "Connector",
        "sms",
        "{connectorId: mock-short-message-service, config: {accountSID: a, authToken: {env: ONE}, \
         fromMessagingServiceSID: m, templates: []}}",
    );
    ground.fault("POST /api/connectors#1=cut-after-commit");
    ground.apply_twice(&sms);
}

pub(crate) fn an_sso_connector_lives(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    secrets(&mut ground);
    let sso = |rest: &str| {
        logto(
            "SsoConnector",
            "corp",
            &format!("{{providerName: OIDC, {rest}}}"),
        )
    };
    ground.apply_twice(&sso("domains: [Corp.Example, b.example]"));
    let id = ground.id("acme/ssoconnector/corp");
    ground.apply_twice(&sso(
        "connectorName: Corp, domains: [b.example, corp.example], syncProfile: true, \
         enableTokenStorage: true, branding: {displayName: C, logo: 'https://l', darkLogo: 'https://d'}, \
         config: {issuer: 'https://idp.example', clientId: c, clientSecret: {env: ONE}, scope: x}",
    ));
    ground.holds(&sso(
        "connectorName: Corp, domains: [CORP.example, b.example], branding: {displayName: C}, \
         config: {clientSecret: {env: ONE}, trustUnverifiedEmail: false}",
    ));
    ground.apply_twice(&sso(
        "connectorName: Corp, branding: {displayName: C}, config: {clientSecret: {env: TWO}}",
    ));
    ground.holds(&sso(
        "connectorName: Corp, domains: [], syncProfile: false, enableTokenStorage: false, \
         config: {issuer: 'https://idp.example', clientId: c, clientSecret: {env: TWO}}",
    ));
    // What a configured one cannot be without stays.
    ground.apply_again(&sso("connectorName: Corp, branding: {displayName: C}"));
    assert_eq!(ground.id("acme/ssoconnector/corp"), id);
    let run = ground.apply_twice(&logto(
        "SsoConnector",
        "corp",
        "{providerName: SAML, connectorName: Corp}",
    ));
    only(&run, "acme/ssoconnector/corp", Action::Replace);
    let unreachable = sso(
        "connectorName: Other, config: {issuer: 'https://idp.invalid', clientId: c, clientSecret: {env: ONE}}",
    );
    let run = ground.try_apply(&unreachable).expect("a plan");
    let failed = format!("{:#?}", run.report);
    assert!(failed.contains("reachable from Logto"), "{failed}");
}

pub(crate) fn phrases_are_replaced_and_those_of_the_fallback_are_emptied(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let fr = |rest: &str| logto("CustomPhrases", "fr", &format!("{{translation: {rest}}}"));
    ground.apply_twice(&fr(
        "{input: {username: Identifiant, password: ''}, action: {sign_in: Entrer}}",
    ));
    ground.apply_twice(&fr("{input: {username: Nom}}"));
    ground.holds(&fr("{exactly: {input: {username: Nom}}}"));
    ground.apply_twice(&fr("{}"));
    ground.holds(&fr("{exactly: {}}"));
    let run = ground.apply_twice(&logto(
        "CustomPhrases",
        "fr",
        "{languageTag: de, translation: {}}",
    ));
    only(&run, "acme/customphrases/fr", Action::Replace);
    ground.apply_twice("");
    let en = logto(
        "CustomPhrases",
        "en",
        "{translation: {input: {username: Name}}}",
    );
    ground.apply_twice(&en);
    let run = ground.apply_twice("");
    assert_eq!(run.writes.len(), 2, "{:?}", run.writes);
    assert!(run.writes[1].starts_with("PUT "), "{:?}", run.writes);
}

pub(crate) fn an_email_template_is_replaced_whole(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let mail = |language: &str, rest: &str| {
        logto(
            "EmailTemplate",
            "sign-in",
            &format!(
                "{{languageTag: {language}, templateType: SignIn, details: {{subject: s, {rest}}}}}"
            ),
        )
    };
    ground.apply_twice(&mail(
        "en",
        "content: c, contentType: text/html, replyTo: r, sendFrom: f",
    ));
    let id = ground.id("acme/emailtemplate/sign-in");
    ground.apply_twice(&mail("en", "content: d, replyTo: r"));
    ground.apply_twice(&mail("en", "content: d"));
    assert_eq!(ground.id("acme/emailtemplate/sign-in"), id);
    ground.holds(&mail("en", "content: d"));
    let run = ground.apply_twice(&mail("fr", "content: d"));
    only(&run, "acme/emailtemplate/sign-in", Action::Replace);
    let run = ground.apply_twice(&mail("fr", "content: d").replace("SignIn", "Register"));
    only(&run, "acme/emailtemplate/sign-in", Action::Replace);
    ground.apply_twice("");
}

pub(crate) fn a_captcha_provider_comes_and_goes(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    secrets(&mut ground);
    let captcha = |rest: &str| {
        logto(
            "CaptchaProvider",
            "captcha",
            &format!("{{config: {{siteKey: k, {rest}}}}}"),
        )
    };
    ground.apply_twice(&captcha("type: Turnstile, secretKey: {env: ONE}"));
    ground.apply_twice(&captcha("type: Turnstile, secretKey: {env: TWO}"));
    ground.apply_twice(&captcha(
        "type: RecaptchaEnterprise, secretKey: {env: TWO}, projectId: p, domain: d, mode: checkbox",
    ));
    ground.apply_twice(&captcha(
        "type: RecaptchaEnterprise, secretKey: {env: TWO}, projectId: p",
    ));
    ground.holds(&captcha(
        "type: RecaptchaEnterprise, secretKey: {env: TWO}, projectId: p",
    ));
    ground.apply_twice("");
}

pub(crate) fn a_webhook_lives_and_is_told_of_nothing_that_the_same_run_does(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    secrets(&mut ground);
    let hook = |rest: &str| logto("Webhook", "audit", &format!("{{{rest}}}"));
    let role = logto("Role", "r", "{description: d}");
    let run = ground.apply_twice(&format!(
        "{}{role}",
        hook("events: [User.Deleted, Role.Created], config: {url: 'https://a', headers: {authorization: {env: ONE}, x: {env: TWO}, y: z}}")
    ));
    assert!(
        run.writes[0].starts_with("POST /api/roles "),
        "{:?}",
        run.writes
    );
    ground.apply_twice(&format!(
        "{}{role}",
        hook("name: Audit, events: [Role.Created], enabled: false, config: {url: 'https://b', retries: 2, headers: {authorization: {env: ONE}}}")
    ));
    ground.holds(&hook(
        "name: Audit, events: [Role.Created, Role.Created], config: {url: 'https://b'}",
    ));
    ground.apply_twice(&format!(
        "{}{role}",
        hook("name: Audit, events: [Role.Created, User.Created], event: null, config: {url: 'https://b'}")
    ));
    ground.holds(&hook("name: Audit, events: [User.Created, Role.Created], enabled: true, config: {url: 'https://b'}"));
    ground.apply_twice("");
}

pub(crate) fn a_token_customizer_keeps_what_others_wrote_beside_it(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    secrets(&mut ground);
    let script = |rest: &str| {
        logto(
            "JwtCustomizer",
            "access-token",
            &format!("{{script: a, {rest}}}"),
        )
    };
    ground.apply_twice(&script(
        "environmentVariables: {k: v, secret: {env: ONE}}, contextSample: {user: {username: x}}, \
         tokenSample: {jti: x}, blockIssuanceOnError: true",
    ));
    ground.apply_twice(&script("environmentVariables: {k: w, secret: {env: TWO}}"));
    ground.holds(&script("environmentVariables: {k: w, secret: {env: TWO}}"));
    ground.apply_twice(&script("environmentVariables: {k: w}"));
    let run = ground.apply_twice(&logto(
        "JwtCustomizer",
        "access-token",
        "{tokenType: client-credentials, script: b}",
    ));
    only(&run, "acme/jwtcustomizer/access-token", Action::Replace);
    ground.apply_twice("");
}

pub(crate) fn an_action_lives(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    secrets(&mut ground);
    let action = |rest: &str| {
        logto(
            "Action",
            "action.postSignIn",
            &format!("{{script: a, {rest}}}"),
        )
    };
    ground.apply_twice(&action(
        "environmentVariables: {k: {env: ONE}}, contextSample: {a: [1]}, enabled: true, onExecutionError: block",
    ));
    ground.apply_twice(&action("enabled: false, onExecutionError: allow"));
    ground.apply_twice(&action("enabled: false"));
    ground.holds(&action("enabled: false"));
    let run = ground.apply_twice(&logto(
        "Action",
        "action.postSignIn",
        "{actionType: action.postFirstFactorVerification, script: a}",
    ));
    only(&run, "acme/action/action.postSignIn", Action::Replace);
    ground.apply_twice("");
}

pub(crate) fn a_customizer_that_denies_our_own_log_in_is_put_back(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let wish = TenantWish {
        client_id: Some("ours".to_owned()),
        ..TenantWish::default()
    };
    let access = ground.by_hand(|world| world.ensure_tenant("mine", &wish).expect("a tenant"));
    ground.set("MINE", &access.client_secret);
    let mine = format!(
        "apiVersion: logto/v1\nkind: Tenant\nmetadata: {{name: mine}}\nspec:\n  connection:\n    \
         endpoint: '{}'\n    resource: '{}'\n    tokenEndpoint: '{}'\n    clientId: ours\n    \
         clientSecret: {{env: MINE}}\n---\n",
        access.endpoint, access.resource, access.token_endpoint
    );
    let script = |script: &str| {
        let spec = format!("{{script: '{script}'}}");
        mine.clone()
            + &doc(
                "logto",
                "JwtCustomizer",
                "client-credentials",
                "tenant: mine",
                &spec,
            )
    };
    let live = |ground: &Ground| {
        ground.by_hand(|world| {
            let tables = world.target("t/mine").expect("a tenant").tables();
            let row = tables.get("jwt_customizers", "client-credentials");
            row.map(|row| row["script"].clone())
        })
    };
    let denies = |ground: &Ground| {
        let run = ground
            .try_apply(&script("api.denyAccess()"))
            .expect("a plan");
        let report = format!("{:#?}", run.report);
        assert!(
            report.contains("E0716") && report.contains("is there again"),
            "{report}"
        );
    };
    denies(&ground);
    assert_eq!(live(&ground), None);
    ground.apply_twice(&script("return {};"));
    denies(&ground);
    assert_eq!(live(&ground), Some("return {};".into()));
    ground.apply_again(&script("return {};"));
    ground.apply_twice(&mine);
}

macro_rules! as_declared {
    ($($name:ident)+) => { mod as_declared { use tenantry::cli::providers::CATALOG; $(
        #[test]
        fn $name() { super::$name(CATALOG); }
    )+ } };
}

as_declared! {
    a_social_connector_lives
    a_secret_that_others_wrote_is_sent_along_and_never_shown
    a_connectors_secret_that_somebody_changed_is_seen_and_set_again
    standard_connectors_are_told_apart_by_their_targets
    connectors_are_created_one_at_a_time_and_name_the_way_out
    a_connectors_creation_whose_answer_was_lost_is_found_by_its_id
    an_sso_connector_lives
    phrases_are_replaced_and_those_of_the_fallback_are_emptied
    an_email_template_is_replaced_whole
    a_captcha_provider_comes_and_goes
    a_webhook_lives_and_is_told_of_nothing_that_the_same_run_does
    a_token_customizer_keeps_what_others_wrote_beside_it
    a_customizer_that_denies_our_own_log_in_is_put_back
    an_action_lives
}
