//! E08xx: the command line.

use crate::base::code::{Code, Page};

pub(in crate::base) const PAGES: &[Page] = &[
    Page {
        code: Code("E0801"),
        title: "nothing is called so",
        text: "`explain` and `schema` take a kind (`role`), a kind of one API where two have it \
            (`dcos/user`), a kind's field (`role.scopes`), or a code (`E0204`). `tenantry explain` \
            lists all kinds.",
    },
    Page {
        code: Code("E0802"),
        title: "the log file cannot be written",
        text: "The file that `--log-file` names could not be opened to append to it, or could not \
            be made readable by its owner alone. Name a file in a folder that you may write to.",
    },
    Page {
        code: Code("E0803"),
        title: "the log filter cannot be read",
        text: "The variable TENANTRY_LOG takes a level (error, warn, info, debug, trace, off), or \
            several filters such as `info,tenantry::http=debug`. What other programs' libraries \
            say is never written below warnings, because it may hold what was sent.",
    },
    Page {
        code: Code("E0804"),
        title: "a file cannot be written",
        text: "`init` writes an example, a .gitignore and a schema into its folder, and never \
            overwrites. The folder could not be made, or does not let you write.",
    },
    Page {
        code: Code("E0840"),
        title: "the outputs cannot be written in that format",
        text: "Variables and keys of a Kubernetes Secret have fewer letters than our outputs' names, \
               so that two outputs may get the same one, and a variable cannot hold a zero byte. Ask \
               for one output by its name, or for JSON, which can hold everything.",
    },
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
    Page {
        code: Code("E0864"),
        title: "a seed of the sandbox cannot be used",
        text: "`--seed FILE` takes JSON, `{TARGET: {TABLE: {ID: ROW}}}`, where TARGET is a prefix \
            such as `t/default`. Nothing is put if a part of it is wrong. See docs/sandbox.md.",
    },
];
