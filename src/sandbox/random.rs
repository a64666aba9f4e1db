//! Random ids and secrets of the shapes that the servers make.

const BASE36: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Random bytes. Where the machine has none to give, a digest of the clock.
pub fn bytes(count: usize) -> Vec<u8> {
    let mut out = vec![0; count];
    if aws_lc_rs::rand::fill(&mut out).is_err() {
        let now = std::time::SystemTime::now();
        let seed = format!("{now:?}");
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, seed.as_bytes());
        let endless = digest.as_ref().iter().cycle();
        out.iter_mut()
            .zip(endless)
            .for_each(|(to, from)| *to = *from);
    }
    out
}

/// Lower-case letters and digits: ids of Logto (21 characters, 12 for users and organizations).
pub fn base36(length: usize) -> String {
    of(BASE36, length)
}

/// Lower-case letters: ids of Cloud tenants.
pub fn letters(length: usize) -> String {
    of(LETTERS, length)
}

/// Letters and digits: secrets and request ids.
pub fn base62(length: usize) -> String {
    of(BASE62, length)
}

fn of(alphabet: &[u8], length: usize) -> String {
    let pick = |byte: u8| char::from(alphabet[usize::from(byte) % alphabet.len()]);
    bytes(length).into_iter().map(pick).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_length_and_alphabet_asked_for_and_differ() {
        assert_eq!(base36(21).len(), 21);
        assert!(letters(6).bytes().all(|byte| byte.is_ascii_lowercase()));
        assert_ne!(base62(32), base62(32));
    }
}
