//! A diagnostic as people read it: message, the line underlined, what to type.
//!
//! A line that may hold a secret is shown with its key and `(hidden)`; what would steer a terminal
//! is written as escapes; of a long line only the part around the place is shown.

use std::fmt::Write as _;

use annotate_snippets::renderer::{DecorStyle, Renderer};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Snippet};

use super::Styles;
use crate::base::text::visible;
use crate::base::{Diagnostic, Place};

/// How many characters of a line are shown before a place, and how many from it on.
const AROUND: (usize, usize) = (60, 100);

/// Draws one diagnostic; ends with a line break.
pub fn diagnostic(diagnostic: &Diagnostic, styles: &Styles) -> String {
    let level = if diagnostic.is_error() {
        Level::ERROR
    } else {
        Level::WARNING
    };
    let title = level
        .primary_title(visible(&diagnostic.message).into_owned())
        .id(diagnostic.code.0);
    let mut group = Group::with_title(title);
    for (n, place) in diagnostic.places.iter().enumerate() {
        let kind = if n == 0 {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        group = group.element(drawn(place, n, kind));
    }
    for hint in &diagnostic.hints {
        group = group.element(
            Level::HELP
                .with_name("hint")
                .message(visible(hint).into_owned()),
        );
    }
    let text = renderer(styles).render(&[group]);
    placed(&text, &diagnostic.places)
}

/// Draws several, divided by blank lines.
pub fn diagnostics(all: &[Diagnostic], styles: &Styles) -> String {
    let drawn: Vec<_> = all.iter().map(|one| diagnostic(one, styles)).collect();
    drawn.join("\n")
}

fn renderer(styles: &Styles) -> Renderer {
    let renderer = if styles.is_plain() {
        Renderer::plain()
    } else {
        Renderer::styled()
    };
    renderer
        .decor_style(DecorStyle::Ascii)
        .term_width(usize::from(u16::MAX))
        .error(styles.error)
        .warning(styles.warning)
        .help(styles.note)
        .line_num(styles.quiet)
        .context(styles.note)
}

fn drawn(
    place: &Place,
    number: usize,
    kind: AnnotationKind,
) -> Snippet<'static, Annotation<'static>> {
    let Line { text, from, to } = Line::of(place);
    let mut annotation = kind.span(from..to);
    if !place.label.is_empty() {
        annotation = annotation.label(visible(&place.label).into_owned());
    }
    Snippet::source(text)
        .line_start(place.at.line as usize)
        .path(stand_in(number))
        .annotation(annotation)
}

/// What is drawn as a file's name at first. The column that is drawn beside it is the one in the
/// shown part of the line, so that both are put right afterwards.
fn stand_in(number: usize) -> String {
    format!("@place-{number}@")
}

/// Puts names, lines and columns in.
fn placed(text: &str, places: &[Place]) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    for line in text.lines() {
        let found = places.iter().enumerate().find_map(|(number, place)| {
            let (before, after) = line.split_once(&stand_in(number))?;
            Some((
                place,
                before,
                after.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit()),
            ))
        });
        match found {
            Some((Place { file, at, .. }, before, after)) => {
                let name = visible(&file.name);
                // Writing into a String cannot fail.
                let _ = write!(out, "{before}{name}:{}:{}{after}", at.line, at.column);
            }
            None => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

/// What is shown of a line, and which bytes of it are underlined.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    text: String,
    from: usize,
    to: usize,
}

impl Line {
    fn of(place: &Place) -> Self {
        let line = place.file.line(place.at.line);
        let start = place.at.column.saturating_sub(1) as usize;
        if place.hidden {
            let line = if is_inside_block(place) { "" } else { line };
            return Self::hidden(line, start, (place.at.length as usize).max(1));
        }
        let length = (place.at.length as usize).max(1);
        Self::around(line, start, length)
    }

    /// The key alone, and `(hidden)` for whatever else there is.
    fn hidden(line: &str, start: usize, length: usize) -> Self {
        let key = key(line);
        let shown = key.chars().count();
        let text = format!("{}(hidden)", visible_but_indented(key));
        match key.trim_end().trim_end_matches(':').chars().count() {
            end if start < end => Self::around(&text, start, length.min(end - start)),
            _ => Self::around(&text, shown, "(hidden)".len()),
        }
    }

    /// `length` characters from `start`, and some before and after.
    fn around(line: &str, start: usize, length: usize) -> Self {
        let count = line.chars().count();
        let start = start.min(count);
        let length = length.min(AROUND.1).min(count - start);
        let cut = if count > AROUND.0 + AROUND.1 {
            start.saturating_sub(AROUND.0)
        } else {
            0
        };
        let take = if count > AROUND.0 + AROUND.1 {
            AROUND.0 + AROUND.1
        } else {
            count
        };
        let piece = |from: usize, count: usize| -> String {
            let piece: String = line.chars().skip(from).take(count).collect();
            visible_but_indented(&piece)
        };
        let before = format!(
            "{}{}",
            if cut > 0 { "…" } else { "" },
            piece(cut, start - cut)
        );
        let marked = piece(start, length);
        let rest = piece(start + length, (cut + take).saturating_sub(start + length));
        let after = if cut + take < count { "…" } else { "" };
        let from = before.len();
        Self {
            to: from + marked.len().max(1),
            text: format!("{before}{marked}{rest}{after}"),
            from,
        }
    }
}

/// Whether the line of `place` is text of a block scalar, as far as indentation tells: what looks
/// like a key there is none.
fn is_inside_block(place: &Place) -> bool {
    let indentation = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut inner = indentation(place.file.line(place.at.line));
    for number in (1..place.at.line).rev() {
        let line = place.file.line(number);
        if line.trim().is_empty() || indentation(line) >= inner {
            continue;
        }
        let code = line.split(" #").next().unwrap_or(line).trim_end();
        let code = code.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'));
        if code.ends_with(['|', '>']) {
            return true;
        }
        inner = indentation(line);
        if inner == 0 {
            return false;
        }
    }
    false
}

/// Like [`visible`], with tabs as two spaces: they indent.
fn visible_but_indented(text: &str) -> String {
    visible(&text.replace('\t', "  ")).into_owned()
}

/// The part of a line that is surely a key: indentation, dashes, one word and its colon.
fn key(line: &str) -> &str {
    let body = line.trim_start_matches([' ', '\t', '-', '{']);
    let start = line.len() - body.len();
    let quoted = body.strip_prefix(['"', '\'']).unwrap_or(body);
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '$' | '<');
    let end = quoted.find(|c: char| !word(c)).unwrap_or(quoted.len());
    let rest = quoted[end..].trim_start_matches(['"', '\'']);
    let colon = rest
        .strip_prefix(':')
        .filter(|after| after.is_empty() || after.starts_with(' '));
    match colon {
        Some(after) if end > 0 && end <= 64 => {
            let space = usize::from(after.starts_with(' '));
            &line[..line.len() - after.len() + space]
        }
        _ => &line[..start],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{At, Code, SourceFile};

    fn place(text: &str, (line, column, length): (u32, u32, u32), hidden: bool) -> Place {
        Place {
            file: SourceFile::new("manifests/billing.yaml", text),
            at: At {
                line,
                column,
                length,
            },
            label: "no such object".to_owned(),
            hidden,
        }
    }

    fn one(place: Place) -> String {
        let fault = Diagnostic::error(
            Code("E0204"),
            "`acme/scope/read` refers to an object that is not declared",
        );
        diagnostic(
            &fault
                .at(place)
                .hint("did you mean `acme/apiresource/billing`?"),
            &Styles::PLAIN,
        )
    }

    #[test]
    fn the_place_is_underlined_and_the_hint_follows() {
        let text = "kind: Scope\nspec:\n  resource: {ref: apiresource/biling}\n";
        insta::assert_snapshot!(one(place(text, (3, 19, 18), false)), @r#"
        error[E0204]: `acme/scope/read` refers to an object that is not declared
         --> manifests/billing.yaml:3:19
          |
        3 |   resource: {ref: apiresource/biling}
          |                   ^^^^^^^^^^^^^^^^^^ no such object
          |
          = hint: did you mean `acme/apiresource/billing`?
        "#);
    }

    #[test]
    fn of_a_hidden_line_the_key_is_shown() {
        let text = "spec:\n  password: hunter2 # and more\n";
        let drawn = one(place(text, (2, 13, 7), true));
        assert!(!drawn.contains("hunter2"), "{drawn}");
        insta::assert_snapshot!(drawn, @r#"
        error[E0204]: `acme/scope/read` refers to an object that is not declared
         --> manifests/billing.yaml:2:13
          |
        2 |   password: (hidden)
          |             ^^^^^^^^ no such object
          |
          = hint: did you mean `acme/apiresource/billing`?
        "#);
    }

    #[test]
    fn what_is_no_key_is_not_shown_on_a_hidden_line() {
        for line in [
            "hunter2",
            "- hunter2",
            "hunter2 and: more",
            "  \"hunter2",
            "MIIB:hunter2",
            "{a: hunter2}",
        ] {
            let drawn = one(place(line, (1, 1, 3), true));
            assert!(!drawn.contains("hunter2"), "{drawn}");
        }
    }

    #[test]
    fn a_line_of_a_block_is_not_shown_though_it_looks_like_a_key() {
        let text = "spec:\n  key: |-\n    hunter2: x\n\n      hunter2: y\n  other: z\n";
        for line in [3, 5] {
            let drawn = one(place(text, (line, 5, 3), true));
            assert!(!drawn.contains("hunter2"), "{drawn}");
        }
        assert!(one(place(text, (6, 3, 5), true)).contains("other: (hidden)"));
    }

    #[test]
    fn of_a_long_line_the_part_around_the_place_is_shown() {
        let text = format!("{}name{}", "x".repeat(5000), "y".repeat(5000));
        let drawn = one(place(&text, (1, 5001, 4), false));
        assert!(
            drawn.lines().all(|line| line.chars().count() < 200),
            "{drawn}"
        );
        assert!(drawn.contains("xname") && drawn.contains('…'), "{drawn}");
    }

    #[test]
    fn what_steers_a_terminal_is_shown_and_not_obeyed() {
        let drawn = one(place("a: \u{1b}[31mred\u{202e}\n", (1, 4, 3), false));
        assert!(
            !drawn.contains('\u{1b}') && !drawn.contains('\u{202e}'),
            "{drawn:?}"
        );
    }

    #[test]
    fn colours_are_used_only_if_they_are_asked_for() {
        let fault = Diagnostic::error(Code("E0204"), "message");
        assert!(diagnostic(&fault, &Styles::COLOURED).contains('\u{1b}'));
        assert!(!diagnostic(&fault, &Styles::PLAIN).contains('\u{1b}'));
    }

    #[test]
    fn a_place_past_the_end_is_drawn_without_a_line() {
        let drawn = one(place("", (9, 1, 1), false));
        assert!(drawn.contains("manifests/billing.yaml:9:1"), "{drawn}");
    }
}
