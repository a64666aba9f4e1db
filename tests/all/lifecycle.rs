//! The life of objects of every kind, each step twice: the second time there is nothing to do.

mod cloud;
mod cluster;
mod connections;
mod elsewhere;
mod organizations;
mod sign_in;
mod single;

use tenantry::cli::providers::CATALOG;
use tenantry::kind::Catalog;
use tenantry::plan::Action;

use super::support::Ground;

/// A life that objects of some kinds lead, under the declarations of a catalog.
pub(crate) struct Scenario {
    /// The kinds, by name; those of DC/OS that share one with Logto's are `dcos NAME`.
    pub(crate) kinds: &'static [&'static str],
    /// Lives it, and panics where something is not as it should be.
    pub(crate) live: fn(Catalog),
}

macro_rules! scenario {
    ($name:path: $($kind:literal),+) => { Scenario { kinds: &[$($kind),+], live: $name } };
}

/// All scenarios.
pub(crate) const SCENARIOS: &[Scenario] = &[
    scenario!(a_role_lives_and_its_scope_changes_keep_its_id: "role", "scope", "apiresource"),
    scenario!(a_user_with_25_roles_and_a_resource_with_45_scopes_show_no_difference: "user"),
    scenario!(a_users_fields_come_and_go: "user"),
    scenario!(an_application_lives_with_its_roles_and_secrets: "application", "applicationsecret"),
    scenario!(an_applications_metadata_is_merged_and_put_back: "application"),
    scenario!(a_resource_changes_its_indicator_and_gets_everything_back: "apiresource", "scope"),
    scenario!(a_tenant_on_the_cloud_lives_with_what_is_in_it: "tenant"),
    scenario!(cloud::a_tenant_is_set_up_and_subscribed_once: "tenant"),
    scenario!(cloud::members_are_invited_and_change_and_go: "tenant"),
    scenario!(cluster::a_cluster_gets_users_groups_and_permissions: "dcos user", "group", "acl"),
    scenario!(cluster::a_member_added_by_hand_to_an_additive_group_survives: "group"),
    scenario!(cluster::a_service_accounts_new_key_replaces_it_and_puts_everything_back: "serviceaccount"),
    scenario!(organizations::an_organizations_scopes_and_roles_live: "organizationscope", "organizationrole"),
    scenario!(organizations::an_organizations_fields_come_and_go: "organization"),
    scenario!(organizations::members_come_and_go_with_their_roles: "organization"),
    scenario!(organizations::machines_are_members_with_roles_too: "organization", "application"),
    scenario!(organizations::newcomers_are_provided_for: "organization"),
    scenario!(organizations::an_applications_own_parts_live: "application"),
    scenario!(organizations::who_may_use_an_application_is_set_before_it_is_closed: "application"),
    scenario!(organizations::a_protected_application_lives_on_the_cloud: "application"),
    scenario!(elsewhere::a_saml_application_lives: "samlapplication"),
    scenario!(elsewhere::who_may_use_a_saml_application_is_set_before_it_is_closed: "samlapplication"),
    scenario!(elsewhere::unregistered_clients_are_let_in_and_out: "cimdconfig"),
    scenario!(elsewhere::a_users_identities_come_and_go: "useridentity"),
    scenario!(destroy_leaves_nothing_of_ours: "apiresource"),
    scenario!(what_others_made_is_adopted_only_on_request: "role"),
    scenario!(a_user_is_known_by_an_address_in_any_case: "user"),
    scenario!(a_digest_is_taken_at_creation_only: "user"),
    scenario!(connections::a_social_connector_lives: "connector"),
    scenario!(connections::standard_connectors_are_told_apart_by_their_targets: "connector"),
    scenario!(connections::an_sso_connector_lives: "ssoconnector"),
    scenario!(connections::phrases_are_replaced_and_those_of_the_fallback_are_emptied: "customphrases"),
    scenario!(connections::an_email_template_is_replaced_whole: "emailtemplate"),
    scenario!(connections::a_captcha_provider_comes_and_goes: "captchaprovider"),
    scenario!(connections::a_webhook_lives_and_is_told_of_nothing_that_the_same_run_does: "webhook"),
    scenario!(connections::a_token_customizer_keeps_what_others_wrote_beside_it: "jwtcustomizer"),
    scenario!(connections::an_action_lives: "action"),
    scenario!(cluster::an_external_user_is_replaced_when_its_provider_changes: "dcos user"),
    scenario!(sign_in::a_directory_is_replaced_whole_and_its_password_kept: "ldapconfig"),
    scenario!(sign_in::an_openid_provider_lives_and_its_secret_is_watched: "oidcprovider"),
    scenario!(sign_in::a_saml_provider_tells_its_metadata_to_others: "samlprovider"),
    scenario!(sign_in::a_logto_application_becomes_a_clusters_provider_in_one_apply: "oidcprovider"),
    scenario!(sign_in::a_cluster_says_which_edition_it_is: "cluster"),
    scenario!(single::a_sign_in_experience_is_taken_as_it_is_and_put_back: "signinexperience"),
    scenario!(single::fields_of_a_sign_in_experience_go_back_one_by_one: "signinexperience"),
    scenario!(single::what_the_server_fills_or_unites_is_done: "signinexperience"),
    scenario!(single::names_that_the_server_drops_are_no_success: "signinexperience", "accountcenter"),
    scenario!(single::an_account_center_lives: "accountcenter"),
    scenario!(single::configurations_live: "idtokenconfig", "sessionconfig", "adminconsoleconfig"),
    scenario!(single::profile_fields_live_and_leave_the_pages_that_list_them: "customprofilefield"),
    scenario!(single::a_domain_lives_where_there_is_a_provider: "domain"),
    scenario!(single::a_new_tenant_is_configured_when_it_is_there: "signinexperience"),
];

#[test]
fn a_role_lives_and_its_scope_changes_keep_its_id_as_declared() {
    a_role_lives_and_its_scope_changes_keep_its_id(CATALOG);
}

#[test]
fn a_user_with_25_roles_and_a_resource_with_45_scopes_show_no_difference_as_declared() {
    a_user_with_25_roles_and_a_resource_with_45_scopes_show_no_difference(CATALOG);
}

#[test]
fn a_users_fields_come_and_go_as_declared() {
    a_users_fields_come_and_go(CATALOG);
}

#[test]
fn an_application_lives_with_its_roles_and_secrets_as_declared() {
    an_application_lives_with_its_roles_and_secrets(CATALOG);
}

#[test]
fn an_applications_metadata_is_merged_and_put_back_as_declared() {
    an_applications_metadata_is_merged_and_put_back(CATALOG);
}

#[test]
fn a_resource_changes_its_indicator_and_gets_everything_back_as_declared() {
    a_resource_changes_its_indicator_and_gets_everything_back(CATALOG);
}

#[test]
fn a_tenant_on_the_cloud_lives_with_what_is_in_it_as_declared() {
    a_tenant_on_the_cloud_lives_with_what_is_in_it(CATALOG);
}

#[test]
fn a_cluster_gets_users_groups_and_permissions_as_declared() {
    cluster::a_cluster_gets_users_groups_and_permissions(CATALOG);
}

#[test]
fn a_member_added_by_hand_to_an_additive_group_survives_as_declared() {
    cluster::a_member_added_by_hand_to_an_additive_group_survives(CATALOG);
}

#[test]
fn a_service_accounts_new_key_replaces_it_and_puts_everything_back_as_declared() {
    cluster::a_service_accounts_new_key_replaces_it_and_puts_everything_back(CATALOG);
}

#[test]
fn destroy_leaves_nothing_of_ours_as_declared() {
    destroy_leaves_nothing_of_ours(CATALOG);
}

#[test]
fn what_others_made_is_adopted_only_on_request_as_declared() {
    what_others_made_is_adopted_only_on_request(CATALOG);
}

#[test]
fn a_user_is_known_by_an_address_in_any_case_as_declared() {
    a_user_is_known_by_an_address_in_any_case(CATALOG);
}

#[test]
fn a_digest_is_taken_at_creation_only_as_declared() {
    a_digest_is_taken_at_creation_only(CATALOG);
}

#[test]
fn an_external_user_is_replaced_when_its_provider_changes_as_declared() {
    cluster::an_external_user_is_replaced_when_its_provider_changes(CATALOG);
}

#[test]
fn a_directory_is_replaced_whole_and_its_password_kept_as_declared() {
    sign_in::a_directory_is_replaced_whole_and_its_password_kept(CATALOG);
}

#[test]
fn an_openid_provider_lives_and_its_secret_is_watched_as_declared() {
    sign_in::an_openid_provider_lives_and_its_secret_is_watched(CATALOG);
}

#[test]
fn a_saml_provider_tells_its_metadata_to_others_as_declared() {
    sign_in::a_saml_provider_tells_its_metadata_to_others(CATALOG);
}

#[test]
fn a_logto_application_becomes_a_clusters_provider_in_one_apply_as_declared() {
    sign_in::a_logto_application_becomes_a_clusters_provider_in_one_apply(CATALOG);
}

#[test]
fn a_cluster_says_which_edition_it_is_as_declared() {
    sign_in::a_cluster_says_which_edition_it_is(CATALOG);
}

fn actions(run: &super::support::Run) -> Vec<(String, Action)> {
    run.plan
        .steps
        .iter()
        .map(|step| (step.address.to_string(), step.action))
        .collect()
}

fn doc(api: &str, kind: &str, name: &str, home: &str, spec: &str) -> String {
    format!(
        "apiVersion: {api}/v1\nkind: {kind}\nmetadata: {{name: {name}, {home}}}\nspec: {spec}\n---\n"
    )
}

fn logto(kind: &str, name: &str, spec: &str) -> String {
    doc("logto", kind, name, "tenant: acme", spec)
}

fn dcos(kind: &str, name: &str, spec: &str) -> String {
    doc("dcos", kind, name, "cluster: prod", spec)
}

fn a_role_lives_and_its_scope_changes_keep_its_id(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let resource = logto(
        "ApiResource",
        "orders",
        "{indicator: 'https://orders', scopes: [{name: read}, {name: write, description: w}]}",
    );
    let role = |rest: &str| format!("{resource}{}", logto("Role", "admin", rest));
    ground.apply_twice(&role("{description: d, scopes: [orders.read]}"));
    let id = ground.id("acme/role/admin");
    let run = ground.apply_twice(&role("{description: d, scopes: [orders.write]}"));
    assert_eq!(actions(&run), [("acme/role/admin".into(), Action::Update)]);
    ground.apply_twice(&role(
        "{name: Admin, description: other, isDefault: true, scopes: [orders.read, orders.write]}",
    ));
    ground.apply_twice(&role("{description: other}"));
    ground.holds(&logto(
        "Role",
        "admin",
        "{name: admin, description: other, isDefault: false}",
    ));
    let run = ground.apply_twice(&role("{description: other, type: MachineToMachine}"));
    assert_eq!(actions(&run), [("acme/role/admin".into(), Action::Replace)]);
    assert_ne!(ground.id("acme/role/admin"), id);
    ground.apply_twice(&resource);
    ground.allow("deletes", "acme/scope/*");
    ground.apply_twice("");
}

fn a_user_with_25_roles_and_a_resource_with_45_scopes_show_no_difference(catalog: Catalog) {
    let ground = Ground::with(catalog);
    let scopes: Vec<String> = (0..45).map(|n| format!("{{name: s{n}}}")).collect();
    let mut text = logto(
        "ApiResource",
        "big",
        &format!(
            "{{indicator: 'https://big', scopes: [{}]}}",
            scopes.join(", ")
        ),
    );
    for n in 0..25 {
        text += &logto("Role", &format!("r{n}"), "{description: d}");
    }
    let roles: Vec<String> = (0..25).map(|n| format!("r{n}")).collect();
    text += &logto(
        "User",
        "alice",
        &format!("{{username: alice, roles: [{}]}}", roles.join(", ")),
    );
    ground.apply_twice(&text);
}

fn a_users_fields_come_and_go(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    ground.set("PW", "correct horse");
    ground.apply_twice(&logto(
        "User",
        "alice",
        "{username: alice, password: {env: PW}}",
    ));
    ground.apply_twice(&logto(
        "User",
        "alice",
        "{username: alice, primaryEmail: Alice@Example.com, primaryPhone: '15555550100', name: Alice, \
         avatar: 'https://a.example/a.png', customData: {tier: gold, n: {a: 1}}, profile: {givenName: A, address: {locality: Bern}}, \
         isSuspended: true, password: {env: PW}, logtoConfigs: {mfa: {skipped: true, enabled: true}}}",
    ));
    ground.set("PW", "battery staple");
    let run = ground.apply_twice(&logto(
        "User",
        "alice",
        "{username: alice, name: '', customData: {n: {a: 1}}, password: {env: PW}}",
    ));
    assert!(
        run.writes.iter().any(|write| write.contains("/password")),
        "{:?}",
        run.writes
    );
    ground.apply_twice(&logto(
        "User",
        "alice",
        "{username: alice, avatar: '', logtoConfigs: {mfa: {skipped: false, enabled: false}}}",
    ));
    // What the server merges stays as it is: nothing is sent.
    ground.apply_again(&logto("User", "alice", "{username: alice, name: null}"));
    ground.holds(&logto(
        "User",
        "alice",
        "{username: alice, isSuspended: false, primaryEmail: null, password: {env: PW}}",
    ));
    ground.apply_twice("");
}

fn a_user_is_known_by_an_address_in_any_case(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    ground.apply_twice(&logto("User", "bob", "{primaryEmail: Bob@Example.com}"));
    ground.holds(&logto("User", "bob", "{primaryEmail: bob@example.com}"));
}

fn a_digest_is_taken_at_creation_only(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    ground.set("DIGEST", "5f4dcc3b5aa765d61d8327deb882cf99");
    let user = logto(
        "User",
        "carol",
        "{username: carol, passwordDigest: {env: DIGEST}, passwordAlgorithm: MD5}",
    );
    ground.apply_twice(&user);
    ground.set("DIGEST", "900150983cd24fb0d6963f7d28e17f72");
    ground.apply_again(&user);
}

fn an_application_lives_with_its_roles_and_secrets(catalog: Catalog) {
    let ground = Ground::with(catalog);
    let role = logto("Role", "robot", "{description: d, type: MachineToMachine}");
    let app = |spec: &str| format!("{role}{}", logto("Application", "app", spec));
    ground.apply_twice(&app(
        "{type: MachineToMachine, roles: [robot], secrets: [{name: ci}]}",
    ));
    ground.apply_twice(&app(
        "{type: MachineToMachine, description: x, customData: {a: 1}, roles: [], \
         secrets: [{name: ci}, {name: 'cd 2', expiresAt: 2099-01-01T00:00:00Z}]}",
    ));
    let run = ground.apply_twice(&app(
        "{type: MachineToMachine, secrets: [{name: ci}, {name: 'cd 2', expiresAt: 2098-01-01T00:00:00Z}]}",
    ));
    assert!(actions(&run).contains(&("acme/applicationsecret/app.cd 2".into(), Action::Replace)));
    ground.apply_twice(&app(
        "{type: MachineToMachine, secrets: {exactly: [{name: ci}]}}",
    ));
    let run = ground.apply_twice(&app("{type: Traditional, secrets: [{name: ci}]}"));
    let replaced = run
        .plan
        .steps
        .iter()
        .filter(|step| step.action == Action::Replace);
    assert_eq!(replaced.count(), 2, "{:#?}", run.plan.steps);
    ground.apply_twice("");
}

fn an_applications_metadata_is_merged_and_put_back(catalog: Catalog) {
    let ground = Ground::with(catalog);
    let app = |spec: &str| logto("Application", "web", spec);
    ground.apply_twice(&app(
        "{type: SPA, oidcClientMetadata: {redirectUris: ['https://a/cb']}}",
    ));
    ground.apply_twice(&app(
        "{type: SPA, oidcClientMetadata: {postLogoutRedirectUris: ['https://a']}, \
         customClientMetadata: {idTokenTtl: 60, corsAllowedOrigins: ['https://a']}}",
    ));
    ground.apply_twice(&app(
        "{type: SPA, customClientMetadata: {corsAllowedOrigins: ['https://b']}}",
    ));
    ground.apply_twice(&app("{type: SPA, description: text}"));
    ground.apply_twice(&app("{type: SPA, description: ''}"));
    let run = ground.apply_twice(&app(
        "{type: Native, customClientMetadata: {isDeviceFlow: false}}",
    ));
    assert_eq!(
        actions(&run),
        [("acme/application/web".into(), Action::Replace)]
    );
    let run = ground.apply_twice(&app(
        "{type: Native, customClientMetadata: {isDeviceFlow: true}}",
    ));
    assert_eq!(
        actions(&run),
        [("acme/application/web".into(), Action::Replace)]
    );
    ground.apply_twice(&app("{type: Traditional, isThirdParty: false}"));
    let run = ground.apply_twice(&app("{type: Traditional, isThirdParty: true}"));
    assert_eq!(
        actions(&run),
        [("acme/application/web".into(), Action::Replace)]
    );
}

fn a_resource_changes_its_indicator_and_gets_everything_back(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let text = |indicator: &str| {
        format!(
            "{}{}",
            logto(
                "ApiResource",
                "x",
                &format!("{{indicator: '{indicator}', isDefault: true, scopes: [{{name: read}}]}}")
            ),
            logto("Role", "r", "{description: d, scopes: [x.read]}"),
        )
    };
    ground.apply_twice(&text("https://old"));
    let role = ground.id("acme/role/r");
    ground.apply_twice(&text("https://new"));
    assert_eq!(ground.id("acme/role/r"), role);
    let bare = |more: &str| {
        logto(
            "ApiResource",
            "x",
            &format!("{{indicator: 'https://new', {more}}}"),
        )
    };
    ground.apply_twice(&bare(
        "accessTokenTtl: 60, scopes: [{name: read, description: text}]",
    ));
    ground.apply_twice(&bare("scopes: [{name: read, description: ''}]"));
    ground.holds(&logto(
        "ApiResource",
        "x",
        "{indicator: 'https://new', accessTokenTtl: 3600, isDefault: false}",
    ));
}

fn a_tenant_on_the_cloud_lives_with_what_is_in_it(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let tenant = |name: &str, tag: &str, region: &str| {
        format!(
            "apiVersion: logto/v1\nkind: Tenant\nmetadata: {{name: shop}}\n\
             spec: {{name: {name}, tag: {tag}, regionName: {region}, account: main}}\n---\n\
             {}",
            doc("logto", "Role", "clerk", "tenant: shop", "{description: d}")
        )
    };
    ground.apply_twice(&tenant("Shop", "development", "EU"));
    ground.apply_twice(&tenant("Store", "development", "EU"));
    let refused = ground.try_apply("").expect("a plan");
    assert_eq!(refused.plan.refusals[0].code, "E0406");
    ground.allow("target", "tenant/shop");
    ground.apply_twice(&tenant("Store", "production", "EU"));
    ground.apply_twice(&tenant("Store", "production", "US"));
    ground.apply_twice("");
}

fn destroy_leaves_nothing_of_ours(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let text = format!(
        "{}{}",
        logto(
            "ApiResource",
            "x",
            "{indicator: 'https://x', scopes: [{name: read}]}"
        ),
        logto("Role", "r", "{description: d, scopes: [x.read]}"),
    );
    ground.apply_twice(&text);
    ground.destroying();
    ground.apply_twice(&text);
}

fn what_others_made_is_adopted_only_on_request(catalog: Catalog) {
    let ground = Ground::with(catalog);
    let other = Ground::with(catalog);
    drop(other);
    let text = logto("Role", "r", "{description: d}");
    ground.apply_twice(&text);
    std::fs::remove_dir_all(ground.state_folder()).expect("a lost state");
    let refused = ground.try_apply(&text).expect("a plan");
    assert_eq!(refused.plan.refusals[0].code, "E0401");
    assert_eq!(refused.writes, Vec::<String>::new());
    let adopted = text.replace("spec:", "lifecycle: {adopt: true}\nspec:");
    ground.apply_twice(&adopted);
}
