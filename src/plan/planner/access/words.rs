//! How those who have access and what they have are called.

use super::super::super::access::{Party, Thing, Words};
use super::super::super::builtins;
use super::super::Planner;
use crate::base::Address;
use crate::kind::Key;

impl Words for Planner<'_> {
    fn party(&self, party: &Party) -> String {
        match party {
            Party::Declared(address) => format!("{}/{}", address.kind(), address.name()),
            Party::Builtin(_, name) => name.clone(),
            Party::Newcomers(of) => match of.as_ref() {
                Party::Declared(home) if home.target().is_none() => {
                    format!("every new user of {}", home.name())
                }
                place => format!("whoever joins {}", self.who(place)),
            },
            Party::Live(home, kind, id) => {
                let name = self.live_name(home, kind, id);
                format!("{kind}/{}", name.unwrap_or_else(|| id.clone()))
            }
        }
    }

    fn who(&self, party: &Party) -> String {
        match party {
            Party::Newcomers(_) => self.party(party),
            _ => format!("{}/{}", self.target(party), self.party(party)),
        }
    }

    fn target(&self, party: &Party) -> String {
        match party {
            Party::Declared(address) => address.target().unwrap_or(address.name()).to_owned(),
            Party::Builtin(home, _) | Party::Live(home, ..) => home.name().to_owned(),
            Party::Newcomers(of) => self.target(of),
        }
    }

    fn is_everything(&self, target: &str, thing: &Thing) -> bool {
        match thing {
            Thing::Permission(Party::Builtin(_, name)) => name == builtins::ALL,
            Thing::Word(resource, _) => {
                let mut homes = self.targets.all.iter();
                let home = homes.find(|(home, _)| home.name() == target);
                let host = home.and_then(|(_, target)| self.input.catalog.host(target.api));
                host.and_then(|host| host.rulers) == Some(resource)
            }
            Thing::Permission(_) | Thing::Place(_) | Thing::Leave(_) => false,
        }
    }
}

impl Planner<'_> {
    /// The natural key of a live object that was listed.
    fn live_name(&self, home: &Address, kind: &str, id: &str) -> Option<String> {
        let target = self.targets.all.get(home)?;
        let kind = self.input.catalog.named(target.api, kind)?;
        let live = self
            .lists
            .of(home, kind)
            .iter()
            .find(|live| live.id == id)?;
        let fields = match kind.key {
            Key::Fields(fields) | Key::FirstOf(fields) => fields,
            Key::Worked { .. } | Key::Single | Key::State => return None,
        };
        let mut texts = fields
            .iter()
            .filter_map(|field| live.value.get(field)?.as_text());
        texts.next().map(str::to_owned)
    }
}
