//! Which program this is.

/// `0.1.0 (0a56a99 2026-11-22, x86_64-unknown-linux-gnu)`.
pub(super) const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (",
    env!("TENANTRY_BUILT_FROM"),
    ", ",
    env!("TENANTRY_BUILT_FOR"),
    ")"
);
