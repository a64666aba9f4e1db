//! E02xx: manifests and references.

use crate::base::code::Page;

pub(in crate::base) const PAGES: &[Page] = &[];
