//! E03xx: live state and plan.

use crate::base::code::{Code, Page};

pub(in crate::base) const PAGES: &[Page] = &[
    Page {
        code: Code("E0301"),
        title: "the live state could not be read",
        text: "A read failed, so there is no plan: nothing was written. The message names the target, the call and what the server said. Network faults and 5xx answers were retried before.",
    },
    Page {
        code: Code("E0302"),
        title: "a target cannot be reached yet",
        text: "A secret that its login needs is not set. Set the variable or file that the message names, or try the manifests against the sandbox with `--sandbox`.",
    },
    Page {
        code: Code("E0303"),
        title: "the server has no such kind",
        text: "DC/OS Open has users and service accounts only: groups, access-control lists and permissions are 404 there. Drop the documents, or their `permissions`, for this cluster.",
    },
    Page {
        code: Code("E0304"),
        title: "a lookup finds none, or more than one",
        text: "`{lookup: …}` names a live object that no manifest declares, by its key. Exactly one must have it.",
    },
    Page {
        code: Code("E0305"),
        title: "an object cannot be made from what is written",
        text: "The object is not there, and the document lacks what its creation needs, such as a local user's password. A document that means an existing object needs its exact key.",
    },
    Page {
        code: Code("E0306"),
        title: "owned objects live where no document leads",
        text: "The state owns objects in a tenant or cluster whose document is gone, so there is no way to reach them. Put the document back; to let the objects be, set `onRemove: retain` before it goes.",
    },
    Page {
        code: Code("E0307"),
        title: "an address names nothing",
        text: "The address given on the command line is neither declared nor owned. `tenantry show` lists what is owned.",
    },
    Page {
        code: Code("E0308"),
        title: "steps wait for each other",
        text: "The order of the steps has a cycle. This is a fault of ours: report it with the manifests' shape. Applying with `--target` one by one gets around it.",
    },
    Page {
        code: Code("E0310"),
        title: "secrets are not set",
        text: "A source of a secret (`env`, `file`, `exec`) gives nothing here, so the plan cannot tell whether it changed. Apply refuses to begin until everything that it sends is set.",
    },
    Page {
        code: Code("E0311"),
        title: "secrets are not compared",
        text: "Fingerprints of secrets are keyed, and the key is sealed for the identity. Without it a plan shows `(secret, not compared)` and never a change.",
    },
    Page {
        code: Code("E0312"),
        title: "a field that is no longer written is left as it is",
        text: "What the server merges, never shows or cannot change has no way back. The field keeps its value; write it again to manage it.",
    },
    Page {
        code: Code("E0313"),
        title: "an object was deleted by somebody else",
        text: "The state owns an object that is no longer live. The plan creates it again, or forgets it if its document is gone too.",
    },
    Page {
        code: Code("E0314"),
        title: "an id to import is not there",
        text: "`tenantry import ADDRESS ID` takes over the live object that the server knows as ID: of most kinds a code of its own, of DC/OS kinds the uid, gid or rid. No object of that kind has it.",
    },
    Page {
        code: Code("E0320"),
        title: "what others granted is put back",
        text: "An object that is replaced takes along what it had: memberships and permissions. What our manifests say is granted again, and so is what others had granted, without becoming ours.",
    },
    Page {
        code: Code("E0321"),
        title: "a change by hand cannot be seen",
        text: "No server shows passwords. `drift` says so instead of calling them unchanged; they are sent when their source changes.",
    },
    Page {
        code: Code("E0322"),
        title: "a secret is too short",
        text: "DC/OS wants passwords of five characters or more (`Password does not match rules`). The plan asks the source and refuses before anything is written; the text itself is told nowhere.",
    },
    Page {
        code: Code("E0323"),
        title: "a superuser whom no manifest names",
        text: "`drift` counts the effective superusers of a cluster, over accounts and groups, and names those that are in no manifest, the login apart. Somebody may have been made one by hand: declare the account, or take the permission away.",
    },
    Page {
        code: Code("E0324"),
        title: "live is not what was last applied",
        text: "Somebody changed or deleted an object that the state owns. `drift` names the fields; `plan` shows how apply would put them back. If the change shall stay, write it into the manifest; if people may change the field by hand, list it under `lifecycle.ignore`.",
    },
    Page {
        code: Code("E0325"),
        title: "a document looks like an old one under a new name",
        text: "A document has gone, and a new one of its kind says the same, or finds the same live object. To the plan these are two objects, one to delete and one to create. `lifecycle: {movedFrom: OLD}` in the new document keeps the object, with its id and what others gave it; without it, what the plan says is done.",
    },
    Page {
        code: Code("E0326"),
        title: "changes by hand are let be",
        text: "The repository's policy (`drift.ignore` in tenantry.yaml) says that these are known, for what reason, and until which day. `drift` does not count them; the next apply takes back what the manifests say otherwise all the same.",
    },
    Page {
        code: Code("E0327"),
        title: "a rule that lets changes be has ended",
        text: "A rule of `drift.ignore` in tenantry.yaml is past its last day, and the changes that it was for are still there. They count again. Take them back, take them into the manifests, or give the rule another day.",
    },
    Page {
        code: Code("E0328"),
        title: "who changed it is not known",
        text: "`drift` asks a Logto tenant's logs who changed what it found, and when. The tenant refused, or has no such log. Everything else that `drift` says stands. See `docs/commands.md`, \"Who and when\", for what the logs can know.",
    },
    Page {
        code: Code("E0330"),
        title: "a step costs money",
        text: "The plan writes a field that is billed, such as a tenant's `subscription`. The warning names the field and what is bought; whose card is charged is the account's business (`customerId` of the subscription, else its default customer). Nothing is bought before the plan is agreed to. Leave the field out if nobody means to pay.",
    },
    Page {
        code: Code("E0340"),
        title: "a run is taken back",
        text: "`--undo` plans the way back from the last apply: what it made goes, what it changed or deleted is put back. The manifests are not touched: revert the commit as well, or the next apply does it again.",
    },
    Page {
        code: Code("E0341"),
        title: "a field cannot be put back",
        text: "Of secrets a fingerprint is kept and never the text. One is put back if its source, as the manifests name it now or as they did then, still gives the text that it had; so set the old text, or change the secret by its manifest. What was paid for is not given back by the server either.",
    },
    Page {
        code: Code("E0342"),
        title: "an object is made anew",
        text: "It was deleted, and what is gone with it is not on the server any more: its id where the server picks it, what others had given it, what no manifest can say. The warning names what a kind loses. References to it in other objects that the plan puts back follow the new id.",
    },
    Page {
        code: Code("E0343"),
        title: "an object cannot be had back",
        text: "Something is missing without which the server does not make it, such as the password of a DC/OS user whose source is gone; or its stored credentials went when it was forgotten. The rest of the plan goes without it.",
    },
    Page {
        code: Code("E0344"),
        title: "an object that the run made stays",
        text: "A resource of DC/OS that was made because permissions named it is not ours, and others may have permissions on it by now. What its document retains (`lifecycle: {onRemove: retain}`) leaves the state and stays live.",
    },
];
