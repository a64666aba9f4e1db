//! E05xx: state, journal and credentials.

use crate::base::code::{Code, Page};

const fn page(code: &'static str, title: &'static str, text: &'static str) -> Page {
    Page {
        code: Code(code),
        title,
        text,
    }
}

pub(in crate::base) const PAGES: &[Page] = &[
    page(
        "E0501",
        "a file of the state cannot be read or written",
        "Nothing that depends on the state is done while it cannot be kept: an object that was \
         created and not recorded could be created twice. Check that the folder belongs to you, \
         that the disk has room, or choose another folder with --state DIR.",
    ),
    page(
        "E0502",
        "the state was written by a newer tenantry",
        "Its format has a version that this program does not know, and guessing could lose what \
         the newer one put there. Use the newer program.",
    ),
    page(
        "E0503",
        "the state cannot be understood",
        "state.json is not what tenantry wrote: it was edited, merged or cut. Put back a copy of \
         the folder. If there is none, begin with an empty folder and take the live objects over \
         again with `lifecycle: {adopt: true}`.",
    ),
    page(
        "E0504",
        "the journal is damaged before its end",
        "A process that dies leaves at most a torn last record, and that one is dropped without a \
         word. A damaged record with good ones after it means that the file was changed or the \
         disk is failing, and what it said is unknown. Put back a copy of the folder.",
    ),
    page(
        "E0505",
        "files of different states lie side by side",
        "state.json, journal.jsonl and credentials.age carry the lineage of the state they belong \
         to, and the journal goes on from the record that state.json has last seen. One of them \
         was replaced by another state's or by an older copy. Put back a copy of the whole folder.",
    ),
    page(
        "E0506",
        "somebody else wrote the state while we held it",
        "Every save compares the state's serial with the one that was read, and the lock with the \
         one that was taken. They differ: a file was replaced or the lock file deleted while the \
         command ran. What was done is in the journal. Run the command again.",
    ),
    page(
        "E0507",
        "the state is locked",
        "One command writes a state at a time. The message names the one that does. The lock goes \
         away with its process, however that ends; --lock-timeout 5m waits for it.",
    ),
    page(
        "E0508",
        "there is no age identity",
        "What a server shows only once is kept encrypted, and the key that recognises changed \
         secrets is kept with it; both need an identity. `age-keygen -o FILE` makes one; name it \
         with --identity FILE, TENANTRY_AGE_KEY_FILE, or give its text in TENANTRY_AGE_KEY.",
    ),
    page(
        "E0509",
        "the age identity cannot be used",
        "The file or text holds no X25519 identity (a line that begins with AGE-SECRET-KEY-1). \
         Plug-in and SSH identities are not supported.",
    ),
    page(
        "E0510",
        "the age identity's passphrase is missing or wrong",
        "The identity file is itself encrypted with a passphrase, which is asked for on a terminal \
         only. Elsewhere give the identity's own text in TENANTRY_AGE_KEY.",
    ),
    page(
        "E0511",
        "the age identity does not open the credentials",
        "They are sealed for other identities. Name the right one. Nothing is treated as lost \
         because the wrong key was tried.",
    ),
    page(
        "E0512",
        "the credentials are missing",
        "The state exists, and credentials.age, which was made together with it, does not. It \
         holds the secrets that servers show only once. Put back a copy of it. If there is none, \
         begin with an empty folder and take the live objects over again with \
         `lifecycle: {adopt: true}`.",
    ),
    page(
        "E0513",
        "the credentials are damaged",
        "credentials.age, or a sealed record of the journal, is torn or was changed: its own \
         checksum does not hold, for any identity. Put back a copy of it.",
    ),
    page(
        "E0514",
        "the state owns objects of a root that is not named",
        "Owned objects whose document is gone are deleted, so a run over another folder with the \
         same state would delete everything of the first. Name all roots in one command, or give \
         each a state of its own with --state DIR.",
    ),
    page(
        "E0515",
        "others can read the age identity",
        "Whoever has it can open the credentials. `chmod 600 FILE` makes it yours alone.",
    ),
    page(
        "E0516",
        "a call of an earlier run has no known outcome",
        "The run ended after it had announced the call and before it had recorded the answer, so \
         the server may have done it or not. `plan` and `drift` report it; `apply` finds out what \
         became of it where it can, and else refuses and says what to look for.",
    ),
    page(
        "E0517",
        "the state cannot be kept",
        "The machine gave no random bytes, or the part of the program that writes the journal had \
         already ended. Nothing was lost; run the command again.",
    ),
    page(
        "E0518",
        "an object store does not answer as it should",
        "The state is in a bucket (--state s3://…, gs://…, az://…), and an object of it could not \
         be read, listed or written. The message ends with the store's own words. Its credentials \
         and settings come from the environment, under the names that the store's own tools use: \
         AWS_ACCESS_KEY_ID, AWS_REGION, AWS_ENDPOINT_URL, GOOGLE_APPLICATION_CREDENTIALS, \
         AZURE_STORAGE_ACCOUNT_NAME and so on. An endpoint without TLS needs AWS_ALLOW_HTTP=true.",
    ),
    page(
        "E0519",
        "an object store does not keep the conditions of writes",
        "Two runs at once are kept apart by conditional writes: create only if it is not there, \
         replace only what was read. When a state is made, an object is written to see whether a \
         second creation and a stale replacement are refused. This store did not refuse, so two \
         runs could both write. Use another store, or a folder.",
    ),
    page(
        "E0520",
        "a URL is no place for a state",
        "--state takes a folder, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX. \
         Settings and credentials are variables of the environment, never parts of the URL.",
    ),
    page(
        "E0521",
        "a recipient is none",
        "The credentials are sealed for X25519 recipients, which begin with age1. Never give the \
         identity itself, which begins with AGE-SECRET-KEY-1: `age-keygen -y FILE` tells its \
         recipient.",
    ),
];
