//! Ids that we choose at creation. Pure but for its random bits.

use aws_lc_rs::rand;

use super::failure::{Failure, INTERNAL};
use crate::base::{Diagnostic, Value};
use crate::kind::{Descriptor, Quirk};

/// How long an id is: as the server makes them (reference/logto-management.md, section 1.5).
const LENGTH: usize = 12;
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// `object` with an id, if its kind's ids are chosen and nobody has chosen one.
pub(super) fn with_chosen_id(kind: &Descriptor, object: Value) -> Result<Value, Failure> {
    let Value::Map(mut fields) = object else {
        return Ok(object);
    };
    if kind.is(Quirk::ChosenId) && !fields.contains_key("id") {
        fields.insert("id".to_owned(), Value::Text(new_id()?));
    }
    Ok(Value::Map(fields))
}

fn new_id() -> Result<String, Failure> {
    let mut bytes = [0; LENGTH];
    rand::fill(&mut bytes).map_err(|_| {
        let message = "could not choose an id: this machine gives no random numbers";
        Failure::from(Diagnostic::error(INTERNAL, message))
    })?;
    let letters = bytes.iter().map(|byte| LETTERS[usize::from(byte % 32)]);
    Ok(letters.map(char::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_looks_like_the_servers_and_is_another_each_time() {
        let (one, other) = (new_id().expect("an id"), new_id().expect("an id"));
        assert!(one.len() == 12 && one != other);
        assert!(
            one.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        );
    }
}
