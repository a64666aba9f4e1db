//! E06xx: HTTP, servers and log-in.

use crate::base::code::Page;

pub(in crate::base) const PAGES: &[Page] = &[];
