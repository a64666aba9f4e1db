//! `init`: a first manifest with comments, a `.gitignore`, the schema for editors.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use super::args::Init;
use super::context::Context;
use super::outcome::{Ended, Failure, Outcome};
use super::schema;
use crate::base::text::visible;
use crate::base::{Code, Diagnostic};

/// A file cannot be written.
pub(super) const CANNOT_WRITE: Code = Code("E0804");

const EXAMPLE: &str = include_str!("example.yaml");
const IGNORED: &str = "\
# What tenantry knows of live objects, and the credentials it was given. Not for everyone's eyes.
.tenantry/
";

/// Writes what is not there yet.
pub(super) fn run(args: &Init, context: &Context) -> Ended {
    let folder = &args.folder;
    fs::create_dir_all(folder).map_err(|cause| cannot_write(folder, &cause))?;
    let schema = schema::manifest();
    let files = [
        ("example.yaml", EXAMPLE),
        ("tenantry.schema.json", schema.as_str()),
        (".gitignore", IGNORED),
    ];
    let mut said = String::new();
    for (name, text) in files {
        let path = folder.join(name);
        let written = write_new(&path, text).map_err(|cause| cannot_write(&path, &cause))?;
        let word = if written { "wrote" } else { "kept " };
        said.extend([word, " ", &visible(&path.display().to_string()), "\n"]);
    }
    context.console.result(&said);
    let folder = folder.display().to_string();
    let folder = if folder == "." {
        String::new()
    } else {
        format!(" {}", visible(&folder))
    };
    context
        .console
        .say(&format!("next: tenantry apply --sandbox{folder}\n"));
    Ok(Outcome::Done)
}

/// Writes a file that is not there yet. Returns false if it is.
pub(super) fn write_new(path: &Path, text: &str) -> io::Result<bool> {
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true),
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(cause) => Err(cause),
    }
}

fn cannot_write(path: &Path, cause: &io::Error) -> Failure {
    let message = format!("writing `{}`: {cause}", path.display());
    Diagnostic::error(CANNOT_WRITE, message)
        .hint("name a folder that you may write to: tenantry init DIR")
        .into()
}
