//! Tells the program which commit it was built from and for which target. Asks `git` if there is
//! one and this is its checkout; goes without otherwise. Nothing is fetched.
#![expect(
    clippy::disallowed_methods,
    reason = "this is how a build script is told"
)]

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = std::env::var("TARGET").unwrap_or_else(|_| "unknown target".to_owned());
    // `cargo run` hands these on to the program: none may be the variable of a flag.
    println!("cargo::rustc-env=TENANTRY_BUILT_FOR={target}");
    let commit = commit().unwrap_or_else(|| "no commit".to_owned());
    println!("cargo::rustc-env=TENANTRY_BUILT_FROM={commit}");
}

/// The commit and its day, if these sources are a checkout of their own.
fn commit() -> Option<String> {
    let root = git(&["rev-parse", "--show-toplevel"])?;
    let here = std::env::var("CARGO_MANIFEST_DIR").ok()?;
    if Path::new(&root).canonicalize().ok()? != Path::new(&here).canonicalize().ok()? {
        return None;
    }
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"])?;
    if Path::new(&log).exists() {
        println!("cargo::rerun-if-changed={log}");
    }
    git(&["log", "-1", "--format=%h %cs"])
}

fn git(words: &[&str]) -> Option<String> {
    let output = Command::new("git").args(words).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = text.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}
