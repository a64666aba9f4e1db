//! Which object a reference names, and whether it may.
//!
//! The first word of a `ref` decides: a kind, then the rest is a name here; `tenant`, `cluster`,
//! `account`, likewise; else a tenant or cluster, then kind and name.

use super::body::Builder;
use crate::base::address::TOP;
use crate::base::suggest::nearest;
use crate::base::{Address, At, Code};
use crate::kind::Descriptor;

/// A reference to an object that is not declared.
pub const UNDECLARED: Code = Code("E0204");
/// A reference to an object of a kind that does not belong there.
pub const WRONG_KIND: Code = Code("E0217");
/// An output that there is not.
pub const NO_OUTPUT: Code = Code("E0218");
/// A secret where it would be seen, or something open where a secret belongs.
pub const SECRECY: Code = Code("E0219");
/// A text that is no reference.
pub const NOT_A_REFERENCE: Code = Code("E0229");

/// Whether an output is a secret.
pub(super) fn is_secret(kind: &Descriptor, output: &str) -> bool {
    (kind.output(output)).is_some_and(|output| output.from.is_secret())
}

impl Builder<'_, '_> {
    /// The object that the text of a `ref` names, if it is declared and of one of `kinds` (none:
    /// any).
    pub(super) fn referred(&mut self, text: &str, at: At, kinds: &[&str]) -> Option<Address> {
        let address = self.read(text, at)?;
        if self.index.get(&address).is_none() {
            self.undeclared(&address, at);
            return None;
        }
        self.is_of(&address, at, kinds).then_some(address)
    }

    /// The object that a plain text names where the kind is known.
    pub(super) fn named(&mut self, name: &str, at: At, kinds: &[&str]) -> Option<Address> {
        let here = |kind: &str| match self.target {
            _ if TOP.contains(&kind) => Some(Address::top(kind, name)),
            Some(target) => Some(Address::within(target, kind, name)),
            None => None,
        };
        let all: Vec<_> = kinds.iter().filter_map(|kind| here(kind)).collect();
        if let Some(found) = all.iter().find(|address| self.index.get(address).is_some()) {
            return Some(found.clone());
        }
        if let Some((first, _)) = name.split_once('/')
            && (self.index.is_kind(first) || self.index.api(first).is_some())
        {
            let message = self.report.of(&format!("refers to `{name}` without `ref`"));
            self.report
                .error(NOT_A_REFERENCE, message)
                .at(at, "read as a name")
                .hint(format!("write `{{ref: {name}}}`"));
            return None;
        }
        self.undeclared(all.first()?, at);
        None
    }

    fn read(&mut self, text: &str, at: At) -> Option<Address> {
        let (first, rest) = text.split_once('/').unwrap_or((text, ""));
        if !first.is_empty() && !rest.is_empty() {
            if TOP.contains(&first) {
                return Some(Address::top(first, rest));
            }
            if self.index.is_kind(first) {
                return self.here(first, rest, at);
            }
            if let Some((kind, name)) = rest
                .split_once('/')
                .filter(|(k, n)| !k.is_empty() && !n.is_empty())
            {
                return Some(Address::within(first, kind, name));
            }
        }
        let message = self.report.of(&format!("has `{text}` for a reference"));
        let words = self.index.catalog.all().map(|kind| kind.name);
        let hint = match nearest(first, words) {
            Some(kind) if !rest.is_empty() => format!("did you mean `{kind}/{rest}`?"),
            _ => "write `{ref: KIND/NAME}`, or `{ref: TENANT/KIND/NAME}` for one elsewhere"
                .to_owned(),
        };
        self.report
            .error(NOT_A_REFERENCE, message)
            .at(at, "no kind and name")
            .hint(hint);
        None
    }

    fn here(&mut self, kind: &str, name: &str, at: At) -> Option<Address> {
        let Some(target) = self.target else {
            let message = self.report.of(&format!(
                "lives in no tenant or cluster, so `{kind}/{name}` names nothing"
            ));
            self.report
                .error(NOT_A_REFERENCE, message)
                .at(at, "in which tenant or cluster?")
                .hint(format!("write `{{ref: TENANT/{kind}/{name}}}`"));
            return None;
        };
        Some(Address::within(target, kind, name))
    }

    /// Complains that `address` is not declared, and says what may have been meant.
    fn undeclared(&mut self, address: &Address, at: At) {
        if self.index.is_claimed(address.name()) {
            return;
        }
        let message = self.report.of("refers to an object that is not declared");
        let hint = self.meant(address);
        self.report
            .error(UNDECLARED, message)
            .at(at, "no such object")
            .hint(hint);
    }

    fn meant(&self, address: &Address) -> String {
        let (index, kind) = (self.index, address.kind());
        if let Some(target) = address
            .target()
            .filter(|target| index.api(target).is_none())
        {
            return match nearest(target, index.targets()) {
                Some(meant) => format!("did you mean `{meant}/{kind}/{}`?", address.name()),
                None => format!("no tenant or cluster is called `{target}`"),
            };
        }
        if !index.is_kind(kind) {
            let words = index.catalog.all().map(|kind| kind.name);
            return match nearest(kind, words) {
                Some(meant) => {
                    format!("did you mean `{}`?", address.sibling(meant, address.name()))
                }
                None => format!("there is no kind `{kind}`"),
            };
        }
        let like = |other: &&Address| other.kind() == kind && other.target() == address.target();
        let names = index.addresses().filter(like).map(Address::name);
        match nearest(address.name(), names) {
            Some(meant) => format!("did you mean `{}`?", address.sibling(kind, meant)),
            None => self.elsewhere(address),
        }
    }

    fn elsewhere(&self, address: &Address) -> String {
        let other = self.index.addresses().find(|other| {
            other.name() == address.name()
                && other.kind() != "applicationsecret"
                && *other != address
        });
        match other {
            Some(other) => format!("there is `{other}`"),
            None => format!(
                "declare `{address}`, or name a live object with `{{lookup: {}, …}}`",
                address.kind()
            ),
        }
    }

    pub(super) fn is_of(&mut self, address: &Address, at: At, kinds: &[&str]) -> bool {
        if kinds.is_empty() || kinds.contains(&address.kind()) {
            return true;
        }
        let wanted = kinds.join("` or `");
        let message = self
            .report
            .of(&format!("refers to `{address}` where a `{wanted}` belongs"));
        self.report
            .error(WRONG_KIND, message)
            .at(at, &format!("of the kind `{}`", address.kind()))
            .hint(format!("name a `{wanted}`"));
        false
    }

    /// Whether `address` has that output; complains if not.
    pub(super) fn has_output(&mut self, address: &Address, output: &str, at: At) -> bool {
        let Some(declared) = self.index.get(address) else {
            return false;
        };
        let kind = declared.kind;
        if output == "id" || kind.output(output).is_some() {
            return true;
        }
        let message = self.report.of(&format!(
            "refers to an output `{output}` that `{address}` does not have"
        ));
        let names = || std::iter::once("id").chain(kind.outputs.iter().map(|output| output.name));
        let hint = if let Some(meant) = nearest(output, names()) {
            format!("did you mean `{meant}`?")
        } else {
            let all: Vec<_> = names().map(|name| format!("`{name}`")).collect();
            format!("there are: {}", all.join(", "))
        };
        self.report
            .error(NO_OUTPUT, message)
            .at(at, "no such output")
            .hint(hint);
        false
    }
}
