//! The client and TLS: whom it trusts.
//!
//! `tls/` holds an authority and a server's certificate for `localhost`, made with openssl for a
//! hundred years; the authority's key was thrown away.

use std::sync::Arc;
use std::time::Duration;

use tenantry::http::{
    CaFile, HeaderMap, Http, Method, Needs, Phase, Problem, Reached, Repeat, Request, Settings,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto};
use url::Url;

const CA: &str = include_str!("tls/ca.pem");

fn acceptor() -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("tls/server.pem"));
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/server.key"));
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.expect("a certificate")],
            key.expect("a key"),
        )
        .expect("they fit");
    TlsAcceptor::from(Arc::new(config))
}

/// A server whose certificate the test authority signed.
async fn server() -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let acceptor = acceptor();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let mut asked = [0; 4096];
            let _asked = stream.read(&mut asked).await;
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret";
            let _said = stream.write_all(answer).await;
            let _closed = stream.shutdown().await;
        }
    });
    Url::parse(&format!("https://localhost:{port}/")).expect("a URL")
}

async fn ask(settings: Settings, ca: Option<&str>, url: Url) -> Result<String, Problem> {
    let needs = Needs {
        idle: Duration::from_secs(1),
        ca,
        tls: true,
        limit: None,
    };
    let client = Http::new(settings)?.client(&needs)?;
    let request = Request {
        method: Method::GET,
        url,
        headers: HeaderMap::new(),
        body: None,
        repeat: Repeat::Always,
    };
    let answer = client.send(&request).await;
    assert_eq!(
        client.requests(),
        1,
        "a certificate does not get better by asking again"
    );
    answer.map(|answer| String::from_utf8_lossy(&answer.body).into_owned())
}

#[tokio::test]
async fn an_authority_that_nobody_knows_is_refused_with_the_way_to_name_it() {
    let url = server().await;
    let problem = ask(Settings::default(), None, url.clone())
        .await
        .expect_err("refused");
    assert_eq!(
        (problem.phase, problem.reached),
        (Phase::Tls, Reached::No),
        "{problem}"
    );
    let host = format!("localhost:{}", url.port().expect("a port"));
    assert!(problem.message.contains(&host), "{problem}");
    assert!(problem.message.contains("--ca-file"), "{problem}");
}

#[tokio::test]
async fn the_runs_authority_and_the_clusters_own_are_trusted_beside_the_platforms() {
    let url = server().await;
    let own = ask(Settings::default(), Some(CA), url.clone()).await;
    assert_eq!(own.as_deref(), Ok("secret"));
    let settings = Settings {
        ca: vec![CaFile {
            name: "corporate.pem".into(),
            pem: CA.into(),
        }],
        ..Settings::default()
    };
    assert_eq!(ask(settings, None, url).await.as_deref(), Ok("secret"));
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused_whoever_signed_it() {
    let mut url = server().await;
    url.set_host(Some("127.0.0.1")).expect("a host");
    let problem = ask(Settings::default(), Some(CA), url)
        .await
        .expect_err("refused");
    assert_eq!(problem.phase, Phase::Tls, "{problem}");
}

#[tokio::test]
async fn plain_http_where_tls_is_expected_is_told_as_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _said = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let url = Url::parse(&format!("https://127.0.0.1:{port}/")).expect("a URL");
    let problem = ask(Settings::default(), None, url)
        .await
        .expect_err("no TLS");
    assert_eq!(problem.phase, Phase::Tls, "{problem}");
}
