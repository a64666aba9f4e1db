//! E05xx: state, journal and credentials.

use crate::base::code::Page;

pub(in crate::base) const PAGES: &[Page] = &[];
