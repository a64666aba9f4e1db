//! What can go wrong with state, journal, lock, identity and credentials, and what to type then.
//!
//! No variant holds a secret, nor a text that a decoder made from a decrypted one.

use std::io;
use std::path::Path;
use std::time::Duration;

use crate::base::{Code, Diagnostic};

/// A file could not be read or written.
pub const FILE: Code = Code("E0501");
/// A newer program wrote it.
pub const VERSION: Code = Code("E0502");
/// The snapshot is not what we wrote.
pub const CORRUPT: Code = Code("E0503");
/// The journal is damaged before its end.
pub const JOURNAL: Code = Code("E0504");
/// Files of different states, or an old copy of one, lie side by side.
pub const MISMATCH: Code = Code("E0505");
/// Somebody else wrote the state meanwhile.
pub const MOVED: Code = Code("E0506");
/// Somebody else holds the lock.
pub const LOCKED: Code = Code("E0507");
/// There is no identity to open or seal the credentials with.
pub const NO_IDENTITY: Code = Code("E0508");
/// The identity's text is no age identity.
pub const BAD_IDENTITY: Code = Code("E0509");
/// The identity is protected by a passphrase that was not given, or is wrong.
pub const PASSPHRASE: Code = Code("E0510");
/// The identity does not open the credentials.
pub const WRONG_IDENTITY: Code = Code("E0511");
/// The credentials are not where they were.
pub const NO_CREDENTIALS: Code = Code("E0512");
/// The credentials cannot be opened by anybody.
pub const BAD_CREDENTIALS: Code = Code("E0513");
/// The state owns objects of a root that is not named.
pub const ROOTS: Code = Code("E0514");
/// Others can read the identity.
pub const PERMISSIONS: Code = Code("E0515");
/// A call of an earlier run has no known outcome.
pub const OPEN_INTENT: Code = Code("E0516");
/// The machine gives no random bytes, or a part of the program has ended early.
pub const INTERNAL: Code = Code("E0517");
/// An object store does not answer as it should.
pub const REMOTE: Code = Code("E0518");
/// An object store does not keep the conditions of writes.
pub const UNFIT: Code = Code("E0519");
/// A URL is no place for a state.
pub const URL: Code = Code("E0520");
/// A recipient is none.
pub const RECIPIENT: Code = Code("E0521");

/// Why the state cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// A file could not be read or written.
    #[error("cannot {attempt} {path}: {cause}")]
    File {
        /// What was tried: `read`, `write`, `lock`.
        attempt: &'static str,
        /// Which file.
        path: String,
        /// What the system says.
        cause: String,
        /// Its sort.
        kind: io::ErrorKind,
    },
    /// Written by a newer program.
    #[error("cannot read {file}: its format version is {found}, this program knows up to {known}")]
    Version {
        /// Which file.
        file: String,
        /// Its version.
        found: u64,
        /// The newest that we know.
        known: u32,
    },
    /// The snapshot is not what we wrote.
    #[error("cannot read {file}: {cause}")]
    Corrupt {
        /// Which file.
        file: String,
        /// What the decoder says.
        cause: String,
    },
    /// A damaged record with good ones after it.
    #[error("cannot read {file}: line {line} is damaged ({cause}), and it is not the end")]
    Journal {
        /// Which file.
        file: String,
        /// Which line, from 1.
        line: usize,
        /// How it is damaged.
        cause: &'static str,
    },
    /// Files that do not belong together.
    #[error("the files in {place} do not belong together: {cause}")]
    Mismatch {
        /// Where.
        place: String,
        /// What shows it.
        cause: String,
    },
    /// Somebody else wrote the state, or took the lock away, while we held it.
    #[error("cannot save the state in {place}: {cause}")]
    Moved {
        /// Where.
        place: String,
        /// What shows it.
        cause: String,
    },
    /// Somebody else holds the lock.
    #[error("the state in {place} is locked by {holder}{}", waited_for(.waited))]
    Locked {
        /// Where.
        place: String,
        /// Who, in words.
        holder: String,
        /// How long we waited.
        waited: Duration,
    },
    /// There is no identity.
    #[error("cannot {attempt} without an age identity: there is none in {origin}")]
    NoIdentity {
        /// What needs it.
        attempt: &'static str,
        /// Where it was looked for.
        origin: String,
    },
    /// The identity's text is no age identity.
    #[error("cannot use the age identity of {origin}: {cause}")]
    BadIdentity {
        /// Where it is from.
        origin: String,
        /// What is wrong with it; none of its text.
        cause: String,
    },
    /// The identity is protected by a passphrase that was not given, or is wrong.
    #[error("cannot open the age identity of {origin}: {cause}")]
    Passphrase {
        /// Where it is from.
        origin: String,
        /// Not given, or wrong.
        cause: &'static str,
    },
    /// The identity does not open the credentials.
    #[error("the age identity of {origin} does not open {file}: it is sealed for another one")]
    WrongIdentity {
        /// Where the identity is from.
        origin: String,
        /// What it does not open.
        file: String,
    },
    /// The credentials are not where they were.
    #[error("{file} is missing, though the state beside it has a key and secrets in it")]
    NoCredentials {
        /// Where they should be.
        file: String,
    },
    /// The credentials cannot be opened by anybody, or do not hold what they should.
    #[error("cannot read {file}: {cause}")]
    BadCredentials {
        /// Which file or record.
        file: String,
        /// What is wrong; nothing of what was decrypted.
        cause: String,
    },
    /// An object could not be read or written.
    #[error("cannot {attempt} {object}: {cause}")]
    Remote {
        /// What was tried.
        attempt: &'static str,
        /// Which object.
        object: String,
        /// What the store says.
        cause: String,
    },
    /// A store writes although the condition does not hold.
    #[error("cannot keep a state in {place}: {cause}")]
    Unfit {
        /// Where.
        place: String,
        /// What shows it.
        cause: &'static str,
    },
    /// A URL is no place for a state.
    #[error("cannot keep a state in `{url}`: {cause}")]
    Url {
        /// Which, without its secrets.
        url: String,
        /// Why.
        cause: String,
    },
    /// A recipient is none. What was given is not repeated: it may be an identity.
    #[error("cannot seal the credentials: recipient {place} is no age recipient")]
    BadRecipient {
        /// Which one, counted from 1.
        place: usize,
    },
    /// The machine gives no random bytes, or a part of the program has ended early.
    #[error("cannot keep the state: {0}")]
    Internal(&'static str),
}

fn waited_for(waited: &Duration) -> String {
    if waited.is_zero() {
        return String::new();
    }
    format!(" (waited {} s)", waited.as_secs())
}

/// Says what was tried on `path` when it failed.
pub(super) fn failed(
    attempt: &'static str,
    path: &Path,
) -> impl FnOnce(io::Error) -> StateError + use<> {
    let path = path.display().to_string();
    move |error| StateError::File {
        attempt,
        path,
        cause: error.to_string(),
        kind: error.kind(),
    }
}

impl StateError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::File { .. } => FILE,
            Self::Version { .. } => VERSION,
            Self::Corrupt { .. } => CORRUPT,
            Self::Journal { .. } => JOURNAL,
            Self::Mismatch { .. } => MISMATCH,
            Self::Moved { .. } => MOVED,
            Self::Locked { .. } => LOCKED,
            Self::NoIdentity { .. } => NO_IDENTITY,
            Self::BadIdentity { .. } => BAD_IDENTITY,
            Self::Passphrase { .. } => PASSPHRASE,
            Self::WrongIdentity { .. } => WRONG_IDENTITY,
            Self::NoCredentials { .. } => NO_CREDENTIALS,
            Self::BadCredentials { .. } => BAD_CREDENTIALS,
            Self::Internal(_) => INTERNAL,
            Self::Remote { .. } => REMOTE,
            Self::Unfit { .. } => UNFIT,
            Self::Url { .. } => URL,
            Self::BadRecipient { .. } => RECIPIENT,
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Self::File { kind, .. } => file_hint(*kind),
            Self::Version { .. } => "use the newer tenantry that wrote it",
            Self::Corrupt { .. } => "put back a copy of the folder from before it was changed",
            Self::Journal { .. } | Self::Mismatch { .. } => {
                "put back a copy of the whole folder; its files belong together"
            }
            Self::Moved { .. } => "run the command again: it starts from what is there now",
            Self::Locked { .. } => {
                "wait until it has ended, or let tenantry wait: --lock-timeout 5m; `tenantry state unlock --force` if it is dead"
            }
            Self::NoIdentity { .. } => {
                "name one: --identity FILE or TENANTRY_AGE_KEY_FILE; `age-keygen -o FILE` makes one"
            }
            Self::BadIdentity { .. } => {
                "an identity file has a line that begins with AGE-SECRET-KEY-1; `age-keygen -o FILE` makes one"
            }
            Self::Passphrase { .. } => {
                "run it on a terminal and type the passphrase, or give the key itself in TENANTRY_AGE_KEY"
            }
            Self::WrongIdentity { .. } => {
                "name the identity that it was sealed for: --identity FILE or TENANTRY_AGE_KEY_FILE"
            }
            Self::NoCredentials { .. } | Self::BadCredentials { .. } => {
                "put back a copy of credentials.age; without it the shown-once secrets are lost"
            }
            Self::Internal(_) => "run it again, and report it if it comes back",
            Self::Remote { .. } => {
                "check the bucket's name and the variables of its store (AWS_…, GOOGLE_…, AZURE_…)"
            }
            Self::Unfit { .. } => {
                "use a store that keeps If-Match and If-None-Match, or a folder: --state DIR"
            }
            Self::BadRecipient { .. } => {
                "a recipient begins with age1; `age-keygen -y FILE` tells that of an identity"
            }
            Self::Url { .. } => {
                "write it like s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX"
            }
        }
    }
}

fn file_hint(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room on that disk and run the command again"
        }
        io::ErrorKind::AlreadyExists => "move it away if it is not needed, or name another path",
        io::ErrorKind::PermissionDenied => "the folder and its files must belong to you",
        io::ErrorKind::ReadOnlyFilesystem => "choose a folder that can be written: --state DIR",
        _ => "check the path; --state DIR chooses another folder",
    }
}

impl From<&StateError> for Diagnostic {
    fn from(error: &StateError) -> Self {
        Self::error(error.code(), error.to_string()).hint(error.hint())
    }
}

impl From<StateError> for Diagnostic {
    fn from(error: StateError) -> Self {
        Self::from(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::code;

    #[test]
    fn every_code_has_its_page() {
        let used = [
            FILE,
            VERSION,
            CORRUPT,
            JOURNAL,
            MISMATCH,
            MOVED,
            LOCKED,
            NO_IDENTITY,
            BAD_IDENTITY,
            PASSPHRASE,
            WRONG_IDENTITY,
            NO_CREDENTIALS,
            BAD_CREDENTIALS,
            ROOTS,
            PERMISSIONS,
            OPEN_INTENT,
            INTERNAL,
            REMOTE,
            UNFIT,
            URL,
            RECIPIENT,
        ];
        let unknown: Vec<_> = used.iter().filter(|c| code::page(c.0).is_none()).collect();
        assert_eq!(unknown, Vec::<&Code>::new());
    }

    #[test]
    fn a_full_disk_is_told_from_a_foreign_file() {
        let error = |kind| failed("write", Path::new("state.json"))(io::Error::from(kind));
        let full = Diagnostic::from(error(io::ErrorKind::StorageFull));
        let foreign = Diagnostic::from(error(io::ErrorKind::PermissionDenied));
        assert_eq!(full.code, foreign.code);
        assert_ne!(full.hints, foreign.hints);
    }

    #[test]
    fn waiting_is_mentioned_only_if_we_waited() {
        let locked = |waited| StateError::Locked {
            place: ".tenantry".into(),
            holder: "apply".into(),
            waited,
        };
        assert_eq!(
            locked(Duration::ZERO).to_string(),
            "the state in .tenantry is locked by apply"
        );
        assert_eq!(
            locked(Duration::from_secs(5)).to_string(),
            "the state in .tenantry is locked by apply (waited 5 s)"
        );
    }
}
