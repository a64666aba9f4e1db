//! Formats that tools of others read: what those tools look for is there, and the tools themselves
//! read it where they are installed.

mod browser;
mod findings;
mod graphs;
mod schema;
mod tfjson;

use std::path::PathBuf;
use std::process::Output;

use crate::cli::Folder;

/// The manifests of everything that a Logto tenant can have.
fn complete() -> String {
    let root = env!("CARGO_MANIFEST_DIR");
    format!("{root}/manifests/complete")
}

/// A program that a variable or `PATH` names; says so if there is none.
fn tool(variable: &str, name: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable).map(PathBuf::from);
    let found = named.or_else(|| {
        let folders = std::env::var_os("PATH")?;
        let all = std::env::split_paths(&folders).map(|folder| folder.join(name));
        all.into_iter().find(|path| path.is_file())
    });
    if found.is_none() {
        eprintln!("skipped: {name} is not installed ({variable} may name it)");
    }
    found
}

/// Runs a tool and returns what it said.
fn said(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    String::from_utf8_lossy(out).into_owned() + &String::from_utf8_lossy(err)
}

/// A folder with a state in which there is something to update, to replace and to delete.
fn changed() -> Folder {
    let folder = Folder::new();
    folder.write("all.yaml", BEFORE);
    assert_eq!(folder.run("apply --sandbox all.yaml").code, 0);
    folder.write("all.yaml", AFTER);
    folder
}

/// Somebody changes what the sandbox has.
fn by_hand(folder: &Folder, old: &str, new: &str) {
    let world = ".tenantry/sandbox/world.jsonl";
    let text = folder.read(world);
    assert!(text.contains(old), "{old} is nowhere");
    folder.write(world, &text.replace(old, new));
}

const BEFORE: &str = "apiVersion: logto/v1
kind: Tenant
metadata: {name: acme}
spec: {connection: {endpoint: 'https://a.example', clientId: a, clientSecret: {env: A}}}
---
apiVersion: logto/v1
kind: Role
metadata: {name: clerk, tenant: acme}
spec: {description: x, type: User}
---
apiVersion: logto/v1
kind: Role
metadata: {name: gone, tenant: acme}
spec: {description: x}
---
apiVersion: logto/v1
kind: User
metadata: {name: alice, tenant: acme}
spec: {username: alice, roles: [clerk, gone], password: {env: PASSWORD}}
";

const AFTER: &str = "apiVersion: logto/v1
kind: Tenant
metadata: {name: acme}
spec: {connection: {endpoint: 'https://a.example', clientId: a, clientSecret: {env: A}}}
---
apiVersion: logto/v1
kind: Role
metadata: {name: clerk, tenant: acme}
spec: {description: x, type: MachineToMachine}
---
apiVersion: logto/v1
kind: ApiResource
metadata: {name: api, tenant: acme}
spec: {indicator: 'https://api.example', scopes: [{name: orders.read}]}
---
apiVersion: logto/v1
kind: Role
metadata: {name: reader, tenant: acme}
spec: {description: x, scopes: [api.orders.read]}
---
apiVersion: logto/v1
kind: User
metadata: {name: alice, tenant: acme}
spec: {username: alice, name: 'A \"name\" <b>', roles: [reader], password: {env: PASSWORD}}
";
