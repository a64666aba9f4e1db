//! Each action and each sort of change, as it is read.

use serde_json::json;

use super::samples::{address, change, everything, note, plan, relation, secret, step, unknown};
use super::{Styles, View, drift};
use crate::base::Value;
use crate::plan::{Action, Drift, Effect, FieldChange, Plan, ReplaceOrder, Step, World};

fn shown(plan: &Plan) -> String {
    super::plan(plan, &View::default(), Styles::PLAIN)
}

/// One step, without what stands around it.
fn one(step: Step) -> String {
    let address = step.address.to_string();
    let text = shown(&plan(vec![step]));
    let lines = text.lines().skip_while(|line| !line.contains(&address));
    lines
        .take_while(|line| !line.is_empty())
        .fold(String::new(), |all, line| all + line + "\n")
}

fn updated(change: FieldChange) -> String {
    one(step(Action::Update, "acme/role/admin", vec![change]))
}

#[test]
fn a_plan_with_nothing_to_do_says_so() {
    insta::assert_snapshot!(shown(&plan(Vec::new())), @r"
    Target: sandbox

    No changes. 12 unchanged (9 requests).
    ");
}

#[test]
fn a_whole_plan_shows_what_goes_first() {
    insta::assert_snapshot!(shown(&everything()), @r#"
    Target: sandbox

    Access (1 loses)

      - acme/user/bob loses full on dcos:superuser through group/ops: everything in acme

    Symbols: + create, ~ update in place, - delete

    Deletes (1)

      - acme/role/gone  # will be deleted

    Updates (1)

      ~ acme/role/admin  # will be updated in place
          ~ description = "old" -> "new"
          ~ scopes:
              + scope/orders.read
              - scope/orders.write
          ~ password = (secret, changed)

    Creates (1)

      + acme/scope/orders.read  # will be created
          + name = "read"
          + resourceId = (known after apply)
          + tags = ["a", 1]

    Changed since the last apply, not by tenantry (1)

      ~ acme/role/admin
          ~ description = "new" -> "by hand"

    warning[E0310]: PASSWORD is not set
    override: --override builtin=acme/role/admin

    Plan: 1 to create, 1 to update, 0 to replace, 1 to delete, 0 to adopt, 0 to forget, 12 unchanged (9 requests).

    Refused (1 refusal)

    refused[E0402]: acme/role/gone: it is protected
      hint: --override protect=acme/role/gone
    "#);
}

#[test]
fn each_action_has_its_sign_and_words() {
    let actions = [
        Action::Create,
        Action::Replace,
        Action::Delete,
        Action::Adopt,
        Action::Forget,
    ];
    let all: String = actions
        .map(|action| one(step(action, "acme/role/admin", Vec::new())))
        .concat();
    insta::assert_snapshot!(all, @r"
      + acme/role/admin  # will be created
    -/+ acme/role/admin  # must be replaced
      - acme/role/admin  # will be deleted
      = acme/role/admin  # will be adopted
      . acme/role/admin  # will be forgotten; the live object stays
    ");
}

#[test]
fn a_replacement_that_creates_first_shows_it() {
    let mut step = step(Action::Replace, "acme/application/web", Vec::new());
    step.replace_order = Some(ReplaceOrder::CreateFirst);
    step.reason = "type cannot be changed; its secrets and roles go with it".into();
    step.changes = vec![FieldChange {
        forces_replace: true,
        ..change("type", "SPA", "Native")
    }];
    insta::assert_snapshot!(one(step), @r#"
    +/- acme/application/web  # must be replaced: type cannot be changed; its secrets and roles go with it
          ~ type = "SPA" -> "Native"  # forces replacement
    "#);
}

#[test]
fn fields_come_change_and_go() {
    let changes = vec![
        change("a", Value::Null, "new"),
        change("b", Value::Bool(true), Value::Bool(false)),
        change("c", "old", Value::Null),
        change(
            "d",
            Value::from(json!({"x": 1})),
            Value::from(json!({"x": 2})),
        ),
        unknown("e", "acme/role/other"),
    ];
    insta::assert_snapshot!(one(step(Action::Update, "acme/role/admin", changes)), @r#"
    ~ acme/role/admin  # will be updated in place
        + a = "new"
        ~ b = true -> false
        - c = "old" -> null
        ~ d = { x = 1 } -> { x = 2 }
        + e = (known after apply)
    "#);
}

#[test]
fn live_values_of_a_target_that_is_not_there_are_known_after_apply() {
    let mut change = unknown("color.primaryColor", "tenant/acme");
    std::mem::swap(&mut change.before, &mut change.after);
    change.after = "#123456".into();
    insta::assert_snapshot!(updated(change), @r##"
    ~ acme/role/admin  # will be updated in place
        ~ color.primaryColor = (known after apply) -> "#123456"
    "##);
}

#[test]
fn what_is_known_after_apply_is_said_even_without_its_parts() {
    let change = FieldChange {
        known_after_apply: true,
        ..change("id", Value::Null, Value::Null)
    };
    insta::assert_snapshot!(updated(change), @r"
    ~ acme/role/admin  # will be updated in place
        ~ id = (known after apply)
    ");
}

#[test]
fn a_merged_mapping_is_noted() {
    let change = FieldChange {
        merged: true,
        ..change("customData.tier", "gold", "silver")
    };
    insta::assert_snapshot!(updated(change), @r#"
    ~ acme/role/admin  # will be updated in place
        ~ customData.tier = "gold" -> "silver"  # merged: other keys stay
    "#);
}

#[test]
fn a_long_text_is_shown_as_line_differences() {
    let css = change(
        "customCss",
        "a {\n  color: red;\n}\n",
        "a {\n  color: blue;\n}\n",
    );
    insta::assert_snapshot!(updated(css), @r"
    ~ acme/role/admin  # will be updated in place
        ~ customCss:
              a {
            -   color: red;
            +   color: blue;
              }
    ");
}

#[test]
fn a_long_list_is_shown_item_by_item() {
    let uris = |n: u8| {
        (1..=n)
            .map(|n| format!("https://app-{n}.example.com/callback"))
            .collect()
    };
    let list = |uris: Vec<String>| Value::from(json!(uris));
    let change = change("redirectUris", list(uris(3)), list(uris(4)));
    insta::assert_snapshot!(updated(change), @r#"
    ~ acme/role/admin  # will be updated in place
        ~ redirectUris:
              [
                "https://app-1.example.com/callback",
                "https://app-2.example.com/callback",
                "https://app-3.example.com/callback",
            +   "https://app-4.example.com/callback",
              ]
    "#);
}

#[test]
fn edges_are_lines_with_their_labels() {
    let changes = vec![
        relation("scopes", &["scope/orders.read"], &["scope/orders.write"]),
        relation("members", &["user/alice", "user/bob"], &[]),
        relation("permissions", &[], &["dcos:adminrouter:ops:mesos full"]),
    ];
    insta::assert_snapshot!(one(step(Action::Update, "prod/group/ops", changes)), @r"
    ~ prod/group/ops  # will be updated in place
        ~ scopes:
            + scope/orders.read
            - scope/orders.write
        + members:
            + user/alice
            + user/bob
        - permissions:
            - dcos:adminrouter:ops:mesos full
    ");
}

#[test]
fn secrets_are_said_to_change_and_never_shown() {
    let secret_change = |before, after| FieldChange {
        sensitive: true,
        ..change("password", before, after)
    };
    let changes = vec![
        secret_change(Value::Null, secret(Some('a'))),
        secret_change(secret(Some('a')), secret(Some('b'))),
        secret_change(secret(Some('a')), secret(None)),
        secret_change(secret(Some('a')), Value::Null),
        FieldChange {
            sensitive: true,
            ..unknown("client_secret", "acme/application/web")
        },
        change("unmarked", secret(Some('a')), secret(Some('b'))),
        secret_change("hunter2".into(), "hunter3".into()),
    ];
    let text = one(step(Action::Update, "prod/user/alice", changes));
    assert!(!text.contains("hunter"), "{text}");
    insta::assert_snapshot!(text, @r"
    ~ prod/user/alice  # will be updated in place
        + password = (secret)
        ~ password = (secret, changed)
        ~ password = (secret, not compared)
        - password = (secret) -> null
        + client_secret = (secret, known after apply)
        ~ unmarked = (secret, changed)
        ~ password = (secret, not compared)
    ");
}

#[test]
fn what_servers_say_is_shown_not_obeyed() {
    let mut step = step(
        Action::Update,
        "acme/role/\u{1b}[2J",
        vec![
            change("name", "\u{202e}x", "a\rb\u{1b}]0;owned\u{7}"),
            change("text", "one\n\u{1b}[31mtwo", "one\nthree"),
            relation("scopes", &["scope/\u{1b}[1m"], &[]),
        ],
    );
    step.reason = "said \u{9b}31m".into();
    let mut plan = plan(vec![step]);
    plan.warnings = vec![note("E0301", None, "\u{1b}[31mred\nline", Some("\u{7}"))];
    let text = shown(&plan);
    assert!(
        !text.contains(|c: char| c.is_control() && c != '\n'),
        "{text:?}"
    );
    assert!(!text.contains('\u{202e}'), "{text:?}");
}

#[test]
fn an_update_always_has_a_line_that_shows_it() {
    let same = change("x", "one", "one");
    assert!(updated(same).contains("x = "));
    let mut edges_only = step(Action::Update, "acme/role/admin", Vec::new());
    let edge = crate::plan::PlannedEdge {
        key: Vec::new(),
        to: None,
        label: "scope/read".into(),
    };
    edges_only.grants.insert("scopes".into(), vec![edge]);
    assert!(one(edges_only).contains("+ scopes: scope/read"));
}

/// The planner makes none; a file that somebody edited may hold one.
#[test]
fn an_update_without_any_change_is_shown_by_its_name() {
    let update = step(Action::Update, "acme/role/admin", Vec::new());
    assert!(!update.is_visible());
    let text = shown(&plan(vec![update]));
    assert!(
        text.contains("~ acme/role/admin  # will be updated in place"),
        "{text}"
    );
}

#[test]
fn a_partial_plan_for_real_servers_says_both() {
    let mut plan = plan(Vec::new());
    (plan.partial, plan.target) = (true, World::Live);
    insta::assert_snapshot!(shown(&plan), @r"
    Target: live

    Partial: only what was selected, and what that needs, is looked at.

    No changes. 12 unchanged (9 requests).
    ");
}

#[test]
fn drift_shows_what_was_changed_by_hand_and_what_is_pending() {
    let mut plan = everything();
    plan.refusals.clear();
    plan.overrides.clear();
    plan.pending = vec![address("acme/scope/orders.read"), address("acme/role/gone")];
    plan.drift.push(Drift {
        gone: true,
        access: Effect::Narrower,
        trace: Some(crate::kind::Trace {
            at: "2026-11-22T13:05:01Z".parse().expect("a moment"),
            event: "Role.Deleted".into(),
            log: "log of webhook `siem`".into(),
            from: Some("10.1.2.3".into()),
            agent: Some("curl/8.5.0\u{1b}[2J".into()),
            user: None,
            application: None,
            candidates: ["acme/application/ops".to_owned()].into(),
        }),
        ..Drift::bare(address("acme/role/lost"))
    });
    insta::assert_snapshot!(drift(&plan, Styles::PLAIN), @r#"
    Target: sandbox

    Changed since the last apply, not by tenantry (2)

      ~ acme/role/admin
          ~ description = "new" -> "by hand"

      - acme/role/lost  # is gone; takes access
            2026-11-22T13:05:01Z Role.Deleted with curl/8.5.0\u{1b}[2J from 10.1.2.3 (log of webhook `siem`); had a token there: acme/application/ops

    warning[E0310]: PASSWORD is not set

    Drift: 2 objects changed since the last apply (9 requests).
    Pending: 2 changes of the manifests (acme/scope/orders.read, acme/role/gone); see `tenantry plan`.
    "#);
}

#[test]
fn colours_only_repeat_what_is_said() {
    let plan = everything();
    let coloured = super::plan(&plan, &View::default(), Styles::COLOURED);
    let stripped = anstream::adapter::strip_str(&coloured).to_string();
    assert_ne!(coloured, stripped);
    assert_eq!(stripped, shown(&plan));
}
