//! What a plan may not do unless it is asked to by name: `--override RULE=ADDRESS`.
//!
//! Guards are part of the plan. A refused plan is shown whole and cannot be applied.

use std::collections::{BTreeMap, BTreeSet};

use super::input::Input;
use super::plan::{Action, Note, Step};
use super::reading::Lists;
use super::targets::Targets;
use crate::base::{Address, Code, FieldPath, SecretSource, Value};
use crate::kind::{Descriptor, Grants, Key};

/// A live object has our key and is not ours.
pub const NOT_OURS: Code = Code("E0401");
/// Several live objects have our key.
pub const AMBIGUOUS: Code = Code("E0402");
/// `lifecycle.protect`.
pub const PROTECTED: Code = Code("E0403");
/// Built-in objects.
pub const BUILTIN: Code = Code("E0404");
/// Our own login.
pub const OWN_LOGIN: Code = Code("E0405");
/// A target with everything in it.
pub const TARGET: Code = Code("E0406");
/// Too many deletes.
pub const DELETES: Code = Code("E0407");

/// The share of a kind's owned objects, in percent, that a plan may delete of ten or more.
const SHARE: usize = 30;
const FEW: usize = 10;

/// A refusal by `rule` about `address`.
pub(super) fn refusal(code: Code, rule: &str, address: &Address, message: String) -> Note {
    Note {
        code: code.to_string(),
        message,
        address: Some(address.clone()),
        hint: Some(format!("--override {rule}={address}")),
    }
}

/// What a plan is looked at with.
pub(super) struct Guard<'a> {
    /// The plan's input.
    pub input: &'a Input<'a>,
    /// The targets.
    pub targets: &'a Targets,
    /// The live lists.
    pub lists: &'a Lists,
    /// The ids of the roles that our own logins hold, by target and kind.
    pub own_roles: &'a BTreeMap<(Address, &'static str), BTreeSet<String>>,
}

impl Guard<'_> {
    /// Everything that is refused in `steps`, `others` included, and the overrides that were
    /// used.
    pub(super) fn check(&self, steps: &[Step], others: Vec<Note>) -> (Vec<Note>, Vec<String>) {
        let mut refusals = others;
        refusals.extend(steps.iter().flat_map(|step| self.check_step(step)));
        if !self.input.options.destroy {
            refusals.extend(self.too_many(steps));
        }
        self.overridden(refusals)
    }

    fn overridden(&self, refusals: Vec<Note>) -> (Vec<Note>, Vec<String>) {
        let (mut left, mut used) = (Vec::new(), Vec::new());
        for refusal in refusals {
            let named = self.input.options.overrides.iter().find(|(rule, address)| {
                refusal.hint.as_deref() == Some(&format!("--override {rule}={address}"))
            });
            match named {
                Some((rule, address)) => used.push(format!("{rule}={address}")),
                None => left.push(refusal),
            }
        }
        used.sort();
        used.dedup();
        (left, used)
    }

    fn check_step(&self, step: &Step) -> Vec<Note> {
        let kind = self
            .input
            .catalog
            .stored(&step.api_version, step.address.kind());
        let Some(kind) = kind else { return Vec::new() };
        let dies = matches!(step.action, Action::Delete | Action::Replace);
        let mut refusals = Vec::new();
        let mut refuse = |code, rule, message| {
            refusals.push(refusal(code, rule, &step.address, message));
        };
        let verb = verb(step.action);
        let prior = self.input.snapshot.resources.get(&step.address);
        if dies && (step.protect || prior.is_some_and(|entry| entry.protect)) {
            refuse(
                PROTECTED,
                "protect",
                format!("`{}` is protected: this plan {verb} it", step.address),
            );
        }
        if dies && kind.key == Key::State {
            let message = format!("this plan {verb} `{}` and everything in it", step.address);
            refuse(TARGET, "target", message);
        }
        if let Some(why) = self.builtin(kind, step, dies) {
            refuse(
                BUILTIN,
                "builtin",
                format!("`{}` is built in: {why}", step.address),
            );
        }
        if let Some(how) = self.locks_out(kind, step, dies) {
            refuse(OWN_LOGIN, "own-login", how);
        }
        refusals
    }

    /// Why a built-in object would be changed.
    fn builtin(&self, kind: &Descriptor, step: &Step, dies: bool) -> Option<&'static str> {
        let id = step.id.as_deref()?;
        let live = self
            .lists
            .of(step.home.as_ref()?, kind)
            .iter()
            .find(|live| live.id == id)?;
        let touched = dies || !step.send.is_empty() || !step.revokes.is_empty();
        (kind.builtin)(&live.value).filter(|_| touched)
    }

    /// How the step could lock us out of the target that we are logged in to.
    fn locks_out(&self, kind: &'static Descriptor, step: &Step, dies: bool) -> Option<String> {
        let home = step.home.as_ref()?;
        let id = step.id.as_deref()?;
        let target = self.targets.all.get(home)?;
        if let Some(setting) = kind.own_login {
            let login = target.settings.at(&FieldPath::dotted(setting));
            if login.and_then(Value::as_text) == Some(id) {
                return Self::weakens_login(step, dies, &target.settings);
            }
        }
        let role = self.own_roles.get(&(home.clone(), kind.name))?.contains(id);
        let weakens = dies || !step.revokes.is_empty();
        (role && weakens).then(|| {
            format!(
                "our own login in `{home}` has its rights through `{}`",
                step.address
            )
        })
    }

    fn weakens_login(step: &Step, dies: bool, settings: &Value) -> Option<String> {
        if dies {
            return Some(format!(
                "`{}` is what we are logged in as: this plan {} it",
                step.address,
                verb(step.action)
            ));
        }
        if !step.revokes.is_empty() {
            return Some(format!(
                "`{}` is what we are logged in as: this plan takes access from it",
                step.address
            ));
        }
        let changed = step.changes.iter().find(|change| change.sensitive)?;
        let source = match &changed.after {
            Value::Secret(hidden) => hidden.source.clone(),
            _ => None,
        };
        let same = source.is_some() && source == login_source(settings);
        (!same).then(|| {
            format!(
                "`{}` is what we are logged in as: its `{}` is not the login's",
                step.address, changed.path
            )
        })
    }

    /// Kinds of which too large a share would be deleted.
    fn too_many(&self, steps: &[Step]) -> Vec<Note> {
        let mut owned: BTreeMap<(&Address, &str), usize> = BTreeMap::new();
        for (address, entry) in &self.input.snapshot.resources {
            if let Some(home) = &entry.home {
                *owned.entry((home, address.kind())).or_default() += 1;
            }
        }
        let mut doomed: BTreeMap<(&Address, &str), usize> = BTreeMap::new();
        for step in steps.iter().filter(|step| step.action == Action::Delete) {
            if let Some(home) = &step.home {
                *doomed.entry((home, step.address.kind())).or_default() += 1;
            }
        }
        let over = doomed.into_iter().filter_map(|((home, kind), doomed)| {
            let all = owned.get(&(home, kind)).copied().unwrap_or_default();
            let over = all >= FEW && doomed * 100 > all * SHARE;
            over.then(|| {
                let message = format!("{doomed} of {all} {kind} objects of `{home}` would be deleted, more than {SHARE} %");
                refusal(DELETES, "deletes", &Address::within(home.name(), kind, "*"), message)
            })
        });
        over.collect()
    }
}

/// Where the login's password comes from.
fn login_source(settings: &Value) -> Option<SecretSource> {
    match settings.at(&FieldPath::dotted("login.password"))? {
        Value::Secret(hidden) => hidden.source.clone(),
        _ => None,
    }
}

fn verb(action: Action) -> &'static str {
    match action {
        Action::Replace => "replaces",
        Action::Delete => "deletes",
        _ => "changes",
    }
}

/// The relations through which a login of `kind` has its rights.
pub(super) fn memberships(
    kind: &'static Descriptor,
) -> impl Iterator<Item = &'static crate::kind::Relation> {
    kind.relations
        .iter()
        .filter(|relation| relation.grants == Grants::Member)
}
