//! The lives of what every tenant has one of: taken as it is, changed, put back.

use tenantry::kind::Catalog;
use tenantry::plan::{Action, Plan};

use super::super::support::{Ground, Run};
use super::{actions, doc, logto};

/// What a new tenant has, as far as it can be put back (`pristine.jsonl` 58).
const NEW_EXPERIENCE: &str = "{color: {primaryColor: '#6139F6', isDarkModeEnabled: false, \
    darkPrimaryColor: '#8768F8'}, branding: {exactly: {logoUrl: 'https://logto.io/logo.svg', \
    darkLogoUrl: 'https://logto.io/logo-dark.svg'}}, hideLogtoBranding: false, languageInfo: \
    {autoDetect: true, fallbackLanguage: en}, termsOfUseUrl: null, privacyPolicyUrl: null, \
    agreeToTermsPolicy: Automatic, signIn: {methods: [{identifier: username, password: true, \
    verificationCode: false, isPasswordPrimary: true}]}, signUp: {exactly: {identifiers: \
    [username], password: true, verify: false}}, socialSignIn: {exactly: {}}, \
    socialSignInConnectorTargets: [], signInMode: SignInAndRegister, customCss: null, \
    customUiCsp: {exactly: {}}, mfa: {exactly: {factors: [], policy: UserControlled}}, \
    singleSignOnEnabled: false, supportEmail: null, supportWebsiteUrl: null, \
    unknownSessionRedirectUrl: null, captchaPolicy: {exactly: {}}, sentinelPolicy: {exactly: \
    {}}, emailBlocklistPolicy: {exactly: {}}, verificationCodePolicy: {exactly: {}}, \
    forgotPasswordMethods: [], passkeySignIn: {exactly: {}}, signUpProfileFields: null, \
    usernamePolicy: {caseSensitive: true, minLength: 1, maxLength: 128, allowedChars: \
    {lowercase: true, uppercase: true, numbers: true, underscore: true}}}";

/// Another value in every field that needs nothing else.
const EXPERIENCE: &str = "{color: {primaryColor: '#ff0000'}, branding: {logoUrl: \
    'https://a.example/l.svg', favicon: 'https://a.example/f.ico'}, languageInfo: \
    {fallbackLanguage: fr}, termsOfUseUrl: 'https://a.example/t', privacyPolicyUrl: \
    'https://a.example/p', agreeToTermsPolicy: Manual, signIn: {methods: [{identifier: username, \
    password: true, verificationCode: false, isPasswordPrimary: false}]}, signUp: {identifiers: \
    [username, email]}, socialSignIn: {automaticAccountLinking: true}, signInMode: SignIn, \
    customCss: 'body{}', customContent: {/a: b}, passwordPolicy: {length: {min: 10}, rejects: {pwned: true}}, mfa: \
    {factors: [Totp], policy: PromptAtSignInAndSignUpMandatory}, adaptiveMfa: {enabled: true}, \
    singleSignOnEnabled: true, supportEmail: a@a.example, supportWebsiteUrl: \
    'https://a.example', unknownSessionRedirectUrl: 'https://a.example', sentinelPolicy: \
    {maxAttempts: 9}, emailBlocklistPolicy: {blockSubaddressing: true, customBlocklist: \
    ['@b.example']}, verificationCodePolicy: {expirationDuration: 300}, passkeySignIn: {enabled: \
    true}, usernamePolicy: {minLength: 3}, passwordExpiration: {enabled: false}}";

fn left(plan: &Plan) -> Vec<String> {
    let left = plan.notes.iter().filter(|note| note.code == "E0312");
    left.map(|note| note.message.clone()).collect()
}

fn updated(run: &Run) {
    let updates = run.plan.steps.iter().map(|step| step.action);
    assert_eq!(updates.collect::<Vec<_>>(), [Action::Update]);
}

pub(super) fn a_sign_in_experience_is_taken_as_it_is_and_put_back(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let page = |spec: &str| logto("SignInExperience", "page", spec);
    // Nothing differs: it is ours without a word, and nothing is sent.
    ground.apply_again(&page(NEW_EXPERIENCE));
    ground.apply_again(&page("{}"));
    let run = ground.apply_twice(&page(EXPERIENCE));
    updated(&run);
    assert_eq!(run.writes, ["PATCH /api/sign-in-exp 200"]);
    // Empty texts are stored as nothing.
    let emptied = EXPERIENCE
        .replace("'https://a.example/t'", "''")
        .replace("'https://a.example/p'", "''")
        .replace("'body{}'", "''")
        .replace("supportEmail: a@a.example", "supportEmail: ''")
        .replace(
            "supportWebsiteUrl: 'https://a.example'",
            "supportWebsiteUrl: ''",
        )
        .replace(
            "unknownSessionRedirectUrl: 'https://a.example'",
            "unknownSessionRedirectUrl: ''",
        );
    ground.apply_twice(&page(&emptied));
    ground.apply_twice(&page(EXPERIENCE));
    // The document goes: what it wrote goes back, and what cannot is said.
    let run = ground.apply_twice("");
    updated(&run);
    assert_eq!(
        left(&run.plan),
        [
            "`passwordExpiration.enabled` is no longer written and is left as it is: it cannot be put back"
        ]
    );
    ground.holds(&page(NEW_EXPERIENCE));
}

pub(super) fn fields_of_a_sign_in_experience_go_back_one_by_one(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let page = |spec: &str| logto("SignInExperience", "page", spec);
    ground.apply_twice(&page("{color: {primaryColor: '#ff0000'}, customCss: x, passkeySignIn: {enabled: true, allowAutofill: true}}"));
    let run = ground.apply_twice(&page("{customCss: x, passkeySignIn: {enabled: true}}"));
    updated(&run);
    ground.holds(&page(
        "{color: {primaryColor: '#6139F6'}, customCss: x, passkeySignIn: {exactly: {enabled: true}}}",
    ));
    ground.destroying();
    ground.apply_twice(&page("{customCss: x}"));
    ground.holds(&page(NEW_EXPERIENCE));
}

pub(super) fn what_the_server_fills_or_unites_is_done(catalog: Catalog) {
    let ground = Ground::with(catalog);
    let page = |spec: &str| logto("SignInExperience", "page", spec);
    ground.apply_twice(&page(
        "{passwordPolicy: {exactly: {length: {}, characterTypes: {}, rejects: {}}}}",
    ));
    ground.apply_twice(&page(
        "{passwordPolicy: {exactly: {rejects: {words: [a]}}}, emailBlocklistPolicy: \
         {customAllowlist: ['@a.example', '@a.example'], customBlocklist: ['@b.example', \
         '@b.example']}}",
    ));
    ground.apply_twice(&page("{passwordPolicy: {exactly: {length: {min: 9}}}}"));
}

pub(super) fn names_that_the_server_drops_are_no_success(catalog: Catalog) {
    let ground = Ground::with(catalog);
    for (kind, spec, field) in [
        (
            "SignInExperience",
            "{customCss: x, socialSignInConnectorTargets: [nope]}",
            "socialSignInConnectorTargets",
        ),
        (
            "SignInExperience",
            "{customCss: x, signUpProfileFields: [{name: nope}]}",
            "signUpProfileFields",
        ),
        (
            "AccountCenter",
            "{customCss: x, profileFields: [{name: nope}]}",
            "profileFields",
        ),
    ] {
        let address = format!("acme/{}/one", kind.to_lowercase());
        let run = ground.try_apply(&logto(kind, "one", spec)).expect("a plan");
        let mut reports = run.report.steps.iter();
        let report = reports.find(|step| step.address.to_string() == address);
        let Some(tenantry::apply::Outcome::Failed(failure)) = report.map(|step| &step.outcome)
        else {
            panic!("{:#?}", run.report);
        };
        assert_eq!(
            failure[0].message,
            format!("the server dropped \"nope\" from `{field}` of `{address}`")
        );
        // What was taken is kept, what was not is planned again.
        let again = ground.try_apply(&logto(kind, "one", spec)).expect("a plan");
        assert_eq!(again.plan.steps[0].send, [field]);
    }
}

pub(super) fn an_account_center_lives(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let center = |spec: &str| logto("AccountCenter", "center", spec);
    let whole = "{enabled: true, fields: {username: Edit, name: ReadOnly}, webauthnRelatedOrigins: \
                 ['https://a.example', 'https://b.example'], deleteAccountUrl: \
                 'https://a.example/bye', customCss: x}";
    updated(&ground.apply_twice(&center(whole)));
    let turned = whole.replace(
        "['https://a.example', 'https://b.example']",
        "['https://b.example', 'https://a.example', 'https://a.example']",
    );
    ground.apply_again(&center(&turned));
    ground.apply_twice(&center(&whole.replace("customCss: x", "customCss: ''")));
    ground.apply_twice(&center("{enabled: true, fields: {name: ReadOnly}}"));
    ground.holds(&center(
        "{enabled: true, fields: {exactly: {name: ReadOnly}}, webauthnRelatedOrigins: [], \
         deleteAccountUrl: null, customCss: null}",
    ));
    ground.apply_twice("");
    ground.holds(&center("{enabled: false, fields: {exactly: {}}}"));
}

pub(super) fn configurations_live(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let all = |claims: &str, ttl: u32, console: &str| {
        [
            logto(
                "IdTokenConfig",
                "it",
                &format!("{{enabledExtendedClaims: {claims}}}"),
            ),
            logto("SessionConfig", "it", &format!("{{ttl: {ttl}}}")),
            logto("AdminConsoleConfig", "it", console),
        ]
        .concat()
    };
    let console = "{signInExperienceCustomized: true, organizationCreated: true, \
                   developmentTenantMigrationNotification: {isPaidTenant: false, tag: d}, \
                   checkedChargeNotification: {token: true}}";
    ground.apply_twice(&all("[roles, custom_data]", 60, console));
    ground.apply_again(&all("[custom_data, roles]", 60, console));
    let more = console.replace("token: true", "token: true, tenantMember: true");
    ground.apply_twice(&all("[identities]", 90, &more));
    let run = ground.apply("");
    assert_eq!(
        actions(&run),
        [
            ("acme/adminconsoleconfig/it".into(), Action::Forget),
            ("acme/idtokenconfig/it".into(), Action::Update),
            ("acme/sessionconfig/it".into(), Action::Update),
        ]
    );
    let left = left(&run.plan);
    assert_eq!(left.len(), 6, "{left:#?}");
    assert!(
        left.iter()
            .all(|why| why.ends_with("it cannot be put back"))
    );
    ground.apply_again("");
    ground.holds(&all(
        "[roles, organizations, organization_roles]",
        1_209_600,
        &more,
    ));
}

pub(super) fn a_new_tenant_is_configured_when_it_is_there(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let tenant = |spec: &str| {
        format!(
            "apiVersion: logto/v1\nkind: Tenant\nmetadata: {{name: shop}}\n\
             spec: {{name: Shop, tag: development, regionName: EU, account: main}}\n---\n{}",
            doc("logto", "SignInExperience", "page", "tenant: shop", spec),
        )
    };
    let run = ground.apply_twice(&tenant(
        "{hideLogtoBranding: true, branding: {exactly: {favicon: 'https://a.example/f.ico'}}}",
    ));
    assert_eq!(
        actions(&run),
        [
            ("tenant/shop".into(), Action::Create),
            ("shop/signinexperience/page".into(), Action::Update),
        ]
    );
    let changes = &run.plan.steps[1].changes;
    assert!(
        changes.iter().all(|change| change.known_after_apply),
        "{changes:#?}"
    );
    // What only the Cloud takes.
    let cloud = "customUiCsp: {scriptSrc: ['https://a.example']}, \
                 emailBlocklistPolicy: {blockDisposableAddresses: true}";
    ground.apply_twice(&tenant(&format!("{{{cloud}}}")));
    let elsewhere = "apiVersion: logto/v1\nkind: Tenant\nmetadata: {name: home}\nspec: {connection: \
         {endpoint: 'http://logto.test', clientId: x, clientSecret: {env: ACME}}}\n---\n";
    let page = |spec: &str| doc("logto", "SignInExperience", "page", "tenant: home", spec);
    for spec in ["hideLogtoBranding: true", cloud] {
        let said = ground.complaints(&format!("{elsewhere}{}", page(&format!("{{{spec}}}"))));
        let count = spec.split(": {").count().max(2) - 1;
        assert_eq!(said, vec!["E0240"; count], "{spec}");
    }
    let off = "{hideLogtoBranding: false, customUiCsp: {scriptSrc: []}, emailBlocklistPolicy: {}}";
    assert_eq!(
        ground.complaints(&format!("{elsewhere}{}", page(off))),
        Vec::<String>::new()
    );
    ground.apply_twice(&tenant("{branding: {favicon: 'https://a.example/f.ico'}}"));
    ground.apply_again(&tenant(
        "{hideLogtoBranding: false, branding: {exactly: {favicon: 'https://a.example/f.ico'}}}",
    ));
    ground.allow("target", "tenant/shop");
    let run = ground.apply_twice("");
    assert_eq!(
        actions(&run),
        [
            ("shop/signinexperience/page".into(), Action::Forget),
            ("tenant/shop".into(), Action::Delete),
        ]
    );
}

pub(super) fn profile_fields_live_and_leave_the_pages_that_list_them(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let field = |name: &str, spec: &str| logto("CustomProfileField", name, spec);
    let page = |names: &str| {
        logto(
            "SignInExperience",
            "page",
            &format!("{{signUpProfileFields: {names}}}"),
        )
    };
    let tier = "{type: Select, label: Tier, description: d, required: true, config: {options: \
                [{value: a, label: A}]}, sieOrder: 2}";
    let nick = "{type: Text, required: false, config: {minLength: 2, maxLength: 9}, sieOrder: 1}";
    let both = format!("{}{}", field("tier", tier), field("nick", nick));
    let by_reference = page("[{name: {ref: customprofilefield/tier, field: name}}, {name: nick}]");
    let run = ground.apply_twice(&format!("{both}{by_reference}"));
    // The page comes after the fields that it names, and their order is one call for all.
    let after: Vec<_> = run.writes.iter().skip(2).collect();
    let order = "POST /api/custom-profile-fields/properties/sie-order 200";
    assert_eq!(after, ["PATCH /api/sign-in-exp 200", order]);
    // A change replaces the whole; what is no longer written is cleared.
    let run = ground.apply_twice(&format!(
        "{}{}{by_reference}",
        field("tier", &tier.replace("description: d, ", "")),
        field("nick", &nick.replace("minLength: 2, ", "")),
    ));
    let mut writes = run.writes;
    writes.sort();
    assert_eq!(
        writes,
        [
            "PUT /api/custom-profile-fields/nick 200",
            "PUT /api/custom-profile-fields/tier 200",
        ]
    );
    let undescribed = tier.replace("description: d", "description: ''");
    ground.holds(&field("tier", &undescribed));
    // A description is cleared by an empty text, a configuration by an empty one.
    let bare = nick.replace("config: {minLength: 2, maxLength: 9}, ", "");
    let tick = |config: &str| {
        let spec = format!("{{type: Checkbox, required: false{config}}}");
        field("tick", &spec)
    };
    let ticked = tick(", description: '', config: {defaultValue: 'true'}");
    let with = |nick: &str, tick: &str| {
        format!(
            "{}{}{tick}{by_reference}",
            field("tier", tier),
            field("nick", nick)
        )
    };
    ground.apply_twice(&with(nick, &ticked));
    let run = ground.apply_twice(&with(&bare, &ticked));
    assert_eq!(run.writes, ["PUT /api/custom-profile-fields/nick 200"]);
    // What ticks a box cannot be taken back, and nobody claims to have done so.
    let run = ground.apply(&with(&bare, &tick("")));
    assert_eq!((left(&run.plan).len(), run.writes.len()), (1, 0));
    let all = with(nick, &tick(", description: ''"));
    ground.apply_twice(&all);
    // The order alone is one call.
    let turned = both.replace("sieOrder: 1", "sieOrder: 7");
    let run = ground.apply_twice(&format!("{turned}{by_reference}"));
    assert_eq!(run.writes.last().map(String::as_str), Some(order));
    let unplaced = turned
        .replace(", sieOrder: 7", "")
        .replace(", sieOrder: 2", "");
    let run = ground.apply(&format!("{unplaced}{by_reference}"));
    assert_eq!(left(&run.plan).len(), 2);
    ground.apply_again(&format!("{unplaced}{by_reference}"));
    // Another name is another field; the page lets go before the old one goes.
    let other = unplaced.replace("name: nick,", "name: other,");
    let run = ground.apply_twice(&format!(
        "{}{}",
        other.replace("spec: {type: Text", "spec: {name: handle, type: Text"),
        page("[{name: handle}]")
    ));
    let place = |write: &str| run.writes.iter().position(|seen| seen == write);
    let (page_at, gone) = (
        place("PATCH /api/sign-in-exp 200"),
        place("DELETE /api/custom-profile-fields/nick 204"),
    );
    assert!(page_at.is_some() && page_at < gone, "{:?}", run.writes);
    let renamed = other.replace("spec: {type: Text", "spec: {name: alias, type: Text");
    let run = ground.apply_twice(&renamed);
    assert!(actions(&run).contains(&("acme/customprofilefield/other".into(), Action::Replace)));
    ground.apply_twice("");
}

pub(super) fn a_domain_lives_where_there_is_a_provider(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let tenant = |domain: &str| {
        format!(
            "apiVersion: logto/v1\nkind: Tenant\nmetadata: {{name: shop}}\n\
             spec: {{name: Shop, tag: development, regionName: EU, account: main}}\n---\n{domain}",
        )
    };
    let domain = |name: &str, spec: &str| doc("logto", "Domain", name, "tenant: shop", spec);
    ground.apply_twice(&tenant(&domain("a.example.com", "{}")));
    let files = "{verificationFiles: {a.txt: x, b.json: y}}";
    ground.apply_twice(&tenant(&domain("a.example.com", files)));
    ground.apply_twice(&tenant(&domain(
        "a.example.com",
        "{verificationFiles: {a.txt: x}}",
    )));
    let run = ground.apply_twice(&tenant(&domain(
        "a.example.com",
        "{domain: b.example.com, verificationFiles: {a.txt: x}}",
    )));
    assert_eq!(
        actions(&run),
        [("shop/domain/a.example.com".into(), Action::Replace)]
    );
    ground.apply_twice(&tenant(""));
    ground.allow("target", "tenant/shop");
    ground.apply_twice("");
    // A self-hosted server has no provider of host names.
    let refused = ground
        .try_apply(&logto("Domain", "a.example.com", "{}"))
        .expect("a plan");
    let tenantry::apply::Outcome::Failed(failure) = &refused.report.steps[0].outcome else {
        panic!("{:#?}", refused.report);
    };
    let message = "could not create `acme/domain/a.example.com`";
    assert!(
        failure[0].message.starts_with(message),
        "{}",
        failure[0].message
    );
    assert!(
        failure[0].message.contains("domain.not_configured"),
        "{}",
        failure[0].message
    );
}

mod as_declared {
    use tenantry::cli::providers::CATALOG;

    #[test]
    fn a_sign_in_experience_is_taken_as_it_is_and_put_back() {
        super::a_sign_in_experience_is_taken_as_it_is_and_put_back(CATALOG);
    }

    #[test]
    fn fields_of_a_sign_in_experience_go_back_one_by_one() {
        super::fields_of_a_sign_in_experience_go_back_one_by_one(CATALOG);
    }

    #[test]
    fn names_that_the_server_drops_are_no_success() {
        super::names_that_the_server_drops_are_no_success(CATALOG);
    }

    #[test]
    fn an_account_center_lives() {
        super::an_account_center_lives(CATALOG);
    }

    #[test]
    fn configurations_live() {
        super::configurations_live(CATALOG);
    }

    #[test]
    fn a_new_tenant_is_configured_when_it_is_there() {
        super::a_new_tenant_is_configured_when_it_is_there(CATALOG);
    }

    #[test]
    fn profile_fields_live_and_leave_the_pages_that_list_them() {
        super::profile_fields_live_and_leave_the_pages_that_list_them(CATALOG);
    }

    #[test]
    fn a_domain_lives_where_there_is_a_provider() {
        super::a_domain_lives_where_there_is_a_provider(CATALOG);
    }
}
