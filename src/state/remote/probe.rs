//! Whether a store keeps the conditions of conditional writes. Asked once, when a state is made
//! in it: without them two runs would both write.

use object_store::UpdateVersion;

use super::bucket::{Bucket, Over, is_refusal};
use crate::state::{StateError, random};

/// Creates an object, changes it, and expects a second creation and a stale change to be refused.
pub(super) async fn probe(bucket: &Bucket) -> Result<(), StateError> {
    let name = format!("probe-{}", random::name::<8>()?);
    let probed = try_probe(bucket, &name).await;
    let deleted = bucket.delete(&name).await;
    probed.and(deleted)
}

async fn try_probe(bucket: &Bucket, name: &str) -> Result<(), StateError> {
    let put = async |text: &[u8], over| bucket.try_put(name, text, over).await;
    let failed = |error| bucket.failed("write", name, &error);
    let first = put(b"1", Over::Nothing).await.map_err(failed)?;
    match put(b"2", Over::Nothing).await {
        Ok(_) => {
            return Err(unfit(
                bucket,
                "a second creation of the same object was not refused",
            ));
        }
        Err(error) if is_refusal(&error) => {}
        Err(error) => return Err(failed(error)),
    }
    let changed = put(b"3", Over::This(first.clone())).await.map_err(failed)?;
    if changed == first
        || changed
            == (UpdateVersion {
                e_tag: None,
                version: None,
            })
    {
        return Err(unfit(
            bucket,
            "a changed object has the version that it had before",
        ));
    }
    match put(b"4", Over::This(first)).await {
        Ok(_) => Err(unfit(
            bucket,
            "a change over a version that is gone was not refused",
        )),
        Err(error) if is_refusal(&error) => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

fn unfit(bucket: &Bucket, cause: &'static str) -> StateError {
    StateError::Unfit {
        place: bucket.place().to_owned(),
        cause,
    }
}
