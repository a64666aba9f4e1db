//! Laws: whatever is written, applying it leaves nothing to do, and leaves others alone.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use tenantry::cli::providers::CATALOG;

use super::support::Ground;

const SCOPES: [&str; 4] = ["read", "write", "run:all", "a/b"];
const ROLES: [&str; 3] = ["one", "two", "three"];
const USERS: [&str; 3] = ["alice", "bob", "carol"];
const ACTIONS: [&str; 5] = ["create", "read", "update", "delete", "full"];
const RIDS: [&str; 2] = ["dcos:x", "dcos:service:marathon:marathon:services:/dev"];

/// A group: whether its members are exact, they, and its permissions.
type Group = (
    bool,
    Vec<&'static str>,
    Vec<(&'static str, Vec<&'static str>)>,
);

/// What is wanted of a tenant and a cluster.
#[derive(Debug, Clone)]
struct World {
    scopes: Vec<&'static str>,
    roles: Vec<(&'static str, Option<&'static str>, Vec<Index>)>,
    users: Vec<(&'static str, Vec<Index>)>,
    group: Option<Group>,
    ttl: Option<u32>,
}

fn indexes() -> impl Strategy<Value = Vec<Index>> {
    proptest::collection::vec(any::<Index>(), 0..3)
}

fn text() -> impl Strategy<Value = Option<&'static str>> {
    proptest::option::of(prop_oneof![
        Just("plain"),
        Just("ünï ⚙ 'quoted'"),
        Just("two\\nlines")
    ])
}

fn world() -> impl Strategy<Value = World> {
    let roles = subsequence(ROLES.to_vec(), 0..=3).prop_flat_map(|names| {
        names
            .into_iter()
            .map(|name| (Just(name), text(), indexes()))
            .collect::<Vec<_>>()
    });
    let users = subsequence(USERS.to_vec(), 0..=3).prop_flat_map(|names| {
        names
            .into_iter()
            .map(|name| (Just(name), indexes()))
            .collect::<Vec<_>>()
    });
    let granted = subsequence(RIDS.to_vec(), 0..=2).prop_flat_map(|rids| {
        let words = || subsequence(ACTIONS.to_vec(), 1..=3);
        rids.into_iter()
            .map(|rid| (Just(rid), words()))
            .collect::<Vec<_>>()
    });
    let members = subsequence(USERS.to_vec(), 0..=3);
    let group = proptest::option::of((any::<bool>(), members, granted));
    let scopes = subsequence(SCOPES.to_vec(), 0..=4);
    (
        scopes,
        roles,
        users,
        group,
        proptest::option::of(1_u32..9999),
    )
        .prop_map(|(scopes, roles, users, group, ttl)| World {
            scopes,
            roles,
            users,
            group,
            ttl,
        })
}

impl World {
    /// The manifests of it.
    fn text(&self) -> String {
        let mut out = String::from(
            "apiVersion: logto/v1\nkind: ApiResource\nmetadata: {name: api, tenant: acme}\nspec:\n  indicator: https://api\n",
        );
        if let Some(ttl) = self.ttl {
            writeln!(out, "  accessTokenTtl: {ttl}").expect("a string");
        }
        let scopes: Vec<String> = self
            .scopes
            .iter()
            .map(|name| format!("{{name: '{name}'}}"))
            .collect();
        writeln!(out, "  scopes: [{}]\n---", scopes.join(", ")).expect("a string");
        for (name, description, picks) in &self.roles {
            let scopes = picked(&self.scopes, picks, |scope| format!("'api.{scope}'"));
            let description = description.unwrap_or("d");
            write!(out, "apiVersion: logto/v1\nkind: Role\nmetadata: {{name: {name}, tenant: acme}}\nspec: {{description: \"{description}\", scopes: [{scopes}]}}\n---\n").expect("a string");
        }
        let names: Vec<&str> = self.roles.iter().map(|(name, _, _)| *name).collect();
        for (name, picks) in &self.users {
            let roles = picked(&names, picks, |name| (*name).to_owned());
            write!(out, "apiVersion: logto/v1\nkind: User\nmetadata: {{name: {name}, tenant: acme}}\nspec: {{username: {name}, roles: [{roles}]}}\n---\napiVersion: dcos/v1\nkind: User\nmetadata: {{name: {name}, cluster: prod}}\nspec: {{password: {{env: PW}}}}\n---\n").expect("a string");
        }
        out + &self.group_text()
    }

    fn group_text(&self) -> String {
        let Some((exactly, members, granted)) = &self.group else {
            return String::new();
        };
        let is_there = |name: &&&str| self.users.iter().any(|(user, _)| *user == **name);
        let members: Vec<&str> = members.iter().filter(is_there).copied().collect();
        let members = format!("[{}]", members.join(", "));
        let members = if *exactly {
            format!("{{exactly: {members}}}")
        } else {
            members
        };
        let granted: Vec<String> = granted
            .iter()
            .map(|(rid, words)| format!("'{rid}': [{}]", words.join(", ")))
            .collect();
        format!(
            "apiVersion: dcos/v1\nkind: Group\nmetadata: {{name: ops, cluster: prod}}\n\
             spec: {{members: {members}, permissions: {{{}}}}}\n",
            granted.join(", ")
        )
    }
}

fn picked(from: &[&str], picks: &[Index], show: impl Fn(&&str) -> String) -> String {
    if from.is_empty() {
        return String::new();
    }
    let mut names: Vec<String> = picks.iter().map(|pick| show(pick.get(from))).collect();
    names.sort();
    names.dedup();
    names.join(", ")
}

/// Objects of others in the same tenant and cluster.
const OTHERS: &str = "\
apiVersion: logto/v1
kind: Role
metadata: {name: others, tenant: acme}
spec: {description: theirs}
---
apiVersion: dcos/v1
kind: Group
metadata: {name: theirs, cluster: prod}
spec: {description: theirs}
---
";

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn applying_leaves_nothing_to_do_and_others_alone(one in world(), two in world()) {
        let mut ground = Ground::with(CATALOG);
        ground.set("PW", "some password");
        ground.by_others(|ground| ground.apply(OTHERS));
        for rule in ["scope", "role", "user"] {
            ground.allow("deletes", &format!("acme/{rule}/*"));
        }
        for world in [&one, &two, &one] {
            ground.apply(&world.text());
            ground.apply_again(&world.text());
        }
        ground.destroying();
        ground.apply(&one.text());
        ground.apply_again(&one.text());
        ground.by_others(|ground| ground.apply_again(OTHERS));
    }
}
