//! What a killed run had to do: make all, change or replace some of it, or delete it.

use std::fmt;

use super::super::cli::Folder;

/// Of the quickstart: what is written where, and what is to stand in its place. Fields change, an
/// application is replaced, a permission and what refers to it goes, a document goes.
const CHANGES: [(&str, &str, &str); 10] = [
    ("acme", "  name: Acme\n", "  name: Acme and sons\n"),
    ("acme", "accessTokenTtl: 1800", "accessTokenTtl: 900"),
    (
        "acme",
        "    - name: write\n      description: Place and change orders\n",
        "    - name: cancel\n",
    ),
    ("acme", "    - orders.write\n", "    - orders.cancel\n"),
    ("acme", "type: SPA", "type: Native"),
    ("acme", "name: Alice\n", "name: Alice B.\n"),
    ("acme", "    - order-clerk\n", "    - {ref: role/clerk}\n"),
    (
        "acme",
        "---\napiVersion: logto/v1\nkind: User\n",
        "---\napiVersion: logto/v1\nkind: Role\nmetadata: {name: clerk, tenant: acme}\n\
         spec: {description: d}\n---\napiVersion: logto/v1\nkind: User\n",
    ),
    ("prod", "    - deploy-bot\n", ""),
    (
        "prod",
        "services:/shop: [create, read, update]",
        "services:/shop: [full]",
    ),
];

/// Of the same: another name of ours for the tenant.
const NAMES: [(&str, &str, &str); 2] = [
    (
        "acme",
        "  name: acme\n",
        "  name: store\nlifecycle:\n  movedFrom: acme\n",
    ),
    ("acme", "tenant: acme\n", "tenant: store\n"),
];

/// Of the same: another region, which no tenant moves to.
const REGION: [(&str, &str, &str); 1] = [("acme", "regionName: EU", "regionName: US")];

/// What allows the tenant to go.
const ALLOWED: &str = "--override target=tenant/acme";

/// What a killed run has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// All is made.
    Make,
    /// All was made, and some of it is changed.
    Change,
    /// All was made, and the tenant gets another name of ours.
    Rename,
    /// All was made, and the tenant is replaced with all that is in it.
    Replace,
    /// All was made, and the tenant has no document any more, nor has what is in it.
    Remove,
    /// All was made, and is deleted, with these overrides.
    Destroy(&'static [&'static str]),
}

impl Turn {
    /// The command.
    pub(super) fn verb(self) -> String {
        let overrides = match self {
            Self::Make | Self::Change | Self::Rename => return "apply".to_owned(),
            Self::Replace | Self::Remove => return format!("apply {ALLOWED}"),
            Self::Destroy(overrides) => overrides,
        };
        let overrides = overrides.iter().map(|over| format!(" --override {over}"));
        format!("destroy --yes{}", overrides.collect::<String>())
    }

    /// The command that tells what is to be done.
    pub(super) fn look(self) -> String {
        match self {
            Self::Replace | Self::Remove => format!("plan {ALLOWED}"),
            Self::Make | Self::Change | Self::Rename | Self::Destroy(_) => "plan".to_owned(),
        }
    }

    /// Changes the manifests before it.
    pub(super) fn prepare(self, folder: &Folder) {
        match self {
            Self::Make | Self::Destroy(_) => {}
            Self::Change => change(folder),
            Self::Rename => replace(folder, &NAMES),
            Self::Replace => replace(folder, &REGION),
            Self::Remove => folder.write("m/acme.yaml", ""),
        }
    }
}

fn replace(folder: &Folder, texts: &[(&str, &str, &str)]) {
    for (file, old, new) in texts {
        let name = format!("m/{file}.yaml");
        let text = folder.read(&name);
        assert!(text.contains(old), "{file}: {old}");
        folder.write(&name, &text.replace(old, new));
    }
}

fn change(folder: &Folder) {
    replace(folder, &CHANGES);
    let text = folder.read("m/prod.yaml");
    let account = text.find("---\napiVersion: dcos/v1\nkind: ServiceAccount");
    let group = text.find("---\n# A plain list");
    let (account, group) = account.zip(group).expect("both");
    folder.write(
        "m/prod.yaml",
        &format!("{}{}", &text[..account], &text[group..]),
    );
}

impl fmt::Display for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Make => "",
            Self::Change => ", changed,",
            Self::Rename => ", renamed,",
            Self::Replace => ", replaced,",
            Self::Remove => ", removed,",
            Self::Destroy(_) => ", destroyed,",
        })
    }
}
