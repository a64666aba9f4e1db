//! A token that is fetched once for all callers, and renewed before it ends.
//!
//! It knows no log-in: the caller hands one in. A 401 renews once for all callers too.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::HeaderValue;
use crate::base::Secret;

/// A token as a log-in returned it.
#[derive(Debug, Clone)]
pub struct Fresh {
    /// The token.
    pub text: Secret,
    /// How long it holds; none: until the server says no.
    pub lifetime: Option<Duration>,
}

/// A token in use.
#[derive(Debug, Clone)]
pub struct Token {
    /// The token.
    pub text: Secret,
    /// The how-manieth of this target it is.
    pub generation: u64,
    /// When it is to be renewed.
    due: Option<Instant>,
}

impl Token {
    /// The value of an `Authorization` header, which logs leave out; none if the token holds
    /// what no header may (a line break read from a file, say).
    pub fn header(&self, scheme: &str) -> Option<HeaderValue> {
        let text = format!("{scheme}{}", self.text.expose());
        let mut value = HeaderValue::try_from(text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// A target's token.
#[derive(Debug)]
pub struct TokenCell<E> {
    state: Mutex<State<E>>,
    failures: AtomicU64,
    /// Whether a failure is for good: no later caller logs in again.
    lasting: fn(&E) -> bool,
}

#[derive(Debug)]
struct State<E> {
    token: Option<Token>,
    generation: u64,
    failure: Option<E>,
}

/// A token is renewed when a tenth of its life is left, at least this, at most half.
const MARGIN: Duration = Duration::from_secs(30);

impl<E: Clone> TokenCell<E> {
    /// No token yet. A failure that is `lasting` is given to all later callers.
    pub fn new(lasting: fn(&E) -> bool) -> Self {
        Self {
            state: Mutex::new(State {
                token: None,
                generation: 0,
                failure: None,
            }),
            failures: AtomicU64::new(0),
            lasting,
        }
    }

    /// Returns the token, logging in if there is none, if it is about to end, or if it is the
    /// `refused` generation. Whoever waited for a log-in shares its outcome, good or bad.
    ///
    /// # Errors
    /// The log-in's.
    pub async fn get<F>(
        &self,
        refused: Option<u64>,
        log_in: impl FnOnce() -> F + Send,
    ) -> Result<Token, E>
    where
        F: Future<Output = Result<Fresh, E>> + Send,
    {
        let before = self.failures.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        if let Some(token) = state.good(refused, Instant::now()) {
            return Ok(token.clone());
        }
        if let Some(failure) = &state.failure
            && (self.failures.load(Ordering::Acquire) > before || (self.lasting)(failure))
        {
            return Err(failure.clone());
        }
        match log_in().await {
            Ok(fresh) => Ok(state.take(fresh)),
            Err(failure) => {
                state.token = None;
                state.failure = Some(failure.clone());
                self.failures.fetch_add(1, Ordering::Release);
                Err(failure)
            }
        }
    }
}

impl<E> State<E> {
    fn good(&self, refused: Option<u64>, now: Instant) -> Option<&Token> {
        let token = self.token.as_ref()?;
        let ends = token.due.is_some_and(|due| due <= now);
        (refused != Some(token.generation) && !ends).then_some(token)
    }

    fn take(&mut self, fresh: Fresh) -> Token {
        self.generation += 1;
        let due = fresh
            .lifetime
            .map(|life| Instant::now() + life.saturating_sub(MARGIN.max(life / 10).min(life / 2)));
        let token = Token {
            text: fresh.text,
            generation: self.generation,
            due,
        };
        self.token = Some(token.clone());
        self.failure = None;
        token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;
    use std::sync::atomic::AtomicUsize;

    struct Server {
        log_ins: AtomicUsize,
        lifetime: Duration,
        refuses: bool,
    }

    impl Server {
        fn new(refuses: bool) -> Self {
            Self {
                log_ins: AtomicUsize::new(0),
                lifetime: Duration::from_hours(1),
                refuses,
            }
        }

        async fn log_in(&self) -> Result<Fresh, &'static str> {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let n = self.log_ins.fetch_add(1, Ordering::SeqCst) + 1;
            if self.refuses {
                return Err("refused");
            }
            Ok(Fresh {
                text: Secret::new(format!("token {n}")),
                lifetime: Some(self.lifetime),
            })
        }

        fn count(&self) -> usize {
            self.log_ins.load(Ordering::SeqCst)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn all_callers_share_one_log_in() {
        let (server, cell) = (Server::new(false), TokenCell::new(|_| false));
        let all = join_all((0..50).map(|_| cell.get(None, || server.log_in()))).await;
        assert!(all.iter().all(Result::is_ok));
        assert_eq!(server.count(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_token_is_renewed_once_for_all_callers() {
        let (server, cell) = (Server::new(false), TokenCell::new(|_| false));
        let first = cell.get(None, || server.log_in()).await.expect("a token");
        let refused = Some(first.generation);
        let all = join_all((0..50).map(|_| cell.get(refused, || server.log_in()))).await;
        assert!(
            all.iter()
                .all(|t| t.as_ref().is_ok_and(|t| t.generation == 2))
        );
        assert_eq!(server.count(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_renewed_before_it_ends() {
        let (server, cell) = (Server::new(false), TokenCell::new(|_| false));
        for (later, log_ins) in [(0, 1), (3000, 1), (300, 2)] {
            tokio::time::sleep(Duration::from_secs(later)).await;
            cell.get(None, || server.log_in()).await.expect("a token");
            assert_eq!(server.count(), log_ins);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waited_shares_the_refusal() {
        let (server, cell) = (Server::new(true), TokenCell::new(|_| false));
        let all = join_all((0..50).map(|_| cell.get(None, || server.log_in()))).await;
        assert!(all.iter().all(Result::is_err));
        assert_eq!(server.count(), 1);
        assert!(cell.get(None, || server.log_in()).await.is_err());
        assert_eq!(server.count(), 2, "a later caller may try again");
    }

    #[tokio::test(start_paused = true)]
    async fn a_lasting_refusal_is_not_tried_again() {
        let (server, cell) = (Server::new(true), TokenCell::new(|_| true));
        for _ in 0..3 {
            assert!(cell.get(None, || server.log_in()).await.is_err());
        }
        assert_eq!(server.count(), 1);
    }
}
