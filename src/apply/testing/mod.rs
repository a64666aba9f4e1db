//! What apply's own tests run against: servers and a state in memory, which can be slow, fail as
//! scripted, and die between any two of their acts.

mod ledger;
mod plans;
mod world;

pub(super) use ledger::FakeLedger;
pub(super) use plans::{
    TestRun, address, create, edge, entry, errors, needs, plan, says, step, update, warnings,
};
pub(super) use world::{FakeWorld, Life, refusal};
