//! E08xx: the command line.

use crate::base::code::{Code, Page};

pub(in crate::base) const PAGES: &[Page] = &[
    Page {
        code: Code("E0860"),
        title: "a fault rule of the sandbox cannot be read",
        text: "`--fault` takes `[METHOD ]PATH[#N]=FAULT`: on each request whose path holds PATH, or \
            on the Nth alone, FAULT happens. It is one of status:CODE, status:CODE:SECONDS, \
            delay:MILLISECONDS, cut-before, cut-after-commit, truncate-body, duplicate-page and \
            expire-tokens. See docs/sandbox.md.",
    },
    Page {
        code: Code("E0861"),
        title: "the sandbox's world cannot be kept",
        text: "The sandbox keeps its world in `world.jsonl`, in its own folder beside the state. \
            The file could not be read or written, or holds a line that no sandbox wrote. Nothing \
            in it is real: mend what the message names, or delete the file to begin anew.",
    },
    Page {
        code: Code("E0862"),
        title: "another process uses the sandbox's world",
        text: "One process at a time plays a world. Wait until the other command has ended, or \
            name another folder with `--state`.",
    },
    Page {
        code: Code("E0863"),
        title: "the sandbox cannot listen",
        text: "The address is in use, is not one of this machine's, or is not allowed. \
            `--listen 127.0.0.1:0` takes any free port.",
    },
];
