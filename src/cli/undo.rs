//! What `--undo` takes back: the pre-image of the last run, as it is kept beside the state.

use super::facts::Facts;
use super::ground::Ground;
use super::outcome::Failure;
use super::providers::CATALOG;
use crate::base::{Code, Diagnostic};
use crate::plan::undo::{Given, Images, Undoing};
use crate::state::{KeptUndo, Opened, Seq, Snapshot};

/// There is nothing to take back.
pub(super) const NOTHING: Code = Code("E0858");

/// The run that is taken back.
pub(super) struct LastRun {
    /// Its number: the journal's last record before it.
    run: Seq,
    /// What it changed.
    pub(super) images: Images,
}

impl Ground {
    /// The last run that changed something. One that took another back and did not get to its end is
    /// gone on with.
    pub(super) async fn images(&self, opened: &Opened) -> Result<LastRun, Failure> {
        let last = self.kept(opened, None).await?;
        match last.images.undoes {
            Some(run) if !last.images.ended => self.kept(opened, Some(Seq(run))).await,
            _ => Ok(last),
        }
    }

    async fn kept(&self, opened: &Opened, run: Option<Seq>) -> Result<LastRun, Failure> {
        let kept = self.place.store.undo(run).await.map_err(Diagnostic::from)?;
        let nothing = |why: &str| {
            let message = format!("there is nothing to undo in {}: {why}", opened.place);
            Failure::from(Diagnostic::error(NOTHING, message).hint(
                "what `apply` changes is kept from the first run on; before that, revert the commit",
            ))
        };
        let Some(KeptUndo { run, bytes }) = kept else {
            return Err(nothing("no run that changed something is kept"));
        };
        let file = format!("{}/undo/{:020}.json", opened.place, run.0);
        let images = Images::from_json(&file, &bytes)?;
        if images.lineage != opened.snapshot.lineage {
            return Err(nothing("the last run that is kept was of another state"));
        }
        Ok(LastRun { run, images })
    }

    /// What takes it back.
    pub(super) fn undoing(
        &self,
        opened: &Opened,
        facts: &Facts<'_>,
        last: &LastRun,
        snapshot: &Snapshot,
    ) -> Undoing {
        let given = Given {
            catalog: CATALOG,
            documents: &self.documents,
            snapshot,
            key: opened.key(),
            facts,
        };
        Undoing::new(last.run.0, &last.images, given)
    }
}
