//! What a run knows: secrets by name, what the state was shown, the targets that it meets.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tenantry::apply::{self, SecretResolver};
use tenantry::base::{Address, Secret, SecretSource, Value};
use tenantry::kind::Descriptor;
use tenantry::plan::Facts;
use tenantry::state::State;

pub(super) struct Known {
    pub(super) secrets: BTreeMap<String, String>,
    pub(super) state: Arc<State>,
    pub(super) found: Mutex<BTreeMap<Address, apply::Target>>,
}

impl Known {
    fn text(&self, source: &SecretSource) -> Option<Secret> {
        match source {
            SecretSource::Env(name) => self
                .secrets
                .get(name)
                .map(|text| Secret::new(text.as_str())),
            _ => None,
        }
    }
}

impl Facts for Known {
    fn secret(&self, source: &SecretSource) -> Option<Secret> {
        self.text(source)
    }

    fn shown(&self, address: &Address) -> BTreeMap<String, Secret> {
        let names = ["clientId", "clientSecret"];
        let stored = names
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), self.state.secret(address, name)?)));
        stored.collect()
    }

    fn settings(
        &self,
        kind: &'static Descriptor,
        address: &Address,
        spec: &Value,
        live: &Value,
        shown: &Value,
    ) -> Value {
        let settings = (kind.settings)(spec, live, shown);
        if let (Some(api), false) = (kind.hosts, settings == Value::Null) {
            let target = apply::Target {
                api,
                settings: settings.clone(),
            };
            self.found
                .lock()
                .expect("not poisoned")
                .insert(address.clone(), target);
        }
        settings
    }
}

#[async_trait]
impl SecretResolver for Known {
    async fn text(&self, source: &SecretSource) -> Result<Secret, String> {
        Self::text(self, source).ok_or_else(|| format!("{source} is not set"))
    }
}
