//! The age identity that opens the credentials: made, read, protected by a passphrase.
//!
//! Where it lies and who types the passphrase is the command line's business.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::str::FromStr;

use age::{Identity, Recipient, scrypt, x25519};
use aws_lc_rs::digest;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::error::{PERMISSIONS, failed};
use super::files::{self, Created};
use super::seal::{self, Shut};
use super::{Folder, StateError};
use crate::base::{Diagnostic, FingerprintKey, Secret};

/// The sandbox's identity, beside its state.
pub const SANDBOX_IDENTITY: &str = "identity.txt";
const KEY_PREFIX: &str = "AGE-SECRET-KEY-";
/// log₂ of the passphrase's work: 0.2 s and 64 MiB.
const WORK: u8 = 16;
/// The most work that a file may ask of us; unset, it would depend on this machine's speed.
const MOST_WORK: u8 = 20;

/// One or more X25519 identities. Prints as its public keys.
#[derive(Clone)]
pub struct Identities {
    keys: Vec<x25519::Identity>,
    origin: String,
}

impl fmt::Debug for Identities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.public_keys()).finish()
    }
}

/// Asks for the passphrase of the identity that is called so; none if nobody can be asked.
pub type Ask<'a> = &'a dyn Fn(&str) -> Option<Secret>;

impl Identities {
    /// A new identity; `origin` is how messages call it.
    pub fn generate(origin: &str) -> Self {
        Self {
            keys: vec![x25519::Identity::generate()],
            origin: origin.to_owned(),
        }
    }

    /// Reads an identity file.
    ///
    /// # Errors
    /// It is not there, cannot be read, is no identity, or its passphrase is wrong or not given:
    /// each told from the others.
    pub fn read(path: &Path, ask: Ask<'_>) -> Result<Self, StateError> {
        let origin = path.display().to_string();
        let bytes = files::read(path)?.ok_or_else(|| StateError::NoIdentity {
            attempt: "open the credentials",
            origin: origin.clone(),
        })?;
        let text = String::from_utf8(bytes).map_err(|_| bad(&origin, "it is not text"))?;
        Self::from_text(&Secret::new(text), &origin, ask)
    }

    /// Reads an identity file's text; `origin` is how messages call it.
    ///
    /// # Errors
    /// It is no identity, or its passphrase is wrong or not given.
    pub fn from_text(text: &Secret, origin: &str, ask: Ask<'_>) -> Result<Self, StateError> {
        if text.expose().trim_start().starts_with("-----BEGIN AGE") {
            return Self::from_text(&unprotect(text, origin, ask)?, origin, &|_| None);
        }
        let lines = text.expose().lines().map(str::trim);
        let keys = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys: Vec<_> = keys
            .map(|line| key(line, origin))
            .collect::<Result<_, _>>()?;
        if keys.is_empty() {
            return Err(bad(origin, "there is no key in it"));
        }
        let origin = origin.to_owned();
        Ok(Self { keys, origin })
    }

    /// Where it is from, for messages.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What others may know of it: `age1…`.
    pub fn public_keys(&self) -> Vec<String> {
        self.keys
            .iter()
            .map(|key| key.to_public().to_string())
            .collect()
    }

    /// A key that only who has these identities can make, one of each: for plans of a state that
    /// has none yet.
    pub fn signing_keys(&self) -> Vec<FingerprintKey> {
        let keys = self.keys.iter().map(|key| {
            let text = format!("tenantry plan {}", key.to_string().expose_secret());
            let digest = digest::digest(&digest::SHA256, text.as_bytes());
            let mut bytes = [0; 32];
            bytes.copy_from_slice(digest.as_ref());
            FingerprintKey::new(&bytes)
        });
        keys.collect()
    }

    /// The identity file's text.
    pub fn to_text(&self) -> Secret {
        let created = Timestamp::now();
        let keys = self.keys.iter().map(|key| {
            let (public, secret) = (key.to_public(), key.to_string());
            format!("# public key: {public}\n{}\n", secret.expose_secret())
        });
        let keys: Vec<_> = keys.collect();
        Secret::new(format!("# created: {created:.0}\n{}", keys.concat()))
    }

    /// The identity file's text, encrypted with a passphrase.
    pub fn to_protected_text(&self, passphrase: &Secret) -> Result<String, StateError> {
        self.protected(passphrase, WORK)
    }

    /// The passphrase, if it was typed twice alike and is one.
    pub fn chosen_passphrase(first: Secret, again: &Secret) -> Option<Secret> {
        let is_one = !first.expose().is_empty() && first.expose() == again.expose();
        is_one.then_some(first)
    }

    fn protected(&self, passphrase: &Secret, work: u8) -> Result<String, StateError> {
        let mut recipient = scrypt::Recipient::new(SecretString::from(passphrase.expose()));
        recipient.set_work_factor(work);
        seal::seal(
            &[&recipient as &dyn Recipient],
            self.to_text().expose().as_bytes(),
        )
    }

    /// Writes `text` as a new identity file of its owner alone, making its folder if need be.
    ///
    /// # Errors
    /// One is there already: an identity is never overwritten.
    pub fn write_new(path: &Path, text: &Secret) -> Result<(), StateError> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            files::create_folder(folder)?;
        }
        match files::create(path, text.expose().as_bytes())? {
            Created::Now => Ok(()),
            Created::Not => Err(failed("create", path)(io::ErrorKind::AlreadyExists.into())),
        }
    }

    /// The sandbox's own identity in `folder`, or none if there is none yet.
    pub fn read_sandbox(folder: &Folder) -> Result<Option<Self>, StateError> {
        let path = folder.path().join(SANDBOX_IDENTITY);
        match Self::read(&path, &|_| None) {
            Err(StateError::NoIdentity { .. }) => Ok(None),
            read => read.map(Some),
        }
    }

    /// The sandbox's own identity in `folder`; made if there is none yet.
    pub fn sandbox(folder: &Folder) -> Result<Self, StateError> {
        if let Some(identity) = Self::read_sandbox(folder)? {
            return Ok(identity);
        }
        folder.prepare()?;
        let path = folder.path().join(SANDBOX_IDENTITY);
        let text = Self::generate("the sandbox").to_text();
        files::create(&path, text.expose().as_bytes())?;
        Self::read(&path, &|_| None)
    }

    /// Opens what was sealed for one of these; `file` is how messages call it.
    pub(super) fn open(&self, file: &str, sealed: &[u8]) -> Result<Opened, StateError> {
        let keys: Vec<_> = self.keys.iter().map(|key| key as &dyn Identity).collect();
        seal::open(&keys, sealed).map_err(|shut| match shut {
            Shut::NotForUs => StateError::WrongIdentity {
                origin: self.origin.clone(),
                file: file.to_owned(),
            },
            Shut::Damaged(cause) => StateError::BadCredentials {
                file: file.to_owned(),
                cause: cause.to_owned(),
            },
        })
    }
}

/// Decrypted bytes, zeroed when dropped.
pub(super) type Opened = secrecy::zeroize::Zeroizing<Vec<u8>>;

/// One line of an identity file. Its text is in no message.
fn key(line: &str, origin: &str) -> Result<x25519::Identity, StateError> {
    if !line.starts_with(KEY_PREFIX) {
        return Err(bad(origin, "a line in it is no X25519 key"));
    }
    x25519::Identity::from_str(line).map_err(|_| bad(origin, "a key in it is mistyped"))
}

fn bad(origin: &str, cause: &str) -> StateError {
    StateError::BadIdentity {
        origin: origin.to_owned(),
        cause: cause.to_owned(),
    }
}

fn unprotect(text: &Secret, origin: &str, ask: Ask<'_>) -> Result<Secret, StateError> {
    let wrong = |cause| StateError::Passphrase {
        origin: origin.to_owned(),
        cause,
    };
    let passphrase = ask(origin).ok_or_else(|| wrong("its passphrase is needed"))?;
    let mut identity = scrypt::Identity::new(SecretString::from(passphrase.expose()));
    identity.set_max_work_factor(MOST_WORK);
    let opened = seal::open(
        &[&identity as &dyn Identity],
        text.expose().trim().as_bytes(),
    );
    let plain = opened.map_err(|shut| match shut {
        Shut::NotForUs => wrong("the passphrase is wrong"),
        Shut::Damaged(cause) => bad(origin, cause),
    })?;
    let plain = str::from_utf8(&plain).map_err(|_| bad(origin, "it is not text"))?;
    if plain.trim_start().starts_with("-----BEGIN") {
        return Err(bad(origin, "it is encrypted twice"));
    }
    Ok(Secret::new(plain))
}

/// Warns if others than its owner can read the identity file at `path`.
#[cfg(unix)]
pub fn permissions_warning(path: &Path) -> Option<Diagnostic> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    let shown = path.display();
    (mode & 0o077 != 0).then(|| {
        let message = format!("others can read the age identity {shown} (mode {mode:03o})");
        Diagnostic::warning(PERMISSIONS, message).hint(format!("chmod 600 {shown}"))
    })
}

/// Elsewhere a file's mode says nothing.
#[cfg(not(unix))]
pub fn permissions_warning(_path: &Path) -> Option<Diagnostic> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nobody(_: &str) -> Option<Secret> {
        None
    }

    #[test]
    fn a_written_identity_reads_back() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("config/identity.txt");
        let made = Identities::generate("new");
        Identities::write_new(&path, &made.to_text()).expect("written");
        let read = Identities::read(&path, &nobody).expect("reads");
        assert_eq!(read.public_keys(), made.public_keys());
        assert_eq!(permissions_warning(&path), None);
        let again = Identities::write_new(&path, &made.to_text()).expect_err("there is one");
        assert!(again.to_string().ends_with("already exists"), "{again}");
    }

    #[test]
    fn a_protected_identity_needs_its_passphrase() {
        let made = Identities::generate("new");
        let text = made
            .protected(&Secret::new("correct horse"), 10)
            .expect("protected");
        let read = |ask: Ask<'_>| Identities::from_text(&Secret::new(text.clone()), "env", ask);
        let right = read(&|_| Some(Secret::new("correct horse"))).expect("opens");
        assert_eq!(right.public_keys(), made.public_keys());
        let wrong = read(&|_| Some(Secret::new("battery"))).expect_err("wrong");
        assert_eq!(
            wrong.to_string(),
            "cannot open the age identity of env: the passphrase is wrong"
        );
        let unasked = read(&nobody).expect_err("nobody to ask");
        assert!(
            matches!(unasked, StateError::Passphrase { .. }),
            "{unasked}"
        );
    }

    #[test]
    fn a_missing_an_unreadable_and_a_bad_identity_are_told_apart() {
        let root = tempfile::tempdir().expect("a folder");
        let error = |path: &Path| Identities::read(path, &nobody).expect_err("no identity");
        assert!(matches!(
            error(&root.path().join("none")),
            StateError::NoIdentity { .. }
        ));
        assert!(matches!(error(root.path()), StateError::File { .. }));
        let (path, text) = (root.path().join("bad"), "AGE-SECRET-KEY-1MISTYPED");
        fs::write(&path, text).expect("written");
        let bad = error(&path);
        assert!(matches!(bad, StateError::BadIdentity { .. }));
        assert!(!bad.to_string().contains("MISTYPED"), "{bad}");
    }

    #[test]
    fn it_prints_as_what_others_may_know() {
        let printed = format!("{:?}", Identities::generate("new"));
        assert!(
            printed.contains("age1") && !printed.contains(KEY_PREFIX),
            "{printed}"
        );
    }

    #[test]
    #[cfg(unix)]
    fn an_identity_that_others_can_read_is_warned_of() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("identity.txt");
        fs::write(&path, "").expect("written");
        fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).expect("loosened");
        let warning = permissions_warning(&path).expect("a warning");
        assert!(
            warning.message.ends_with("(mode 640)"),
            "{}",
            warning.message
        );
    }

    #[test]
    fn the_sandbox_keeps_the_identity_that_it_makes() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = Folder::sandbox(root.path());
        assert!(Identities::read_sandbox(&folder).expect("reads").is_none());
        let made = Identities::sandbox(&folder).expect("made");
        let again = Identities::sandbox(&folder).expect("read");
        assert_eq!(made.public_keys(), again.public_keys());
    }
}
