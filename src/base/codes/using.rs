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
        code: Code("E0805"),
        title: "the result cannot be written",
        text: "Standard output could not be written to its end: a full disk, most likely. What was \
            done is done all the same; `tenantry show` and `tenantry plan` say where it stands. A \
            reader that closes the pipe early (`| head`) is no error.",
    },
    Page {
        code: Code("E0806"),
        title: "a selection cannot be read",
        text: "`-l` takes requirements of labels, all of which must hold: `team=orders`, \
            `team!=orders`, `team` (it is there), `!team` (it is not), several parted by commas. \
            `--target` takes an address as plans print it: `tenant/acme`, `acme/role/order-admin`.",
    },
    Page {
        code: Code("E0807"),
        title: "the sandbox's seed cannot be read",
        text: "`tenantry sandbox --seed FILE` begins with the rows in FILE, `{TARGET: {TABLE: {ID: \
            ROW}}}` in JSON. The file is not there, or may not be read.",
    },
    Page {
        code: Code("E0808"),
        title: "standard input cannot be read",
        text: "`-` as a path means that the manifests come from standard input: `kustomize build | \
            tenantry plan -`. It was closed, or could not be read to its end.",
    },
    Page {
        code: Code("E0809"),
        title: "a file of authorities cannot be read",
        text: "`--ca-file` and the variable SSL_CERT_FILE name files with certificates in PEM of \
            authorities that are trusted beside the platform's. One of them is not there, or may \
            not be read.",
    },
    Page {
        code: Code("E0810"),
        title: "there is no manifest, though the state owns something",
        text: "A plan would delete everything that is owned, because no document names it any \
            more. That is more likely a wrong folder than a wish, so it is refused. `tenantry \
            destroy` deletes everything on purpose.",
    },
    Page {
        code: Code("E0811"),
        title: "an override cannot be read",
        text: "`--override RULE=ADDRESS` does for one object what a rule refuses. Each refusal \
            prints its override ready to be copied.",
    },
    Page {
        code: Code("E0812"),
        title: "faults are for the sandbox alone",
        text: "`--fault` scripts what goes wrong in the sandbox. It needs `--sandbox`: nothing is \
            made to fail on real servers.",
    },
    Page {
        code: Code("E0813"),
        title: "servers cannot be reached with these settings",
        text: "A proxy named by HTTPS_PROXY, HTTP_PROXY or ALL_PROXY is no proxy's URL, or a file \
            of authorities holds no certificate. Nothing was sent.",
    },
    Page {
        code: Code("E0814"),
        title: "nobody can be asked",
        text: "`apply` and `destroy` ask before they change anything real. Standard input or \
            standard error is no terminal, or CI is set, so that nobody can answer. `--yes` agrees \
            beforehand; with `--sandbox` there is nothing to lose, and nothing is asked.",
    },
    Page {
        code: Code("E0815"),
        title: "an object's target cannot be reached",
        text: "`show` and `output` ask the server about one object. The state knows where it lives, \
            but how that is reached is written in the manifests (`--manifests PATH`), and a tenant \
            of ours needs its stored credentials (`--identity FILE`).",
    },
    Page {
        code: Code("E0816"),
        title: "an object has no such output",
        text: "`tenantry output ADDRESS` lists an object's outputs, `tenantry explain KIND` those of \
            a kind. What a server shows once is stored encrypted, and needs the age identity.",
    },
    Page {
        code: Code("E0817"),
        title: "the sandbox that was named does not answer",
        text: "`--sandbox=URL` uses a sandbox that another process runs (`tenantry sandbox` prints \
            its addresses). Nothing answers there, or something that is no sandbox. `--sandbox` \
            alone runs one inside the command.",
    },
    Page {
        code: Code("E0818"),
        title: "no pair of keys was made or kept",
        text: "`tenantry keygen` writes the private key to a new file (`--out`), or encrypts it into the state for a service account. A key that is there already is never overwritten, unless `--replace` says so for a stored one.",
    },
    Page {
        code: Code("E0819"),
        title: "what a server has stored does not work",
        text: "`tenantry check --live` had the server try it out, with what the document names (`test` of an `LdapConfig`), and the server says no. The message is the server's.",
    },
    Page {
        code: Code("E0820"),
        title: "what is to be imported is ours already",
        text: "`tenantry import` makes a live object ours under an address. That address owns one \
            already, and an address has one object.",
    },
    Page {
        code: Code("E0821"),
        title: "the folder to export to has something in it",
        text: "`tenantry export` writes one file a kind, and never over files that somebody may have \
            written, unless `--force` says so. Files of other names are left as they are.",
    },
    Page {
        code: Code("E0822"),
        title: "nothing says how to reach what is to be exported",
        text: "`tenantry export` reads tenants and clusters that a manifest names with their \
            connection (`--manifests PATH`), so that their credentials have sources. A tenant that \
            an account has is there if the state knows it, or its name is unique and its document \
            has a `connection`.",
    },
    Page {
        code: Code("E0823"),
        title: "a kind to export that there is not",
        text: "`tenantry export --kind KIND` takes a kind as addresses have it (`role`), of those \
            that live in a tenant or a cluster. `tenantry explain` lists them.",
    },
    Page {
        code: Code("E0824"),
        title: "the policy that is named is not there",
        text: "`--policy` or `TENANTRY_POLICY` names a file that cannot be found. Nothing is planned \
            without the guard that was asked for.",
    },
    Page {
        code: Code("E0825"),
        title: "the manual cannot be written",
        text: "`tenantry man --out DIR` makes the folder and writes a page for every verb. Without \
            `--out` the page of the whole goes to standard output.",
    },
    Page {
        code: Code("E0830"),
        title: "a state cannot be looked at or mended so",
        text: "`tenantry state` works on a state that is there: name it with --state, or the folder \
            of its manifests with --manifests. Addresses are those that `tenantry state list` shows, \
            roots those that the message of E0514 names, versions those of `tenantry state \
            versions`. A lock is freed by force only after somebody made sure that nothing runs.",
    },
    Page {
        code: Code("E0840"),
        title: "the outputs cannot be written in that format",
        text: "Variables and keys of a Kubernetes Secret have fewer letters than our outputs' names, \
               so that two outputs may get the same one, and a variable cannot hold a zero byte. Ask \
               for one output by its name, or for JSON, which can hold everything.",
    },
    Page {
        code: Code("E0850"),
        title: "a saved plan cannot be read",
        text: "`show FILE` and `apply FILE` read what `plan --out FILE` wrote. The file is damaged, \
            not a plan, or of another version of the format. Plans are made again, not mended.",
    },
    Page {
        code: Code("E0851"),
        title: "a plan cannot be saved yet",
        text: "An earlier run left calls of which nobody knows whether they happened. `tenantry \
            apply` finds that out and ends them; what a plan says before is not what would be done \
            after.",
    },
    Page {
        code: Code("E0852"),
        title: "a saved plan is not signed, or was changed",
        text: "A saved plan is signed with a key that is sealed with the state, or, where there is \
            no state yet, with one that is derived from the age identity or the sandbox's key. One \
            that was made without the identity can be shown and not applied, and so can one in \
            which a single character is another one.",
    },
    Page {
        code: Code("E0853"),
        title: "a saved plan was applied already",
        text: "A saved plan is good for one apply, also if that ended early. A new plan says what \
            is left.",
    },
    Page {
        code: Code("E0854"),
        title: "what a saved plan was made from has moved",
        text: "Before the first write, `apply FILE` reads manifests, secrets, the state, and every \
            object that the plan would touch again, and compares them with what the plan was made \
            from. Something is not as it was; each message says what and where. Nothing was \
            written. Make the plan again, and look at it.",
    },
    Page {
        code: Code("E0855"),
        title: "a saved plan is of another world",
        text: "A plan that was saved with `--sandbox` is applied with `--sandbox` and never without, \
            and one for real servers never with it.",
    },
    Page {
        code: Code("E0856"),
        title: "a saved plan brings its own options",
        text: "Selections, overrides, `--no-delete` and `--adopt` are part of what was reviewed, so \
            they are in the file. `apply FILE` takes none but those that are in it.",
    },
    Page {
        code: Code("E0857"),
        title: "a saved plan is refused",
        text: "The plan had refusals when it was saved. `tenantry show FILE` prints them with the \
            overrides that could be named to `tenantry plan --out FILE`.",
    },
    Page {
        code: Code("E0858"),
        title: "there is nothing to undo",
        text: "Before its first write every apply keeps what it is about to change, in `undo/` beside the state; the last five are kept, and that of a run which sent nothing is dropped. There is none yet, or it belongs to another state. What a run did before that is taken back by reverting the commit.",
    },
    Page {
        code: Code("E0859"),
        title: "a pre-image cannot be read",
        text: "The file under `undo/` beside the state is damaged, or was written by a newer tenantry. Nothing else needs it: use the program that wrote it, or take the run back by reverting the commit.",
    },
    Page {
        code: Code("E0860"),
        title: "a fault rule of the sandbox cannot be read",
        text: "`--fault` takes `[METHOD ]PATH[#N]=FAULT`: on each request whose path holds PATH, or \
            on the Nth alone, FAULT happens: status:503, delay:500, cut-after-commit and others, \
            which the message lists and docs/sandbox.md explains.",
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
