//! Plans of many steps: what stands together, what is left out, and that it is said.

use super::samples::{access, change, everything, plan, relation, step};
use super::{Detail, Styles, View};
use crate::base::Value;
use crate::plan::{Action, Plan, Step};

fn shown(plan: &Plan, detail: Detail) -> String {
    let view = View { detail, only: None };
    super::plan(plan, &view, Styles::PLAIN)
}

fn many(count: usize, make: impl Fn(usize) -> Step) -> Vec<Step> {
    (0..count).map(make).collect()
}

fn granted(number: usize) -> Step {
    let change = relation("roles", &["role/order-reader"], &[]);
    step(
        Action::Update,
        &format!("acme/user/u{number:03}"),
        vec![change],
    )
}

fn invited(number: usize) -> Step {
    let name = format!("user{number}");
    let mut changes = vec![
        change("username", Value::Null, name.as_str()),
        change("isSuspended", Value::Null, Value::Bool(false)),
        relation(
            "roles",
            &["role/member", &format!("role/r{}", number % 40)],
            &[],
        ),
    ];
    if number.is_multiple_of(2) {
        changes.push(change("name", Value::Null, name.as_str()));
    }
    step(
        Action::Create,
        &format!("acme/user/new-{number:04}"),
        changes,
    )
}

#[test]
fn like_changes_are_one_line_that_can_be_unfolded() {
    let mut plan = plan(many(312, granted));
    let who: Vec<String> = (0..312).map(|n| format!("acme/user/u{n:03}")).collect();
    let who: Vec<&str> = who.iter().map(String::as_str).collect();
    plan.access = vec![access(
        true,
        &who,
        &["scope/orders.read"],
        "role/order-reader",
    )];
    insta::assert_snapshot!(shown(&plan, Detail::Folded), @r"
    Target: sandbox

    Access (312 gain)

      + 312 gain scope/orders.read through role/order-reader (acme/user/u000, acme/user/u001, acme/user/u002, acme/user/u003 and 308 more)

    Symbols: ~ update in place

    Updates (312)

      ~ 312 acme/user  # will be updated in place
          u000, u001, u002, u003, u004, u005, u006, u007, u008, u009, u010, u011, u012, u013, u014, u015,
          u016, u017, u018, u019, u020, u021, u022, u023, u024, u025, u026, u027, u028, u029, u030, u031,
          u032, u033, u034, u035, u036, u037, u038, u039, u040, u041, u042, u043, u044, u045, u046, u047,
          u048, u049, u050, u051, u052, u053, u054, u055, u056, u057, u058, u059, u060, u061, u062, u063, … and 248 more
          + roles:
              + role/order-reader

    What is alike stands together; `--all` shows each.
    Plan: 0 to create, 312 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to forget, 12 unchanged (9 requests).
    ");
    let all = shown(&plan, Detail::All);
    for number in 0..312 {
        let line = format!("  ~ acme/user/u{number:03}  # will be updated in place\n");
        assert!(all.contains(&line), "{number}");
    }
    insta::assert_snapshot!(all.lines().take(8).collect::<Vec<_>>().join("\n"), @r"
    Target: sandbox

    Access (312 gain)

      + 312 gain scope/orders.read through role/order-reader:
          acme/user: u000, u001, u002, u003, u004, u005, u006, u007, u008, u009, u010, u011, u012, u013,
          u014, u015, u016, u017, u018, u019, u020, u021, u022, u023, u024, u025, u026, u027, u028, u029,
          u030, u031, u032, u033, u034, u035, u036, u037, u038, u039, u040, u041, u042, u043, u044, u045,
    ");
}

#[test]
fn few_like_changes_stand_by_themselves() {
    let text = shown(&plan(many(3, granted)), Detail::Folded);
    assert_eq!(text, shown(&plan(many(3, granted)), Detail::All));
}

/// A bad day: everything at once, five thousand steps.
fn large() -> Plan {
    let mut steps = many(3_500, invited);
    steps.extend(many(312, granted));
    steps.extend(many(400, |n| {
        let text = format!("description {n}");
        let changes = vec![change("description", "old", text.as_str())];
        step(Action::Update, &format!("acme/role/r{n}"), changes)
    }));
    steps.extend(many(500, |n| {
        step(Action::Delete, &format!("acme/user/old-{n:03}"), vec![])
    }));
    steps.extend(many(250, |n| {
        step(Action::Delete, &format!("beta/scope/s-{n:03}"), vec![])
    }));
    steps.extend(many(38, |n| {
        let changes = vec![change("type", "SPA", "Native")];
        step(
            Action::Replace,
            &format!("acme/application/app-{n}"),
            changes,
        )
    }));
    let mut plan = plan(steps);
    for n in 0..60 {
        let who = format!("acme/user/old-{n:03}");
        let role = format!("role/r{n}");
        plan.access.push(access(true, &[&who], &["scope/x"], &role));
        plan.access
            .push(access(false, &[&who], &["scope/read"], &role));
    }
    plan.warnings = (0..90)
        .map(|n| super::samples::note("E0310", None, &format!("SECRET_{n} is not set"), None))
        .collect();
    plan
}

#[test]
fn five_thousand_steps_are_understood_in_a_screenful() {
    let large = large();
    assert_eq!(large.steps.len(), 5_000);
    let text = shown(&large, Detail::Folded);
    assert!(text.lines().count() <= 64, "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 120),
        "{text}"
    );
    let first: Vec<&str> = text.lines().take(24).collect();
    let first = first.join("\n");
    for told in ["500", "3500", "60 lose", "Deletes (750)"] {
        assert!(
            first.contains(told),
            "{told} is not on the first screen:\n{text}"
        );
    }
    insta::assert_snapshot!(text, @r#"
    Target: sandbox

                          delete  replace   update   create
      logto/user             500        .      312     3500
      logto/scope            250        .        .        .
      logto/application        .       38        .        .
      logto/role               .        .      400        .

    Access (60 gain, 60 lose)

      - acme/user/old-000 loses scope/read through role/r0
      - acme/user/old-001 loses scope/read through role/r1
      - acme/user/old-002 loses scope/read through role/r2
      - acme/user/old-003 loses scope/read through role/r3
      - acme/user/old-004 loses scope/read through role/r4
      - acme/user/old-005 loses scope/read through role/r5
        … and 54 more lose something
      + acme/user/old-000 gains scope/x through role/r0
      + acme/user/old-001 gains scope/x through role/r1
      + acme/user/old-002 gains scope/x through role/r2
        … and 57 more gain something

    Deletes (750)
      - 500 acme/user  # will be deleted
          old-000, old-001, old-002, old-003, old-004, old-005, old-006, old-007, old-008, old-009, … and 490 more
      - 250 beta/scope  # will be deleted
          s-000, s-001, s-002, s-003, s-004, s-005, s-006, s-007, s-008, s-009, s-010, s-011, s-012, … and 237 more

    Replacements (38)
    -/+ 38 acme/application  # must be replaced
          app-0, app-1, app-2, app-3, app-4, app-5, app-6, app-7, app-8, app-9, app-10, app-11, app-12, … and 25 more
          ~ type = "SPA" -> "Native"

    Updates (712)
      ~ 400 acme/role  # will be updated in place
          r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15, r16, r17, r18, r19, r20, … and 379 more
          ~ description = (400 different values)
      ~ 312 acme/user  # will be updated in place
          u000, u001, u002, u003, u004, u005, u006, u007, u008, u009, u010, u011, u012, u013, u014, u015, … and 296 more
          + roles:
              + role/order-reader

    Creates (3500)
      + 3500 acme/user  # will be created
          new-0000, new-0001, new-0002, new-0003, new-0004, new-0005, new-0006, new-0007, new-0008, … and 3491 more
          + username = (3500 different values)
          + isSuspended = false
          + roles:
              + role/member
              + role/r0 (88)
              + role/r1 (88)
              + role/r10 (88)
              … and 37 more
          + name = (1750 different values)  # in 1750 of them

    warning[E0310]: SECRET_0 is not set
    warning[E0310]: SECRET_1 is not set
    warning[E0310]: SECRET_2 is not set
    warning[E0310]: … and 87 more like it

    What is alike stands together; `--all` shows each.
    Plan: 3500 to create, 712 to update, 38 to replace, 750 to delete, 0 to adopt, 0 to forget, 12 unchanged (9 requests).
    "#);
}

#[test]
fn a_summary_has_the_numbers_and_what_is_lost() {
    let text = shown(&large(), Detail::Summary);
    assert!(text.lines().count() <= 24, "{text}");
    insta::assert_snapshot!(text, @r"
    Target: sandbox

                          delete  replace   update   create
      logto/user             500        .      312     3500
      logto/scope            250        .        .        .
      logto/application        .       38        .        .
      logto/role               .        .      400        .

    Access (60 gain, 60 lose)

      - acme/user/old-000 loses scope/read through role/r0
      - acme/user/old-001 loses scope/read through role/r1
      - acme/user/old-002 loses scope/read through role/r2
      - acme/user/old-003 loses scope/read through role/r3
      - acme/user/old-004 loses scope/read through role/r4
      - acme/user/old-005 loses scope/read through role/r5
        … and 54 more lose something
      + acme/user/old-000 gains scope/x through role/r0
      + acme/user/old-001 gains scope/x through role/r1
      + acme/user/old-002 gains scope/x through role/r2
        … and 57 more gain something

    Also: 90 warnings.
    Plan: 3500 to create, 712 to update, 38 to replace, 750 to delete, 0 to adopt, 0 to forget, 12 unchanged (9 requests).
    ");
}

#[test]
fn steps_of_very_different_sorts_do_not_fill_the_screen() {
    let steps = many(3_000, |n| {
        let fields: Vec<_> = (0..3)
            .map(|k| change(&format!("f{n}_{k}"), "a", "b"))
            .collect();
        step(Action::Update, &format!("acme/role/r{n}"), fields)
    });
    let text = shown(&plan(steps), Detail::Folded);
    assert!(text.lines().count() <= 40, "{text}");
    assert!(text.contains("… and 2997 more"), "{text}");
}

#[test]
fn a_view_of_some_actions_says_what_it_hides() {
    let only = Some([Action::Delete, Action::Replace].into());
    let view = View {
        only,
        ..View::default()
    };
    let text = super::plan(&everything(), &view, Styles::PLAIN);
    assert!(
        text.contains(
            "Hidden by --only, and planned all the same: 1 to update, 1 to create.\nPlan: "
        ),
        "{text}"
    );
    assert!(text.contains("- acme/role/gone"), "{text}");
    assert!(!text.contains("acme/scope/orders.read  #"), "{text}");
    assert!(text.contains("refused[E0402]"), "{text}");
    let view = View {
        only: Some([Action::Delete].into()),
        ..View::default()
    };
    let deletes = plan(many(2, |n| {
        step(Action::Delete, &format!("acme/role/r{n}"), vec![])
    }));
    assert!(!super::plan(&deletes, &view, Styles::PLAIN).contains("Hidden"));
}
