//! A refused plan does nothing.

use std::collections::BTreeMap;

use tenantry::plan::Plan;

/// The plan without what it would do.
pub(super) fn emptied(plan: &Plan) -> Plan {
    Plan {
        steps: Vec::new(),
        nodes: Vec::new(),
        edges: Vec::new(),
        bookkeeping: BTreeMap::new(),
        ..plan.clone()
    }
}
