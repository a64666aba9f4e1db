//! What runs changed, as it was before, in a local folder: one file a run. What is in them is the
//! planner's business.

use std::fs;
use std::path::Path;

use super::store::{KEPT_UNDOS, KeptUndo, UNDO, undo_file, undo_name, undo_run};
use super::{Seq, StateError, files};

/// Keeps the pre-image of a run, or drops it. Only the last ones stay.
pub(super) fn keep(folder: &Path, run: Seq, image: Option<&[u8]>) -> Result<(), StateError> {
    let Some(image) = image else {
        return files::remove(&folder.join(undo_name(run)));
    };
    let place = folder.join(UNDO);
    files::create_folder(&place)?;
    files::replace(&place, &undo_file(run), image)?;
    let kept = list(folder)?;
    let most = kept.len().saturating_sub(KEPT_UNDOS);
    let mut old = kept.into_iter().take(most);
    old.try_for_each(|run| files::remove(&folder.join(undo_name(run))))
}

/// Which are kept, oldest first.
fn list(folder: &Path) -> Result<Vec<Seq>, StateError> {
    let place = folder.join(UNDO);
    let Ok(entries) = fs::read_dir(&place) else {
        return Ok(Vec::new());
    };
    let mut kept = Vec::new();
    for entry in entries {
        let entry = entry.map_err(super::error::failed("read", &place))?;
        kept.extend(undo_run(&entry.file_name().to_string_lossy()));
    }
    kept.sort();
    Ok(kept)
}

/// That run's, or the last one's.
pub(super) fn read(folder: &Path, run: Option<Seq>) -> Result<Option<KeptUndo>, StateError> {
    let last = if run.is_some() {
        run
    } else {
        list(folder)?.pop()
    };
    let Some(run) = last else { return Ok(None) };
    let bytes = files::read(&folder.join(undo_name(run)))?;
    Ok(bytes.map(|bytes| KeptUndo { run, bytes }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ones_are_kept_and_one_that_did_nothing_is_dropped() {
        let root = tempfile::tempdir().expect("a folder");
        assert_eq!(read(root.path(), None), Ok(None));
        for run in 1..=9 {
            let text = format!("{run}");
            keep(root.path(), Seq(run), Some(text.as_bytes())).expect("kept");
        }
        assert_eq!(
            list(root.path()).expect("lists"),
            [5, 6, 7, 8, 9].map(Seq).to_vec()
        );
        keep(root.path(), Seq(9), None).expect("dropped");
        let last = read(root.path(), None).expect("reads").expect("there");
        assert_eq!((last.run, last.bytes), (Seq(8), b"8".to_vec()));
        assert_eq!(read(root.path(), Some(Seq(2))), Ok(None));
    }
}
