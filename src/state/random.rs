//! Random bytes, and how they are written. Nothing else.

use aws_lc_rs::rand;

use super::StateError;

/// Returns random bytes that cannot be guessed.
pub(super) fn bytes<const N: usize>() -> Result<[u8; N], StateError> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes)
        .map_err(|_| StateError::Internal("the machine gives no random bytes"))?;
    Ok(bytes)
}

/// Returns `N` random bytes in hexadecimal.
///
/// # Errors
/// The machine gives none.
pub fn name<const N: usize>() -> Result<String, StateError> {
    bytes::<N>().map(|bytes| hex(&bytes))
}

/// Two lower-case digits a byte.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_long_and_differ() {
        let (one, other) = (name::<16>().expect("random"), name::<16>().expect("random"));
        assert_eq!((one.len(), one == other), (32, false));
    }
}
