//! What a route takes of many objects at once is one call for all of them, and if it fails all of
//! them are told.

use tenantry::apply::failure::CALL_FAILED;
use tenantry::cli::providers::CATALOG;

use super::super::support::Ground;
use super::{errors, posts};

const ORDER: &str = "/api/custom-profile-fields/properties/sie-order";

fn fields(places: &[(&str, u32)]) -> String {
    let field = |(name, place): &(&str, u32)| {
        format!(
            "apiVersion: logto/v1\nkind: CustomProfileField\n\
             metadata: {{name: {name}, tenant: acme}}\n\
             spec: {{type: Text, required: false, sieOrder: {place}}}\n---\n"
        )
    };
    places.iter().map(field).collect()
}

#[test]
fn many_fields_are_ordered_by_one_call_and_fail_together() {
    let ground = Ground::with(CATALOG);
    // Places that the server does not give by itself, in whatever order they are made.
    let first = fields(&[("a", 13), ("b", 12), ("c", 11)]);
    ground.fault(&format!("POST {ORDER}=status:422"));
    let run = ground.try_apply(&first).expect("a plan");
    assert_eq!(errors(&run.report), [CALL_FAILED; 3], "{:#?}", run.report);
    ground.by_hand(|world| world.faults.clear());
    // The fields are there; their order alone is left.
    let run = ground.apply_twice(&first);
    assert_eq!(run.writes, [format!("POST {ORDER} 200")]);
    let run = ground.apply_twice(&fields(&[("a", 1), ("b", 2), ("c", 3), ("d", 4)]));
    assert_eq!(posts(&run, ORDER), 1, "{:?}", run.writes);
}
