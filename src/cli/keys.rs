//! The age identity that opens stored credentials: where it is looked for, who types its
//! passphrase, and when one is made.

use std::path::{Path, PathBuf};

use super::context::Context;
use super::outcome::Failure;
use super::place::Place;
use crate::base::{Diagnostic, Secret};
use crate::plan::World;
use crate::state::{Identities, StateError, permissions_warning};

/// What it is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Reading: without one, secrets are not compared.
    Nice,
    /// Writing: without one nothing can be sealed. Where nobody sits at a terminal to see one made,
    /// there may be none, and what must be sealed is refused later.
    May,
    /// Sealing.
    Must,
}

/// Where it was found, or would be.
enum Found {
    Text(Secret, &'static str),
    File(PathBuf),
    /// The one that is made if it is not there.
    Usual(PathBuf),
    Nowhere,
}

/// Returns the identity, if there is one; if there must be one and somebody sits at a terminal,
/// one is made in the usual place.
pub(super) fn identities(
    flag: Option<&Path>,
    context: &Context,
    place: &Place,
    need: Need,
) -> Result<Option<Identities>, Failure> {
    if place.world == World::Sandbox {
        return sandbox(place, need);
    }
    let ask = |origin: &str| ask(context, origin);
    let read = match found(flag, context) {
        Found::Text(text, origin) => Identities::from_text(&text, origin, &ask),
        Found::File(path) => read(&path, context, &ask),
        Found::Usual(path) if path.exists() => read(&path, context, &ask),
        Found::Usual(_) | Found::Nowhere if need == Need::Nice => return Ok(None),
        Found::Usual(path) if context.can_ask => make(&path, context),
        Found::Usual(_) | Found::Nowhere if need == Need::May => return Ok(None),
        Found::Usual(path) => Err(StateError::NoIdentity {
            attempt: "keep the credentials that servers show once",
            origin: path.display().to_string(),
        }),
        Found::Nowhere => Err(StateError::NoIdentity {
            attempt: "keep the credentials that servers show once",
            origin: "your configuration folder (neither XDG_CONFIG_HOME nor HOME is set)".into(),
        }),
    };
    Ok(Some(read.map_err(Diagnostic::from)?))
}

fn sandbox(place: &Place, need: Need) -> Result<Option<Identities>, Failure> {
    let read = match need {
        Need::Nice => Identities::read_sandbox(&place.folder),
        Need::May | Need::Must => Identities::sandbox(&place.folder).map(Some),
    };
    Ok(read.map_err(Diagnostic::from)?)
}

fn found(flag: Option<&Path>, context: &Context) -> Found {
    let environment = &context.environment;
    if let Some(path) = flag {
        return Found::File(path.to_owned());
    }
    if let Some(text) = environment.text("TENANTRY_AGE_KEY") {
        return Found::Text(Secret::new(text), "the variable TENANTRY_AGE_KEY");
    }
    if let Some(path) = environment.path("TENANTRY_AGE_KEY_FILE") {
        return Found::File(path);
    }
    match context.config_folder() {
        Some(folder) => Found::Usual(folder.join("identity.txt")),
        None => Found::Nowhere,
    }
}

fn read(
    path: &Path,
    context: &Context,
    ask: &dyn Fn(&str) -> Option<Secret>,
) -> Result<Identities, StateError> {
    let warning = permissions_warning(path);
    context.console.diagnostics(warning.as_slice());
    Identities::read(path, ask)
}

fn make(path: &Path, context: &Context) -> Result<Identities, StateError> {
    let made = Identities::generate(&path.display().to_string());
    Identities::write_new(path, &made.to_text())?;
    let said = format!(
        "made the age identity {}: keep a copy, nothing else opens what is stored\n",
        path.display()
    );
    context.console.say(&said);
    Ok(made)
}

/// Asks for a passphrase without showing it; nobody to ask, none.
fn ask(context: &Context, origin: &str) -> Option<Secret> {
    if !context.can_ask {
        return None;
    }
    context.console.tell(&format!("passphrase of {origin}: "));
    let typed = console::Term::stderr().read_secure_line().ok()?;
    Some(Secret::new(typed))
}

/// Asks for a new passphrase, twice.
pub(super) fn new_passphrase(context: &Context) -> Result<Secret, Failure> {
    let wrong = |cause| {
        Diagnostic::from(StateError::Passphrase {
            origin: "the new identity".to_owned(),
            cause,
        })
    };
    let first =
        ask(context, "the new identity").ok_or_else(|| wrong("its passphrase is needed"))?;
    let again = ask(context, "the new identity, again");
    let chosen = again.and_then(|again| Identities::chosen_passphrase(first, &again));
    let wrong = || wrong("it was typed differently the second time, or is empty");
    Ok(chosen.ok_or_else(wrong)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::{Common, Kept, When};
    use crate::cli::environment::{Environment, Terminal};

    fn context<const N: usize>(variables: [(&str, &str); N], is_terminal: bool) -> Context {
        let common = Common {
            color: When::Never,
            quiet: true,
            verbose: 0,
            no_pager: false,
            log_file: None,
        };
        let terminal = Terminal {
            input: is_terminal,
            output: is_terminal,
            errors: is_terminal,
        };
        Context::new(&common, Environment::from(variables), terminal)
    }

    fn place(world: World, folder: &Path) -> Place {
        let none = Environment::default();
        Place::new(&[folder.to_owned()], &Kept::default(), world, &none).expect("a place")
    }

    #[test]
    fn a_plan_does_without_and_an_apply_does_not() {
        let home = tempfile::tempdir().expect("a folder");
        let (path, place) = (
            home.path().display().to_string(),
            place(World::Live, home.path()),
        );
        let context = context([("HOME", &path)], false);
        let none = identities(None, &context, &place, Need::Nice).expect("fine");
        assert!(none.is_none());
        let Failure(errors) =
            identities(None, &context, &place, Need::Must).expect_err("none is made");
        let none = identities(None, &context, &place, Need::May).expect("nothing is sealed yet");
        assert!(none.is_none());
        assert!(
            errors[0].message.contains(".config/tenantry/identity.txt"),
            "{errors:?}"
        );
    }

    #[test]
    fn the_first_apply_on_a_terminal_makes_one_and_later_ones_use_it() {
        let home = tempfile::tempdir().expect("a folder");
        let (path, place) = (
            home.path().display().to_string(),
            place(World::Live, home.path()),
        );
        let context = context([("XDG_CONFIG_HOME", &path)], true);
        let keys = || {
            let read = identities(None, &context, &place, Need::Must);
            read.expect("fine").map(|found| found.public_keys())
        };
        let made = keys();
        assert!(made.is_some());
        assert_eq!(keys(), made);
    }

    #[test]
    fn a_named_identity_that_is_not_there_is_an_error_even_for_a_plan() {
        let home = tempfile::tempdir().expect("a folder");
        let (gone, place) = (home.path().join("gone"), place(World::Live, home.path()));
        assert!(identities(Some(&gone), &context([], true), &place, Need::Nice).is_err());
    }

    #[test]
    fn the_sandbox_has_its_own_and_a_plan_makes_none() {
        let home = tempfile::tempdir().expect("a folder");
        let place = place(World::Sandbox, home.path());
        let keys = |need| identities(None, &context([], false), &place, need).expect("fine");
        assert!(keys(Need::Nice).is_none());
        assert!(keys(Need::Must).is_some());
        assert!(keys(Need::Nice).is_some());
    }
}
