//! Whether a request is sent again, and after what pause: a pure table.
//!
//! Nothing is sent and nothing slept here; the jitter is handed in.

use std::time::Duration;

use super::Repeat;

/// How patient a run is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patience {
    /// The pause before the second attempt; it doubles with each further one.
    pub base: Duration,
    /// The longest pause of our own choosing.
    pub longest: Duration,
    /// The longest that a server may ask us to wait.
    pub longest_asked: Duration,
    /// How often a request that fails is sent in all.
    pub attempts: u32,
    /// How often a request that is refused as one too many is sent in all.
    pub attempts_limited: u32,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The server answered.
    Answered {
        /// Its status.
        status: u16,
        /// What it asked to wait.
        after: Option<Duration>,
    },
    /// No connection: the request provably never left.
    Unconnected,
    /// No connection within the time for it.
    ConnectTimedOut,
    /// The connection ended after the request was, or may have been, sent.
    Lost,
    /// No whole answer within the time for it.
    TimedOut,
    /// What no repetition mends: a certificate, a redirect, a setting, an answer too long.
    Final,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Take the outcome as it is.
    Stop,
    /// Send it again after this pause.
    Wait(Duration),
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            base: Duration::from_millis(250),
            longest: Duration::from_secs(8),
            longest_asked: Duration::from_mins(1),
            attempts: 4,
            attempts_limited: 8,
        }
    }
}

/// Decides after the `attempt`-th attempt (from 1). `jitter` is a random number from 0 to 1.
pub fn next(
    patience: &Patience,
    repeat: Repeat,
    outcome: Outcome,
    attempt: u32,
    jitter: f64,
) -> Next {
    let twice_is_once = repeat == Repeat::Always;
    let (again, most, asked) = match outcome {
        // A limiter refuses before anything is done, so every request may be sent again.
        Outcome::Answered { status: 429, after } => (true, patience.attempts_limited, after),
        Outcome::Answered {
            status: 502..=504,
            after,
        } => (twice_is_once, patience.attempts, after),
        Outcome::Unconnected => (true, patience.attempts, None),
        Outcome::ConnectTimedOut => (true, patience.attempts.min(2), None),
        Outcome::Lost => (twice_is_once, patience.attempts, None),
        Outcome::TimedOut => (twice_is_once, patience.attempts.min(2), None),
        Outcome::Answered { .. } | Outcome::Final => (false, 0, None),
    };
    if !again || attempt >= most || asked.is_some_and(|wait| wait > patience.longest_asked) {
        return Next::Stop;
    }
    let own = pause(patience, attempt, jitter);
    Next::Wait(asked.map_or(own, |wait| wait.max(own.min(patience.base))))
}

/// Exponential, between half and all of the step.
fn pause(patience: &Patience, attempt: u32, jitter: f64) -> Duration {
    let doubled = patience
        .base
        .saturating_mul(1 << attempt.saturating_sub(1).min(16));
    doubled
        .min(patience.longest)
        .mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
}

/// Reads `Retry-After`: seconds, or a date.
pub(super) fn retry_after(text: &str, now: jiff::Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    let wait = date.duration_since(now);
    Some(Duration::try_from(wait).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use Outcome::{ConnectTimedOut, Final, Lost, TimedOut, Unconnected};
    use Repeat::{Always, IfUnsent};

    const fn status(status: u16) -> Outcome {
        Outcome::Answered {
            status,
            after: None,
        }
    }

    #[test]
    fn the_table() {
        // outcome, the attempts of a repeatable request, those of another
        let table = [
            (status(200), 1, 1),
            (status(400), 1, 1),
            (status(401), 1, 1),
            (status(404), 1, 1),
            (status(409), 1, 1),
            (status(429), 8, 8),
            (status(500), 1, 1),
            (status(502), 4, 1),
            (status(503), 4, 1),
            (status(504), 4, 1),
            (Unconnected, 4, 4),
            (ConnectTimedOut, 2, 2),
            (Lost, 4, 1),
            (TimedOut, 2, 1),
            (Final, 1, 1),
        ];
        for (outcome, always, unsent) in table {
            assert_eq!(attempts(Always, outcome), always, "{outcome:?}");
            assert_eq!(
                attempts(IfUnsent, outcome),
                unsent,
                "{outcome:?} of a create"
            );
        }
    }

    fn attempts(repeat: Repeat, outcome: Outcome) -> u32 {
        let patience = Patience::default();
        (1..99)
            .find(|n| next(&patience, repeat, outcome, *n, 0.0) == Next::Stop)
            .expect("patience ends")
    }

    #[test]
    fn the_server_says_how_long() {
        let patience = Patience::default();
        let asked = |seconds| Outcome::Answered {
            status: 429,
            after: Some(Duration::from_secs(seconds)),
        };
        let wait = next(&patience, IfUnsent, asked(7), 1, 0.3);
        assert_eq!(wait, Next::Wait(Duration::from_secs(7)));
        let Next::Wait(little) = next(&patience, Always, asked(0), 1, 0.3) else {
            panic!("it is sent again");
        };
        assert!(little >= patience.base / 2, "{little:?}");
        assert_eq!(next(&patience, Always, asked(3600), 1, 0.3), Next::Stop);
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_vary() {
        let patience = Patience::default();
        let least: Vec<_> = (1..8)
            .map(|n| pause(&patience, n, 0.0).as_millis())
            .collect();
        assert_eq!(least, [125, 250, 500, 1000, 2000, 4000, 4000]);
        assert_eq!(pause(&patience, 1, 1.0), patience.base);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: jiff::Timestamp = "2015-10-21T07:27:30Z".parse().expect("a time");
        let read = |text| retry_after(text, now);
        assert_eq!(read("120"), Some(Duration::from_mins(2)));
        let date = "Wed, 21 Oct 2015 07:28:00 GMT";
        assert_eq!(read(date), Some(Duration::from_secs(30)));
        assert_eq!(read("Wed, 21 Oct 2015 07:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(read("soon"), None);
    }
}
