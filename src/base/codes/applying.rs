//! E07xx: apply.

use crate::base::code::Page;

pub(in crate::base) const PAGES: &[Page] = &[];
