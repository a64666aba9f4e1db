//! The servers of one killed run, and the variables that its manifests want.

use std::path::Path;

use tenantry::sandbox::{BUILDERS, Options, Sandbox};
use tokio::runtime::Runtime;

use super::super::support::count::{Count, count};
use super::files_below;

/// The servers.
pub(super) struct Worlds {
    runtime: Runtime,
    sandbox: Option<Sandbox>,
}

impl Worlds {
    /// Empty ones.
    pub(super) fn start() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let options = Options::default();
        let started = Sandbox::start(&options, BUILDERS);
        let sandbox = runtime.block_on(started).expect("a sandbox");
        Self {
            runtime,
            sandbox: Some(sandbox),
        }
    }

    fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().expect("it runs")
    }

    /// Where they listen.
    pub(super) fn base(&self) -> String {
        self.sandbox().base()
    }

    /// What is in them.
    pub(super) fn count(&self) -> Count {
        self.sandbox().with(count)
    }
}

impl Drop for Worlds {
    fn drop(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            self.runtime.block_on(sandbox.stop());
        }
    }
}

/// The variables that the manifests take secrets from.
pub(super) fn secrets(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for path in files_below(folder) {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        for rest in text.split("{env: ").skip(1) {
            let name: String = rest
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            names.push(name);
        }
    }
    names
}
