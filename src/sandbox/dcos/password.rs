//! Passwords as they are kept: derived, salted, never in clear.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::sandbox::random;

/// Few, because a sandbox makes thousands of accounts in a test.
const ROUNDS: NonZeroU32 = match NonZeroU32::new(100) {
    Some(rounds) => rounds,
    None => NonZeroU32::MIN,
};

/// What is kept of a password: a salt and a derived key.
pub(super) fn kept(password: &str) -> String {
    let salt = random::bytes(16);
    let mut derived = [0; 32];
    pbkdf2::derive(
        pbkdf2::PBKDF2_HMAC_SHA256,
        ROUNDS,
        &salt,
        password.as_bytes(),
        &mut derived,
    );
    format!("{}.{}", STANDARD.encode(salt), STANDARD.encode(derived))
}

/// Whether the password is the one that was kept.
pub(super) fn fits(password: &str, kept: &str) -> bool {
    let Some((salt, derived)) = kept.split_once('.') else {
        return false;
    };
    let (Ok(salt), Ok(derived)) = (STANDARD.decode(salt), STANDARD.decode(derived)) else {
        return false;
    };
    let secret = password.as_bytes();
    pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &salt, secret, &derived).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_itself_only_and_is_not_kept_in_clear() {
        let first = kept("pässwörd-藍");
        assert!(fits("pässwörd-藍", &first));
        assert!(!fits("password", &first));
        assert!(!first.contains("pässwörd"));
        assert_ne!(first, kept("pässwörd-藍"));
    }
}
