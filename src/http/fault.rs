//! Tells from the client's error what became of a request.

use std::error::Error;
use std::io;
use std::time::Duration;

use url::Url;

use super::problem::{harmless, host};
use super::retry::Outcome;
use super::{Phase, Problem, Reached};

/// The time-outs that messages name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) connect: Duration,
    pub(super) whole: Duration,
}

/// What became of a request whose sending failed.
pub(super) fn of_sending(error: &reqwest::Error, url: &Url, times: Times) -> (Outcome, Problem) {
    let host = host(url);
    let problem = |phase, reached, message| Problem::new(phase, reached, url, message);
    if error.is_connect() {
        return of_connecting(error, url, times);
    }
    if error.is_builder() {
        let message = format!("the request cannot be written: {}", cause(error));
        return (
            Outcome::Final,
            problem(Phase::Settings, Reached::No, message),
        );
    }
    if error.is_timeout() {
        let message = format!("{host} did not answer within {:?} (--timeout)", times.whole);
        let problem = problem(Phase::Wait, Reached::Perhaps, message);
        return (Outcome::TimedOut, problem);
    }
    let message = format!(
        "the connection to {host} was lost before the answer came: {}",
        cause(error)
    );
    (
        Outcome::Lost,
        problem(Phase::Wait, Reached::Perhaps, message),
    )
}

fn of_connecting(error: &reqwest::Error, url: &Url, times: Times) -> (Outcome, Problem) {
    let host = host(url);
    let problem = |phase, message| Problem::new(phase, Reached::No, url, message);
    if error.is_timeout() {
        let message = format!(
            "could not connect to {host} within {:?} (--connect-timeout)",
            times.connect
        );
        return (Outcome::ConnectTimedOut, problem(Phase::Connect, message));
    }
    let cause = cause(error);
    if error.is_dns() {
        let message = format!("could not find the address of {host}: {cause}");
        return (Outcome::Unconnected, problem(Phase::Connect, message));
    }
    if speaks_of_tls(error) {
        let hint = if cause.contains("UnknownIssuer") {
            "; if its authority is your own, name it with --ca-file FILE"
        } else {
            ""
        };
        let message = format!("could not agree on TLS with {host}: {cause}{hint}");
        return (Outcome::Final, problem(Phase::Tls, message));
    }
    let message = format!("could not connect to {host}: {cause}");
    (Outcome::Unconnected, problem(Phase::Connect, message))
}

/// What became of a request whose answer could not be read to its end.
pub(super) fn of_reading(error: &reqwest::Error, url: &Url, times: Times) -> (Outcome, Problem) {
    let host = host(url);
    let problem = |message| Problem::new(Phase::Read, Reached::Perhaps, url, message);
    if error.is_timeout() {
        let message = format!(
            "{host} did not finish its answer within {:?} (--timeout)",
            times.whole
        );
        return (Outcome::TimedOut, problem(message));
    }
    let message = format!("the answer of {host} was cut short: {}", cause(error));
    (Outcome::Lost, problem(message))
}

/// The innermost cause: what the system or the other side said.
fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    // An `io::Error` that wraps another error names itself as its own source's text.
    let text = match innermost
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(inner) => inner.to_string(),
        None => innermost.to_string(),
    };
    harmless(&text, 200)
}

/// rustls says so in words of its own; connecting itself fails with the system's errors.
fn speaks_of_tls(error: &reqwest::Error) -> bool {
    let mut next: Option<&dyn Error> = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        let words = [
            "certificate",
            "TLS",
            "fatal alert",
            "corrupt message",
            "HandshakeFailure",
        ];
        if words.iter().any(|word| text.contains(word)) {
            return true;
        }
        next = error.source();
    }
    false
}
