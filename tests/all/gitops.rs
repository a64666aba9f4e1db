//! The documented workflows of both forges, run in a repository that goes through pull requests,
//! reviews, merges and changes by hand. Each ends as the table in `docs/gitops.md` says.

mod forge;
mod github;
mod gitlab;

use std::collections::BTreeMap;

use forge::{Ended, Event, Forge, Host};
use serde_json::Value as Json;

use super::support::writes_of;

const PROD: &str = "\
apiVersion: dcos/v1
kind: Cluster
metadata: {name: prod}
spec:
  connection:
    url: https://dcos.invalid
    login: {uid: bootstrapuser, password: {env: DCOS_PASSWORD}}
---
apiVersion: dcos/v1
kind: User
metadata: {name: bob, cluster: prod}
spec: {description: Bob, password: {env: BOB_PASSWORD}}
";

const GROUP: &str = "\
apiVersion: dcos/v1
kind: Group
metadata: {name: ops, cluster: prod}
spec: {description: Operators, members: [bob]}
";

const POLICY: &str = "\
apiVersion: tenantry/v1
kind: Policy
spec:
  deny: [{name: no-superusers, gain: 'dcos:superuser'}]
";

const HOSTS: [Host; 2] = [Host::GitHub, Host::GitLab];

const SECRET: &str = "planted-password-of-bob";

/// A repository whose main branch is applied.
fn forge(host: Host) -> Forge {
    let mut forge = Forge::new(host);
    forge.secret("BOB_PASSWORD", SECRET);
    forge.push(
        "main",
        &[("tenantry.yaml", POLICY), ("manifests/prod.yaml", PROD)],
    );
    let by_hand = by_hand(&forge, "main");
    said(&forge, &by_hand, "by hand, with changes");
    forge
}

/// Situation → workflow, step and code, as the page has them.
fn page() -> BTreeMap<String, (String, String, i32)> {
    let text = std::fs::read_to_string("docs/gitops.md").unwrap();
    let table = text.split("| situation |").nth(1).unwrap();
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let rows = rows.map(|line| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [situation, workflow, step, code] = cells.as_slice() else {
            panic!("{line}");
        };
        let ends = (
            (*workflow).to_owned(),
            (*step).to_owned(),
            code.parse().unwrap(),
        );
        ((*situation).to_owned(), ends)
    });
    rows.collect()
}

/// Checks that a workflow ended as the page says, and that it said no secret. On GitLab, a workflow
/// is one job with one script.
fn said(forge: &Forge, ended: &Ended, situation: &str) {
    let page = page();
    let (workflow, step, code) = page.get(situation).unwrap_or_else(|| panic!("{situation}"));
    let step = match forge.host {
        Host::GitHub => step.clone(),
        Host::GitLab => format!("identity-{workflow}"),
    };
    assert_eq!(
        (&ended.step, ended.code),
        (&step, *code),
        "{situation} on {:?}: {}",
        forge.host,
        ended.said
    );
    for secret in [SECRET, "token-of-"] {
        assert!(!ended.said.contains(secret), "{situation}: {}", ended.said);
    }
}

fn check(forge: &Forge, branch: &str) -> Ended {
    forge.run("check", branch, Event::Request(branch))
}

fn plan(forge: &Forge, head: &str) -> Ended {
    forge.run("plan", head, Event::Request(head))
}

fn apply(forge: &Forge, commit: &str) -> Ended {
    forge.run("apply", commit, Event::Push)
}

fn by_hand(forge: &Forge, commit: &str) -> Ended {
    forge.run("apply", commit, Event::ByHand)
}

fn drift(forge: &Forge) -> Ended {
    forge.run("drift", "main", Event::Schedule)
}

/// Somebody changes bob's description on the server.
fn touch(forge: &Forge, description: &str) {
    forge.sandbox().with(|world| {
        let tables = world.target("c/prod").unwrap().tables();
        let mut row = tables.get("users", "bob").unwrap().clone();
        row["description"] = Json::from(description);
        tables.put("users", "bob", row);
    });
}

#[test]
fn a_pull_request_is_checked_planned_in_one_comment_and_applied_by_its_merge() {
    for host in HOSTS {
        let forge = forge(host);
        let mistake = GROUP.replace("members", "membres");
        let head = forge.push("ops", &[("manifests/ops.yaml", &mistake)]);
        let checked = check(&forge, &head);
        said(&forge, &checked, "a manifest has a mistake");
        assert!(
            checked.said.contains("manifests/ops.yaml"),
            "{}",
            checked.said
        );
        said(&forge, &plan(&forge, &head), "no plan can be made");

        let head = forge.push("ops", &[("manifests/ops.yaml", GROUP)]);
        said(&forge, &check(&forge, &head), "the manifests are sound");
        said(&forge, &plan(&forge, &head), "there are changes");
        let [comment] = forge.texts("comments").try_into().expect("one comment");
        assert!(comment.starts_with("<!-- tenantry plan -->"), "{comment}");
        assert!(comment.contains("prod/group/ops"), "{comment}");

        let merge = forge.merge("ops");
        let (applied, written) = writes_of(forge.sandbox(), || apply(&forge, &merge));
        said(&forge, &applied, "the reviewed plan holds");
        assert!(written > 0);
        let (again, written) = writes_of(forge.sandbox(), || apply(&forge, &merge));
        said(&forge, &again, "the reviewed plan is applied again");
        assert_eq!(written, 0);

        let head = forge.push("note", &[("README.md", "identity\n")]);
        said(&forge, &plan(&forge, &head), "there is nothing to do");
        assert_eq!(forge.texts("comments").len(), 1, "edited in place");
        said(&forge, &drift(&forge), "nothing differs");
    }
}

#[test]
fn a_pull_request_cannot_loosen_the_policy_that_it_is_judged_by() {
    for host in HOSTS {
        let forge = forge(host);
        let loose = POLICY.replace("dcos:superuser", "nothing");
        let own = PROD.replace(
            "{env: BOB_PASSWORD}}",
            "{env: BOB_PASSWORD}, permissions: {'dcos:superuser': [full]}}",
        );
        let files = [
            ("tenantry.yaml", loose.as_str()),
            ("manifests/prod.yaml", &own),
        ];
        let head = forge.push("mine", &files);
        said(
            &forge,
            &plan(&forge, &head),
            "the policy of the base refuses",
        );
        let [comment] = forge.texts("comments").try_into().expect("one comment");
        assert!(comment.contains("no-superusers"), "{comment}");

        let head = forge.push("only", &[("tenantry.yaml", POLICY)]);
        said(
            &forge,
            &plan(&forge, &head),
            "the policy of the base refuses",
        );
        let merge = forge.merge("only");
        said(&forge, &by_hand(&forge, &merge), "by hand, with refusals");
    }
}

#[test]
fn what_moved_between_review_and_merge_stops_the_apply_before_the_first_write() {
    for host in HOSTS {
        let forge = forge(host);
        let changed = PROD.replace("description: Bob", "description: Robert");
        let head = forge.push("robert", &[("manifests/prod.yaml", &changed)]);
        said(&forge, &plan(&forge, &head), "there are changes");
        touch(&forge, "Bobby");
        let merge = forge.merge("robert");
        let (refused, written) = writes_of(forge.sandbox(), || apply(&forge, &merge));
        said(&forge, &refused, "a live object has moved since the review");
        assert_eq!(written, 0);
        assert!(refused.said.contains("prod/user/bob"), "{}", refused.said);
        said(&forge, &by_hand(&forge, &merge), "by hand, with changes");

        let pushed = forge.push("main", &[("README.md", "identity\n")]);
        said(
            &forge,
            &apply(&forge, &pushed),
            "the commit came by no pull request",
        );
    }
}

#[test]
fn a_merge_whose_head_nobody_planned_applies_nothing() {
    for host in HOSTS {
        let forge = forge(host);
        forge.push("ops", &[("manifests/ops.yaml", GROUP)]);
        let merge = forge.merge("ops");
        let (refused, written) = writes_of(forge.sandbox(), || apply(&forge, &merge));
        said(&forge, &refused, "nobody planned the head");
        assert_eq!(written, 0);
    }
}

#[test]
fn drift_opens_one_issue_updates_it_and_closes_it() {
    for host in HOSTS {
        let forge = forge(host);
        said(&forge, &drift(&forge), "nothing differs");
        assert_eq!(forge.texts("issues"), Vec::<String>::new());
        for description in ["by hand", "by hand again"] {
            touch(&forge, description);
            said(&forge, &drift(&forge), "somebody changed something by hand");
            let [issue] = forge.texts("issues").try_into().expect("one issue");
            assert!(issue.contains(description), "{issue}");
        }
        touch(&forge, "Bob");
        said(&forge, &drift(&forge), "nothing differs");
        assert_eq!(forge.texts("issues"), Vec::<String>::new());
    }
}

#[test]
fn every_situation_of_the_page_is_tried() {
    let own = include_str!("gitops.rs");
    for situation in page().keys() {
        assert!(own.contains(&format!("\"{situation}\"")), "{situation}");
    }
}
