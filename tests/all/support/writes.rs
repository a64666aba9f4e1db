//! What servers were asked to change.

use tenantry::sandbox::Sandbox;

/// What `work` does, and how many write requests the servers saw of it, log-ins apart.
pub(crate) fn writes_of<T>(sandbox: &Sandbox, work: impl FnOnce() -> T) -> (T, usize) {
    sandbox.with(|world| world.record.clear());
    let done = work();
    let writes = sandbox.with(|world| {
        let writes = world.record.all().filter(|seen| seen.is_write());
        writes
            .filter(|seen| !seen.path.ends_with("/auth/login"))
            .count()
    });
    (done, writes)
}
