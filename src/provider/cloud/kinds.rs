//! The kinds of the Cloud account.

mod account;
mod limits;
mod members;
mod subscription;
mod tenant;

use crate::kind::Descriptor;

/// All kinds of this provider.
pub const KINDS: &[Descriptor] = &[
    Descriptor::of::<account::Account>(),
    Descriptor::of::<tenant::Tenant>(),
];
