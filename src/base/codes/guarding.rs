//! E04xx: refusals.

use crate::base::code::Page;

pub(in crate::base) const PAGES: &[Page] = &[];
