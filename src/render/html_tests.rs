//! The page: what is on it, that nothing of a text is markup, and that its policy fits it.

use super::*;
use crate::base::{Address, FieldPath, Place, Value};
use crate::plan::FieldChange;
use crate::render::samples::{access, change, everything, plan as plan_of, step};

fn nowhere(_: &Address, _: Option<&FieldPath>) -> Option<Place> {
    None
}

fn page(of: &Plan) -> String {
    plan(of, &nowhere)
}

/// What stands between two texts.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).expect(start);
    rest.split_once(end).expect(end).0
}

#[test]
fn everything_of_a_plan_is_on_the_page() {
    let text = page(&everything());
    for told in [
        "<h1>3 changes</h1>",
        "<b>12</b> unchanged",
        "acme/role/gone",
        "it is protected",
        "--override protect=acme/role/gone",
        "<b>acme/user/bob</b> loses <code>full on dcos:superuser</code>",
        "everything in acme",
        "(known after apply)",
        "PASSWORD is not set",
        "Changed by hand since the last apply",
    ] {
        assert!(text.contains(told), "{told}");
    }
    let place = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what}"));
    assert!(
        place("id=\"access\"") < place("id=\"steps\""),
        "access comes first"
    );
    assert!(
        place("Deletes <small>") < place("Creates <small>"),
        "deletes come first"
    );
    assert_eq!(text.matches("<details class=\"step").count(), 3);
}

#[test]
fn the_policy_knows_the_style_and_the_script_and_nothing_else() {
    let text = page(&everything());
    let policy = between(&text, "Content-Security-Policy\" content=\"", "\"");
    let style = between(&text, "<style>", "</style>");
    let script = between(&text, "<script>", "</script>");
    assert!(
        policy.contains(&format!("style-src '{}'", hash(style))),
        "{policy}"
    );
    assert!(
        policy.contains(&format!("script-src '{}'", hash(script))),
        "{policy}"
    );
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    for outside in [
        "http://",
        "https://",
        "src=",
        "@import",
        " style=",
        "javascript:",
        " onclick",
    ] {
        let rest = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!rest.contains(outside), "{outside}");
    }
}

#[test]
fn no_text_of_others_is_markup_and_no_secret_is_shown() {
    let sly = "</script><script>alert(1)</script><img src=x onerror=\"alert(2)\">&amp;";
    let mut plan = plan_of(vec![step(
        Action::Update,
        "acme/role/<b>bold</b>",
        vec![
            change("description", "a", sly),
            change(&format!("customData.{}", "x"), Value::Null, sly),
            FieldChange {
                sensitive: true,
                ..change("password", "hunter2", "hunter3")
            },
        ],
    )]);
    plan.access = vec![access(true, &[sly, "b", "c", "d", "e"], &[sly], sly)];
    plan.warnings = vec![crate::render::samples::note("E0310", None, sly, Some(sly))];
    plan.overrides = vec![sly.into()];
    let text = page(&plan);
    assert_eq!(text.matches("<script>").count(), 1, "{text}");
    assert!(
        !text.contains("<img") && !text.contains("<b>bold"),
        "{text}"
    );
    assert!(!text.contains("hunter"), "{text}");
}

#[test]
fn a_long_text_is_shown_line_by_line() {
    let css = change("customCss", "a {\n- b\n}\n", "a {\n+ c\n}\n");
    let text = page(&plan_of(vec![step(
        Action::Update,
        "acme/role/a",
        vec![css],
    )]));
    let rows = between(&text, "<div class=\"rows\">", "</details>");
    insta::assert_snapshot!(rows, @r#"

    <div class="other"><b>~</b><span>customCss:</span></div>
    <div class="gap in"><b> </b><span>a {</span></div>
    <div class="minus in"><b>-</b><span>- b</span></div>
    <div class="plus in"><b>+</b><span>+ c</span></div>
    <div class="gap in"><b> </b><span>}</span></div>
    </div>
    "#);
}

#[test]
fn many_names_are_folded_and_all_there() {
    let who: Vec<String> = (0..200).map(|n| format!("acme/user/u{n}")).collect();
    let who: Vec<&str> = who.iter().map(String::as_str).collect();
    let mut plan = plan_of(Vec::new());
    plan.access = vec![access(true, &who, &["scope/read"], "role/reader")];
    let text = page(&plan);
    assert!(
        text.contains("<b>200</b> gain <code>scope/read</code>"),
        "{text}"
    );
    assert!(text.contains("<span>acme/user/u199</span>"), "{text}");
}

#[test]
fn a_plan_of_thousands_of_steps_has_a_picture_of_groups_and_says_so() {
    let steps: Vec<_> = (0..1_000)
        .map(|n| step(Action::Create, &format!("acme/role/r{n}"), vec![]))
        .collect();
    let mut plan = plan_of(steps);
    let node = |n: usize| crate::plan::Node {
        address: plan.steps[n].address.clone(),
        part: crate::plan::Part::Body,
    };
    let nodes: Vec<_> = (0..1_000).map(node).collect();
    plan.edges = vec![crate::plan::Edge {
        before: nodes[0].clone(),
        after: nodes[1].clone(),
        order: crate::plan::Order::Needs,
    }];
    plan.nodes = nodes;
    let text = page(&plan);
    let picture = text.split("<svg").nth(1).expect("a picture");
    assert!(picture.contains("1000 × role: create"), "{picture}");
    assert!(text.contains("A picture of 1000 parts would show nothing"));
    assert!(
        text.contains("Waits for <a href=\"#step-1\">acme/role/r0</a>"),
        "a link"
    );
    assert!(text.len() < 1_000_000, "{}", text.len());
}
