//! `completions` and `man`: the command line, told to shells and to readers of manuals.

use std::fs;
use std::path::Path;

use clap::CommandFactory as _;
use clap_mangen::Man as Page;

use super::args::{Args, Completions, Man};
use super::context::Context;
use super::outcome::{Ended, Failure, Outcome};
use crate::base::{Code, Diagnostic};

/// Manual pages cannot be written.
const NO_MANUAL: Code = Code("E0825");
const NAME: &str = "tenantry";

/// Prints the completions for a shell.
pub(super) fn completions(args: &Completions, context: &Context) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), NAME, &mut text);
    context.console.result(&String::from_utf8_lossy(&text));
    Outcome::Done
}

/// Prints the manual page of the whole, or writes one for every verb.
pub(super) fn manual(args: &Man, context: &Context) -> Ended {
    let Some(folder) = &args.out else {
        let text = page(Args::command()).map_err(|cause| unwritten(Path::new("-"), &cause))?;
        context.console.result(&text);
        return Ok(Outcome::Done);
    };
    let written =
        fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Args::command(), folder));
    match written {
        Ok(()) => {
            let told = format!("wrote the manual into {}\n", folder.display());
            context.console.tell(&told);
            Ok(Outcome::Done)
        }
        Err(cause) => Err(unwritten(folder, &cause)),
    }
}

fn page(command: clap::Command) -> std::io::Result<String> {
    let mut text = Vec::new();
    Page::new(command).render(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn unwritten(place: &Path, cause: &std::io::Error) -> Failure {
    let message = format!("writing the manual into {}: {cause}", place.display());
    let hint = "name a folder that can be written: tenantry man --out man/man1";
    Diagnostic::error(NO_MANUAL, message).hint(hint).into()
}
