//! The kinds that live in a tenant.

mod account_center;
mod action;
mod admin_console_config;
mod application;
mod application_parts;
mod application_secret;
mod captcha_provider;
mod cimd_config;
mod connector;
mod consents;
mod custom_phrases;
mod custom_profile_field;
mod domain;
mod email_template;
mod id_token_config;
mod jwt_customizer;
mod language;
mod look;
mod organization;
mod organization_role;
mod organization_scope;
mod resource;
mod role;
mod saml_application;
mod samples;
mod scope;
mod session_config;
mod sign_in_experience;
mod sso_connector;
mod user;
mod user_identity;
mod ways_in;
mod webhook;

use crate::kind::Descriptor;
use crate::kind::spec::RefKinds;

/// All kinds of this provider.
pub const KINDS: &[Descriptor] = &[
    Descriptor::of::<application::Application>(),
    Descriptor::of::<application_secret::ApplicationSecret>(),
    Descriptor::of::<saml_application::SamlApplication>(),
    Descriptor::of::<resource::ApiResource>(),
    Descriptor::of::<scope::Scope>(),
    Descriptor::of::<role::Role>(),
    Descriptor::of::<user::User>(),
    Descriptor::of::<user_identity::UserIdentity>(),
    Descriptor::of::<connector::Connector>(),
    Descriptor::of::<sso_connector::SsoConnector>(),
    Descriptor::of::<custom_phrases::CustomPhrases>(),
    Descriptor::of::<email_template::EmailTemplate>(),
    Descriptor::of::<captcha_provider::CaptchaProvider>(),
    Descriptor::of::<jwt_customizer::JwtCustomizer>(),
    Descriptor::of::<action::Action>(),
    Descriptor::of::<webhook::Webhook>(),
    Descriptor::of::<organization_scope::OrganizationScope>(),
    Descriptor::of::<organization_role::OrganizationRole>(),
    Descriptor::of::<organization::Organization>(),
    Descriptor::of::<custom_profile_field::CustomProfileField>(),
    Descriptor::of::<domain::Domain>(),
    Descriptor::of::<sign_in_experience::SignInExperience>(),
    Descriptor::of::<account_center::AccountCenter>(),
    Descriptor::of::<id_token_config::IdTokenConfig>(),
    Descriptor::of::<session_config::SessionConfig>(),
    Descriptor::of::<admin_console_config::AdminConsoleConfig>(),
    Descriptor::of::<cimd_config::CimdConfig>(),
];

/// Types that say in a spec which kind a reference points at.
macro_rules! to {
    ($($name:ident => $kind:literal),*) => {$(
        #[doc = concat!("References to objects of the kind `", $kind, "`.")]
        #[derive(Debug)]
        pub(super) enum $name {}

        impl RefKinds for $name {
            const KINDS: &'static [&'static str] = &[$kind];
        }
    )*};
}

to!(
    ToApplication => "application", ToResource => "apiresource", ToScope => "scope",
    ToRole => "role", ToUser => "user", ToOrganization => "organization",
    ToOrganizationRole => "organizationrole", ToSsoConnector => "ssoconnector",
    ToOrganizationScope => "organizationscope"
);
