//! The kinds that live in a tenant.

mod application;
mod application_secret;
mod resource;
mod role;
mod scope;
mod user;

use crate::kind::Descriptor;
use crate::kind::spec::RefKinds;

/// All kinds of this provider.
pub const KINDS: &[Descriptor] = &[
    Descriptor::of::<application::Application>(),
    Descriptor::of::<application_secret::ApplicationSecret>(),
    Descriptor::of::<resource::ApiResource>(),
    Descriptor::of::<scope::Scope>(),
    Descriptor::of::<role::Role>(),
    Descriptor::of::<user::User>(),
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

to!(ToApplication => "application", ToResource => "apiresource", ToScope => "scope", ToRole => "role");
