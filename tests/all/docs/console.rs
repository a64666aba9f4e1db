//! Runs the commands of `console` blocks, and compares or renews what stands below them.
//!
//! A line that begins with `$ ` is a command; what follows is its output, both streams, up to the
//! next command. `...` on a line of its own stands for any lines. `cargo run --release --` is the
//! binary of this build. Nothing of the machine is in the run: an empty home, no other variables.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// A folder with a copy of `manifests`, for all blocks of a page.
pub(super) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(
        &super::page::root().join("manifests"),
        &folder.path().join("manifests"),
    );
    fs::create_dir(folder.path().join("home")).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with('.')) {
            continue;
        }
        let target = to.join(&name);
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The block as it is with the output of this build.
pub(super) fn renewed(block: &str, folder: &Path) -> String {
    let mut out = String::new();
    for (command, written) in commands(block) {
        let output = run(command, folder).unwrap_or_else(|| written.clone());
        let kept = if fits(&written, &output) {
            written
        } else {
            output
        };
        out.extend(["$ ", command, "\n", &kept]);
    }
    out
}

/// The commands of a block, each with what is written below it.
fn commands(block: &str) -> Vec<(&str, String)> {
    let mut found: Vec<(&str, String)> = Vec::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            found.push((command, String::new()));
        } else {
            let (_, output) = found.last_mut().expect("a block begins with a command");
            output.extend([line, "\n"]);
        }
    }
    found
}

/// Runs a command and returns what it prints; none if it is not ours.
fn run(command: &str, folder: &Path) -> Option<String> {
    let line = command.replace("cargo run --release --", "tenantry");
    let line = line.split('#').next().unwrap_or_default().trim();
    if !line.split_whitespace().any(|word| word == "tenantry") {
        return None;
    }
    let bin = Path::new(env!("CARGO_BIN_EXE_tenantry")).parent().unwrap();
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1; {line}")])
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
        .env("HOME", folder.join("home"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    Some(if text.is_empty() || text.ends_with('\n') {
        text
    } else {
        text + "\n"
    })
}

/// Whether `output` is what was `written`, `...` standing for any lines.
fn fits(written: &str, output: &str) -> bool {
    let mut rest = output;
    let mut parts = written.split("...\n");
    let Some(first) = parts.next() else {
        return output.is_empty();
    };
    let Some(behind) = rest.strip_prefix(first) else {
        return false;
    };
    rest = behind;
    let mut open = false;
    for part in parts {
        open = part.is_empty();
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    open || rest.is_empty()
}

#[test]
fn written_output_fits_what_is_printed() {
    assert!(fits("a\nb\n", "a\nb\n"));
    assert!(!fits("a\n", "a\nb\n"));
    assert!(fits("a\n...\nd\n", "a\nb\nc\nd\n"));
    assert!(fits("a\n...\n", "a\nb\nc\n"));
    assert!(!fits("a\n...\ne\n", "a\nb\nc\nd\n"));
    assert!(!fits("...\nc\n", "a\nb\nc\nd\n"));
}

#[test]
fn a_block_is_taken_apart_at_its_prompts() {
    let block = "$ tenantry --help\nwords\n$ true\n";
    assert_eq!(
        commands(block),
        [
            ("tenantry --help", "words\n".into()),
            ("true", String::new())
        ]
    );
}
