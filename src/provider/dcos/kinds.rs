//! The kinds of a cluster.

mod acl;
mod actions;
mod cluster;
mod group;
mod identifier;
mod ldap_config;
mod oidc_provider;
mod provider;
mod public_key;
mod saml_provider;
mod service_account;
mod user;

use crate::kind::Descriptor;

/// All kinds of this provider.
pub const KINDS: &[Descriptor] = &[
    Descriptor::of::<cluster::Cluster>(),
    Descriptor::of::<user::User>(),
    Descriptor::of::<service_account::ServiceAccount>(),
    Descriptor::of::<group::Group>(),
    Descriptor::of::<acl::Acl>(),
    Descriptor::of::<ldap_config::LdapConfig>(),
    Descriptor::of::<oidc_provider::OidcProvider>(),
    Descriptor::of::<saml_provider::SamlProvider>(),
];
