//! What flags, environment and terminal mean together. Verbs read this, never the environment.

use std::path::PathBuf;

use super::args::{Common, When};
use super::console::Console;
use super::environment::{Environment, Terminal};
use super::pager::Pager;
use crate::render::Styles;

/// What a verb needs to know of where it runs.
#[derive(Debug)]
pub(super) struct Context {
    /// The variables, for secret sources.
    pub(super) environment: Environment,
    /// Where results and messages go.
    pub(super) console: Console,
    /// Whether somebody can be asked: standard input and standard error are a terminal.
    pub(super) can_ask: bool,
}

/// How much is said on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verbosity {
    /// Errors alone.
    Quiet,
    /// Progress and warnings.
    Usual,
    /// What is done.
    Verbose,
    /// What is sent.
    VeryVerbose,
}

impl Context {
    /// Works it out.
    pub(super) fn new(common: &Common, environment: Environment, terminal: Terminal) -> Self {
        let styles = |is_terminal| {
            if coloured(common.color, &environment, is_terminal) {
                Styles::COLOURED
            } else {
                Styles::PLAIN
            }
        };
        let (out, err) = (styles(terminal.output), styles(terminal.errors));
        let moves = terminal.errors && !plain_terminal(&environment);
        let is_paged = terminal.output && !common.no_pager && !plain_terminal(&environment);
        let rows = if is_paged { terminal.rows() } else { None };
        let pager = rows.map(|rows| Pager::new(&environment, rows));
        Self {
            console: Console::new(out, err, verbosity(common), moves).paged(pager),
            can_ask: terminal.input && terminal.errors && environment.text("CI").is_none(),
            environment,
        }
    }

    /// Whether the user's own configuration lets manifests run commands: a file `allow-exec` in it.
    /// The repository's never does.
    pub(super) fn allows_exec(&self) -> bool {
        let folder = self.config_folder();
        folder.is_some_and(|folder| folder.join("allow-exec").is_file())
    }

    /// The folder of the user's own settings.
    pub(super) fn config_folder(&self) -> Option<PathBuf> {
        let environment = &self.environment;
        let base = environment
            .path("XDG_CONFIG_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| environment.path("APPDATA"))
            .or_else(|| Some(environment.path("HOME")?.join(".config")))?;
        Some(base.join("tenantry"))
    }
}

fn verbosity(common: &Common) -> Verbosity {
    match (common.quiet, common.verbose) {
        (true, _) => Verbosity::Quiet,
        (false, 0) => Verbosity::Usual,
        (false, 1) => Verbosity::Verbose,
        (false, _) => Verbosity::VeryVerbose,
    }
}

/// Whether the cursor must stay where it is: a build server, or a terminal that cannot.
fn plain_terminal(environment: &Environment) -> bool {
    environment.text("CI").is_some() || environment.text("TERM").is_none_or(|term| term == "dumb")
}

/// Whether a stream is coloured. A flag wins, then `NO_COLOR`, then `CLICOLOR_FORCE`.
pub(super) fn coloured(when: When, environment: &Environment, is_terminal: bool) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto if environment.text("NO_COLOR").is_some() => false,
        When::Auto if environment.is_on("CLICOLOR_FORCE") => true,
        When::Auto => is_terminal && !plain_terminal(environment),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto<const N: usize>(variables: [(&str, &str); N], is_terminal: bool) -> bool {
        coloured(When::Auto, &Environment::from(variables), is_terminal)
    }

    #[test]
    fn a_terminal_is_coloured_and_a_file_is_not() {
        assert!(auto([("TERM", "xterm")], true));
        assert!(!auto([("TERM", "xterm")], false));
        assert!(!auto([], true));
        assert!(!auto([("TERM", "dumb")], true));
        assert!(!auto([("TERM", "xterm"), ("CI", "true")], true));
    }

    #[test]
    fn no_color_wins_over_force_and_a_flag_over_both() {
        assert!(auto([("CLICOLOR_FORCE", "1")], false));
        assert!(!auto([("CLICOLOR_FORCE", "0")], false));
        assert!(!auto([("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], true));
        assert!(coloured(
            When::Always,
            &Environment::from([("NO_COLOR", "1")]),
            false
        ));
        assert!(!coloured(
            When::Never,
            &Environment::from([("TERM", "xterm")]),
            true
        ));
    }
}
