//! A ledger without a journal, to measure what the journal costs.

use std::collections::BTreeMap;

use async_trait::async_trait;
use tenantry::apply::{Done, Intent, IntentId, Kept, Ledger, OpenIntent};
use tenantry::base::{Address, Diagnostic, FingerprintKey, Secret};
use tenantry::state::Entry;

/// Knows what the state does, and writes nothing.
pub(crate) struct Forgetful(pub(crate) Kept);

#[async_trait]
impl Ledger for Forgetful {
    async fn intent(&self, _: Intent) -> Result<IntentId, Diagnostic> {
        Ok(IntentId(0))
    }

    async fn outcome(&self, _: Done) -> Result<(), Diagnostic> {
        Ok(())
    }

    async fn fence(&self) -> Result<(), Diagnostic> {
        self.0.fence().await
    }

    async fn save(&self) -> Result<(), Diagnostic> {
        Ok(())
    }

    fn entry(&self, address: &Address) -> Option<Entry> {
        self.0.entry(address)
    }

    fn open(&self) -> Vec<OpenIntent> {
        self.0.open()
    }

    fn markers(&self) -> BTreeMap<String, Address> {
        self.0.markers()
    }

    fn credential(&self, address: &Address, output: &str) -> Option<Secret> {
        self.0.credential(address, output)
    }

    fn fingerprints(&self) -> FingerprintKey {
        self.0.fingerprints()
    }
}
