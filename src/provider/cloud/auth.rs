//! The Cloud's log-in: a personal access token, which nobody but its owner renews.

use crate::base::Secret;
use crate::http::Fresh;

/// A personal access token (reference/logto-cloud.md, documented).
#[derive(Debug)]
pub(super) struct Pat(pub(super) Secret);

impl Pat {
    /// Good until the server says no.
    pub(super) fn fresh(&self) -> Fresh {
        Fresh {
            text: self.0.clone(),
            lifetime: None,
        }
    }
}
