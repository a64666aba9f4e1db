//! Runs that are taken back, and taken back again: the worlds are the same.

use std::cell::{Cell, RefCell};

use tenantry::manifest::Document;
use tenantry::plan::undo::{Given, Images, Undoing};
use tenantry::state::State;

use super::known::Known;
use super::moment::{Apart, Moment, difference};
use super::{Ground, Run};

/// How a ground goes back.
#[derive(Default)]
pub(super) struct Back {
    is_on: Cell<bool>,
    overrides: RefCell<Vec<(String, String)>>,
}

impl Ground {
    /// What is asked for by name.
    pub(super) fn overrides(&self) -> Vec<(String, String)> {
        let more = self.back.overrides.borrow();
        self.overrides.iter().chain(&*more).cloned().collect()
    }

    /// What takes the last run back, if that is what is to be done.
    pub(super) fn undoing(
        &self,
        documents: &[Document],
        state: &State,
        known: &Known,
    ) -> Option<Undoing> {
        if !self.back.is_on.get() {
            return None;
        }
        let kept = state.last_undo().expect("a pre-image");
        let images = Images::from_json("undo", &kept.bytes).expect("it reads");
        let given = Given {
            catalog: self.catalog,
            documents,
            snapshot: &state.snapshot(),
            key: Some(state.key()),
            facts: known,
        };
        Some(Undoing::new(kept.run.0, &images, given))
    }

    /// Takes the last run back.
    pub(crate) fn undo(&self, text: &str) -> Run {
        self.back.is_on.set(true);
        let mut run = self.try_apply(text).expect("a plan");
        if !run.plan.refusals.is_empty() {
            for refusal in &run.plan.refusals {
                let hint = refusal.hint.clone().unwrap_or_default();
                let named = hint
                    .strip_prefix("--override ")
                    .and_then(|it| it.split_once('='));
                let (rule, address) = named.unwrap_or_else(|| panic!("{refusal:#?}"));
                // What the server keeps of a deleted object, with nothing in it.
                let is_kept = refusal.message.contains("is there again");
                assert!(rule != "undo" || is_kept, "{refusal:#?}");
                let pair = (rule.to_owned(), address.to_owned());
                self.back.overrides.borrow_mut().push(pair);
            }
            run = self.try_apply(text).expect("a plan");
            self.back.overrides.borrow_mut().clear();
        }
        self.back.is_on.set(false);
        assert!(run.plan.refusals.is_empty(), "{:#?}", run.plan.refusals);
        let failed: Vec<_> = run.report.failures().map(|(_, errors)| errors).collect();
        let lost = run.plan.warnings.iter().any(|note| note.code == "E0341");
        assert!(
            run.report.succeeded() || lost,
            "{failed:#?}\n{}",
            said(&run)
        );
        run
    }

    /// Takes the last run back and then that: each time the world is as it was. Then everything is
    /// as before.
    pub(super) fn goes_back_and_forth(&self, text: &str, before: &Moment) {
        let after = self.moment();
        let back = self.undo(text);
        if is_whole(&back) {
            same(before, &self.moment(), &back, "back");
            let forth = self.undo(text);
            if is_whole(&forth) {
                same(&after, &self.moment(), &forth, "forth");
            }
        }
        self.return_to(&after);
    }
}

/// Whether everything could be had back.
fn is_whole(run: &Run) -> bool {
    let mut warnings = run.plan.warnings.iter();
    let lost = warnings.any(|note| note.code == "E0343" || note.message.contains("paid"));
    run.report.succeeded() && !lost
}

/// Tables of what people do, and of what is made up with its object.
const PEOPLE: [&str; 4] = [
    "saml_secrets",
    "application_consents",
    "members",
    "invitations",
];

/// What could not be had back, and what stays as it is.
fn apart(run: &Run) -> Apart {
    let lost = run
        .plan
        .warnings
        .iter()
        .chain(&run.plan.notes)
        .filter(|note| note.code == "E0341" || note.code == "E0312")
        .filter_map(|note| {
            let path = note.message.split('`').nth(1)?;
            path.split('.').next().map(str::to_owned)
        })
        .collect();
    let stays = run
        .plan
        .warnings
        .iter()
        .filter(|note| note.code == "E0344")
        .filter_map(|note| Some(note.address.as_ref()?.name().to_owned()))
        .collect();
    Apart {
        tables: &PEOPLE,
        lost,
        stays,
    }
}

fn same(wanted: &Moment, is: &Moment, run: &Run, way: &str) {
    let difference = difference(wanted, is, &apart(run)).unwrap_or_default();
    assert_eq!(difference, "", "going {way}, after {}", said(run));
}

/// What a plan does, shortly.
fn said(run: &Run) -> String {
    let mut lines = Vec::new();
    for step in &run.plan.steps {
        lines.push(format!("{:?} {}", step.action, step.address));
        for change in &step.changes {
            lines.push(format!(
                "    {} {} -> {} +{:?} -{:?}",
                change.path,
                change.before.to_tagged(),
                change.after.to_tagged(),
                change.added,
                change.removed
            ));
        }
    }
    let warnings = run.plan.warnings.iter();
    lines.extend(warnings.map(|note| format!("{} {}", note.code, note.message)));
    lines.join("\n")
}
