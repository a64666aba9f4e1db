//! Every colour and glyph, in one table. Colour never alone carries meaning: what is coloured
//! also has a glyph or a word.

use anstyle::{AnsiColor, Style};

use crate::plan::{Action, ReplaceOrder, Step};

/// The styles of one output. The plain ones print nothing around a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Styles {
    /// Something comes: `+`, grants.
    pub gain: Style,
    /// Something goes: `-`, revokes.
    pub lose: Style,
    /// Something changes: `~`.
    pub change: Style,
    /// Something is taken over or let go: `=`, `.`.
    pub own: Style,
    /// Headings and addresses.
    pub strong: Style,
    /// What is said beside the matter: reasons, unchanged lines.
    pub quiet: Style,
    /// `error`, and what failed.
    pub error: Style,
    /// `warning`.
    pub warning: Style,
    /// `note` and `hint`.
    pub note: Style,
    /// What went well.
    pub good: Style,
}

impl Styles {
    /// No colours.
    pub const PLAIN: Self = Self {
        gain: Style::new(),
        lose: Style::new(),
        change: Style::new(),
        own: Style::new(),
        strong: Style::new(),
        quiet: Style::new(),
        error: Style::new(),
        warning: Style::new(),
        note: Style::new(),
        good: Style::new(),
    };

    /// The sixteen colours that every terminal has, in the user's own shades.
    pub const COLOURED: Self = Self {
        gain: AnsiColor::Green.on_default(),
        lose: AnsiColor::Red.on_default(),
        change: AnsiColor::Yellow.on_default(),
        own: AnsiColor::Cyan.on_default(),
        strong: Style::new().bold(),
        quiet: Style::new().dimmed(),
        error: AnsiColor::Red.on_default().bold(),
        warning: AnsiColor::Yellow.on_default().bold(),
        note: AnsiColor::Cyan.on_default().bold(),
        good: AnsiColor::Green.on_default().bold(),
    };

    /// Whether these are the plain ones.
    pub fn is_plain(&self) -> bool {
        *self == Self::PLAIN
    }

    /// The style of an action's glyph.
    pub fn of(&self, action: Action) -> Style {
        match action {
            Action::Create => self.gain,
            Action::Update => self.change,
            Action::Replace | Action::Delete => self.lose,
            Action::Adopt | Action::Forget => self.own,
        }
    }
}

/// `text` in `style`.
pub fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// The glyph of a step.
pub fn glyph(step: &Step) -> &'static str {
    match (step.action, step.replace_order) {
        (Action::Replace, Some(ReplaceOrder::CreateFirst)) => "+/-",
        (action, _) => sign(action),
    }
}

/// The glyph of an action; of a replacement, that of the usual order.
pub fn sign(action: Action) -> &'static str {
    match action {
        Action::Create => "+",
        Action::Update => "~",
        Action::Replace => "-/+",
        Action::Delete => "-",
        Action::Adopt => "=",
        Action::Forget => ".",
    }
}

/// The action as a word, for `N to WORD` and JSON.
pub fn word(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Replace => "replace",
        Action::Delete => "delete",
        Action::Adopt => "adopt",
        Action::Forget => "forget",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_styles_print_nothing() {
        assert_eq!(paint(Styles::PLAIN.error, "x"), "x");
        assert!(Styles::default().is_plain());
    }

    #[test]
    fn a_coloured_text_ends_its_colour() {
        assert_eq!(paint(Styles::COLOURED.gain, "+"), "\u{1b}[32m+\u{1b}[0m");
    }
}
