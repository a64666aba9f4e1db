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
    insta::assert_snapshot!(plan(&everything()), @r#"
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

#[test]
fn five_thousand_steps_fit_and_every_delete_and_loss_is_there() {
    let mut steps: Vec<Step> = (0..4_500).map(created).collect();
    let doomed = (0..500).map(|n| step(Action::Delete, &format!("acme/user/old-{n:03}"), vec![]));
    steps.extend(doomed);
    let mut big = plan_of(steps);
    for number in 0..200 {
        let who = format!("acme/user/old-{number:03}");
        big.access.push(access(
            false,
            &[&who],
            &["scope/read"],
            &format!("role/r{number}"),
        ));
        big.access.push(access(
            true,
            &[&who],
            &["scope/other"],
            &format!("role/n{number}"),
        ));
    }
    let text = plan(&big);
    assert!(text.len() <= MOST, "{}", text.len());
    for number in 0..500 {
        assert!(
            text.contains(&format!("- acme/user/old-{number:03}")),
            "{number}"
        );
    }
    for number in 0..200 {
        assert!(
            text.contains(&format!("scope/read through role/r{number}\n")),
            "{number}"
        );
    }
    assert!(text.contains("4500 `role`"), "{text}");
}

#[test]
fn what_cannot_be_folded_says_that_it_is_not_all() {
    let doomed = |n| {
        step(
            Action::Delete,
            &format!("acme/user/{}-{n}", "long".repeat(20)),
            vec![],
        )
    };
    let text = plan(&plan_of((0..2_000).map(doomed).collect()));
    assert!(text.len() <= MOST, "{}", text.len());
    assert!(text.ends_with("not all of it: see `tenantry plan`.**\n"));
    assert!(text.contains("#### Deletes (2000)"));
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
    let text = plan(&sly);
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
