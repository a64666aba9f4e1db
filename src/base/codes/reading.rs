//! E01xx: files and YAML.

use crate::base::code::Page;

pub(in crate::base) const PAGES: &[Page] = &[];
