//! What is said of a run that is taken back.

use super::super::plan::Note;
use super::image::Images;
use crate::base::{Address, Code, FieldPath};
use crate::kind::{Descriptor, Quirk, Shape};

/// What is taken back.
pub(super) const ABOUT: Code = Code("E0340");
/// A field cannot be put back.
pub(super) const FIELD: Code = Code("E0341");
/// An object is made anew.
pub(super) const ANEW: Code = Code("E0342");
/// An object cannot be made again.
pub(super) const NEVER: Code = Code("E0343");
/// An object that was made stays.
pub(super) const STAYS: Code = Code("E0344");

fn note(code: Code, address: Option<&Address>, message: String) -> Note {
    Note {
        code: code.to_string(),
        message,
        address: address.cloned(),
        hint: None,
    }
}

/// What is taken back, and what is left to do.
pub(super) fn about(images: &Images) -> Note {
    let began = images.began;
    let what = match images.undoes {
        Some(_) => "the undo",
        None => "the run",
    };
    let message = format!(
        "takes back {what} of {began:.0}; the manifests stay as they are: revert the commit too, or \
         the next apply does it again"
    );
    note(ABOUT, None, message)
}

/// A field that stays as it is.
pub(super) fn field(address: &Address, path: &FieldPath, why: &str) -> Note {
    let message = format!("`{path}` of `{address}` cannot be put back: {why}");
    note(FIELD, Some(address), message)
}

/// An object that is another one now; what others had given to one that was replaced is put back.
pub(super) fn anew(kind: &Descriptor, address: &Address, is_replaced: bool) -> Note {
    let chosen = kind.route.shape == Shape::Keyed || kind.is(Quirk::ChosenId);
    let mut gone = Vec::new();
    if !chosen {
        gone.push("its id");
    }
    if !kind.lost.is_empty() {
        gone.push(kind.lost);
    }
    if !is_replaced {
        gone.push("what others had given to it");
    }
    let mut message = format!("`{address}` is made anew");
    if !gone.is_empty() {
        message = format!("{message}; gone for good: {}", gone.join(", "));
    }
    note(ANEW, Some(address), message)
}

/// An object that cannot be made again.
pub(super) fn never(address: &Address, why: &str) -> Note {
    note(
        NEVER,
        Some(address),
        format!("`{address}` cannot be had back: {why}"),
    )
}

/// An object that was made and stays.
pub(super) fn stays(address: &Address, why: &str) -> Note {
    note(STAYS, Some(address), format!("`{address}` stays: {why}"))
}
