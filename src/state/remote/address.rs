//! From a URL and the usual environment variables to a client of its object store.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::{
    ClientConfigKey, ClientOptions, Error, ObjectStore, ObjectStoreScheme, RetryConfig,
};
use url::Url;

use super::bucket::{Bucket, cause};
use crate::state::StateError;

/// How long one request may take.
const REQUEST: Duration = Duration::from_secs(10);
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a request that fails is sent again: well within a lease.
const RETRIES: Duration = Duration::from_secs(15);

/// Whether `text` is a URL and not a folder.
pub fn is_url(text: &str) -> bool {
    text.contains("://")
}

/// The client of the store that `url` names.
pub(super) fn open(url: &str, options: &[(String, String)]) -> Result<Bucket, StateError> {
    let wrong = |why: String| StateError::Url {
        url: without_secrets(url),
        cause: why,
    };
    let parsed = Url::parse(url).map_err(|error| wrong(error.to_string()))?;
    let is_ours = matches!(parsed.scheme(), "s3" | "gs" | "az");
    let scheme = ObjectStoreScheme::parse(&parsed).ok().filter(|_| is_ours);
    let Some((scheme, prefix)) = scheme else {
        return Err(wrong(
            "a state is kept in a folder, s3://, gs:// or az://".to_owned(),
        ));
    };
    if parsed.query().is_some() || parsed.password().is_some() {
        return Err(wrong(
            "it has parts that no state's address has: settings are variables".to_owned(),
        ));
    }
    let bare = format!(
        "{}://{}",
        parsed.scheme(),
        parsed.host_str().unwrap_or_default()
    );
    let store = client(&scheme, &bare, options).map_err(|error| wrong(cause(&error)))?;
    let place = url.trim_end_matches('/').to_owned();
    Ok(Bucket::new(store, prefix, place))
}

fn client(
    scheme: &ObjectStoreScheme,
    url: &str,
    options: &[(String, String)],
) -> Result<Arc<dyn ObjectStore>, Error> {
    Ok(match scheme {
        ObjectStoreScheme::AmazonS3 => {
            let builder = AmazonS3Builder::new().with_client_options(patience());
            let builder = builder.with_retry(retries()).with_url(url);
            let insecure = AmazonS3ConfigKey::Client(ClientConfigKey::AllowInvalidCertificates);
            let keys = keys::<AmazonS3ConfigKey>("AWS_", options, &insecure);
            let set = keys.fold(builder, |b, (key, value)| b.with_config(key, value));
            Arc::new(set.build()?)
        }
        ObjectStoreScheme::GoogleCloudStorage => {
            let builder = GoogleCloudStorageBuilder::new().with_client_options(patience());
            let builder = builder.with_retry(retries()).with_url(url);
            let insecure = GoogleConfigKey::Client(ClientConfigKey::AllowInvalidCertificates);
            let keys = keys::<GoogleConfigKey>("GOOGLE_", options, &insecure);
            let set = keys.fold(builder, |b, (key, value)| b.with_config(key, value));
            Arc::new(set.build()?)
        }
        _ => {
            let builder = MicrosoftAzureBuilder::new().with_client_options(patience());
            let builder = builder.with_retry(retries()).with_url(url);
            let insecure = AzureConfigKey::Client(ClientConfigKey::AllowInvalidCertificates);
            let keys = keys::<AzureConfigKey>("AZURE_", options, &insecure);
            let set = keys.fold(builder, |b, (key, value)| b.with_config(key, value));
            Arc::new(set.build()?)
        }
    })
}

/// The options that the store's client knows, but for the one that turns verification off.
fn keys<'a, K: std::str::FromStr + PartialEq + 'a>(
    prefix: &'static str,
    options: &'a [(String, String)],
    insecure: &'a K,
) -> impl Iterator<Item = (K, String)> + 'a {
    let ours = options
        .iter()
        .filter(move |(name, _)| name.starts_with(prefix));
    ours.filter_map(|(name, value)| {
        let key: K = name.to_ascii_lowercase().parse().ok()?;
        Some((key, value.clone()))
    })
    .filter(move |(key, _)| key != insecure)
}

fn patience() -> ClientOptions {
    ClientOptions::new()
        .with_timeout(REQUEST)
        .with_connect_timeout(CONNECT)
}

fn retries() -> RetryConfig {
    RetryConfig {
        max_retries: 4,
        retry_timeout: RETRIES,
        ..RetryConfig::default()
    }
}

/// The URL without what follows its path, and without a password.
fn without_secrets(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    match (path.split_once("://"), path.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://{rest}"),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str) -> String {
        open(url, &[]).expect_err("refused").to_string()
    }

    #[test]
    fn an_address_that_is_no_states_is_told_without_its_secrets() {
        for url in ["ftp://host/x", "https://host/x", "memory:///x", "file:///x"] {
            assert!(refused(url).contains("s3://, gs:// or az://"), "{url}");
        }
        let told = refused("s3://key:hunter2@bucket/state?sig=hunter2");
        assert!(
            told.contains("s3://bucket/state") && !told.contains("hunter2"),
            "{told}"
        );
    }

    #[test]
    fn a_plain_endpoint_needs_to_be_allowed_and_verification_stays_on() {
        let options = [
            (
                "AWS_ALLOW_INVALID_CERTIFICATES".to_owned(),
                "true".to_owned(),
            ),
            ("AWS_ALLOW_HTTP".to_owned(), "true".to_owned()),
            ("HOME".to_owned(), "/root".to_owned()),
        ];
        let insecure = AmazonS3ConfigKey::Client(ClientConfigKey::AllowInvalidCertificates);
        let set: Vec<_> = keys("AWS_", &options, &insecure).collect();
        let http = AmazonS3ConfigKey::Client(ClientConfigKey::AllowHttp);
        assert_eq!(set, [(http, "true".to_owned())]);
    }

    #[test]
    fn the_sandbox_is_a_place_inside() {
        let bucket = open("s3://bucket/team/state/", &[]).expect("a bucket");
        assert_eq!(bucket.place(), "s3://bucket/team/state");
        assert_eq!(
            bucket.below("sandbox").place(),
            "s3://bucket/team/state/sandbox"
        );
    }
}
