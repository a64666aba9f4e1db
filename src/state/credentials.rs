//! The sealed credentials: the fingerprint key, and secrets that servers show only once.
//!
//! In memory they are [`Secret`]s; on the disk they are sealed with age, always.

use std::collections::BTreeMap;
use std::str::FromStr;

use age::{Recipient, x25519};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use secrecy::zeroize::Zeroizing;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::snapshot::check_version;
use super::{Effect, Event, Identities, Outcome, Record, Seq, Snapshot, StateError, random, seal};
use crate::base::{Address, FingerprintKey, Secret};

/// The version of the format that this program writes.
pub const VERSION: u32 = 1;

/// The opened credentials of one state.
#[derive(Debug, Clone)]
pub struct Credentials {
    lineage: String,
    key: Secret,
    fingerprint_key: FingerprintKey,
    recipients: Vec<String>,
    folded: Seq,
    secrets: BTreeMap<Address, BTreeMap<String, Secret>>,
}

/// What is sealed, to write.
#[derive(Serialize)]
struct Plain<'a> {
    version: u32,
    lineage: &'a str,
    key: &'a str,
    recipients: &'a [String],
    folded: Seq,
    secrets: BTreeMap<&'a Address, BTreeMap<&'a str, &'a str>>,
}

/// What was sealed, as read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    #[serde(rename = "version")]
    _version: IgnoredAny,
    lineage: String,
    key: String,
    recipients: Vec<String>,
    folded: Seq,
    secrets: BTreeMap<Address, BTreeMap<String, String>>,
}

/// What a journal record seals, to write.
#[derive(Serialize)]
struct PlainOutputs<'a> {
    version: u32,
    address: &'a Address,
    outputs: BTreeMap<&'a str, &'a str>,
}

/// What a journal record sealed, as read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadOutputs {
    #[serde(rename = "version")]
    _version: IgnoredAny,
    address: Address,
    outputs: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

impl Credentials {
    /// New ones, with a new key, for a new state, sealed for `identities` from now on.
    pub(super) fn new(lineage: &str, identities: &Identities) -> Result<Self, StateError> {
        Ok(Self {
            recipients: identities.public_keys(),
            ..Self::none(lineage)?
        })
    }

    /// None: for a state in which nothing is to be sealed. What is sealed all the same fails.
    pub(super) fn none(lineage: &str) -> Result<Self, StateError> {
        let bytes = Zeroizing::new(random::bytes::<32>()?);
        Ok(Self {
            lineage: lineage.to_owned(),
            key: Secret::new(BASE64_STANDARD.encode(*bytes)),
            fingerprint_key: FingerprintKey::new(&bytes),
            recipients: Vec::new(),
            folded: Seq::default(),
            secrets: BTreeMap::new(),
        })
    }

    /// Opens what [`Credentials::seal`] sealed; `file` is how messages call it.
    ///
    /// # Errors
    /// The identity is another one, or the file is damaged: two different errors, neither of
    /// which means that there are no credentials.
    pub(super) fn open(
        file: &str,
        sealed: &[u8],
        identities: &Identities,
    ) -> Result<Self, StateError> {
        let plain = identities.open(file, sealed)?;
        let Read {
            _version: _,
            lineage,
            key,
            recipients,
            folded,
            secrets,
        } = parse(file, &plain)?;
        let key = Zeroizing::new(key);
        let bytes = Zeroizing::new(BASE64_STANDARD.decode(&*key).unwrap_or_default());
        let bytes: &[u8; 32] = bytes
            .as_slice()
            .try_into()
            .map_err(|_| bad(file, "its key is not 32 bytes"))?;
        let outputs = |outputs: BTreeMap<String, String>| {
            let secrets = outputs
                .into_iter()
                .map(|(name, text)| (name, Secret::new(text)));
            secrets.collect()
        };
        Ok(Self {
            lineage,
            fingerprint_key: FingerprintKey::new(bytes),
            key: Secret::new(key.as_str()),
            recipients,
            folded,
            secrets: secrets.into_iter().map(|(a, o)| (a, outputs(o))).collect(),
        })
    }

    /// The file's content.
    pub(super) fn seal(&self) -> Result<String, StateError> {
        let plain = Plain {
            version: VERSION,
            lineage: &self.lineage,
            key: self.key.expose(),
            recipients: &self.recipients,
            folded: self.folded,
            secrets: self.secrets.iter().map(|(a, o)| (a, exposed(o))).collect(),
        };
        self.seal_json(&plain)
    }

    /// Seals shown-once secrets of one object, for the journal's record of the call.
    pub(super) fn seal_outputs(
        &self,
        address: &Address,
        secrets: &BTreeMap<String, Secret>,
    ) -> Result<String, StateError> {
        self.seal_json(&PlainOutputs {
            version: VERSION,
            address,
            outputs: exposed(secrets),
        })
    }

    fn seal_json(&self, plain: &impl Serialize) -> Result<String, StateError> {
        let json = serde_json::to_vec(plain).map(Zeroizing::new);
        let json = json.map_err(|_| StateError::Internal("credentials have no JSON"))?;
        if self.recipients.is_empty() {
            return Err(no_identity(
                "the command line, the environment or the configuration",
            ));
        }
        let recipients = self
            .recipients
            .iter()
            .map(|text| x25519::Recipient::from_str(text));
        let recipients: Vec<_> = recipients
            .collect::<Result<_, _>>()
            .map_err(|_| bad(super::store::CREDENTIALS, "a recipient in it is no age key"))?;
        let recipients: Vec<_> = recipients.iter().map(|r| r as &dyn Recipient).collect();
        seal::seal(&recipients, &json)
    }

    /// Who can open them.
    pub(super) fn recipients(&self) -> &[String] {
        &self.recipients
    }

    /// Seals them for others from now on.
    ///
    /// # Errors
    /// One of them is no X25519 recipient; nothing has changed.
    pub(super) fn seal_for(&mut self, recipients: Vec<String>) -> Result<(), StateError> {
        let wrong = |text: &String| x25519::Recipient::from_str(text).is_err();
        if let Some(before) = recipients.iter().position(wrong) {
            return Err(StateError::BadRecipient { place: before + 1 });
        }
        self.recipients = recipients;
        Ok(())
    }

    /// The state that they are of.
    pub fn lineage(&self) -> &str {
        &self.lineage
    }

    /// The key that fingerprints are made with.
    pub fn key(&self) -> &FingerprintKey {
        &self.fingerprint_key
    }

    /// A stored secret.
    pub fn secret(&self, address: &Address, output: &str) -> Option<&Secret> {
        self.secrets.get(address)?.get(output)
    }

    /// The names of the secrets that are stored for an object.
    pub fn outputs(&self, address: &Address) -> impl Iterator<Item = &str> {
        let outputs = self.secrets.get(address).into_iter().flatten();
        outputs.map(|(name, _)| name.as_str())
    }

    /// Whether nothing but the key is in them.
    pub fn is_empty(&self) -> bool {
        self.secrets.is_empty()
    }

    /// Takes over what `record` says, if that has not been done yet. `snapshot` is the state with
    /// the record folded in. Returns whether anything changed.
    pub(super) fn fold_one(
        &mut self,
        record: &Record,
        snapshot: &Snapshot,
        unsealed: Option<BTreeMap<String, Secret>>,
    ) -> Folded {
        if record.seq <= self.folded {
            return Folded::Before;
        }
        self.folded = record.seq;
        let Event::Outcome(outcome) = &record.event else {
            return Folded::Unchanged;
        };
        let address = &record.act.address;
        let carried = match &outcome.effect {
            Effect::Owned { moved_from, .. } => moved_from
                .as_ref()
                .and_then(|from| self.secrets.remove(from)),
            Effect::Gone { .. } if !snapshot.resources.contains_key(address) => {
                return self.forget(address, snapshot);
            }
            Effect::Gone { .. } | Effect::Nothing => None,
        };
        let new: Vec<_> = [carried, unsealed]
            .into_iter()
            .flatten()
            .flatten()
            .collect();
        if new.is_empty() {
            return Folded::Unchanged;
        }
        self.secrets.entry(address.clone()).or_default().extend(new);
        Folded::Changed
    }

    /// Forgets the secrets of an object that is gone, and of what went with it.
    fn forget(&mut self, address: &Address, snapshot: &Snapshot) -> Folded {
        let before = self.secrets.len();
        let went = |at: &Address| {
            let was_in = address.target().is_none() && at.target() == Some(address.name());
            at == address || (was_in && !snapshot.resources.contains_key(at))
        };
        self.secrets.retain(|at, _| !went(at));
        if self.secrets.len() < before {
            Folded::Changed
        } else {
            Folded::Unchanged
        }
    }

    /// Opens what `record` seals, if it seals something that is not in here yet.
    pub(super) fn unseal(
        &self,
        file: &str,
        record: &Record,
        identities: &Identities,
    ) -> Result<Option<BTreeMap<String, Secret>>, StateError> {
        let Event::Outcome(outcome) = &record.event else {
            return Ok(None);
        };
        let Outcome {
            sealed: Some(sealed),
            ..
        } = &**outcome
        else {
            return Ok(None);
        };
        if record.seq <= self.folded {
            return Ok(None);
        }
        let plain = identities.open(file, sealed.as_bytes())?;
        let ReadOutputs {
            _version: _,
            address,
            outputs,
        } = parse(file, &plain)?;
        if address != record.act.address {
            return Err(bad(file, "a sealed record is another object's"));
        }
        let secrets = outputs
            .into_iter()
            .map(|(name, text)| (name, Secret::new(text)));
        Ok(Some(secrets.collect()))
    }
}

/// Says that what is to be sealed has nobody to be sealed for.
pub fn no_identity(origin: &str) -> StateError {
    StateError::NoIdentity {
        attempt: "keep the credentials that servers show once",
        origin: origin.to_owned(),
    }
}

/// What folding a record did to the credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folded {
    /// It was in them.
    Before,
    /// Nothing.
    Unchanged,
    /// They must be sealed anew.
    Changed,
}

fn exposed(outputs: &BTreeMap<String, Secret>) -> BTreeMap<&str, &str> {
    let texts = outputs
        .iter()
        .map(|(name, secret)| (name.as_str(), secret.expose()));
    texts.collect()
}

/// Reads decrypted JSON. What a decoder says about it stays here: it could quote a secret.
fn parse<'a, T: Deserialize<'a>>(file: &str, plain: &'a [u8]) -> Result<T, StateError> {
    let not_ours = |_| bad(file, "what is sealed in it is not what tenantry seals");
    let Versioned { version } = serde_json::from_slice(plain).map_err(not_ours)?;
    check_version(file, version, VERSION)?;
    serde_json::from_slice(plain).map_err(not_ours)
}

fn bad(file: &str, cause: &str) -> StateError {
    StateError::BadCredentials {
        file: file.to_owned(),
        cause: cause.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::CallKind;
    use super::super::fold::fold_one;
    use super::super::samples::{address, entry, gone, owned, record};
    use super::*;

    fn secrets() -> BTreeMap<String, Secret> {
        BTreeMap::from([("clientSecret".to_owned(), Secret::new("hunter2"))])
    }

    fn with_secret(identities: &Identities) -> (Credentials, Snapshot) {
        let mut credentials = Credentials::new("l", identities).expect("made");
        let mut snapshot = Snapshot::new("l".into());
        let create = record(1, owned("t1"));
        fold_one(&mut snapshot, &create);
        credentials.fold_one(&create, &snapshot, Some(secrets()));
        (credentials, snapshot)
    }

    fn text(credentials: &Credentials) -> Option<String> {
        let secret = credentials.secret(&address(), "clientSecret")?;
        Some(secret.expose().to_owned())
    }

    #[test]
    fn what_is_sealed_opens_with_the_same_key_and_secrets() {
        let identities = Identities::generate("test");
        let (credentials, _) = with_secret(&identities);
        let sealed = credentials.seal().expect("sealed");
        let opened = Credentials::open("file", sealed.as_bytes(), &identities).expect("opens");
        assert_eq!(text(&opened).as_deref(), Some("hunter2"));
        assert_eq!(opened.key().of(&["x"]), credentials.key().of(&["x"]));
        assert_eq!((opened.lineage(), opened.folded), ("l", Seq(1)));
    }

    #[test]
    fn another_identity_is_told_from_a_damaged_file() {
        let identities = Identities::generate("ours");
        let sealed = with_secret(&identities).0.seal().expect("sealed");
        let other = Identities::generate("another.txt");
        let error = Credentials::open("credentials.age", sealed.as_bytes(), &other);
        assert_eq!(
            error.expect_err("wrong").to_string(),
            "the age identity of another.txt does not open credentials.age: it is sealed for \
             another one"
        );
        let torn = &sealed.as_bytes()[..sealed.len() / 2];
        let error = Credentials::open("credentials.age", torn, &identities);
        assert!(matches!(error, Err(StateError::BadCredentials { .. })));
    }

    #[test]
    fn a_deleted_tenant_takes_the_secrets_along_of_what_lived_in_it() {
        let (mut credentials, mut snapshot) = with_secret(&Identities::generate("test"));
        let tenant = Address::top("tenant", "acme");
        snapshot.resources.insert(tenant.clone(), entry("t9"));
        let mut end = record(2, gone("t9"));
        (end.act.address, end.act.call) = (tenant, CallKind::Delete);
        fold_one(&mut snapshot, &end);
        let folded = credentials.fold_one(&end, &snapshot, None);
        assert_eq!((folded, text(&credentials)), (Folded::Changed, None));
    }

    #[test]
    fn a_deleted_object_takes_its_secrets_along() {
        let (mut credentials, mut snapshot) = with_secret(&Identities::generate("test"));
        let other_id = record(2, gone("t0"));
        fold_one(&mut snapshot, &other_id);
        assert_eq!(
            credentials.fold_one(&other_id, &snapshot, None),
            Folded::Unchanged
        );
        assert!(text(&credentials).is_some());
        let delete = record(3, gone("t1"));
        fold_one(&mut snapshot, &delete);
        assert_eq!(
            credentials.fold_one(&delete, &snapshot, None),
            Folded::Changed
        );
        assert_eq!(text(&credentials), None);
        assert_eq!(
            credentials.fold_one(&delete, &snapshot, None),
            Folded::Before
        );
    }

    #[test]
    fn a_sealed_record_opens_for_its_own_address_only() {
        let identities = Identities::generate("test");
        let credentials = Credentials::new("l", &identities).expect("made");
        let sealed = credentials
            .seal_outputs(&address(), &secrets())
            .expect("sealed");
        let mut stored = record(1, owned("t1"));
        if let Event::Outcome(outcome) = &mut stored.event {
            outcome.sealed = Some(sealed);
        }
        let opened = credentials
            .unseal("journal", &stored, &identities)
            .expect("opens");
        assert_eq!(
            opened.map(|o| o.into_keys().collect()),
            Some(vec!["clientSecret".to_owned()])
        );
        stored.act.address = address().sibling("role", "stolen");
        credentials
            .unseal("journal", &stored, &identities)
            .expect_err("not its own");
    }

    #[test]
    fn what_is_sealed_but_not_ours_is_not_quoted() {
        let identities = Identities::generate("test");
        let credentials = Credentials::new("l", &identities).expect("made");
        let foreign = serde_json::json!({"version": 1, "hunter2": "hunter2"});
        let sealed = credentials.seal_json(&foreign).expect("sealed");
        let error = Credentials::open("file", sealed.as_bytes(), &identities).expect_err("foreign");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}
