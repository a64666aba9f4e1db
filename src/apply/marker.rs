//! The name that a tenant is created under, so that it is provably ours wherever we die.
//!
//! Pure but for its random bits. The server has no idempotency key for creations and names are
//! not unique (reference/logto-cloud.md, "What follows for a reconciler").

use aws_lc_rs::rand;

use super::failure::{Failure, INTERNAL};
use crate::base::Diagnostic;

/// The most characters that a tenant's name has.
const LONGEST: usize = 128;

/// What stands before the marker in a name.
const BEFORE: &str = "… (tenantry, being set up: ";

/// How many hexadecimal digits a marker has: 128 bits.
const DIGITS: usize = 32;

/// A new marker.
pub(super) fn new_marker() -> Result<String, Failure> {
    let mut bytes = [0; DIGITS / 2];
    rand::fill(&mut bytes).map_err(|_| {
        let message = "could not create a tenant: this machine gives no random numbers";
        Failure::from(Diagnostic::error(INTERNAL, message))
    })?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// The name under which a tenant called `name` is created.
pub(super) fn marked_name(name: &str, marker: &str) -> String {
    let room = LONGEST.saturating_sub(BEFORE.chars().count() + DIGITS + 1);
    let start: String = name.chars().take(room).collect();
    format!("{start}{BEFORE}{marker})")
}

/// The marker in a name that was made by [`marked_name`].
pub(super) fn marker_in(name: &str) -> Option<&str> {
    let (_, marker) = name.strip_suffix(')')?.rsplit_once(BEFORE)?;
    let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    (marker.len() == DIGITS && marker.chars().all(is_digit)).then_some(marker)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_name_says_what_it_is_and_fits() {
        let marker = new_marker().expect("random bits");
        for name in ["Acme", &"ü".repeat(128)] {
            let first = marked_name(name, &marker);
            assert!(first.chars().count() <= LONGEST, "{first}");
            assert_eq!(marker_in(&first), Some(marker.as_str()));
        }
        assert!(marked_name("Acme", &marker).starts_with("Acme… (tenantry, being set up: "));
    }

    #[test]
    fn a_name_without_a_marker_has_none() {
        for name in ["Acme", "Acme (dev)", "x… (tenantry, being set up: 12)"] {
            assert_eq!(marker_in(name), None, "{name}");
        }
    }
}
