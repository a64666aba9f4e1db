//! How much of a plan is shown, and of what. A view changes what is read, never what is done.

use std::collections::BTreeSet;

use crate::plan::{Action, Plan};

use super::plan::SECTIONS;
use super::style::word;

/// How much is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Detail {
    /// How many of each kind, who gains and who loses, and what is refused.
    Summary,
    /// Like changes together, as much as can be read.
    #[default]
    Folded,
    /// Every step by itself, everybody by name.
    All,
}

/// What somebody wants to see of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    /// How much.
    pub detail: Detail,
    /// The steps of these actions alone; none: all.
    pub only: Option<BTreeSet<Action>>,
}

impl View {
    /// Everything.
    pub const ALL: Self = Self {
        detail: Detail::All,
        only: None,
    };

    /// Whether steps of that action are shown.
    pub(super) fn shows(&self, action: Action) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(&action))
    }

    /// What is in the plan and is not shown.
    pub(super) fn hidden(&self, plan: &Plan) -> Option<String> {
        let hidden = SECTIONS.iter().map(|(action, _)| *action);
        let hidden = hidden.filter(|action| !self.shows(*action) && plan.count(*action) > 0);
        let hidden: Vec<String> = hidden
            .map(|action| format!("{} to {}", plan.count(action), word(action)))
            .collect();
        let said = || {
            format!(
                "Hidden by --only, and planned all the same: {}.",
                hidden.join(", ")
            )
        };
        (!hidden.is_empty()).then(said)
    }
}
