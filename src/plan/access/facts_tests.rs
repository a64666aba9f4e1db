//! Laws of the graph of who has what from whom, by example and by chance.

use proptest::prelude::*;

use super::*;

fn party(kind: &str, name: &str) -> Party {
    Party::Declared(Address::within("acme", kind, name))
}

fn has(who: &str, from: &str) -> Fact {
    Fact::Has {
        who: party("user", who),
        from: party("role", from),
        inside: None,
    }
}

fn gives(role: &str, scope: &str) -> Fact {
    Fact::Gives {
        who: party("role", role),
        thing: Thing::Permission(party("scope", scope)),
    }
}

fn facts(all: &[Fact]) -> Facts {
    let mut facts = Facts::default();
    all.iter().cloned().for_each(|fact| facts.insert(fact));
    facts
}

fn is_user(party: &Party) -> bool {
    matches!(party, Party::Declared(address) if address.kind() == "user")
}

fn name(party: &Party) -> String {
    match party {
        Party::Declared(address) => address.name().to_owned(),
        other => format!("{other:?}"),
    }
}

fn told(before: &Facts, after: &Facts) -> Vec<String> {
    let told = changes(before, after, is_user).into_iter().map(|change| {
        let thing = match change.right.thing {
            Thing::Word(resource, word) => format!("{word} on {resource}"),
            Thing::Permission(of) | Thing::Place(of) => name(of),
            Thing::Leave(thing) => format!("{thing:?}"),
        };
        let inside = change.right.inside.map(name).unwrap_or_default();
        let sign = if change.gained { '+' } else { '-' };
        let through: Vec<_> = change.through.into_iter().map(name).collect();
        format!(
            "{sign} {} {thing} {inside}[{}]",
            name(change.who),
            through.join(" ")
        )
    });
    told.collect()
}

#[test]
fn a_role_that_gets_a_scope_gives_it_to_whoever_holds_it() {
    let before = facts(&[has("alice", "clerk"), has("bob", "clerk")]);
    let mut after = before.clone();
    after.insert(gives("clerk", "read"));
    let expected = ["+ alice read [clerk]", "+ bob read [clerk]"];
    assert_eq!(told(&before, &after), expected);
}

#[test]
fn what_somebody_has_another_way_is_neither_gained_nor_lost() {
    let both = [gives("clerk", "read"), gives("boss", "read")];
    let mut before = facts(&both);
    before.insert(has("alice", "boss"));
    let mut after = before.clone();
    after.insert(has("alice", "clerk"));
    assert_eq!(told(&before, &after), Vec::<String>::new());
    assert_eq!(told(&after, &before), Vec::<String>::new());
}

#[test]
fn a_right_inside_an_organization_is_not_the_same_right_outside() {
    let inside = Fact::Has {
        who: party("user", "alice"),
        from: party("role", "clerk"),
        inside: Some(party("organization", "globex")),
    };
    let mut before = facts(&[gives("clerk", "read")]);
    before.insert(has("alice", "clerk"));
    let mut after = before.clone();
    after.insert(inside.clone());
    assert_eq!(told(&before, &after), ["+ alice read globex[clerk]"]);
    after.remove(inside);
    assert_eq!(told(&before, &after), Vec::<String>::new());
}

#[test]
fn what_is_gone_gives_nothing_and_holds_nothing() {
    let before = facts(&[gives("clerk", "read"), has("alice", "clerk")]);
    for gone in [
        party("role", "clerk"),
        party("scope", "read"),
        party("user", "alice"),
    ] {
        let mut after = before.clone();
        after.forget(&BTreeSet::from([gone]));
        assert_eq!(told(&before, &after), ["- alice read [clerk]"]);
    }
}

#[test]
fn groups_that_hold_each_other_come_to_an_end() {
    let hop = |who: &str, from: &str| Fact::Has {
        who: party("role", who),
        from: party("role", from),
        inside: None,
    };
    let mut after = facts(&[hop("a", "b"), hop("b", "a"), gives("b", "read")]);
    after.insert(has("alice", "a"));
    assert_eq!(
        told(&Facts::default(), &after),
        ["+ alice read [a b]"],
        "and the way is the shortest"
    );
}

fn some_facts() -> impl Strategy<Value = Facts> {
    let name = || prop::sample::select(vec!["a", "b", "c", "d"]);
    let fact = prop_oneof![
        (name(), name()).prop_map(|(who, from)| has(who, from)),
        (name(), name()).prop_map(|(role, scope)| gives(role, scope)),
    ];
    prop::collection::vec(fact, 0..24).prop_map(|all| facts(&all))
}

proptest! {
    /// Whatever is reported is true of one world and not of the other, and nothing is left out.
    #[test]
    fn changes_are_exactly_the_difference(before in some_facts(), after in some_facts()) {
        let mut expected = BTreeSet::new();
        for user in ["a", "b", "c", "d"].map(|name| party("user", name)) {
            let rights = |facts: &Facts| -> BTreeSet<Thing> {
                facts.of(&user).into_keys().map(|right| right.thing.clone()).collect()
            };
            let (had, has) = (rights(&before), rights(&after));
            expected.extend(had.difference(&has).map(|t| (user.clone(), t.clone(), false)));
            expected.extend(has.difference(&had).map(|t| (user.clone(), t.clone(), true)));
        }
        let found: BTreeSet<_> = changes(&before, &after, is_user)
            .into_iter()
            .map(|change| (change.who.clone(), change.right.thing.clone(), change.gained))
            .collect();
        prop_assert_eq!(found, expected);
    }
}
