//! Service accounts' public keys: which texts are taken, and the RSA key inside.
//!
//! Keys are kept and shown verbatim (services.jsonl 6 to 10); this only looks at them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::python;

/// The object identifier of RSA keys, 1.2.840.113549.1.1.1.
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// Identifiers of the keys that can be read but are not RSA: EC, DSA, X25519, Ed25519, Ed448.
const OTHERS: &[&[u8]] = &[
    &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01],
    &[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01],
    &[0x2b, 0x65, 0x6e],
    &[0x2b, 0x65, 0x70],
    &[0x2b, 0x65, 0x71],
];

const UNREADABLE: &str = "Could not deserialize key data.";

/// The RSA key in a PEM text, as PKCS #1; or what the server says is wrong with it.
pub(super) fn rsa_key(text: &str) -> Result<Vec<u8>, String> {
    if let Some((at, letter)) = text
        .chars()
        .enumerate()
        .find(|(_, letter)| !letter.is_ascii())
    {
        // services.jsonl 16
        let letter = python::escaped(letter);
        return Err(format!(
            "'ascii' codec can't encode character '{letter}' in position {at}: ordinal not in range(128)"
        ));
    }
    // services.jsonl 12: PKCS #1 under its own label is taken; 13: another structure is not
    if let Some(der) = pem(text, "RSA PUBLIC KEY") {
        return pkcs1(&der).ok_or_else(|| UNREADABLE.to_owned());
    }
    let der = pem(text, "PUBLIC KEY").ok_or(UNREADABLE)?;
    let (algorithm, key) = subject_key(&der).ok_or(UNREADABLE)?;
    if OTHERS.contains(&algorithm) {
        return Err("Key must be of type RSA".to_owned()); // services.jsonl 14
    }
    let key = (algorithm == RSA).then_some(key).and_then(pkcs1);
    key.ok_or_else(|| UNREADABLE.to_owned())
}

/// The modulus and the exponent of a PKCS #1 key, big-endian, without leading zeros.
pub(super) fn numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (inside, _) = element(der, 0x30)?;
    let (modulus, rest) = element(inside, 0x02)?;
    let (exponent, _) = element(rest, 0x02)?;
    Some((unpadded(modulus), unpadded(exponent)))
}

fn unpadded(number: &[u8]) -> &[u8] {
    number.strip_prefix(&[0]).unwrap_or(number)
}

/// The bytes between a label's lines; text before and after does not matter (services.jsonl 9).
fn pem(text: &str, label: &str) -> Option<Vec<u8>> {
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let (inside, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let packed: String = inside.split_ascii_whitespace().collect();
    STANDARD.decode(packed).ok()
}

fn pkcs1(der: &[u8]) -> Option<Vec<u8>> {
    numbers(der).map(|_| der.to_vec())
}

/// The algorithm and the bit string of a `SubjectPublicKeyInfo`.
fn subject_key(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (inside, _) = element(der, 0x30)?;
    let (algorithm, rest) = element(inside, 0x30)?;
    let (algorithm, _) = element(algorithm, 0x06)?;
    let (bits, _) = element(rest, 0x03)?;
    Some((algorithm, bits.strip_prefix(&[0])?))
}

/// One DER element of that tag: its content and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match *first {
        short @ ..0x80 => (usize::from(short), rest),
        long => {
            let (bytes, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            if bytes.len() > 4 {
                return None;
            }
            let add = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
            (bytes.iter().fold(0, add), rest)
        }
    };
    (*found == tag).then(|| rest.split_at_checked(length))?
}

#[cfg(test)]
mod tests {
    use super::*;

    /// services.jsonl 14
    const EC: &str = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEpqccImRw4gaPRAI/7rFtsgjtfp9T\nleheYpL/8h7MiiDli5mLJljxWOY7jWqF1gAd2GcfoQKpED/BZrrZggzJyQ==\n-----END PUBLIC KEY-----\n";

    #[test]
    fn a_key_is_refused_with_the_recorded_words() {
        let cases = [
            (EC, "Key must be of type RSA"),
            ("ThisIsNotAKey", UNREADABLE),
            (
                "schlüssel",
                "'ascii' codec can't encode character '\\xfc' in position 4: ordinal not in range(128)",
            ),
        ];
        for (text, told) in cases {
            assert_eq!(rsa_key(text).unwrap_err(), told);
        }
    }

    #[test]
    fn a_broken_length_ends_the_reading() {
        for der in [
            &[0x30][..],
            &[0x30, 0x84, 1],
            &[0x30, 0x89, 1, 2],
            &[0x30, 5, 1],
        ] {
            assert!(element(der, 0x30).is_none(), "{der:?}");
        }
    }
}
