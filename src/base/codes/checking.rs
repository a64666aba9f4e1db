//! E02xx: manifests and references.

use crate::base::code::{Code, Page};

pub(in crate::base) const PAGES: &[Page] = &[
    Page {
        code: Code("E0201"),
        title: "a document is not a manifest",
        text: "A manifest is a mapping with `apiVersion`, `kind`, `metadata` and most often `spec`. A \
            list or a text alone is none. Other YAML files belong into another folder, or into one \
            whose name begins with a dot.",
    },
    Page {
        code: Code("E0202"),
        title: "a kind is not known",
        text: "`apiVersion` and `kind` say together what a document is: `logto/v1` or `dcos/v1`, and a \
            kind in the spelling of `tenantry explain`. As long as the kind is not known, nothing of \
            the document's content is shown: it might be a secret.",
    },
    Page {
        code: Code("E0203"),
        title: "a field is not known",
        text: "Fields have the API's own names and spelling. What is not known is an error and never \
            skipped: a misspelt field would otherwise be a setting that silently does not hold. \
            `tenantry explain KIND` lists the fields. The value is not shown, since it could be a \
            secret in a misspelt field.",
    },
    Page {
        code: Code("E0204"),
        title: "a reference leads to nothing that is declared",
        text: "The first word of a `ref` decides: a kind means an object of the same tenant or cluster \
            (`role/admin`), else it is the name of a tenant or cluster (`acme/role/admin`). All \
            manifests of a run are read before references are followed, so a missing file can be the \
            reason. A live object that no manifest declares is named by `{lookup: KIND, FIELD: …}`.",
    },
    Page {
        code: Code("E0205"),
        title: "a required field is missing",
        text: "The server does not take the object without this field, or tenantry could not \
            recognise it.",
    },
    Page {
        code: Code("E0206"),
        title: "a value has the wrong type",
        text: "A text that looks like a number is a number to YAML (`0x4AAA`, `1e3`): quote it. `yes`, \
            `no`, `on` and `off` are texts here; write `true` and `false`. A single value where a \
            list is wanted goes in brackets.",
    },
    Page {
        code: Code("E0207"),
        title: "a value is none of those there are",
        text: "The field takes one of a few words, in the API's own spelling; case matters.",
    },
    Page {
        code: Code("E0208"),
        title: "a value is out of bounds",
        text: "Lengths are counted in characters. The bounds are the server's own.",
    },
    Page {
        code: Code("E0209"),
        title: "null stands where nothing can be cleared",
        text: "`null`, or a key without a value, is a written value: it clears the field. Fields that \
            cannot be cleared do not take it. A field that is left out is left alone.",
    },
    Page {
        code: Code("E0210"),
        title: "a secret is written in a manifest",
        text: "Manifests are kept in repositories, where a secret would stay for ever. A secret field \
            takes a source: `{env: NAME}`, `{file: path}` below the manifests' root, `{exec: [command, \
            …]}` with `--allow-exec`, or a `ref` to a secret output. If this secret was ever pushed, \
            make a new one.",
    },
    Page {
        code: Code("E0211"),
        title: "a marker stands where it cannot",
        text: "A mapping whose keys are exactly a marker's (`ref`, `lookup`, `builtin`, `join`, \
            `exactly`, `env`, `file`, `exec`, `literal`) is that marker. Texts take `ref`, `lookup`, \
            `join`, `file` and `literal`; names of objects take `ref`, `lookup` and `builtin`; secrets \
            take `env`, `file`, `exec` and `ref`; relations and mappings take `exactly`.",
    },
    Page {
        code: Code("E0212"),
        title: "a name cannot be used",
        text: "A name has letters, digits and `. _ : @ -`, begins with a letter or a digit, and has 128 \
            characters at most. Tenants and clusters cannot be called as a kind is, nor `tenant`, \
            `cluster` or `account`: the first word of a reference would have two meanings. The name \
            on the server is a field of `spec` and may be any.",
    },
    Page {
        code: Code("E0213"),
        title: "it is not clear where an object lives",
        text: "Objects of a tenant say so in `metadata.tenant`, those of a cluster in \
            `metadata.cluster`, and that tenant or cluster is declared in the same run. Accounts, \
            tenants and clusters live nowhere.",
    },
    Page {
        code: Code("E0215"),
        title: "an address is declared twice",
        text: "An address is the identity of an object: `TENANT/kind/name`. A child's address is its \
            parent's name, a dot and its own, so that a scope inside a resource and a document of its \
            own can meet. Tenants and clusters share one namespace of names, and so do DC/OS users and \
            service accounts.",
    },
    Page {
        code: Code("E0216"),
        title: "two documents are about one live object",
        text: "A live object is recognised by its natural key, and two documents have the same. Each \
            would undo what the other says.",
    },
    Page {
        code: Code("E0217"),
        title: "a reference leads to an object of another kind",
        text: "The field takes objects of certain kinds; `tenantry explain` names them.",
    },
    Page {
        code: Code("E0218"),
        title: "an output is not known",
        text: "Every object has the output `id`; some kinds have more, which `tenantry explain KIND` \
            lists. Where an object is named, as in relations, `field` is not taken.",
    },
    Page {
        code: Code("E0219"),
        title: "a secret and something open are mixed up",
        text: "A secret output can only go into a secret field, where it is never shown. A secret field \
            takes only secret outputs, so that nobody relies on something open.",
    },
    Page {
        code: Code("E0220"),
        title: "objects need each other in a circle",
        text: "Each of these objects can only be created once the next one is there. The message names \
            every edge of the circle and the field that makes it. Relations make no circles: they are \
            added when both ends are there.",
    },
    Page {
        code: Code("E0221"),
        title: "fields do not go together",
        text: "Each field is right by itself, and the server would refuse them together, or would \
            refuse this name or key.",
    },
    Page {
        code: Code("E0222"),
        title: "a document can only be written inside its parent",
        text: "Some objects live in another one and are written in a field of it.",
    },
    Page {
        code: Code("E0223"),
        title: "a list asks for nothing",
        text: "A plain list means at least these. An empty one is the same as none: what others added \
            stays. To have none at all, write `{exactly: []}`.",
    },
    Page {
        code: Code("E0224"),
        title: "it is not clear in which account a tenant lives",
        text: "Several accounts are declared, none of them is called `default`, and the tenant does not \
            say which. Add `spec.account`.",
    },
    Page {
        code: Code("E0227"),
        title: "nothing can be looked up so",
        text: "`{lookup: KIND, FIELD: value}` names a live object by fields that its kind has; \
            `{builtin: NAME}` one that every tenant has: `management-api-all`, `management-api-access`.",
    },
    Page {
        code: Code("E0228"),
        title: "a label selection cannot be read",
        text: "`-l` takes conditions divided by commas, which all must hold: `key=value`, `key!=value`, \
            `key` (it is there), `!key` (it is not).",
    },
    Page {
        code: Code("E0229"),
        title: "a text is not a reference",
        text: "A `ref` is `KIND/NAME` for an object of the same tenant or cluster, \
            `TENANT/KIND/NAME` for one elsewhere, or `tenant/NAME`, `cluster/NAME`, `account/NAME`. \
            Where the kind is known, as in relations, a plain text is a name.",
    },
    Page {
        code: Code("E0230"),
        title: "a relation lists the same object twice",
        text: "The second one changes nothing. It may be a slip for another name.",
    },
    Page {
        code: Code("E0231"),
        title: "a set of tenants cannot be read",
        text: "A `TenantSet` has `tenants`, a list of mappings or `{file: tenants.csv}`, and \
            `documents`, a list of documents or `{folder: path}`. The manifests of that folder are \
            templates and nothing else; the set itself stands outside it.",
    },
    Page {
        code: Code("E0232"),
        title: "a tenant of a set cannot be one",
        text: "Each tenant of a set has a `name` of its own: the address of everything that is \
            stamped for it. In a table that is the column `name`.",
    },
    Page {
        code: Code("E0233"),
        title: "a tenant of a set lacks a column",
        text: "`{param: column}` in a set's documents stands for what each tenant's row has under \
            that name. An empty cell of a table (`null` in a list) leaves out the field.",
    },
    Page {
        code: Code("E0234"),
        title: "the two ends of a relation do not fit",
        text: "A role is for users or for machines, and so is a role inside organizations; only a \
            machine-to-machine application is in an organization; no role for users has a scope of \
            the Management API. The server would refuse it after it made both ends.",
    },
    Page {
        code: Code("E0235"),
        title: "a label that the policy wants is missing",
        text: "`labels` in `tenantry.yaml` says which labels documents must have and what they may say. What stands inside of another document has that one's labels.",
    },
    Page {
        code: Code("E0236"),
        title: "a policy that means nothing",
        text: "A rule of `tenantry.yaml` says two things or none, names a kind that is not, or has the name of another rule. Nothing is planned until it is mended: a guard that cannot be read guards nothing.",
    },
    Page {
        code: Code("E0240"),
        title: "a field that only the Cloud offers",
        text: "A self-hosted Logto refuses to hide Logto's mark, to let scripts of other origins onto \
            its pages and to block disposable addresses: each is 400 there. The tenant's `connection` \
            says that it is self-hosted: its Management API's resource is \
            `https://default.logto.app/api`. Drop the field for this tenant; with a tenant of the \
            Cloud behind an address of its own, write `connection.tenantId`.",
    },
    Page {
        code: Code("E0241"),
        title: "old names that contradict each other",
        text: "`lifecycle.movedFrom` says under which name the state has an object. Two documents cannot have been the same one, and two that take each other's names in one run cannot be told from two that changed: rename one to a name that is free, apply, then to the one that it is to have. A tenant or cluster that is only connected to is in no state, so its old name must not be in use; once the rename was applied, `movedFrom` can go.",
    },
    Page {
        code: Code("E0290"),
        title: "a kind contradicts itself",
        text: "The schema of a kind took what its type refuses. This is a fault of tenantry's, and \
            nothing was done. Please report it with the manifest, its secrets left out.",
    },
];
