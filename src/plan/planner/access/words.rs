//! How those who have access and what they have are called.

use super::super::super::access::Words;
use super::super::super::matching::key_text;
use super::super::Planner;
use crate::base::Address;

impl Words for Planner<'_> {
    /// Its natural key, if it was listed.
    fn live_name(&self, home: &Address, kind: &str, id: &str) -> Option<String> {
        let target = self.targets.all.get(home)?;
        let kind = self.input.catalog.named(target.api, kind)?;
        let live = self
            .lists
            .of(home, kind)
            .iter()
            .find(|live| live.id == id)?;
        key_text(kind, live).map(str::to_owned)
    }

    fn ruling(&self, target: &str) -> Option<&'static str> {
        let mut homes = self.targets.all.iter();
        let (_, target) = homes.find(|(home, _)| home.name() == target)?;
        self.input.catalog.host(target.api)?.rulers
    }
}
