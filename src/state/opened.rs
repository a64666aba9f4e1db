//! A state as it is read: snapshot and journal together, and the credentials if they open.
//!
//! Takes no lock, writes nothing, creates nothing; what is not there yet is an empty state.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::ROOTS;
use super::fold::{fold_one, unnamed_roots};
use super::store::{CREDENTIALS, JOURNAL, STATE, Store, Stored};
use super::{Credentials, Identities, Journal, OpenIntent, Seq, Snapshot, StateError};
use crate::base::{Address, Diagnostic, FingerprintKey, Secret};

/// A state that was read.
#[derive(Debug, Clone)]
pub struct Opened {
    /// How messages call where it is.
    pub place: String,
    /// What we own, the journal's records included. Of a state that is not there yet it is empty
    /// and has no lineage.
    pub snapshot: Arc<Snapshot>,
    /// Calls of earlier runs whose outcome is not known, oldest first.
    pub open_intents: Vec<OpenIntent>,
    /// The credentials, or why they are not open.
    pub access: Access,
}

/// The credentials, or why they are not open.
#[derive(Debug, Clone)]
pub enum Access {
    /// They were opened.
    Open(Box<Credentials>),
    /// There are no credentials: the state is not there yet, or nothing in it needed any.
    New,
    /// They were not opened: nothing can be said about what is in them.
    Closed(StateError),
}

/// Which state a plan was made from; if any of it has moved, the plan is of another time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StateVersion {
    /// The state's lineage; empty if it was not there yet.
    pub lineage: String,
    /// The snapshot's serial.
    pub serial: u64,
    /// The last record of the journal.
    pub seq: Seq,
}

impl StateVersion {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        Self {
            lineage: snapshot.lineage.clone(),
            serial: snapshot.serial,
            seq: snapshot.folded,
        }
    }
}

impl Opened {
    /// Reads the state in `store`. Without an identity, or with another one, everything but the
    /// credentials is there.
    ///
    /// # Errors
    /// A file cannot be read, is damaged, or is of a newer program.
    pub async fn read(
        store: &dyn Store,
        identities: Option<&Identities>,
    ) -> Result<Self, StateError> {
        let place = store.place();
        let stored = store.load().await?;
        assemble(&place, &stored, identities).map(|assembled| assembled.into_opened(place))
    }

    /// The key that fingerprints are made with; without it secrets are not compared.
    pub fn key(&self) -> Option<&FingerprintKey> {
        match &self.access {
            Access::Open(credentials) => Some(credentials.key()),
            Access::New | Access::Closed(_) => None,
        }
    }

    /// A stored secret, or none if none is stored.
    ///
    /// # Errors
    /// The credentials are not open, so that nobody knows.
    pub fn secret(&self, address: &Address, output: &str) -> Result<Option<&Secret>, StateError> {
        match &self.access {
            Access::Open(credentials) => Ok(credentials.secret(address, output)),
            Access::New => Ok(None),
            Access::Closed(error) => Err(error.clone()),
        }
    }

    /// Which state it is, for a saved plan.
    pub fn version(&self) -> StateVersion {
        StateVersion::of(&self.snapshot)
    }

    /// Refuses a run over `named` roots if the state owns something of another one: its documents
    /// would seem to be gone, and its objects would be deleted.
    pub fn refuse_unnamed_roots(&self, named: &BTreeSet<String>) -> Option<Diagnostic> {
        let missing = unnamed_roots(&self.snapshot, named);
        if missing.is_empty() {
            return None;
        }
        let (place, missing) = (&self.place, missing.join(" "));
        let message = format!(
            "the state in {place} owns objects of {missing}, which this command does not name"
        );
        let all = named.iter().map(String::as_str).chain([missing.as_str()]);
        let all = all.collect::<Vec<_>>().join(" ");
        Some(
            Diagnostic::error(ROOTS, message)
                .hint(format!("name it too: `tenantry plan {all}`"))
                .hint("or keep a state of its own: --state DIR")
                .hint("if that folder was renamed: tenantry state root OLD NEW"),
        )
    }
}

/// What the stored bytes say.
#[derive(Debug)]
pub(super) struct Assembled {
    pub(super) snapshot: Snapshot,
    /// The serial on the disk; none if there is no snapshot.
    pub(super) serial: Option<u64>,
    pub(super) open: BTreeMap<Seq, OpenIntent>,
    pub(super) access: Access,
    /// How many bytes of the journal are good.
    pub(super) good: u64,
    /// The journal says something that the stored snapshot does not.
    pub(super) unfolded: bool,
}

impl Assembled {
    fn into_opened(self, place: String) -> Opened {
        Opened {
            place,
            snapshot: Arc::new(self.snapshot),
            open_intents: self.open.into_values().collect(),
            access: self.access,
        }
    }
}

/// Puts the files of one state together.
pub(super) fn assemble(
    place: &str,
    stored: &Stored,
    identities: Option<&Identities>,
) -> Result<Assembled, StateError> {
    let file = |name| format!("{place}/{name}");
    let journal = Journal::read(&file(JOURNAL), &stored.journal)?;
    let state = stored.state.as_deref();
    let state = state
        .map(|json| Snapshot::from_json(&file(STATE), json))
        .transpose()?;
    let serial = state.as_ref().map(|snapshot| snapshot.serial);
    let is_new = state
        .as_ref()
        .map_or(journal.records.is_empty(), |s| s.keyless);
    let access = match &stored.credentials {
        Some(sealed) => open(&file(CREDENTIALS), sealed, identities),
        None if is_new => Access::New,
        None => Access::Closed(StateError::NoCredentials {
            file: file(CREDENTIALS),
        }),
    };
    let mut snapshot = state.unwrap_or_else(|| Snapshot::new(lineage(&access, &journal)));
    check_lineage(place, &snapshot, &access)?;
    journal.check_follows(place, &snapshot)?;
    let unfolded = journal.last() > snapshot.folded;
    let access = fold_all(&file(JOURNAL), &journal, &mut snapshot, access, identities);
    Ok(Assembled {
        snapshot,
        serial,
        open: journal.open_intents(),
        access,
        good: journal.length,
        unfolded,
    })
}

fn open(file: &str, sealed: &[u8], identities: Option<&Identities>) -> Access {
    let Some(identities) = identities else {
        return Access::Closed(StateError::NoIdentity {
            attempt: "open the credentials",
            origin: "the command line, the environment or the configuration".to_owned(),
        });
    };
    match Credentials::open(file, sealed, identities) {
        Ok(credentials) => Access::Open(Box::new(credentials)),
        Err(error) => Access::Closed(error),
    }
}

/// The lineage of a state whose snapshot is not there.
fn lineage(access: &Access, journal: &Journal) -> String {
    match (access, journal.records.first()) {
        (Access::Open(credentials), _) => credentials.lineage().to_owned(),
        (_, Some(record)) => record.lineage.clone(),
        _ => String::new(),
    }
}

fn check_lineage(place: &str, snapshot: &Snapshot, access: &Access) -> Result<(), StateError> {
    match access {
        Access::Open(credentials) if credentials.lineage() != snapshot.lineage => {
            let (theirs, ours) = (credentials.lineage(), &snapshot.lineage);
            Err(StateError::Mismatch {
                place: place.to_owned(),
                cause: format!("the credentials are of lineage {theirs}, the state of {ours}"),
            })
        }
        _ => Ok(()),
    }
}

/// Folds the journal into the snapshot, and what it seals into the credentials. If one of its
/// records does not open, nothing can be said about the credentials as a whole.
fn fold_all(
    file: &str,
    journal: &Journal,
    snapshot: &mut Snapshot,
    mut access: Access,
    identities: Option<&Identities>,
) -> Access {
    for record in &journal.records {
        fold_one(snapshot, record);
        if let (Access::Open(credentials), Some(identities)) = (&mut access, identities) {
            match credentials.unseal(file, record, identities) {
                Ok(unsealed) => {
                    credentials.fold_one(record, snapshot, unsealed);
                }
                Err(error) => access = Access::Closed(error),
            }
        }
    }
    access
}
