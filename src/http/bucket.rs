//! Keeps below a target's rate: a token bucket whose debt is the place in the queue.
//!
//! A place is reserved under the lock and waited for outside it, so callers go in their order.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::base::lock::lock;

/// A rate and how much may be sent at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// Requests a second.
    pub rate: f64,
    /// Requests at once after a rest.
    pub burst: f64,
}

impl Limit {
    /// Below the Cloud's documented 200 requests in 10 seconds and tenant
    /// (reference/logto-cloud.md, "Rate limit"), with room for what else uses the tenant.
    pub const CLOUD: Self = Self {
        rate: 19.6,
        burst: 190.0,
    };
}

/// A target's bucket; without a limit it only keeps the pauses that the server asks for.
#[derive(Debug)]
pub struct Bucket(Mutex<State>);

#[derive(Debug)]
struct State {
    limit: Option<Limit>,
    tokens: f64,
    /// When `tokens` was right; in the future while the server wants no requests.
    at: Instant,
    slowed: Option<Instant>,
}

/// However often it is refused, a target gets a request in this time.
const SLOWEST: f64 = 0.5;
/// Refusals of requests that were under way together count as one.
const TOGETHER: Duration = Duration::from_secs(1);

impl Bucket {
    /// A full bucket.
    pub fn new(limit: Option<Limit>) -> Self {
        Self(Mutex::new(State {
            limit,
            tokens: limit.map_or(0.0, |limit| limit.burst),
            at: Instant::now(),
            slowed: None,
        }))
    }

    /// Waits for a place.
    pub async fn take(&self) {
        let place = lock(&self.0).reserve(Instant::now());
        if let Some(place) = place {
            sleep_until(place).await;
        }
    }

    /// The server refused a request as one too many: nothing more at once, and half the rate;
    /// nothing at all until `after` has passed.
    pub fn slow_down(&self, after: Option<Duration>) {
        lock(&self.0).slow_down(Instant::now(), after.unwrap_or_default());
    }
}

impl State {
    fn reserve(&mut self, now: Instant) -> Option<Instant> {
        let Some(Limit { rate, burst }) = self.limit else {
            return (self.at > now).then_some(self.at);
        };
        if let Some(rest) = now.checked_duration_since(self.at) {
            self.tokens = (self.tokens + rest.as_secs_f64() * rate).min(burst);
            self.at = now;
        }
        self.tokens -= 1.0;
        let debt = Duration::from_secs_f64((-self.tokens / rate).max(0.0));
        let place = self.at + debt;
        (place > now).then_some(place)
    }

    fn slow_down(&mut self, now: Instant, after: Duration) {
        if let Some(limit) = &mut self.limit
            && self.slowed.is_none_or(|last| now - last >= TOGETHER)
        {
            limit.rate = (limit.rate / 2.0).max(SLOWEST);
            limit.burst = 1.0;
            self.tokens = self.tokens.min(0.0);
            self.slowed = Some(now);
        }
        self.at = self.at.max(now + after);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    async fn time_of(bucket: &Bucket, requests: usize) -> Duration {
        let start = Instant::now();
        for _ in 0..requests {
            bucket.take().await;
        }
        start.elapsed()
    }

    fn close(time: Duration, seconds: f64) -> bool {
        (time.as_secs_f64() - seconds).abs() < 0.05
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_goes_at_once_and_the_rest_at_the_rate() {
        let bucket = Bucket::new(Some(Limit::CLOUD));
        assert_eq!(time_of(&bucket, 190).await, Duration::ZERO);
        let time = time_of(&bucket, 196).await;
        assert!(close(time, 10.0), "{time:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn two_thousand_requests_side_by_side_keep_the_rate() {
        let bucket = Arc::new(Bucket::new(Some(Limit::CLOUD)));
        let start = Instant::now();
        let all = (0..2000).map(|_| {
            let bucket = Arc::clone(&bucket);
            tokio::spawn(async move { bucket.take().await })
        });
        for task in all.collect::<Vec<_>>() {
            task.await.expect("it ends");
        }
        let time = start.elapsed();
        assert!(close(time, (2000.0 - 190.0) / 19.6), "{time:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_halves_the_rate_and_ends_the_bursts() {
        let bucket = Bucket::new(Some(Limit {
            rate: 10.0,
            burst: 100.0,
        }));
        bucket.slow_down(None);
        bucket.slow_down(None); // of the same moment: counts once
        tokio::time::sleep(Duration::from_mins(1)).await;
        assert_eq!(time_of(&bucket, 1).await, Duration::ZERO);
        let time = time_of(&bucket, 10).await;
        assert!(close(time, 2.0), "{time:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_sent_while_the_server_wants_a_rest() {
        for limit in [None, Some(Limit::CLOUD)] {
            let bucket = Bucket::new(limit);
            bucket.slow_down(Some(Duration::from_secs(7)));
            let time = time_of(&bucket, 1).await;
            assert!(time >= Duration::from_secs(7), "{limit:?} {time:?}");
            assert!(time < Duration::from_secs(8), "{limit:?} {time:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_nothing_waits() {
        assert_eq!(time_of(&Bucket::new(None), 10_000).await, Duration::ZERO);
    }
}
