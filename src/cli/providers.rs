//! The list of providers: nobody else knows it.

use crate::kind::Catalog;
use crate::manifest;
use crate::provider::{cloud, dcos, logto};

/// Every kind that there is.
pub const CATALOG: Catalog = Catalog::new(&[
    manifest::KINDS,
    cloud::kinds::KINDS,
    logto::kinds::KINDS,
    dcos::kinds::KINDS,
]);
