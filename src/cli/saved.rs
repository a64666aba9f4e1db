//! Plans in files: written by `plan --out`, read by `show` and `apply`.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::args::{Adoption, Backwards, Deletes, Overrides, Selection};
use super::context::Context;
use super::ground::{Ground, Wanted};
use super::keys::{Need, identities};
use super::outcome::Failure;
use super::version;
use crate::base::{Code, Diagnostic, FingerprintKey};
use crate::plan::saved::{self, Basis, Chosen, Saved, Signer, UNREADABLE};
use crate::plan::{Plan, World};
use crate::state::{Opened, random_name, write_private};

/// A plan cannot be saved yet.
pub(super) const NOT_YET: Code = Code("E0851");

/// What the sandbox's key is derived with, to sign plans.
const SANDBOX: &str = "saved plan";

/// The saved plan that the paths name: a single file whose first key says so.
pub(super) fn named(paths: &[PathBuf]) -> Option<&Path> {
    let [path] = paths else { return None };
    let mut start = Vec::new();
    let file = File::open(path).ok().filter(|_| path.is_file())?;
    file.take(1024).read_to_end(&mut start).ok()?;
    saved::is_saved(&start).then_some(path)
}

/// Reads a saved plan.
pub(super) fn read(path: &Path) -> Result<Saved, Failure> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| {
        let message = format!("cannot read the saved plan {name}: {error}");
        Diagnostic::error(UNREADABLE, message)
    })?;
    Ok(Saved::from_json(&name, &bytes)?)
}

/// What the flags ask for, as they were typed.
pub(super) fn chosen(
    selection: &Selection,
    overrides: &Overrides,
    deletes: Deletes,
    adoption: Adoption,
    backwards: Backwards,
) -> Chosen {
    Chosen {
        selector: selection.selector.clone(),
        target: selection.target.clone(),
        overrides: overrides.overrides.clone(),
        no_delete: deletes.no_delete,
        adopt: adoption.adopt,
        undo: backwards.undo,
    }
}

/// What a plan to be saved was made with.
#[derive(Clone, Copy)]
pub(super) struct Made<'a> {
    /// The flags.
    pub(super) wanted: Wanted<'a>,
    /// What it stands on.
    pub(super) ground: &'a Ground,
    /// The state.
    pub(super) opened: &'a Opened,
    /// What was asked for.
    pub(super) chosen: &'a Chosen,
}

impl Made<'_> {
    /// Saves `plan`.
    pub(super) fn save(&self, out: &Path, plan: &Plan, context: &Context) -> Result<(), Failure> {
        if !self.opened.open_intents.is_empty() {
            let message = "the plan is not saved: an earlier run left something unfinished, which \
                           must be ended first";
            return Err(Diagnostic::error(NOT_YET, message)
                .hint("end it: tenantry apply")
                .into());
        }
        let key = self.key(context)?;
        let mut saved = self.unsigned(plan, key.as_ref())?;
        if let Some((by, key)) = &key {
            saved.sign(*by, key);
        }
        let text = saved.to_json();
        write_private(out, text.as_bytes()).map_err(Diagnostic::from)?;
        let next = match (&key, plan.refusals.is_empty()) {
            (None, _) => "it can be shown, and not applied: without the identity it is not signed",
            (_, false) => "it can be shown, and not applied: it has refusals",
            _ => "to do exactly this: tenantry apply",
        };
        let out = out.display();
        let words = if next.ends_with("apply") {
            format!("{next} {out}")
        } else {
            next.to_owned()
        };
        context.console.say(&format!("saved to {out}; {words}\n"));
        Ok(())
    }

    fn unsigned(
        &self,
        plan: &Plan,
        key: Option<&(Signer, FingerprintKey)>,
    ) -> Result<Saved, Failure> {
        let paths = self.wanted.paths.iter();
        let place = self.wanted.place.kept.state.as_ref();
        let mut saved = Saved {
            tenantry_plan: saved::VERSION,
            id: random_name::<16>().map_err(Diagnostic::from)?,
            made: Timestamp::now(),
            program: version::VERSION.to_owned(),
            basis: Basis {
                paths: paths.map(|path| path.display().to_string()).collect(),
                place: place.map(|place| place.display().to_string()),
                state: self.opened.version(),
                documents: saved::documents(&self.ground.documents),
                secrets: Vec::new(),
            },
            options: self.chosen.clone(),
            plan: plan.clone(),
            signature: None,
        };
        if let Some((_, key)) = key {
            let facts = self.ground.facts(self.opened);
            let addresses = saved.addresses();
            saved.basis.secrets = saved::secrets(&self.ground.documents, &addresses, &facts, key);
        }
        Ok(saved)
    }

    /// The key to sign with: the state's own; where there is none yet, one that only who applies
    /// it has too.
    fn key(&self, context: &Context) -> Result<Option<(Signer, FingerprintKey)>, Failure> {
        if let Some(key) = self.opened.key() {
            return Ok(Some((Signer::Lineage, key.clone())));
        }
        if let Some(key) = sandbox_key(self.ground) {
            return Ok(Some((Signer::Sandbox, key)));
        }
        if !matches!(self.opened.access, crate::state::Access::New) {
            return Ok(None);
        }
        let flag = self.wanted.place.identity.as_deref();
        let keys = identities(flag, context, &self.ground.place, Need::Nice)?;
        let key = keys.and_then(|keys| keys.signing_keys().into_iter().next());
        Ok(key.map(|key| (Signer::Identity, key)))
    }
}

/// The key that plans for a sandbox without a state are signed with.
pub(super) fn sandbox_key(ground: &Ground) -> Option<FingerprintKey> {
    let played = ground.played.as_ref()?;
    (ground.place.world == World::Sandbox)
        .then(|| FingerprintKey::new(&played.key().derive(SANDBOX)))
}
