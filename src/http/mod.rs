//! Floor 1: one HTTP client: what is sent, how often, how fast, and how a failure is told.
//!
//! It knows no API and no kind: what a status means is a dialect's business (`rest`).

mod answer;
mod bucket;
mod client;
mod fault;
pub mod problem;
mod proxy;
mod redirect;
mod request;
pub mod retry;
mod settings;
mod token;

pub use answer::Answer;
pub use bucket::{Bucket, Limit};
pub use client::{Client, Http, Needs};
pub use problem::{Phase, Problem, Reached};
pub use request::{Repeat, Request, form_encoded};
pub use reqwest::Method;
pub use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
pub use settings::{CaFile, Proxies, Settings};
pub use token::{Fresh, Token, TokenCell};
