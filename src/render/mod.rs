//! Floor 5: plan and report → text and JSON. Returns texts; writing them is `cli`'s business.

pub mod style;

pub use style::Styles;
