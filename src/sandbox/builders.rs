//! Which emulation plays which kind of target.

use super::dcos::Dcos;
use super::emulation::TargetKind;
use super::world::Build;

/// One line a server.
pub const BUILDERS: &[(TargetKind, Build)] = &[(TargetKind::Dcos, Dcos::build)];
