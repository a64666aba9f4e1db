//! Scripted faults: what goes wrong, on which request, how often.
//!
//! A rule is a text such as `POST /api/tenants#1=cut-after-commit`; the listener does the cutting.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;

/// A fault rule that cannot be read.
pub const BAD_RULE: Code = Code("E0860");

const FORMS: &str = "status:503, status:429:2 (seconds to wait), delay:500 (milliseconds), \
    cut-before, cut-after-commit, truncate-body, duplicate-page, expire-tokens";

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done and this status is answered.
    Status {
        /// The status code.
        code: u16,
        /// Seconds in `Retry-After`.
        retry_after: Option<u64>,
    },
    /// The request is answered, that many milliseconds late.
    Delay(u64),
    /// Nothing is done and the connection is cut.
    CutBefore,
    /// All is done, then the connection is cut before the answer.
    CutAfterCommit,
    /// All is done, half of the answer's body arrives, then the connection is cut.
    TruncateBody,
    /// A page after the first is answered with the page before it.
    DuplicatePage,
    /// All tokens of the target are invalid from this request on.
    ExpireTokens,
}

/// On which requests a fault strikes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    method: Option<String>,
    path: String,
    nth: Option<u64>,
    fault: Fault,
    seen: u64,
}

/// All rules of a world.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    rules: Vec<Rule>,
}

impl Rule {
    /// Reads `[METHOD ]PATH[#N]=FAULT`: the fault strikes requests whose path (with its target's
    /// prefix) holds PATH, each of them or the Nth alone.
    pub fn parse(text: &str) -> Result<Self, Box<Diagnostic>> {
        let parsed = Self::parsed(text);
        parsed.ok_or_else(|| {
            Diagnostic::error(
                BAD_RULE,
                format!("reading the fault `{text}`: not `[METHOD ]PATH[#N]=FAULT`"),
            )
            .hint("for example `POST /api/tenants#1=cut-after-commit`")
            .hint(format!("FAULT is one of {FORMS}"))
            .into()
        })
    }

    fn parsed(text: &str) -> Option<Self> {
        let (target, fault) = text.rsplit_once('=')?;
        let fault = Fault::parsed(fault.trim())?;
        let (target, nth) = match target.rsplit_once('#') {
            Some((target, nth)) => (
                target,
                Some(nth.trim().parse().ok().filter(|nth| *nth > 0)?),
            ),
            None => (target, None),
        };
        let (method, path) = match target.trim().split_once(' ') {
            Some((method, path)) => (Some(method.to_ascii_uppercase()), path.trim()),
            None => (None, target.trim()),
        };
        (!path.is_empty()).then(|| Self {
            method,
            path: path.to_owned(),
            nth,
            fault,
            seen: 0,
        })
    }

    /// Counts the request if it is meant, and says whether the fault strikes it.
    fn strikes(&mut self, method: &str, path: &str) -> bool {
        let meant = self.method.as_ref().is_none_or(|known| known == method);
        if !meant || !path.contains(&self.path) {
            return false;
        }
        self.seen += 1;
        self.nth.is_none_or(|nth| nth == self.seen)
    }
}

impl Fault {
    fn parsed(text: &str) -> Option<Self> {
        let mut words = text.split(':');
        let name = words.next()?;
        let numbers = words
            .map(str::parse)
            .collect::<Result<Vec<u64>, _>>()
            .ok()?;
        Some(match (name, numbers.as_slice()) {
            ("status", [code, rest @ ..]) if rest.len() < 2 => Self::Status {
                code: u16::try_from(*code)
                    .ok()
                    .filter(|code| (200..=599).contains(code))?,
                retry_after: rest.first().copied(),
            },
            ("delay", [milliseconds]) => Self::Delay(*milliseconds),
            ("cut-before", []) => Self::CutBefore,
            ("cut-after-commit", []) => Self::CutAfterCommit,
            ("truncate-body", []) => Self::TruncateBody,
            ("duplicate-page", []) => Self::DuplicatePage,
            ("expire-tokens", []) => Self::ExpireTokens,
            _ => return None,
        })
    }
}

impl Faults {
    /// Adds a rule.
    pub fn add(&mut self, rule: Rule) {
        self.rules.push(rule);
    }

    /// Takes all rules away.
    pub fn clear(&mut self) {
        self.rules.clear();
    }

    /// The faults that strike this request, in the order of the rules.
    pub fn strike(&mut self, method: &str, path: &str) -> Vec<Fault> {
        let rules = self.rules.iter_mut();
        rules
            .filter_map(|rule| rule.strikes(method, path).then_some(rule.fault))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_strikes_the_nth_request_that_it_means_and_no_other() {
        let mut faults = Faults::default();
        faults.add(Rule::parse("POST /api/tenants#2=cut-after-commit").unwrap());
        assert_eq!(faults.strike("POST", "/cloud/main/api/tenants"), []);
        assert_eq!(faults.strike("GET", "/cloud/main/api/tenants"), []);
        let struck = faults.strike("POST", "/cloud/main/api/tenants");
        assert_eq!(struck, [Fault::CutAfterCommit]);
        assert_eq!(faults.strike("POST", "/cloud/main/api/tenants"), []);
    }

    #[test]
    fn a_rule_without_a_number_strikes_each_time() {
        let mut faults = Faults::default();
        faults.add(Rule::parse("/api=status:429:2").unwrap());
        let wanted = Fault::Status {
            code: 429,
            retry_after: Some(2),
        };
        assert_eq!(faults.strike("GET", "/t/a/api/roles"), [wanted]);
        assert_eq!(faults.strike("PUT", "/t/a/api/roles"), [wanted]);
    }

    #[test]
    fn rules_that_make_no_sense_are_refused_with_a_form_to_type() {
        for text in [
            "",
            "GET /x",
            "/x=explode",
            "/x#0=cut-before",
            "=delay:1",
            "/x=status:9",
            "/x=delay",
        ] {
            let refused = Rule::parse(text).unwrap_err();
            assert_eq!(refused.code, BAD_RULE, "{text}");
            assert!(!refused.hints.is_empty());
        }
    }
}
