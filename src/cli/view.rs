//! What somebody asked to see of a plan.

use super::args::{ActionWord, Viewed};
use crate::plan::Action;
use crate::render::{Detail, View};

/// The view that the flags mean.
pub(super) fn view(viewed: &Viewed) -> View {
    let only = viewed.only.iter().map(|word| match word {
        ActionWord::Create => Action::Create,
        ActionWord::Update => Action::Update,
        ActionWord::Replace => Action::Replace,
        ActionWord::Delete => Action::Delete,
        ActionWord::Adopt => Action::Adopt,
        ActionWord::Forget => Action::Forget,
    });
    View {
        detail: match (viewed.summary, viewed.all) {
            (true, _) => Detail::Summary,
            (false, true) => Detail::All,
            (false, false) => Detail::Folded,
        },
        only: (!viewed.only.is_empty()).then(|| only.collect()),
    }
}
