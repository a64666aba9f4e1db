//! One client a run, and of it one [`Client`] a target: its limits, its idle time, its count.
//!
//! What an answer means is not looked at here, beyond whether the request is sent again.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::header::CONTENT_LENGTH;
use reqwest::redirect::Policy;
use reqwest::{Certificate, ClientBuilder};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};
use tracing::{Instrument as _, debug, debug_span};
use url::Url;

use super::fault::{Times, of_reading, of_sending};
use super::problem::host;
use super::retry::{self, Next, Outcome};
use super::{
    Answer, Bucket, CaFile, Limit, Method, Phase, Problem, Proxies, Reached, Request, Settings,
};
use super::{proxy, redirect};
use crate::base::lock::lock;
use crate::base::moment;

/// The largest answer that is read.
pub(super) const LARGEST: usize = 64 * 1024 * 1024;
const MOST_REDIRECTS: usize = 5;

/// The run's client. Connections are shared by all targets that need the same of them.
#[derive(Debug)]
pub struct Http {
    settings: Arc<Settings>,
    authorities: Vec<Certificate>,
    pools: Mutex<BTreeMap<PoolKey, reqwest::Client>>,
}

/// What connections differ in: idle time, the target's own authority, whether TLS is needed.
type PoolKey = (Duration, Option<String>, bool);

/// What a target needs.
#[derive(Debug, Clone, Default)]
pub struct Needs<'a> {
    /// How long a connection may lie idle: less than the server lets it.
    pub idle: Duration,
    /// The target's own authority, in PEM.
    pub ca: Option<&'a str>,
    /// Whether any of its URLs is `https:`.
    pub tls: bool,
    /// Its rate, if it is to be kept.
    pub limit: Option<Limit>,
}

/// The client of one target.
#[derive(Debug)]
pub struct Client {
    pool: reqwest::Client,
    settings: Arc<Settings>,
    bucket: Bucket,
    slots: Semaphore,
    sent: AtomicU64,
}

impl Http {
    /// The client of a run.
    ///
    /// # Errors
    /// A proxy or an authority that is none.
    pub fn new(settings: Settings) -> Result<Self, Problem> {
        proxy::proxies(&settings.proxies)?;
        let mut authorities = Vec::new();
        for CaFile { name, pem } in &settings.ca {
            authorities.extend(certificates(name, pem)?);
        }
        Ok(Self {
            settings: Arc::new(settings),
            authorities,
            pools: Mutex::default(),
        })
    }

    /// A target's client. Sends nothing.
    ///
    /// # Errors
    /// An authority that is none, or a machine that trusts nobody.
    pub fn client(&self, needs: &Needs<'_>) -> Result<Client, Problem> {
        let key = (needs.idle, needs.ca.map(str::to_owned), needs.tls);
        let mut pools = lock(&self.pools);
        let pool = match pools.get(&key) {
            Some(pool) => pool.clone(),
            None => pools.entry(key).or_insert(self.pool(needs)?).clone(),
        };
        Ok(Client {
            pool,
            settings: Arc::clone(&self.settings),
            bucket: Bucket::new(needs.limit),
            slots: Semaphore::new(self.settings.parallel.max(1)),
            sent: AtomicU64::new(0),
        })
    }

    fn pool(&self, needs: &Needs<'_>) -> Result<reqwest::Client, Problem> {
        let Settings {
            connect_timeout,
            timeout,
            user_agent,
            ..
        } = self.settings.as_ref();
        let mut builder = ClientBuilder::new()
            .no_proxy() // neither the environment's nor the system's: `cli` read them
            .connect_timeout(*connect_timeout)
            .timeout(*timeout)
            .user_agent(user_agent)
            .pool_idle_timeout(needs.idle)
            .redirect(Policy::none())
            .retry(reqwest::retry::never());
        for proxy in proxy::proxies(&self.settings.proxies)? {
            builder = builder.proxy(proxy);
        }
        let builder = self.trust(builder, needs)?;
        builder.build().map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            Problem::settings(format!(
                "cannot set up TLS: {}; install the system's CA certificates, or name a file of \
                 them with --ca-file",
                cause.unwrap_or_else(|| error.to_string())
            ))
        })
    }

    /// The platform's authorities, the run's and the target's. Verification is never off; where
    /// no URL is `https:`, the platform's are not even looked for.
    fn trust(&self, builder: ClientBuilder, needs: &Needs<'_>) -> Result<ClientBuilder, Problem> {
        let Proxies {
            http,
            https,
            all,
            none: _,
        } = &self.settings.proxies;
        let proxies = [http, https, all].into_iter().flatten();
        let mut proxies = proxies.map(|proxy| proxy.trim().starts_with("https:"));
        if !needs.tls && !proxies.any(|by_tls| by_tls) {
            return Ok(builder.tls_certs_only([]));
        }
        let own = match needs.ca {
            Some(pem) => certificates("the target's own CA", pem)?,
            None => Vec::new(),
        };
        Ok(builder.tls_certs_merge(self.authorities.iter().cloned().chain(own)))
    }
}

fn certificates(name: &str, pem: &str) -> Result<Vec<Certificate>, Problem> {
    match Certificate::from_pem_bundle(pem.as_bytes()) {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(Problem::settings(format!(
            "{name} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)"
        ))),
    }
}

impl Client {
    /// How many requests were sent, repetitions and redirects included.
    pub fn requests(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Sends `request`, again where that is right, and returns the answer, whatever its status.
    ///
    /// # Errors
    /// There is no answer, or not a whole one.
    pub async fn send(&self, request: &Request) -> Result<Answer, Problem> {
        for attempt in 1.. {
            let (outcome, result) = self.attempt(request, attempt).await;
            let patience = &self.settings.patience;
            if let Outcome::Answered { status: 429, after } = outcome {
                // A rest that is too long for this request is too long for the next one too.
                self.bucket
                    .slow_down(after.filter(|rest| *rest <= patience.longest_asked));
            }
            match retry::next(patience, request.repeat, outcome, attempt, random()) {
                Next::Stop => return result,
                Next::Wait(pause) => {
                    debug!(?request, attempt, ?outcome, ?pause, "sends it again");
                    sleep(pause).await;
                }
            }
        }
        Err(Problem::settings("the attempts never ended")) // there is no last number
    }

    async fn attempt(&self, request: &Request, attempt: u32) -> (Outcome, Result<Answer, Problem>) {
        // Never closed, so always a slot.
        let _slot = self.slots.acquire().await;
        let span = debug_span!(
            "request",
            method = %request.method,
            path = request.url.path(),
            attempt
        );
        match self.follow(request).instrument(span).await {
            Ok(answer) => {
                let (status, after) = (answer.status, answer.retry_after());
                (Outcome::Answered { status, after }, Ok(answer))
            }
            Err((outcome, problem)) => (outcome, Err(problem)),
        }
    }

    async fn follow(&self, request: &Request) -> Result<Answer, (Outcome, Problem)> {
        let mut url = request.url.clone();
        for _ in 0..=MOST_REDIRECTS {
            let answer = self.once(request, &url).await?;
            match redirect::next(&request.method, &answer) {
                Ok(Some(to)) => url = to,
                Ok(None) => return Ok(answer),
                Err(problem) => return Err((Outcome::Final, problem)),
            }
        }
        let message = format!("{} redirects in a circle", host(&url));
        let problem = Problem::new(Phase::Redirect, Reached::Refused, &url, message);
        Err((Outcome::Final, problem))
    }

    async fn once(&self, request: &Request, url: &Url) -> Result<Answer, (Outcome, Problem)> {
        self.bucket.take().await;
        self.sent.fetch_add(1, Ordering::Relaxed);
        moment::pass("before a request");
        let start = Instant::now();
        let mut sending = self
            .pool
            .request(request.method.clone(), url.clone())
            .headers(request.headers.clone());
        if let Some(body) = &request.body {
            sending = sending.body(body.clone());
        } else if request.method != Method::GET && request.method != Method::DELETE {
            // Nothing is a body too, and its length is asked for by some proxies (RFC 9110, 8.6).
            sending = sending.header(CONTENT_LENGTH, 0);
        }
        let result = match sending.send().await {
            Ok(response) => self.read(response, url).await,
            Err(error) => Err(of_sending(&error, url, self.times())),
        };
        moment::pass("after an answer");
        let took = start.elapsed();
        match &result {
            Ok(answer) => debug!(status = answer.status, ?took, "answered"),
            Err((outcome, problem)) => debug!(?outcome, %problem, ?took, "failed"),
        }
        result
    }

    async fn read(
        &self,
        mut response: reqwest::Response,
        url: &Url,
    ) -> Result<Answer, (Outcome, Problem)> {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(None) => break,
                Ok(Some(chunk)) if body.len() + chunk.len() > LARGEST => {
                    return Err((Outcome::Final, too_large(url)));
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Err(error) => return Err(of_reading(&error, url, self.times())),
            }
        }
        Ok(Answer {
            status,
            headers,
            body,
            url: url.clone(),
        })
    }

    fn times(&self) -> Times {
        Times {
            connect: self.settings.connect_timeout,
            whole: self.settings.timeout,
        }
    }
}

fn too_large(url: &Url) -> Problem {
    let message = format!(
        "the answer of {} is larger than {} MiB",
        host(url),
        LARGEST / 1024 / 1024
    );
    Problem::new(Phase::Read, Reached::Perhaps, url, message)
}

/// A random number from 0 to 1; 1 where the system has none.
fn random() -> f64 {
    let mut bytes = [255; 4];
    // Jitter may be the same everywhere when the system has no random bytes.
    let _whole = aws_lc_rs::rand::fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
}
