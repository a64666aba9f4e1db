//! The verbs, each with an example in its help.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::FalseyValueParser;

use super::groups::{
    Adoption, Agreement, Deletes, Kept, ManifestFlag, Manifests, Network, Of, OutputFormat,
    Overrides, Place, Played, Printed, PrintedDrift, PrintedFindings, PrintedPlan, Selection,
    Served, Viewed, duration,
};
use super::undo::Backwards;

/// Write a first manifest with comments, a .gitignore and the schema for editors
///
/// Nothing that exists is overwritten.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tenantry init identity && tenantry apply --sandbox identity")]
pub(in crate::cli) struct Init {
    /// The folder; it is made if need be
    #[arg(value_name = "DIR", default_value = ".")]
    pub(in crate::cli) folder: PathBuf,
}

/// Explain a kind, a field or an error code
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenantry explain                lists all kinds\n  \
    tenantry explain role\n  tenantry explain role.scopes\n  tenantry explain dcos/user\n  \
    tenantry explain E0204"
)]
pub(in crate::cli) struct Explain {
    /// KIND, API/KIND, KIND.FIELD or a code; without it, all kinds are listed
    #[arg(value_name = "WHAT")]
    pub(in crate::cli) what: Option<String>,
}

/// Print the JSON Schema of manifests, of one kind's spec, or of our own JSON
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenantry schema > tenantry.schema.json     for editors\n  \
    tenantry schema role\n  tenantry schema plan                       what `plan --format json` prints\n  \
    tenantry schema policy                     tenantry.yaml"
)]
pub(in crate::cli) struct Schema {
    /// `manifest`, `policy`, `plan`, `saved-plan`, `undo`, `report`, `export`, `findings` (what
    /// `check` prints), KIND or API/KIND
    #[arg(value_name = "WHAT", default_value = "manifest")]
    pub(in crate::cli) what: String,
}

/// Print what a shell needs to complete commands
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenantry completions bash > /etc/bash_completion.d/tenantry\n  \
    tenantry completions fish > ~/.config/fish/completions/tenantry.fish"
)]
pub(in crate::cli) struct Completions {
    /// Which shell
    #[arg(value_name = "SHELL")]
    pub(in crate::cli) shell: clap_complete::Shell,
}

/// Print the manual page, or write one for every verb
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  tenantry man | man -l -\n  \
    tenantry man --out /usr/local/share/man/man1")]
pub(in crate::cli) struct Man {
    /// Write a page for every verb into this folder
    #[arg(long, value_name = "DIR", env = "TENANTRY_OUT", hide_env_values = true)]
    pub(in crate::cli) out: Option<PathBuf>,
}

/// Serve the built-in Logto Cloud, Logto and DC/OS on this machine
///
/// Prints one line of JSON that says how each is reached, and runs until it is interrupted. Its
/// credentials are made up. The world is gone at the end, unless `--state` says where to keep it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  tenantry sandbox\n  \
    tenantry sandbox --listen 127.0.0.1:4000 --state .tenantry\n  \
    tenantry sandbox --fault 'POST /api/tenants#1=cut-after-commit'")]
pub(in crate::cli) struct Sandbox {
    #[command(flatten)]
    pub(in crate::cli) served: Served,
    #[command(flatten)]
    pub(in crate::cli) played: Played,
    #[command(flatten)]
    pub(in crate::cli) kept: Kept,
}

/// Read manifests and tell everything that is wrong with them, offline
///
/// With `--live` the servers are asked, too; nothing is changed.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenantry check\n  tenantry check manifests more.yaml\n  \
    kustomize build | tenantry check -\n  tenantry check --format github    annotations in a workflow\n  \
    tenantry check --live manifests     tries a directory"
)]
pub(in crate::cli) struct Check {
    /// Ask the servers, too, to try out what they have stored: a cluster's directory, with the
    /// account that its document names under `test`
    #[arg(long, env = "TENANTRY_LIVE", hide_env_values = true)]
    #[arg(value_parser = FalseyValueParser::new())]
    pub(in crate::cli) live: bool,
    #[command(flatten)]
    pub(in crate::cli) manifests: Manifests,
    #[command(flatten)]
    pub(in crate::cli) printed: PrintedFindings,
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    #[command(flatten)]
    pub(in crate::cli) network: Network,
}

/// Show what would be done; nothing is changed
///
/// Ends with 0 if there is nothing to do, with 2 if there is, with 1 on any error or refusal.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenantry plan\n  tenantry plan --sandbox manifests\n  \
    tenantry plan -l team=orders --format json\n  \
    tenantry plan --only delete,replace --all\n  \
    tenantry plan --out plan.json                  to apply exactly this: tenantry apply plan.json\n  \
    tenantry plan --undo                           the way back from the last apply\n  \
    tenantry plan --format markdown > comment.md\n  kustomize build | tenantry plan -"
)]
pub(in crate::cli) struct Plan {
    #[command(flatten)]
    pub(in crate::cli) manifests: Manifests,
    #[command(flatten)]
    pub(in crate::cli) printed: PrintedPlan,
    /// Save the plan to this file, for `show` and `apply`
    #[arg(
        long,
        value_name = "FILE",
        env = "TENANTRY_OUT",
        hide_env_values = true
    )]
    pub(in crate::cli) out: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) viewed: Viewed,
    #[command(flatten)]
    pub(in crate::cli) selection: Selection,
    #[command(flatten)]
    pub(in crate::cli) deletes: Deletes,
    #[command(flatten)]
    pub(in crate::cli) adoption: Adoption,
    #[command(flatten)]
    pub(in crate::cli) backwards: Backwards,
    #[command(flatten)]
    pub(in crate::cli) overrides: Overrides,
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    #[command(flatten)]
    pub(in crate::cli) network: Network,
}

/// Show who has what, over groups, roles and organizations: by the manifests, or live
///
/// Of the manifests it is offline, and what they do not name is not known: what a looked-up role
/// grants, or who is in a group beside those who are listed. Live, everybody's access is read in the
/// tenants and clusters that the manifests name, whoever gave it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  tenantry access manifests\n  \
    tenantry access --who alice                        what she has, and through whom\n  \
    tenantry access --of live --what dcos:superuser    who has it now\n  \
    tenantry access --of changes                       what `apply` would give and take")]
pub(in crate::cli) struct Access {
    #[command(flatten)]
    pub(in crate::cli) manifests: Manifests,
    /// What is looked at
    #[arg(
        long,
        value_name = "WORLD",
        env = "TENANTRY_OF",
        hide_env_values = true
    )]
    #[arg(default_value = "manifests")]
    pub(in crate::cli) of: Of,
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    #[command(flatten)]
    pub(in crate::cli) network: Network,
    #[command(flatten)]
    pub(in crate::cli) printed: Printed,
    /// Those alone whose address has this in it
    #[arg(long, value_name = "WHO", env = "TENANTRY_WHO", hide_env_values = true)]
    pub(in crate::cli) who: Option<String>,
    /// Those rights alone that have this in them
    #[arg(
        long,
        value_name = "WHAT",
        env = "TENANTRY_WHAT",
        hide_env_values = true
    )]
    pub(in crate::cli) what: Option<String>,
}

/// Show what somebody changed by hand since the last apply; nothing is changed
///
/// Ends with 0 if live is as last applied, with 2 if it differs, with 1 on any error.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  tenantry drift manifests --format json\n  \
    tenantry drift manifests --format sarif > drift.sarif")]
pub(in crate::cli) struct Drift {
    #[command(flatten)]
    pub(in crate::cli) manifests: Manifests,
    #[command(flatten)]
    pub(in crate::cli) printed: PrintedDrift,
    #[command(flatten)]
    pub(in crate::cli) selection: Selection,
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    #[command(flatten)]
    pub(in crate::cli) network: Network,
}

/// Make it so: show the plan, ask, and carry it out in dependency order
///
/// PATH may be a plan that `plan --out` saved: then exactly that is done, without asking, or nothing
/// if anything that it was made from has moved. A step that fails stops what depends on it and
/// nothing else; run it again to go on. The first Ctrl-C finishes the calls in flight, saves, reports and ends with 130.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenantry apply --sandbox\n  tenantry apply manifests\n  \
    tenantry apply --yes --format json manifests     in scripts\n  \
    tenantry apply --target acme/role/order-admin\n  tenantry apply plan.json\n  \
    tenantry apply --undo                            takes the last apply back"
)]
pub(in crate::cli) struct Apply {
    #[command(flatten)]
    pub(in crate::cli) manifests: Manifests,
    #[command(flatten)]
    pub(in crate::cli) agreement: Agreement,
    #[command(flatten)]
    pub(in crate::cli) printed: Printed,
    #[command(flatten)]
    pub(in crate::cli) viewed: Viewed,
    #[command(flatten)]
    pub(in crate::cli) selection: Selection,
    #[command(flatten)]
    pub(in crate::cli) deletes: Deletes,
    #[command(flatten)]
    pub(in crate::cli) adoption: Adoption,
    #[command(flatten)]
    pub(in crate::cli) backwards: Backwards,
    #[command(flatten)]
    pub(in crate::cli) overrides: Overrides,
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    #[command(flatten)]
    pub(in crate::cli) network: Network,
}

/// Delete everything that the state owns; what is protected is refused
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  tenantry destroy --sandbox\n  \
    tenantry destroy -l env=preview manifests\n  tenantry destroy --target acme/user/alice")]
pub(in crate::cli) struct Destroy {
    #[command(flatten)]
    pub(in crate::cli) manifests: Manifests,
    #[command(flatten)]
    pub(in crate::cli) agreement: Agreement,
    #[command(flatten)]
    pub(in crate::cli) printed: Printed,
    #[command(flatten)]
    pub(in crate::cli) viewed: Viewed,
    #[command(flatten)]
    pub(in crate::cli) selection: Selection,
    #[command(flatten)]
    pub(in crate::cli) overrides: Overrides,
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    #[command(flatten)]
    pub(in crate::cli) network: Network,
}

/// Take over a live object by the server's id, as what a document declares
///
/// The plan for that one object is shown first: what differs from its document is made so. An object
/// that is recognised by its key needs no import: say `lifecycle: {adopt: true}`, or `--adopt`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tenantry import acme/application/web 5vltnbb1e9ma1o3r4vl2x")]
pub(in crate::cli) struct Import {
    /// The declared object, such as `acme/application/web`
    #[arg(value_name = "ADDRESS")]
    pub(in crate::cli) address: String,
    /// The id of the live object
    #[arg(value_name = "ID")]
    pub(in crate::cli) id: String,
    #[command(flatten)]
    pub(in crate::cli) manifests: ManifestFlag,
    #[command(flatten)]
    pub(in crate::cli) agreement: Agreement,
    #[command(flatten)]
    pub(in crate::cli) printed: Printed,
    #[command(flatten)]
    pub(in crate::cli) overrides: Overrides,
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    #[command(flatten)]
    pub(in crate::cli) network: Network,
}

/// Write manifests of what is live in a tenant or a cluster
///
/// Reads everything that can be declared and writes one file a kind; nothing is changed. Secrets
/// become variables, listed in `secrets.env.example`; what the server has by default, what is built
/// in and the login in use are left out; what no manifest can say is told. A plan of the folder with
/// `--adopt` takes everything over as it is.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tenantry export tenant/acme --manifests connections --out acme\n  \
    tenantry export --kind role --kind user --out people\n  \
    tenantry plan --adopt acme                     takes over what was exported")]
pub(in crate::cli) struct Export {
    /// The tenants and clusters, such as `tenant/acme`; without one, all that the manifests name
    #[arg(value_name = "ADDRESS")]
    pub(in crate::cli) targets: Vec<String>,
    /// The folder to write to; it is made if need be
    #[arg(long, value_name = "DIR", default_value = "exported")]
    #[arg(env = "TENANTRY_OUT", hide_env_values = true)]
    pub(in crate::cli) out: PathBuf,
    /// Only the objects of this kind; may be given several times
    #[arg(long = "kind", value_name = "KIND", value_delimiter = ',')]
    #[arg(env = "TENANTRY_KIND", hide_env_values = true)]
    pub(in crate::cli) kinds: Vec<String>,
    /// Write into a folder that has something in it: files of the same names are overwritten
    #[arg(long, env = "TENANTRY_FORCE", hide_env_values = true)]
    #[arg(value_parser = FalseyValueParser::new())]
    pub(in crate::cli) force: bool,
    #[command(flatten)]
    pub(in crate::cli) manifests: ManifestFlag,
    #[command(flatten)]
    pub(in crate::cli) printed: Printed,
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    #[command(flatten)]
    pub(in crate::cli) network: Network,
}

/// Show what the state owns, one object as last applied and live, or a saved plan
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenantry show\n  tenantry show acme/role/order-admin\n  \
    tenantry show plan.json\n  \
    tenantry show --sandbox --manifests manifests/quickstart --format json"
)]
pub(in crate::cli) struct Show {
    /// The object, such as `tenant/acme` or `acme/role/order-admin`, or a file that `plan --out`
    /// saved; without it, all objects are listed
    #[arg(value_name = "ADDRESS")]
    pub(in crate::cli) address: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) manifests: ManifestFlag,
    #[command(flatten)]
    pub(in crate::cli) printed: PrintedPlan,
    #[command(flatten)]
    pub(in crate::cli) viewed: Viewed,
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    #[command(flatten)]
    pub(in crate::cli) network: Network,
}

/// Make a pair of RSA keys for a service account of DC/OS
///
/// The private key goes to a file that only its owner may read, or encrypted into the state; it is
/// never printed. The public one is what the manifest names.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tenantry keygen --out private/deployer.pem --public deployer.pub.pem\n  \
    tenantry keygen prod/serviceaccount/deployer --public deployer.pub.pem\n  \
    tenantry output prod/serviceaccount/deployer privateKey     the stored one")]
pub(in crate::cli) struct Keygen {
    /// The service account whose private key is to be stored, such as prod/serviceaccount/deployer
    #[arg(value_name = "ADDRESS", required_unless_present = "out")]
    pub(in crate::cli) address: Option<String>,
    /// Write the private key to this file instead; one that is there is never overwritten
    #[arg(long, value_name = "FILE", conflicts_with = "address")]
    #[arg(env = "TENANTRY_OUT", hide_env_values = true)]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Write the public key to this file; it is printed otherwise
    #[arg(
        long,
        value_name = "FILE",
        env = "TENANTRY_PUBLIC",
        hide_env_values = true
    )]
    pub(in crate::cli) public: Option<PathBuf>,
    /// Take the place of a private key that is stored already
    #[arg(long, env = "TENANTRY_REPLACE", hide_env_values = true)]
    #[arg(value_parser = FalseyValueParser::new())]
    pub(in crate::cli) replace: bool,
    /// How long to wait for another run to free the state
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = duration)]
    #[arg(env = "TENANTRY_LOCK_TIMEOUT", hide_env_values = true)]
    pub(in crate::cli) lock_timeout: Duration,
    #[command(flatten)]
    pub(in crate::cli) manifests: ManifestFlag,
    #[command(flatten)]
    pub(in crate::cli) place: Place,
}

/// Hand on what an object tells: its id, its addresses, its secrets
///
/// A secret is printed only if NAME or a format is given.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  tenantry output acme/application/web\n  \
    tenantry output acme/application/web clientSecret\n  \
    tenantry output acme/application/web --format dotenv > .env\n  \
    tenantry output tenant/acme --format kubernetes | kubectl apply -f -")]
pub(in crate::cli) struct Output {
    /// The object, such as `tenant/acme` or `acme/application/web`
    #[arg(value_name = "ADDRESS")]
    pub(in crate::cli) address: String,
    /// One output; without it, all
    #[arg(value_name = "NAME")]
    pub(in crate::cli) name: Option<String>,
    /// As what; without it, secrets are not shown unless one is named
    #[arg(
        long,
        value_name = "FORMAT",
        env = "TENANTRY_FORMAT",
        hide_env_values = true
    )]
    pub(in crate::cli) format: Option<OutputFormat>,
    #[command(flatten)]
    pub(in crate::cli) manifests: ManifestFlag,
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    #[command(flatten)]
    pub(in crate::cli) network: Network,
}
