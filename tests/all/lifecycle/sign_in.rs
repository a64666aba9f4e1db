//! The lives of what people sign in to a cluster through: a directory, identity providers.

use serde_json::json;
use tenantry::kind::Catalog;
use tenantry::plan::Action;

use super::super::support::Ground;
use super::{actions, dcos};

pub(super) fn a_directory_is_replaced_whole_and_its_password_kept(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    ground.set("LOOKUP", "hunter2");
    ground.set("CERT", "-----BEGIN CERTIFICATE-----");
    let ldap = |rest: &str| {
        dcos(
            "LdapConfig",
            "directory",
            &format!(
                "{{host: ldap.example.com, port: 636, use-ldaps: true, enforce-starttls: false, \
                 lookup-dn: cn=x, lookup-password: {{env: LOOKUP}}, {rest}}}"
            ),
        )
    };
    let search = "user-search: {search-base: ou=p, search-filter-template: '(uid=%(username)s)'}";
    let groups = "group-search: {search-base: ou=g, search-filter-template: '(cn=%(groupname)s)', \
                  member-attributes: [member, uniqueMember]}";
    ground.apply_twice(&ldap(search));
    ground.apply_twice(&ldap(&format!(
        "{search}, {groups}, ca-certs: CA, client-cert: {{env: CERT}}, \
         test: {{uid: alice, password: {{env: NOT_SET}}}}"
    )));
    ground.holds(&ldap(&format!("{search}, client-cert: {{env: CERT}}")));
    // What a cluster may mask is taken over as it is, whatever it may be.
    for (name, other, own) in [
        ("LOOKUP", "other", "hunter2"),
        ("CERT", "other", "-----BEGIN CERTIFICATE-----"),
    ] {
        ground.set(name, other);
        ground.holds(&ldap(&format!("{search}, client-cert: {{env: CERT}}")));
        ground.set(name, own);
    }
    // Blanks around certificates are none of the directory's business.
    ground.apply_again(&ldap(&format!(
        "{search}, {groups}, ca-certs: \"CA\\n\", client-cert: {{env: CERT}}"
    )));
    // What somebody else adds stays, although all of it is sent.
    ground.by_hand(|world| {
        let tables = world.target("c/prod").expect("a cluster").tables();
        let mut config = tables.get("ldap", "config").expect("stored").clone();
        config["dntemplate"] = json!("uid=%(username)s");
        tables.put("ldap", "config", config);
    });
    ground.set("LOOKUP", "hunter3");
    ground.apply_twice(&ldap(&format!("{search}, client-cert: {{env: CERT}}")));
    let stored = ground.by_hand(|world| {
        let tables = world.target("c/prod").expect("a cluster").tables();
        tables.get("ldap", "config").expect("stored").clone()
    });
    assert_eq!(stored["dntemplate"], json!("uid=%(username)s"));
    assert_eq!(stored["lookup-password"], json!("hunter3"));
    assert_eq!(stored["client-cert"], json!("-----BEGIN CERTIFICATE-----"));
    assert_eq!(
        (stored.get("group-search"), stored.get("ca-certs")),
        (None, None)
    );
    let run = ground.apply_twice("");
    assert_eq!(
        actions(&run),
        [("prod/ldapconfig/directory".into(), Action::Delete)]
    );
}

pub(super) fn an_openid_provider_lives_and_its_secret_is_watched(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    ground.set("SECRET", "client-secret");
    let oidc = |rest: &str| {
        dcos(
            "OidcProvider",
            "company",
            &format!(
                "{{issuer: 'https://id/oidc', base_url: {{ref: cluster/prod, field: url}}, \
                 client_id: dcos, client_secret: {{env: SECRET}}{rest}}}"
            ),
        )
    };
    ground.apply_twice(&oidc(""));
    ground.apply_twice(&oidc(
        ", description: Company, verify_server_certificate: false, ca_certs: CA",
    ));
    ground.apply_again(&oidc(
        ", description: Company, verify_server_certificate: false, ca_certs: \"CA\\n\"",
    ));
    ground.holds(&oidc(
        ", description: Company, verify_server_certificate: false",
    ));
    ground.apply_twice(&oidc(", description: ''"));
    ground.apply_twice(&oidc(", description: Company"));
    ground.apply_twice(&oidc(""));
    ground.holds(&oidc(", description: ''"));
    // A secret that somebody changed by hand is seen, since the server shows it.
    ground.by_hand(|world| {
        let tables = world.target("c/prod").expect("a cluster").tables();
        let mut config = tables.get("oidc", "company").expect("stored").clone();
        config["client_secret"] = json!("by hand");
        tables.put("oidc", "company", config);
    });
    ground.apply_twice(&oidc(""));
    ground.set("SECRET", "another");
    ground.apply_twice(&oidc(""));
    ground.apply_twice("");
}

pub(super) fn a_saml_provider_tells_its_metadata_to_others(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let saml = |rest: &str| {
        dcos(
            "SamlProvider",
            "company",
            &format!("{{idp_metadata: '<a/>', sp_base_url: 'https://dcos'{rest}}}"),
        )
    };
    let group = dcos(
        "Group",
        "told",
        "{description: {ref: samlprovider/company, field: acsCallbackUrl}}",
    );
    ground.apply_twice(&format!("{}{group}", saml("")));
    ground.holds(&dcos(
        "Group",
        "told",
        "{description: 'https://dcos/acs/api/v1/auth/saml/providers/company/acs-callback'}",
    ));
    ground.apply_twice(&format!("{}{group}", saml(", description: Company")));
    let padded = saml(", description: Company").replace("'<a/>'", "\" <a/>\\n\"");
    ground.apply_again(&format!("{padded}{group}"));
    ground.apply_twice(&saml(""));
    ground.holds(&saml(", description: ''"));
    ground.apply_twice("");
}

pub(super) fn a_logto_application_becomes_a_clusters_provider_in_one_apply(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let text = "\
apiVersion: logto/v1
kind: Tenant
metadata: {name: shop}
spec: {name: Shop, tag: development, regionName: EU, account: main}
---
apiVersion: logto/v1
kind: Application
metadata: {name: dcos, tenant: shop}
spec:
  type: Traditional
  oidcClientMetadata: {redirectUris: [{ref: cluster/prod, field: oidcCallbackUrl}]}
---
apiVersion: dcos/v1
kind: OidcProvider
metadata: {name: logto, cluster: prod}
spec:
  issuer: {join: [{ref: tenant/shop, field: endpoint}, /oidc]}
  base_url: {ref: cluster/prod, field: url}
  client_id: {ref: shop/application/dcos}
  client_secret: {ref: shop/application/dcos, field: clientSecret}
---
";
    ground.apply_twice(text);
    let provider = ground.by_hand(|world| {
        let tables = world.target("c/prod").expect("a cluster").tables();
        tables.get("oidc", "logto").expect("stored").clone()
    });
    let client = ground.id("shop/application/dcos");
    assert_eq!(provider["client_id"], json!(client));
    let issuer = provider["issuer"].as_str().expect("a text").to_owned();
    let tenant = ground.id("tenant/shop");
    assert!(issuer.ends_with(&format!("/t/{tenant}/oidc")), "{issuer}");
    let application = ground.by_hand(|world| {
        let tables = world
            .target(&format!("t/{tenant}"))
            .expect("a tenant")
            .tables();
        tables.get("applications", &client).expect("there").clone()
    });
    let uri = &application["oidcClientMetadata"]["redirectUris"][0];
    let base = provider["base_url"].as_str().expect("a text");
    assert_eq!(*uri, json!(format!("{base}/acs/api/v1/auth/oidc/callback")));
    assert!(
        provider["client_secret"]
            .as_str()
            .is_some_and(|secret| secret.len() > 20)
    );
    ground.allow("target", "tenant/shop");
    ground.apply_twice("");
}

pub(super) fn a_cluster_says_which_edition_it_is(catalog: Catalog) {
    let mut ground = Ground::with(catalog);
    let user = "{provider_type: ldap, description: {ref: cluster/prod, field: edition}}";
    ground.apply_twice(&dcos("User", "alice", user));
    ground.holds(&dcos(
        "User",
        "alice",
        "{description: enterprise, provider_type: ldap}",
    ));
}
