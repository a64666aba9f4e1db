//! Planted secrets are nowhere: not in plan, state, journal, report, log or error.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;
use tenantry::cli::providers::CATALOG;

use super::support::Ground;

const PLANTED: [&str; 6] = [
    "planted-password-1",
    "planted-password-2",
    "planted-login-3",
    "planted-digest-4",
    "planted-config-5",
    "planted-by-hand-6",
];

fn holds_none(what: &str, text: &[u8]) {
    for secret in PLANTED {
        let found = text
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} is in {what}");
    }
}

/// Looks at every file below `folder` but the sandbox's own world, which plays the servers.
fn look_through(folder: &Path) -> usize {
    let mut files = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files += look_through(&path);
        } else if path.file_name().is_none_or(|name| name != "world.jsonl") {
            holds_none(
                &path.display().to_string(),
                &fs::read(&path).expect("a file"),
            );
            files += 1;
        }
    }
    files
}

fn users() -> String {
    "apiVersion: logto/v1\nkind: User\nmetadata: {name: alice, tenant: acme}\n\
     spec: {username: alice, password: {env: ONE}}\n---\n\
     apiVersion: dcos/v1\nkind: User\nmetadata: {name: alice, cluster: prod}\n\
     spec: {password: {env: TWO}}\n---\n\
     apiVersion: logto/v1\nkind: User\nmetadata: {name: bob, tenant: acme}\n\
     spec: {username: bob, passwordDigest: {env: FOUR}, passwordAlgorithm: MD5}\n"
        .to_owned()
}

/// What holds secrets in free-form configurations, by their names and by their sources alone.
fn configured() -> String {
    let document = |kind: &str, name: &str, spec: &str| {
        format!(
            "---\napiVersion: logto/v1\nkind: {kind}\nmetadata: {{name: {name}, tenant: acme}}\n\
             spec: {spec}\n"
        )
    };
    [
        document(
            "Connector",
            "github",
            "{connectorId: github-universal, config: {clientId: c, clientSecret: {env: FIVE}, \
             other: {env: FIVE}, list: [{token: {env: FIVE}}]}}",
        ),
        document(
            "SsoConnector",
            "corp",
            "{providerName: OIDC, config: {issuer: 'https://i', clientId: c, clientSecret: {env: FIVE}}}",
        ),
        document(
            "Webhook",
            "audit",
            "{events: [User.Created], config: {url: 'https://a', headers: {authorization: {env: FIVE}, \
             x-key: {env: FIVE}}}}",
        ),
        document(
            "JwtCustomizer",
            "access-token",
            "{script: x, environmentVariables: {salt: {env: FIVE}}}",
        ),
        document(
            "CaptchaProvider",
            "captcha",
            "{config: {type: Turnstile, siteKey: k, secretKey: {env: FIVE}}}",
        ),
    ]
    .concat()
}

/// Puts another secret where one of ours was, in every table that holds one.
fn change_by_hand(ground: &Ground) {
    ground.by_hand(|world| {
        let tables = world.target("t/acme").expect("a tenant").tables();
        for table in [
            "connectors",
            "sso_connectors",
            "hooks",
            "jwt_customizers",
            "captcha_providers",
        ] {
            let rows: Vec<_> = tables
                .rows(table)
                .map(|(id, row)| (id.to_owned(), row.clone()))
                .collect();
            assert_eq!(rows.len(), 1, "{table}");
            for (id, row) in rows {
                let text = row
                    .to_string()
                    .replace("planted-config-5", "planted-by-hand-6");
                tables.put(table, &id, serde_json::from_str(&text).expect("JSON"));
            }
        }
    });
}

#[test]
fn no_secret_of_a_configuration_is_anywhere_even_if_somebody_changed_it() {
    let mut ground = Ground::with(CATALOG);
    ground.set("FIVE", PLANTED[4]);
    let first = ground.apply_twice(&configured());
    change_by_hand(&ground);
    let second = ground.apply_twice(&configured());
    assert_eq!(second.plan.drift.len(), 5, "{:#?}", second.plan.drift);
    change_by_hand(&ground);
    let third = ground.apply("");
    assert_eq!(third.plan.steps.len(), 5);
    let back = ground.undo("");
    for run in [&first, &second, &third, &back] {
        let json = serde_json::to_string(&run.plan).expect("JSON");
        holds_none("the plan", json.as_bytes());
        holds_none(
            "the plan's debug text",
            format!("{:?}", run.plan).as_bytes(),
        );
        holds_none(
            "the report's debug text",
            format!("{:?}", run.report).as_bytes(),
        );
    }
    assert!(look_through(&ground.state_folder()) >= 3);
}

#[test]
fn no_secret_is_in_plan_report_state_or_journal() {
    let mut ground = Ground::with(CATALOG);
    for (name, text) in ["ONE", "TWO", "THREE", "FOUR"].into_iter().zip(PLANTED) {
        ground.set(name, text);
    }
    let first = ground.apply_twice(&users());
    ground.set("ONE", PLANTED[2]);
    let second = ground.apply(&users());
    for run in [&first, &second] {
        let json = serde_json::to_string(&run.plan).expect("JSON");
        holds_none("the plan", json.as_bytes());
        holds_none(
            "the plan's debug text",
            format!("{:?}", run.plan).as_bytes(),
        );
        holds_none(
            "the report's debug text",
            format!("{:?}", run.report).as_bytes(),
        );
    }
    assert!(
        look_through(&ground.state_folder()) >= 3,
        "state, journal and credentials"
    );
}

#[test]
fn no_secret_is_in_output_or_log_even_when_things_go_wrong() {
    let home = TempDir::new().expect("a folder");
    let head = "apiVersion: logto/v1\nkind: Tenant\nmetadata: {name: acme}\nspec:\n  connection: \
                {endpoint: 'http://127.0.0.1:1', clientId: x, clientSecret: {env: THREE}}\n---\n\
                apiVersion: dcos/v1\nkind: Cluster\nmetadata: {name: prod}\nspec:\n  connection: \
                {url: 'http://127.0.0.1:1', login: {uid: boss, password: {env: THREE}}}\n---\n";
    fs::write(home.path().join("all.yaml"), format!("{head}{}", users())).expect("a file");
    let literal = "apiVersion: dcos/v1\nkind: User\nmetadata: {name: z, cluster: prod}\n\
                   spec: {password: planted-password-1}\n";
    fs::write(home.path().join("literal.yaml"), format!("{head}{literal}")).expect("a file");
    let cases: [&[&str]; 16] = [
        &["plan", "--sandbox", "--format", "html", "all.yaml"],
        &["drift", "--sandbox", "--format", "sarif", "all.yaml"],
        &[
            "graph",
            "--sandbox",
            "--plan",
            "--format",
            "svg",
            "all.yaml",
        ],
        &["check", "--format", "github", "literal.yaml"],
        &["check", "--format", "junit", "literal.yaml"],
        &["drift", "--sandbox", "--format", "junit", "all.yaml"],
        &["drift", "--sandbox", "--format", "tfjson", "all.yaml"],
        &["plan", "--sandbox", "--format", "tfjson", "all.yaml"],
        &["plan", "--sandbox", "--format", "markdown", "all.yaml"],
        &["plan", "--sandbox", "all.yaml"],
        &[
            "apply",
            "--sandbox",
            "-vv",
            "--log-file",
            "log.jsonl",
            "all.yaml",
        ],
        &["plan", "--undo", "--sandbox", "all.yaml"],
        &["plan", "--sandbox", "--format", "json", "all.yaml"],
        &[
            "apply",
            "--sandbox",
            "--fault",
            "POST /api/users#1=cut-after-commit",
            "-vv",
            "all.yaml",
        ],
        &["plan", "-vv", "all.yaml"],
        &["check", "literal.yaml"],
    ];
    for arguments in cases {
        let output = Command::cargo_bin("tenantry")
            .expect("the binary")
            .args(arguments)
            .env_clear()
            .env("HOME", home.path())
            .envs(["ONE", "TWO", "THREE", "FOUR"].into_iter().zip(PLANTED))
            .current_dir(home.path())
            .output()
            .expect("it runs");
        holds_none(&format!("stdout of {arguments:?}"), &output.stdout);
        holds_none(&format!("stderr of {arguments:?}"), &output.stderr);
        assert!(
            !output.stdout.is_empty() || !output.stderr.is_empty(),
            "{arguments:?}"
        );
    }
    fs::remove_file(home.path().join("literal.yaml")).expect("a file");
    assert!(look_through(home.path()) >= 5, "state and log");
}
