//! Which emulation plays which kind of target.

use super::cloud::Cloud;
use super::dcos::Dcos;
use super::emulation::TargetKind;
use super::logto::Logto;
use super::world::Build;

/// One line a server.
pub const BUILDERS: &[(TargetKind, Build)] = &[
    (TargetKind::Logto, Logto::build),
    (TargetKind::Cloud, Cloud::build),
    (TargetKind::Dcos, Dcos::build),
];
