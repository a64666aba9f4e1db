//! E04xx: refusals.

use crate::base::code::{Code, Page};

pub(in crate::base) const PAGES: &[Page] = &[
    Page {
        code: Code("E0401"),
        title: "an object is there already and is not ours",
        text: "A live object has the natural key of a declared one, and the state does not own it. Nothing is taken over silently: write `lifecycle: {adopt: true}` to make it ours, or choose another name.",
    },
    Page {
        code: Code("E0402"),
        title: "several live objects could be meant",
        text: "The natural key is not unique on the server, and more than one object has it. Rename or delete all but one.",
    },
    Page {
        code: Code("E0403"),
        title: "a protected object would be deleted or replaced",
        text: "`lifecycle.protect` outlives its document. Apply the document without `protect` first, or name the override that the refusal shows.",
    },
    Page {
        code: Code("E0404"),
        title: "a built-in object would be changed",
        text: "Objects that the server made for itself keep others, or the server, working. The refusal shows the override for that one object.",
    },
    Page {
        code: Code("E0405"),
        title: "we would lock ourselves out",
        text: "The step deletes, replaces or weakens what this run is logged in as, or what that login has its rights through.",
    },
    Page {
        code: Code("E0406"),
        title: "a tenant would be deleted or replaced",
        text: "Everything in the tenant dies with it, its users too. The refusal shows the override for that one tenant.",
    },
    Page {
        code: Code("E0407"),
        title: "too many deletes",
        text: "More than 30 % of a kind with ten objects or more would be deleted. That is often a wrong folder. The refusal shows the override.",
    },
    Page {
        code: Code("E0408"),
        title: "a tenant would hold more than its plan allows",
        text: "The Cloud caps how many objects of a kind a tenant may have, by the tenant's tag (as documented; a contract may say otherwise). The server would refuse in the middle of the run. Delete some, move them to another tenant, or name the override if your contract allows more.",
    },
    Page {
        code: Code("E0409"),
        title: "people, or we, could not pass any more",
        text: "The plan would leave a sign-in page without any way in, want a captcha or a second factor that nobody could give, take away the connector that codes to sign in go through, or take from us what we are logged in with. The server would do it. The kinds' pages list the rules; the refusal shows the override.",
    },
    Page {
        code: Code("E0410"),
        title: "nobody would be a superuser",
        text: "Effective superusers are counted over accounts and groups, at the end and between any two steps. Let another one be a superuser first, in a run of its own if an account is replaced; the refusal shows the override.",
    },
    Page {
        code: Code("E0411"),
        title: "a relation is kept by somebody else",
        text: "A directory adds and removes the members of the groups that it synchronises, so that ours would not last. Drop the field, or name the override that the refusal shows.",
    },
    Page {
        code: Code("E0412"),
        title: "a stored secret would be lost",
        text: "An update replaces the whole object, and the server shows stars where one of its secrets is. Nobody can send it along: write the field with its source.",
    },
    Page {
        code: Code("E0413"),
        title: "more than the policy's limit",
        text: "`limits` in `tenantry.yaml` says how many objects of a kind one plan may create, update, replace or delete, and how many people and machines may gain or lose access. Do it in several runs, or name the override that the refusal shows.",
    },
    Page {
        code: Code("E0414"),
        title: "the policy denies it",
        text: "A rule under `deny` in `tenantry.yaml` says that nobody may gain or lose this access, or that this object may not be created, updated or deleted. The refusal says the rule's reason and shows the override, for one rule and one principal or object.",
    },
    Page {
        code: Code("E0415"),
        title: "a break-glass principal would lose access",
        text: "Those under `breakGlass` in `tenantry.yaml` are there for the day on which nothing else works: what access they have is not taken from them, and they are neither deleted nor replaced.",
    },
    Page {
        code: Code("E0416"),
        title: "a live object that no manifest names",
        text: "The kinds under `unmanaged` in `tenantry.yaml` must be in manifests, all of them but the ones allowed there. Adopt the object, delete it by hand, or allow it.",
    },
    Page {
        code: Code("E0417"),
        title: "somebody changed it since the run that is taken back",
        text: "`--undo` puts back silently only what still is as the run left it. The refusal names the fields that somebody has changed since, or says that the object was deleted or made again. Look at what they did; to lose it, name the override that the refusal shows.",
    },
    Page {
        code: Code("E0430"),
        title: "an admin of a tenant would be one no longer",
        text: "The step removes a member of a tenant's console who is an admin, or makes a collaborator of one. The last admin stays, or nobody could change anything there. Of several, one is the owner of the account's token, and the API does not say which: removing that one ends our own access. Make sure that it is somebody else, and name the override that the refusal shows.",
    },
];
