//! E03xx: live state and plan.

use crate::base::code::Page;

pub(in crate::base) const PAGES: &[Page] = &[];
