//! Runs the commands of `console` blocks, and compares or renews what stands below them.
//!
//! A line that begins with `$ ` is a command; what follows is its output, both streams, up to the
//! next command. `...` on a line of its own stands for any lines, `[..]` in a line for anything.
//! `cargo run --release --` is the binary of this build. Nothing of the machine is in the run: an
//! empty home, no other variables.

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

/// What the pictures of a plan are about: `identity` is the quickstart, applied and then changed.
pub(super) fn change(folder: &Path) {
    copy(
        &folder.join("manifests/quickstart"),
        &folder.join("identity"),
    );
    let applied = run("tenantry apply --sandbox identity", folder).unwrap();
    assert!(applied.contains("Applied: 11 created"), "{applied}");
    let file = |name: &str| folder.join("identity").join(name);
    edit(
        &file("acme.yaml"),
        &[
            ("Sees, places and changes orders", "Sees orders"),
            ("    - orders.write\n", ""),
            (
                "    - order-clerk\n",
                "    - order-clerk\n    - accountant\n",
            ),
        ],
    );
    edit(&file("prod.yaml"), &[("    - bob\n", "")]);
    let rest = fs::read_to_string(file("prod.yaml")).unwrap();
    let documents = rest
        .split("---\n")
        .filter(|document| !document.contains("name: bob\n"));
    fs::write(
        file("prod.yaml"),
        documents.collect::<Vec<_>>().join("---\n"),
    )
    .unwrap();
    fs::write(file("accountant.yaml"), ACCOUNTANT).unwrap();
}

const ACCOUNTANT: &str = "\
apiVersion: logto/v1
kind: Role
metadata: {name: accountant, tenant: acme}
spec:
  name: Accountant
  description: Sees and changes orders
  scopes: [orders.read, orders.write]
";

fn edit(file: &Path, changes: &[(&str, &str)]) {
    let mut text = fs::read_to_string(file).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{}: no {from:?}", file.display());
        text = text.replacen(from, to, 1);
    }
    fs::write(file, text).unwrap();
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
pub(super) fn run(command: &str, folder: &Path) -> Option<String> {
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

/// Whether `output` is what was `written`.
fn fits(written: &str, output: &str) -> bool {
    let (written, output): (Vec<_>, Vec<_>) = (written.lines().collect(), output.lines().collect());
    lines_fit(&written, &output)
}

fn lines_fit(written: &[&str], output: &[&str]) -> bool {
    match (written, output) {
        ([], _) => output.is_empty(),
        (["...", rest @ ..], _) => (0..=output.len()).any(|n| lines_fit(rest, &output[n..])),
        ([line, rest @ ..], [printed, left @ ..]) => {
            line_fits(line, printed) && lines_fit(rest, left)
        }
        _ => false,
    }
}

fn line_fits(written: &str, printed: &str) -> bool {
    let Some((start, rest)) = written.split_once("[..]") else {
        return written == printed;
    };
    let Some(printed) = printed.strip_prefix(start) else {
        return false;
    };
    (0..=printed.len())
        .filter(|n| printed.is_char_boundary(*n))
        .any(|n| line_fits(rest, &printed[n..]))
}

#[test]
fn written_output_fits_what_is_printed() {
    assert!(fits("a\nb\n", "a\nb\n"));
    assert!(!fits("a\n", "a\nb\n"));
    assert!(fits("a\n...\nd\n", "a\nb\nc\nd\n"));
    assert!(fits("a\n...\n", "a\nb\nc\n"));
    assert!(!fits("a\n...\ne\n", "a\nb\nc\nd\n"));
    assert!(!fits("...\nc\n", "a\nb\nc\nd\n"));
    assert!(fits("done ([..] requests).\n", "done (16 requests).\n"));
    assert!(!fits("done ([..] requests).\n", "done (16 requests)!\n"));
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
