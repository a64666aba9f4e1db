//! The comment on a pull request: what it says, and what it leaves out first.

use super::*;
use crate::render::samples::{access, change, everything, plan as plan_of, step};

fn created(number: usize) -> Step {
    let text = "something to read ".repeat(4);
    step(
        Action::Create,
        &format!("acme/role/new-{number:05}"),
        vec![change(
            "description",
            crate::base::Value::Null,
            text.as_str(),
        )],
    )
}

#[test]
fn a_comment_says_what_matters_first() {
    insta::assert_snapshot!(plan(&everything(), &View::default()), @r#"
    <!-- tenantry plan -->
    ### `Plan: 1 to create, 1 to update, 0 to replace, 1 to delete, 0 to adopt, 0 to forget, 12 unchanged (9 requests).` (sandbox)

    #### Refused (1)

    ```
    [E0402] acme/role/gone: it is protected
        --override protect=acme/role/gone
    ```

    #### Warnings (1)

    ```
    [E0310] PASSWORD is not set
    ```

    #### Access (1 loses)

    ```diff
    - acme/user/bob loses full on dcos:superuser through group/ops: everything in acme
    ```

    #### Deletes (1)

    ```diff
    - acme/role/gone  # will be deleted
    ```

    #### Updates (1)

    ```diff
    ! acme/role/admin  # will be updated in place
    !     description = "old" -> "new"
    !     scopes:
    +         scope/orders.read
    -         scope/orders.write
    !     password = (secret, changed)
    ```

    #### Creates (1)

    ```diff
    + acme/scope/orders.read  # will be created
    +     name = "read"
    +     resourceId = (known after apply)
    +     tags = ["a", 1]
    ```

    ```
    --override builtin=acme/role/admin
    ```
    "#);
}

/// Every name is in the text, as a whole word.
fn names_are_in(text: &str, stem: &str, count: usize) {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '/' | '`'));
    let words: std::collections::BTreeSet<&str> = words.collect();
    for number in 0..count {
        let name = format!("{stem}{number:03}");
        assert!(words.contains(name.as_str()), "{name}");
    }
}

fn deleted(number: usize) -> Step {
    step(
        Action::Delete,
        &format!("acme/user/old-{number:03}"),
        vec![],
    )
}

#[test]
fn five_thousand_steps_fit_and_every_delete_and_loss_is_there() {
    let mut steps: Vec<Step> = (0..4_500).map(created).collect();
    steps.extend((0..500).map(deleted));
    let mut big = plan_of(steps);
    for number in 0..200 {
        let who = format!("acme/user/lost-{number:03}");
        let role = format!("role/r{number}");
        big.access
            .push(access(false, &[&who], &["scope/read"], &role));
        big.access
            .push(access(true, &[&who], &["scope/other"], &role));
    }
    let many: Vec<String> = (0..800).map(|n| format!("acme/user/many-{n:03}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    big.access
        .push(access(false, &many, &["scope/write"], "role/writer"));
    let text = plan(&big, &View::default());
    assert!(text.len() <= MOST, "{}", text.len());
    names_are_in(&text, "old-", 500);
    names_are_in(&text, "lost-", 200);
    names_are_in(&text, "many-", 800);
    for number in 0..200 {
        let line = format!("loses scope/read through role/r{number}\n");
        assert!(text.contains(&line), "{number}");
    }
    assert!(!text.contains("had no room"), "{text}");
    assert!(text.contains("4500 acme/role"), "{text}");
}

#[test]
fn like_changes_stand_together_with_their_names() {
    let grant = |n| {
        let change = crate::render::samples::relation("roles", &["role/order-reader"], &[]);
        step(Action::Update, &format!("acme/user/u{n}"), vec![change])
    };
    let text = plan(&plan_of((0..6).map(grant).collect()), &View::default());
    insta::assert_snapshot!(text, @r"
    <!-- tenantry plan -->
    ### `Plan: 0 to create, 6 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to forget, 12 unchanged (9 requests).` (sandbox)

    #### Updates (6)

    ```diff
    ! 6 acme/user  # will be updated in place
          u0, u1, u2, u3, u4, u5
    +     roles:
    +         role/order-reader
    ```
    ");
}

#[test]
fn what_has_no_room_even_by_itself_is_counted() {
    let doomed = |n| {
        let name = format!("acme/user/{}-{n:04}", "long".repeat(20));
        step(Action::Delete, &name, vec![])
    };
    let mut big = plan_of((0..2_000).map(doomed).collect());
    for number in 0..2_000 {
        let role = format!("role/{}-{number}", "far".repeat(20));
        big.access
            .push(access(false, &["acme/user/a"], &["scope/read"], &role));
    }
    let text = plan(&big, &View::default());
    assert!(
        text.len() <= MOST && text.len() > MOST / 2,
        "{}",
        text.len()
    );
    let listed = text.matches("longlong").count() / 10;
    let shown = text.matches("-0").count() + text.matches("-1").count();
    assert!(listed > 0 && shown > 0);
    let more: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("had no room"))
        .collect();
    assert_eq!(more.len(), 2, "{more:?}");
    assert_eq!(text.matches("```").count() % 2, 0, "every fence is closed");
    assert!(text.contains("#### Deletes (2000)"));
}

#[test]
fn what_only_hides_is_said() {
    let only = Some([Action::Delete].into());
    let view = View {
        only,
        ..View::default()
    };
    let text = plan(&everything(), &view);
    assert!(
        text.contains("**Hidden by --only, and planned all the same: 1 to update, 1 to create.**")
    );
    assert!(!text.contains("#### Creates"), "{text}");
    assert!(text.contains("- acme/role/gone"), "{text}");
    assert!(text.contains("1 loses"), "{text}");
}

#[test]
fn a_name_that_looks_like_markdown_stays_a_name() {
    let mut sly = plan_of(vec![step(
        Action::Update,
        "acme/role/sly",
        vec![change(
            "description",
            "a",
            "```\n# Approved\n@everybody <img src=x>",
        )],
    )]);
    sly.access = vec![access(true, &["acme/user/```x"], &["````"], "role/sly")];
    let text = plan(&sly, &View::default());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let ticks = line.chars().take_while(|c| *c == '`').count();
        match open {
            Some(length) if ticks >= length => open = None,
            None if ticks >= 3 => open = Some(ticks),
            None => assert!(
                !line.contains("@everybody") && !line.starts_with("# "),
                "{line}"
            ),
            Some(_) => {}
        }
    }
    assert_eq!(open, None);
}
