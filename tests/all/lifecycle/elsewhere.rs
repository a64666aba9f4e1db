//! SAML applications, clients that nobody registered, and who users are elsewhere.

use tenantry::cli::providers::CATALOG;
use tenantry::kind::Catalog;
use tenantry::plan::Action;

use super::super::support::Ground;
use super::organizations::{count, who_may_use};
use super::{actions, logto};

#[test]
fn a_saml_application_lives_as_declared() {
    a_saml_application_lives(CATALOG);
}

#[test]
fn who_may_use_a_saml_application_is_set_before_it_is_closed_as_declared() {
    who_may_use_a_saml_application_is_set_before_it_is_closed(CATALOG);
}

#[test]
fn unregistered_clients_are_let_in_and_out_as_declared() {
    unregistered_clients_are_let_in_and_out(CATALOG);
}

#[test]
fn a_users_identities_come_and_go_as_declared() {
    a_users_identities_come_and_go(CATALOG);
}

pub(super) fn a_saml_application_lives(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let told = logto(
        "EmailTemplate",
        "told",
        "{languageTag: en, templateType: Generic, details: {subject: {ref: samlapplication/pay, \
         field: entityId}, content: {join: [{ref: samlapplication/pay, field: metadataUrl}, ' ', \
         {ref: samlapplication/pay, field: certificate}]}}}",
    );
    let pay = |spec: &str| told.clone() + &logto("SamlApplication", "pay", spec);
    ground.apply_twice(&pay("{}"));
    let mail = ground.by_hand(|world| {
        let tables = world.target("t/acme").expect("a tenant").tables();
        let (_, row) = tables.rows("email_templates").next().expect("one");
        row["details"].to_string()
    });
    assert!(mail.contains("-----BEGIN CERTIFICATE-----"), "{mail}");
    let id = ground.id("acme/samlapplication/pay");
    assert!(mail.contains(&format!("/saml/{id}\"")), "{mail}");
    assert!(
        mail.contains(&format!("/api/saml-applications/{id}/metadata -")),
        "{mail}"
    );
    let run = ground.apply_twice(&pay(
        "{name: Pay, description: d, customData: {a: 1}, entityId: 'urn:pay', acsUrl: {binding: \
         'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', url: 'https://p.example/acs'}, \
         nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient', attributeMapping: \
         {email: mail, name: cn}, encryption: {encryptAssertion: true, encryptThenSign: false, \
         certificate: c}}",
    ));
    let updated = ("acme/samlapplication/pay".to_owned(), Action::Update);
    assert_eq!(actions(&run), std::slice::from_ref(&updated));
    ground.apply_twice(&pay(
        "{name: Pay, description: '', entityId: '', acsUrl: {binding: \
         'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', url: 'https://p.example/acs2'}, \
         attributeMapping: {email: mail}, encryption: {encryptAssertion: false}}",
    ));
    let run = ground.apply_twice(&pay("{name: Pay}"));
    assert_eq!(actions(&run), [updated]);
    ground.holds(&pay(
        "{name: Pay, customData: {exactly: {}}, acsUrl: null, encryption: null, \
         attributeMapping: {exactly: {}}, nameIdFormat: \
         'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'}",
    ));
    ground.apply_twice("");
}

pub(super) fn who_may_use_a_saml_application_is_set_before_it_is_closed(catalog: Catalog) {
    who_may_use(catalog, "SamlApplication", "", "saml-applications");
}

pub(super) fn unregistered_clients_are_let_in_and_out(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let others = logto(
        "ApiResource",
        "orders",
        "{indicator: 'https://o.example', scopes: [{name: read}, {name: write}]}",
    ) + &logto("OrganizationScope", "invite", "{}");
    let clients = |spec: &str| others.clone() + &logto("CimdConfig", "clients", spec);
    let run = ground.apply_twice(&clients(
        "{enabled: true, userConsentScopes: {userScopes: [profile, email], organizationScopes: \
         [invite], resourceScopes: [orders.read], organizationResourceScopes: [orders.write]}}",
    ));
    assert_eq!(
        count(&run, "POST /api/cimd/user-consent-scopes"),
        4,
        "{:?}",
        run.writes
    );
    let run = ground.apply_twice(&clients(
        "{userConsentScopes: {userScopes: {exactly: [profile]}, resourceScopes: [orders.write]}}",
    ));
    assert_eq!(
        count(&run, "DELETE /api/cimd/user-consent-scopes/"),
        4,
        "{:?}",
        run.writes
    );
    ground.holds(&clients("{enabled: false}"));
    // The document goes, and what it granted with it.
    let run = ground.apply_twice(&others);
    assert_eq!(
        count(&run, "DELETE /api/cimd/user-consent-scopes/"),
        2,
        "{:?}",
        run.writes
    );
    ground.apply_twice("");
}

#[test]
fn a_server_that_does_not_know_unregistered_clients_says_so_before_any_write() {
    let ground = Ground::with(CATALOG);
    ground.fault("GET /api/configs/cimd=status:404");
    let clients = logto("CimdConfig", "clients", "{enabled: true}");
    let faults = ground.try_apply(&clients).err().expect("no plan");
    let said =
        "`acme/cimdconfig/clients` needs CimdConfig objects, which `tenant/acme` does not offer";
    assert_eq!(faults[0].message, said);
    let whole = format!("{:?}", faults[0]);
    assert!(whole.contains("it may be another version"), "{whole}");
}

pub(super) fn a_users_identities_come_and_go(catalog: Catalog) {
    let ground = Ground::with(catalog);
    let alice = |identities: &str| {
        logto(
            "User",
            "alice",
            &format!("{{username: alice, identities: {identities}}}"),
        )
    };
    // Others have the same target: an identity's id is unique in its user only.
    let bob = logto(
        "User",
        "bob",
        "{username: bob, identities: {github: {userId: '2'}}}",
    );
    ground.apply_twice(&(bob.clone()
        + &alice("{github: {userId: '1', details: {email: a@a.example, plan: {name: free}}}, google: {userId: g}}")));
    let run = ground.apply_twice(
        &(bob.clone()
            + &alice(
                "{github: {userId: '3', details: {email: b@a.example}}, google: {userId: g}}",
            )),
    );
    let id = ground.id("acme/user/alice");
    assert_eq!(
        run.writes,
        [format!("PUT /api/users/{id}/identities/github 200")]
    );
    ground.apply_twice(&(bob.clone() + &alice("{github: {userId: '3'}}")));
    let taken = bob.clone() + &alice("{github: {userId: '2'}}");
    let run = ground.try_apply(&taken).expect("a plan");
    assert!(
        format!("{:?}", run.report).contains("user.identity_already_in_use"),
        "{:?}",
        run.report
    );
    ground.apply_twice(&(bob + &alice("{exactly: {}}")));
    ground.apply_twice("");
}
