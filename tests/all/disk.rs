//! A disk that is full, and a folder that cannot be written: the run ends before the next call, and
//! says so; with room again the next run goes on. Played by the shell's limit on the length of
//! files, which the real binary runs into at any write.
#![cfg(unix)]

use std::process::{Command, Output};

use super::cli::{Folder, ran};

const MANIFEST: &str = "\
apiVersion: logto/v1
kind: Tenant
metadata: {name: shop}
spec: {name: Shop, tag: development, regionName: EU}
---
apiVersion: logto/v1
kind: Role
metadata: {name: clerk, tenant: shop}
spec: {description: Sees orders}
";

/// Applies with files of at most so many blocks of 512 bytes; a longer write is an error.
fn limited(folder: &Folder, words: &str, blocks: u32) -> Output {
    let binary = env!("CARGO_BIN_EXE_tenantry");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec {binary} {words}");
    let mut command = Command::new("sh");
    command.args(["-c", &script]).env_clear();
    command.envs(folder.variables()).current_dir(folder.path());
    command.output().expect("it runs")
}

#[test]
fn a_disk_that_is_full_at_any_length_of_its_files_loses_nothing() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for blocks in [0, 1, 2, 4, 6, 9] {
        let options = tenantry::sandbox::Options::default();
        let sandbox = tenantry::sandbox::Sandbox::start(&options, tenantry::sandbox::BUILDERS);
        let sandbox = runtime.block_on(sandbox).expect("a sandbox");
        let folder = Folder::new();
        folder.write("m/shop.yaml", MANIFEST);
        let apply = format!("apply --sandbox={} --state kept m", sandbox.base());
        let full = ran(&folder, &limited(&folder, &apply, blocks));
        if blocks < 6 {
            assert_eq!(full.code, 1, "{blocks}: {}{}", full.out, full.err);
            assert!(full.err.contains("E0501"), "{blocks}: {}", full.err);
        }
        let again = folder.run(&apply);
        assert_eq!(again.code, 0, "{blocks}: {}{}", again.out, again.err);
        assert!(folder.run(&apply).out.contains("No changes."), "{blocks}");
        let tenants = sandbox.with(|world| {
            let prefixes: Vec<_> = world.prefixes().map(str::to_owned).collect();
            let account = prefixes.iter().find(|prefix| prefix.starts_with("cloud/"));
            let account = world.target(account.expect("an account")).expect("it");
            account.tables().count("tenants")
        });
        assert_eq!(tenants, 1, "{blocks}");
        runtime.block_on(sandbox.stop());
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_told_before_anything_is_done() {
    let folder = Folder::new();
    folder.write("m/shop.yaml", MANIFEST);
    folder.write("kept", "a file where the folder should be");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let options = tenantry::sandbox::Options::default();
    let sandbox = tenantry::sandbox::Sandbox::start(&options, tenantry::sandbox::BUILDERS);
    let sandbox = runtime.block_on(sandbox).expect("a sandbox");
    let ran = folder.run(&format!(
        "apply --sandbox={} --state kept m",
        sandbox.base()
    ));
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.err.contains("E0501"), "{}", ran.err);
    let writes = sandbox.with(|world| world.record.all().filter(|seen| seen.is_write()).count());
    assert_eq!(writes, 0);
    runtime.block_on(sandbox.stop());
}
