//! Scripted faults: what goes wrong, on which request, how often.
//!
//! A rule is a text such as `POST /api/tenants#1=cut-after-commit`; the listener does the cutting.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;

/// A fault rule that cannot be read.
pub const BAD_RULE: Code = Code("E0860");

const FORMS: &str = "status:503, status:429:2 (seconds to wait), delay:500 (milliseconds), \
    cut-before, cut-after-commit, status-after-commit:500, \
    commit-late:500 (milliseconds), truncate-body, duplicate-page, truncate-page, hide-newest, html, \
    expire-tokens, clock:3600 and clock-back:3600 (seconds), random:7:50 (seed, one request in so many)";

/// What a random fault is one of.
const SORTS: [Fault; 8] = [
    Fault::Status {
        code: 429,
        retry_after: Some(0),
    },
    Fault::Status {
        code: 500,
        retry_after: None,
    },
    Fault::Status {
        code: 503,
        retry_after: None,
    },
    Fault::CutBefore,
    Fault::CutAfterCommit,
    Fault::TruncateBody,
    Fault::ExpireTokens,
    Fault::Delay(2),
];

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
    /// All is done, and this status is answered in the place of the answer.
    StatusAfterCommit(u16),
    /// A gateway gives up and answers 504; that many milliseconds later all is done.
    CommitLate(u64),
    /// All is done, half of the answer's body arrives, then the connection is cut.
    TruncateBody,
    /// A page after the first is answered with the page before it.
    DuplicatePage,
    /// Of a list, the second half is missing.
    TruncatePage,
    /// Of a list, what was created last is missing: it appears late.
    HideNewest,
    /// All is done, and a page of a proxy is answered in the place of the answer.
    Html,
    /// All tokens of the target are invalid from this request on.
    ExpireTokens,
    /// The servers' clock goes that many seconds ahead, or behind, from this request on.
    Clock(i64),
    /// One request in so many is struck by a fault, by chance that the seed decides.
    Random {
        /// The seed.
        seed: u64,
        /// One in so many.
        one_in: u64,
    },
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
                code: status(*code)?,
                retry_after: rest.first().copied(),
            },
            ("status-after-commit", [code]) => Self::StatusAfterCommit(status(*code)?),
            ("delay", [milliseconds]) => Self::Delay(*milliseconds),
            ("cut-before", []) => Self::CutBefore,
            ("cut-after-commit", []) => Self::CutAfterCommit,
            ("commit-late", [milliseconds]) => Self::CommitLate(*milliseconds),
            ("truncate-body", []) => Self::TruncateBody,
            ("duplicate-page", []) => Self::DuplicatePage,
            ("truncate-page", []) => Self::TruncatePage,
            ("hide-newest", []) => Self::HideNewest,
            ("html", []) => Self::Html,
            ("expire-tokens", []) => Self::ExpireTokens,
            ("clock", [seconds]) => Self::Clock(i64::try_from(*seconds).ok()?),
            ("clock-back", [seconds]) => Self::Clock(-i64::try_from(*seconds).ok()?),
            ("random", [seed, one_in]) if *one_in > 0 => Self::Random {
                seed: *seed,
                one_in: *one_in,
            },
            _ => return None,
        })
    }
}

impl Fault {
    /// The fault itself, or the one that chance has for the `nth` request, if it has one.
    fn drawn(self, nth: u64) -> Option<Self> {
        let Self::Random { seed, one_in } = self else {
            return Some(self);
        };
        let (first, second) = (mixed(seed, nth), mixed(seed, !nth));
        let sort = usize::try_from(second % SORTS.len() as u64).ok()?;
        (first % one_in == 0).then_some(SORTS[sort])
    }
}

fn status(number: u64) -> Option<u16> {
    let code = u16::try_from(number).ok()?;
    (200..=599).contains(&code).then_some(code)
}

/// A number that looks random and is the same for the same seed (splitmix64).
fn mixed(seed: u64, nth: u64) -> u64 {
    let mut z = seed
        .wrapping_mul(0xa076_1d64_78bd_642f)
        .wrapping_add(nth.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Faults {
    /// Adds a rule.
    pub fn add(&mut self, rule: Rule) {
        self.rules.push(rule);
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Takes all rules away.
    pub fn clear(&mut self) {
        self.rules.clear();
    }

    /// The faults that strike this request, in the order of the rules.
    pub fn strike(&mut self, method: &str, path: &str) -> Vec<Fault> {
        let rules = self.rules.iter_mut();
        rules
            .filter_map(|rule| {
                let struck = rule.strikes(method, path);
                struck.then_some(rule.fault)?.drawn(rule.seen)
            })
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
    fn chance_is_the_same_for_the_same_seed_and_strikes_about_as_often_as_it_should() {
        let struck = |seed| {
            let mut faults = Faults::default();
            faults.add(Rule::parse(&format!("/api=random:{seed}:50")).unwrap());
            let requests = (0..5000).map(|_| faults.strike("GET", "/api/roles"));
            requests.collect::<Vec<_>>()
        };
        assert_eq!(struck(1), struck(1));
        assert_ne!(struck(1), struck(2));
        let hits = struck(3).iter().filter(|struck| !struck.is_empty()).count();
        assert!((60..160).contains(&hits), "{hits} of 5000");
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
