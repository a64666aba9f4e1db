//! E08xx: the command line.

use crate::base::code::Page;

pub(in crate::base) const PAGES: &[Page] = &[];
