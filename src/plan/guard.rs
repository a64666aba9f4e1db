//! What a plan may not do unless it is asked to by name: `--override RULE=ADDRESS`.
//!
//! Guards are part of the plan. A refused plan is shown whole and cannot be applied.

use std::collections::{BTreeMap, BTreeSet};

use super::input::Input;
use super::plan::{Action, Note, PlannedEdge, Step};
use super::reading::Lists;
use super::targets::{Target, Targets};
use crate::base::{Address, Code, FieldPath, Secret, SecretSource, Value};
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

/// Nobody would rule a target.
pub const LAST_RULER: Code = Code("E0410");
/// A relation that somebody else keeps.
pub const FOREIGN: Code = Code("E0411");

/// A stored secret would be lost.
pub const MASKED: Code = Code("E0412");

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
        let kind = step.kind(self.input.catalog);
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
        if let Some(why) = self.foreign(kind, step) {
            refuse(FOREIGN, "foreign", why);
        }
        let lapsed = step.action == Action::Create && prior.is_some();
        if let Some(why) = (kind.foreign)(&step.desired, "").filter(|_| lapsed) {
            let message = format!("`{}` is not ours to make again: {why}", step.address);
            refuse(FOREIGN, "foreign", message);
        }
        refusals.extend(masked(step));
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
        let own = (kind.builtin)(&live.value).filter(|_| touched);
        own.or_else(|| self.drops_builtin(kind, step))
    }

    /// Why a built-in account would lose its place in a list.
    fn drops_builtin(&self, kind: &Descriptor, step: &Step) -> Option<&'static str> {
        let home = step.home.as_ref()?;
        let lists = step.revokes.iter();
        let lists = lists.filter(|(field, _)| lists_accounts(kind, field));
        let mut far = lists.flat_map(|(field, edges)| {
            let to = kind.relation(field).map_or(&[][..], |relation| relation.to);
            let ids = edges.iter().filter_map(|edge| edge.key.first()?.as_text());
            ids.flat_map(move |id| to.iter().map(move |kind| (*kind, id)))
        });
        far.find_map(|(name, id)| {
            let kind = self.input.catalog.named(kind.api, name)?;
            let mut list = self.lists.of(home, kind).iter();
            let live = list.find(|live| live.id == id);
            // A list that was not read: the id alone tells.
            let bare = || Value::Map([(kind.route.id.to_owned(), Value::text(id))].into());
            (kind.builtin)(&live.map_or_else(bare, |live| live.value.clone()))
        })
    }

    /// Why the edges that a step changes are somebody else's to keep.
    fn foreign(&self, kind: &Descriptor, step: &Step) -> Option<String> {
        let (home, id) = (step.home.as_ref()?, step.id.as_deref()?);
        let mut list = self.lists.of(home, kind).iter();
        let live = list.find(|live| live.id == id)?;
        let fields = step.grants.keys().chain(step.revokes.keys());
        let mut why = fields.filter_map(|field| {
            let why = (kind.foreign)(&live.value, field)?;
            Some((field, why))
        });
        let (field, why) = why.next()?;
        Some(format!(
            "`{field}` of `{}` are not ours: {why}",
            step.address
        ))
    }

    /// How the step could lock us out of the target that we are logged in to.
    fn locks_out(&self, kind: &'static Descriptor, step: &Step, dies: bool) -> Option<String> {
        let home = step.home.as_ref()?;
        let id = step.id.as_deref()?;
        let target = self.targets.all.get(home)?;
        if kind.own_login.is_some() && login(target, kind).as_deref() == Some(id) {
            return Self::weakens_login(step, dies, &target.settings);
        }
        let role = self.own_roles.get(&(home.clone(), kind.name))?.contains(id);
        let is_door = kind.brings.is_some() && !step.send.is_empty();
        let weakens = dies || is_door || self.takes_from_login(kind, target, step);
        (role && weakens).then(|| {
            format!(
                "our own login in `{home}` has its rights through `{}`",
                step.address
            )
        })
    }

    /// Whether a step on what the login has its rights through takes any of them: others may
    /// leave a group.
    fn takes_from_login(&self, kind: &Descriptor, target: &Target, step: &Step) -> bool {
        let accounts = self.input.catalog.of(kind.api);
        let logins: BTreeSet<String> = accounts.filter_map(|k| login(target, k)).collect();
        let is_login = |edge: &PlannedEdge| {
            let far = edge.key.first().and_then(Value::as_text);
            far.is_none_or(|far| logins.contains(far))
        };
        step.revokes
            .iter()
            .any(|(field, edges)| !lists_accounts(kind, field) || edges.iter().any(is_login))
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
}

/// A secret that nobody writes and the server does not show, in an object that is sent whole: what
/// stands in its place would be taken for it.
fn masked(step: &Step) -> Option<Note> {
    let mut field = None;
    step.object.leaves(&mut |path, leaf| {
        if let Value::Secret(hidden) = leaf
            && hidden.text.as_ref().is_some_and(Secret::is_masked)
        {
            field = Some(path.clone());
        }
    });
    let field = field.filter(|_| !step.send.is_empty())?;
    Some(Note {
        code: MASKED.to_string(),
        message: format!(
            "`{field}` of `{}` is stored and not shown: sending the rest of it would lose it",
            step.address
        ),
        address: Some(step.address.clone()),
        hint: Some(format!("write `{field}` with its source")),
    })
}

/// A step that takes its last ruler from a target.
pub(super) fn unruled(home: &Address, step: &Address) -> Note {
    let message = format!(
        "`{step}` is what the last superuser of `{home}` rules by: nobody would, at the end or \
         for a while"
    );
    refusal(LAST_RULER, "last-superuser", step, message)
}

/// The account that a target is logged in to with, if it is one of `kind`: as it is written, or as
/// its token says.
pub(super) fn login(target: &Target, kind: &Descriptor) -> Option<String> {
    let setting = FieldPath::dotted(kind.own_login?);
    let written = target.settings.at(&setting).and_then(Value::as_text);
    let told = || target.reader.as_ref()?.login();
    written.map(str::to_owned).or_else(told)
}

/// Whether the relation is a list of accounts, who have what its owner has.
fn lists_accounts(kind: &Descriptor, field: &str) -> bool {
    let relation = kind.relation(field);
    relation.is_some_and(|r| r.grants == Grants::Members)
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
        .filter(|relation| matches!(relation.grants, Grants::Member | Grants::Members))
}
