//! Seals bytes for age recipients, and opens them. What they mean is not its business.

use std::io::{self, Read, Write};

use age::armor::{ArmoredReader, ArmoredWriter, Format};
use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient};
use secrecy::zeroize::Zeroizing;

use super::StateError;

/// More than this is no file of ours.
const LIMIT: u64 = 256 << 20;

/// Seals `plain` for `recipients`, armoured.
pub(super) fn seal(recipients: &[&dyn Recipient], plain: &[u8]) -> Result<String, StateError> {
    let sealed = try_seal(recipients, plain);
    sealed.map_err(|()| StateError::Internal("age cannot seal for these recipients"))
}

fn try_seal(recipients: &[&dyn Recipient], plain: &[u8]) -> Result<String, ()> {
    let encryptor = Encryptor::with_recipients(recipients.iter().copied()).map_err(drop)?;
    let armour = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor).map_err(drop)?;
    let mut writer = encryptor.wrap_output(armour).map_err(drop)?;
    writer.write_all(plain).map_err(drop)?;
    let armour = writer
        .finish()
        .and_then(ArmoredWriter::finish)
        .map_err(drop)?;
    String::from_utf8(armour).map_err(drop)
}

/// Why something does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shut {
    /// It is sealed for others.
    NotForUs,
    /// It is damaged, or no age file.
    Damaged(&'static str),
}

/// Opens what [`seal`] or the `age` program sealed, armoured or not.
pub(super) fn open(
    identities: &[&dyn Identity],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Shut> {
    let decryptor = Decryptor::new(ArmoredReader::new(sealed)).map_err(|error| shut(&error))?;
    let opened = decryptor.decrypt(identities.iter().copied());
    let mut plain = Zeroizing::new(Vec::new());
    let reader = opened.map_err(|error| shut(&error))?;
    let read = reader.take(LIMIT).read_to_end(&mut plain);
    read.map_err(|error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => Shut::Damaged("it is cut short"),
        _ => Shut::Damaged("its content was changed"),
    })?;
    Ok(plain)
}

fn shut(error: &DecryptError) -> Shut {
    match error {
        DecryptError::NoMatchingKeys
        | DecryptError::KeyDecryptionFailed
        | DecryptError::DecryptionFailed => Shut::NotForUs,
        DecryptError::ExcessiveWork { .. } => Shut::Damaged("its passphrase takes too much work"),
        DecryptError::UnknownFormat => Shut::Damaged("its age version is not known"),
        DecryptError::InvalidMac => Shut::Damaged("its header was changed"),
        _ => Shut::Damaged("it is no age file, or cut short"),
    }
}

#[cfg(test)]
mod tests {
    use age::x25519;

    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_recipient_alone() {
        let (ours, theirs) = (x25519::Identity::generate(), x25519::Identity::generate());
        let sealed = seal(&[&ours.to_public()], b"hunter2").expect("seals");
        assert!(!sealed.contains("hunter2"));
        assert_eq!(
            open(&[&ours], sealed.as_bytes()).expect("opens")[..],
            b"hunter2"[..]
        );
        assert_eq!(open(&[&theirs], sealed.as_bytes()), Err(Shut::NotForUs));
    }

    #[test]
    fn what_is_cut_or_changed_is_damaged_and_not_somebody_elses() {
        let ours = x25519::Identity::generate();
        let sealed = seal(&[&ours.to_public()], &[7; 300]).expect("seals");
        for end in (0..sealed.len() - 1).step_by(7) {
            let read = open(&[&ours], &sealed.as_bytes()[..end]);
            assert!(
                matches!(read, Err(Shut::Damaged(_))),
                "cut at {end}: {read:?}"
            );
        }
        let from_the_end = sealed.len() - 60;
        let mut changed = sealed.into_bytes();
        changed[from_the_end] = if changed[from_the_end] == b'A' {
            b'B'
        } else {
            b'A'
        };
        let read = open(&[&ours], &changed);
        assert!(matches!(read, Err(Shut::Damaged(_))), "{read:?}");
    }
}
