//! What every verb that reaches servers stands on: manifests, secrets, sessions, the sandbox; and
//! the plan that is made from them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::time::Instant;

use super::args::{self, Files, Network, Roots, SandboxFlag};
use super::context::Context;
use super::facts::{Facts, Resolver, gather};
use super::keys::{Need, identities};
use super::manifests;
use super::network;
use super::outcome::Failure;
use super::place::Place;
use super::played::Played;
use super::policy;
use super::providers::CATALOG;
use super::secrets::{Exec, Origins, Outside, Secrets};
use super::selection::Selected;
use super::sessions::Sessions;
use super::undo::LastRun;
use crate::apply::{self, Look, Looked, Target, open_intents};
use crate::base::suggest::nearest;
use crate::base::{Address, Code, Diagnostic, Value};
use crate::kind::Api;
use crate::manifest::Document;
use crate::manifest::paths::folder_of;
use crate::manifest::policy::Policy;
use crate::plan::input::NO_SUCH_ADDRESS;
use crate::plan::{self, AccessChange, Note, Plan, World};
use crate::state::{Opened, Snapshot};

/// There is no manifest, though the state owns something.
pub(super) const NO_MANIFESTS: Code = Code("E0810");
/// An override that cannot be read.
pub(super) const BAD_OVERRIDE: Code = Code("E0811");
/// Faults are the sandbox's alone.
pub(super) const NO_SANDBOX: Code = Code("E0812");

/// How long a command that prints a secret may take.
const EXEC_PATIENCE: Duration = Duration::from_secs(30);

/// The flags that a ground is made from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// The manifests.
    pub(super) paths: &'a [PathBuf],
    /// What they may name.
    pub(super) files: Files,
    /// Which world.
    pub(super) place: &'a args::Place,
    /// How servers are reached.
    pub(super) network: &'a Network,
}

impl<'a> Wanted<'a> {
    /// What a verb's flags say.
    pub(super) fn of(
        manifests: &'a impl Roots,
        place: &'a args::Place,
        network: &'a Network,
    ) -> Self {
        let (paths, files) = manifests.roots();
        Self {
            paths,
            files,
            place,
            network,
        }
    }
}

/// What a verb stands on.
pub(super) struct Ground {
    /// Where the state is.
    pub(super) place: Place,
    /// What is declared.
    pub(super) documents: Vec<Document>,
    /// What the repository's policy says.
    pub(super) policy: Option<Policy>,
    /// The sessions.
    pub(super) sessions: Arc<Sessions>,
    /// The secrets.
    pub(super) secrets: Arc<Secrets>,
    /// The embedded sandbox.
    pub(super) played: Option<Arc<Played>>,
}

/// What was asked for.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent flags of one command"
)]
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// `-l` and `--target`.
    pub(super) selected: Selected,
    /// `--override`.
    pub(super) overrides: Vec<(String, String)>,
    /// `--no-delete`.
    pub(super) no_delete: bool,
    /// `destroy`.
    pub(super) destroy: bool,
    /// `drift`.
    pub(super) all_edges: bool,
    /// `--adopt`.
    pub(super) adopt: bool,
    /// `--undo`.
    pub(super) undo: bool,
    /// `import`.
    pub(super) imports: Vec<(Address, String)>,
    /// Of a saved plan: nothing but what it is about.
    pub(super) only: Option<BTreeSet<Address>>,
}

impl Asked {
    fn selects(&self, address: &Address, labels: &BTreeMap<String, String>) -> bool {
        match &self.only {
            Some(only) => only.contains(address),
            None => self.selected.selects(address, labels),
        }
    }

    fn is_all(&self) -> bool {
        self.only.is_none() && self.selected.is_all()
    }
}

/// A plan, and what was found on the way.
pub(super) struct Planned {
    /// The plan.
    pub(super) plan: Plan,
    /// The targets that are there, with their settings.
    pub(super) targets: BTreeMap<Address, (Api, Value)>,
    /// When live values were read.
    pub(super) read_at: Instant,
}

impl Ground {
    /// Reads the manifests and gets everything ready; nothing is sent yet. What is wrong with the
    /// manifests ends it here.
    pub(super) async fn prepare(wanted: Wanted<'_>, context: &Context) -> Result<Self, Failure> {
        let world = world(wanted.place)?;
        let kept = &wanted.place.kept;
        let place = Place::new(wanted.paths, kept, world, &context.environment)?;
        let mut read = manifests::read(wanted.paths, wanted.files);
        let policy = policy::of(wanted.paths, wanted.place.policy.as_deref(), &mut read);
        if read.has_errors() {
            return Err(read.diagnostics.into());
        }
        context.console.diagnostics(&read.diagnostics);
        let settings = network::settings(wanted.network, &context.environment, world)?;
        let sessions = Sessions::new(settings.clone());
        let sessions = sessions.map_err(|problem| network::unusable(&problem))?;
        let played = match world {
            World::Sandbox => Some(Arc::new(
                Played::start(wanted.place, &place, settings).await?,
            )),
            World::Live => None,
        };
        let secrets = Arc::new(Secrets::new(origins(&wanted, context, played.as_deref())));
        let bodies = read
            .documents
            .iter()
            .map(|document| document.body.clone())
            .collect();
        gather(Arc::clone(&secrets), bodies).await;
        let ground = Self {
            place,
            documents: std::mem::take(&mut read.documents),
            policy,
            sessions: Arc::new(sessions),
            secrets,
            played,
        };
        ground.play_declared().await?;
        Ok(ground)
    }

    /// Makes sure that the sandbox plays every target that is not made by another.
    async fn play_declared(&self) -> Result<(), Failure> {
        let Some(played) = &self.played else {
            return Ok(());
        };
        for document in &self.documents {
            if let (Some(api), None) = (document.kind.hosts, &document.home) {
                played.play(api, &document.address, &document.body).await?;
            }
        }
        Ok(())
    }

    /// The same of accounts that no document declares any more, though something is owned there.
    async fn play_owned(&self, opened: &Opened) -> Result<(), Failure> {
        let (Some(played), Some(host)) = (&self.played, CATALOG.host(Api::Cloud)) else {
            return Ok(());
        };
        let homes = opened
            .snapshot
            .resources
            .values()
            .filter_map(|entry| entry.home.as_ref());
        let accounts: BTreeSet<_> = homes.filter(|home| home.kind() == host.name).collect();
        for account in accounts {
            played.play(Api::Cloud, account, &Value::Null).await?;
        }
        Ok(())
    }

    /// Reads the state, without its lock.
    pub(super) async fn read_state(
        &self,
        wanted: Wanted<'_>,
        context: &Context,
        verb: &str,
    ) -> Result<Opened, Failure> {
        let flag = wanted.place.identity.as_deref();
        let keys = identities(flag, context, &self.place, Need::Nice)?;
        let opened = Opened::read(&*self.place.store, keys.as_ref()).await;
        let opened = opened.map_err(Diagnostic::from)?;
        self.play_owned(&opened).await?;
        match self.place.refuse_unnamed(&opened, verb) {
            Some(refused) => Err(refused.into()),
            None => Ok(opened),
        }
    }

    /// What the planner and apply are told.
    pub(super) fn facts<'a>(&'a self, opened: &'a Opened) -> Facts<'a> {
        Facts::new(&self.secrets, self.played.as_deref(), &opened.access)
    }

    /// Makes the plan.
    pub(super) async fn plan(&self, opened: &Opened, asked: &Asked) -> Result<Planned, Failure> {
        self.refuse_nothing(opened, asked)?;
        self.play_owned(opened).await?;
        let images = if asked.undo {
            Some(self.images(opened).await?)
        } else {
            None
        };
        self.refuse_unknown(opened, asked, images.as_ref())?;
        let facts = self.facts(opened);
        let read_at = Instant::now();
        let made = self.planned(opened, &facts, asked, images.as_ref(), &opened.snapshot);
        let mut plan = made.await?;
        let targets = facts.targets();
        let left = self.left_over(opened, &targets).await;
        if !left.made.is_empty() {
            // What apply will know before it plans.
            let snapshot = opened.snapshot.with(left.made);
            let made = self.planned(opened, &facts, asked, images.as_ref(), &snapshot);
            plan = made.await?;
        }
        plan.warnings.extend(left.told.into_iter().map(note));
        Ok(Planned {
            plan,
            targets,
            read_at,
        })
    }

    /// The plan over a snapshot.
    async fn planned(
        &self,
        opened: &Opened,
        facts: &Facts<'_>,
        asked: &Asked,
        images: Option<&LastRun>,
        snapshot: &Snapshot,
    ) -> Result<Plan, Failure> {
        let selects =
            |address: &Address, labels: &BTreeMap<String, String>| asked.selects(address, labels);
        let undoing = images.map(|last| self.undoing(opened, facts, last, snapshot));
        let options = plan::Options {
            selects: if asked.is_all() { None } else { Some(&selects) },
            undo: undoing.as_ref(),
            ..self.options(asked)
        };
        let input = plan::Input {
            snapshot: undoing.as_ref().map_or(snapshot, |it| &it.snapshot),
            documents: undoing.as_ref().map_or(&self.documents, |it| &it.documents),
            ..self.input(opened, facts, &options)
        };
        Ok(plan::plan(&input).await?)
    }

    /// What everybody has on the servers.
    pub(super) async fn live_access(&self, opened: &Opened) -> Result<Vec<AccessChange>, Failure> {
        self.play_owned(opened).await?;
        let asked = Asked::default();
        let (facts, options) = (self.facts(opened), self.options(&asked));
        let input = self.input(opened, &facts, &options);
        Ok(plan::live_access(&input).await?)
    }

    /// What is asked for, whatever is selected.
    fn options<'a>(&'a self, asked: &'a Asked) -> plan::Options<'a> {
        plan::Options {
            world: self.place.world,
            selects: None,
            overrides: &asked.overrides,
            no_delete: asked.no_delete,
            destroy: asked.destroy,
            all_edges: asked.all_edges,
            adopt: asked.adopt,
            imports: &asked.imports,
            undo: None,
            policy: self.policy.as_ref(),
            today: Timestamp::now().to_zoned(TimeZone::UTC).date(),
        }
    }

    fn input<'a>(
        &'a self,
        opened: &'a Opened,
        facts: &'a Facts<'a>,
        options: &'a plan::Options<'a>,
    ) -> plan::Input<'a> {
        plan::Input {
            catalog: CATALOG,
            documents: &self.documents,
            snapshot: &opened.snapshot,
            key: opened.key(),
            sessions: &*self.sessions,
            facts,
            options,
        }
    }

    /// What earlier runs left unfinished, and what apply will do about it.
    pub(super) async fn left_over(
        &self,
        opened: &Opened,
        targets: &BTreeMap<Address, (Api, Value)>,
    ) -> Looked {
        let snapshot = &opened.snapshot;
        let target = |(api, settings): &(Api, Value)| Target {
            api: *api,
            settings: settings.clone(),
        };
        let targets = targets
            .iter()
            .map(|(at, found)| (at.clone(), target(found)));
        let owned = snapshot.resources.iter();
        let look = Look {
            catalog: CATALOG,
            reads: &*self.sessions,
            targets: &targets.collect(),
            secrets: &Resolver(Arc::clone(&self.secrets)),
            open: &open_intents(opened.open_intents.clone(), snapshot, CATALOG),
            markers: &snapshot.markers,
            owned: &owned
                .map(|(at, entry)| (at.clone(), entry.id.clone()))
                .collect(),
            key: opened.key(),
            now: Timestamp::now(),
        };
        apply::look(&look).await
    }

    /// Ends the sandbox, if there is one.
    pub(super) async fn end(self) {
        if let Some(played) = self.played.and_then(Arc::into_inner) {
            played.stop().await;
        }
    }

    /// A folder without manifests never means that everything shall go.
    fn refuse_nothing(&self, opened: &Opened, asked: &Asked) -> Result<(), Failure> {
        let is_declared = self
            .documents
            .iter()
            .any(|document| document.origin.place.is_some());
        let owned = opened.snapshot.resources.len();
        if is_declared || owned == 0 || asked.destroy {
            return Ok(());
        }
        let message = format!(
            "there is no manifest, though the state in {} owns {owned} objects",
            opened.place
        );
        Err(Diagnostic::error(NO_MANIFESTS, message)
            .hint("name the folder that has the manifests")
            .hint("to delete everything that is owned: `tenantry destroy`")
            .into())
    }

    fn refuse_unknown(
        &self,
        opened: &Opened,
        asked: &Asked,
        images: Option<&LastRun>,
    ) -> Result<(), Failure> {
        let declared = self.documents.iter().map(|document| &document.address);
        let changed = images
            .into_iter()
            .flat_map(|last| last.images.objects.keys());
        let known = declared.chain(opened.snapshot.resources.keys());
        let known: Vec<_> = known.chain(changed).collect();
        let unknown = asked
            .selected
            .addresses
            .iter()
            .filter(|address| !known.contains(address));
        let names: Vec<_> = known.iter().map(ToString::to_string).collect();
        let faults: Vec<_> = unknown
            .map(|address| {
                let message =
                    format!("--target names `{address}`, which is neither declared nor owned");
                let error = Diagnostic::error(NO_SUCH_ADDRESS, message).about(address);
                match nearest(&address.to_string(), names.iter().map(String::as_str)) {
                    Some(near) => error.hint(format!("did you mean `{near}`?")),
                    None => error.hint("`tenantry show` lists what is owned"),
                }
            })
            .collect();
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults.into())
        }
    }
}

/// Which world the flags mean.
pub(super) fn world(place: &args::Place) -> Result<World, Failure> {
    let (world, hint) = match &place.sandbox {
        Some(SandboxFlag::Embedded) => return Ok(World::Sandbox),
        Some(SandboxFlag::At(_)) => (
            World::Sandbox,
            "give it to the one that runs: tenantry sandbox --fault",
        ),
        None | Some(SandboxFlag::Off) => (World::Live, "add --sandbox"),
    };
    if place.played.fault.is_empty() {
        return Ok(world);
    }
    let message = "--fault is for the sandbox inside a command alone";
    Err(Diagnostic::error(NO_SANDBOX, message).hint(hint).into())
}

/// Reads `--override RULE=ADDRESS`.
pub(super) fn overrides(texts: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let texts = texts
        .iter()
        .map(|text| text.trim())
        .filter(|text| !text.is_empty());
    let read = texts.map(|text| match text.split_once('=') {
        Some((rule, address)) if !rule.is_empty() && !address.is_empty() => {
            Ok((rule.to_owned(), address.to_owned()))
        }
        _ => {
            let message = format!("reading --override: `{text}` is not RULE=ADDRESS");
            let hint = "copy it from the refusal: --override protect=acme/role/order-admin";
            Err(Failure::from(
                Diagnostic::error(BAD_OVERRIDE, message).hint(hint),
            ))
        }
    });
    read.collect()
}

fn origins(wanted: &Wanted<'_>, context: &Context, played: Option<&Played>) -> Origins {
    Origins {
        environment: context.environment.clone(),
        roots: wanted
            .paths
            .iter()
            .map(|path| folder_of(path).to_owned())
            .collect(),
        outside: if wanted.files.allow_files_outside {
            Outside::Allowed
        } else {
            Outside::Refused
        },
        exec: if wanted.place.allow_exec || context.allows_exec() {
            Exec::Allowed(EXEC_PATIENCE)
        } else {
            Exec::Refused
        },
        stand_in: played.map(|played| played.key().clone()),
    }
}

/// A warning as a plan has it.
fn note(diagnostic: Diagnostic) -> Note {
    Note {
        code: diagnostic.code.to_string(),
        message: diagnostic.message,
        address: diagnostic.address,
        hint: diagnostic.hints.into_iter().next(),
    }
}
