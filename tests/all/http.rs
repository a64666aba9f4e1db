//! The client against servers that misbehave.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request as Asked;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tenantry::http::retry::Patience;
use tenantry::http::{
    Client, HeaderMap, Http, Limit, Method, Needs, Phase, Reached, Repeat, Request, Settings,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use url::Url;

fn settings() -> Settings {
    Settings {
        patience: Patience {
            base: Duration::from_millis(2),
            longest: Duration::from_millis(10),
            ..Patience::default()
        },
        timeout: Duration::from_millis(400),
        connect_timeout: Duration::from_millis(300),
        ..Settings::default()
    }
}

fn client() -> Client {
    let http = Http::new(settings()).expect("settings");
    http.client(&needs()).expect("a client")
}

fn needs() -> Needs<'static> {
    Needs {
        idle: Duration::from_secs(1),
        ..Needs::default()
    }
}

fn get(url: &str) -> Request {
    Request {
        method: Method::GET,
        url: Url::parse(url).expect("a URL"),
        headers: HeaderMap::new(),
        body: None,
        repeat: Repeat::Always,
    }
}

fn create(url: &str) -> Request {
    Request {
        method: Method::POST,
        body: Some(b"{}".to_vec()),
        repeat: Repeat::IfUnsent,
        ..get(url)
    }
}

/// Serves `answer`, which is told the how-manieth request it is (from 0), and what was asked.
async fn serve<R: IntoResponse + 'static>(
    answer: impl Fn(usize, &Asked) -> R + Clone + Send + Sync + 'static,
) -> String {
    let count = Arc::new(AtomicUsize::new(0));
    let app = Router::new().fallback(move |asked: Asked| {
        let n = count.fetch_add(1, Ordering::SeqCst);
        let answer = answer(n, &asked).into_response();
        async move { answer }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

/// Answers each connection with these bytes and closes it.
async fn say(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = [0; 4096];
            let _asked = stream.read(&mut asked).await;
            let _said = stream.write_all(bytes).await;
        }
    });
    format!("http://{address}")
}

fn fails_at_first(times: usize, status: u16) -> impl Fn(usize, &Asked) -> Response + Clone {
    let status = StatusCode::from_u16(status).expect("a status");
    move |n, _| {
        if n < times {
            return status.into_response();
        }
        "fine".into_response()
    }
}

#[tokio::test]
async fn a_read_is_sent_again_when_the_server_is_down_for_a_moment() {
    for status in [502, 503, 504, 429] {
        let url = serve(fails_at_first(2, status)).await;
        let client = client();
        let answer = client.send(&get(&url)).await.expect("an answer");
        assert_eq!((answer.status, client.requests()), (200, 3), "{status}");
    }
}

#[tokio::test]
async fn a_create_is_not_sent_again_unless_it_was_refused_unread() {
    for (status, requests) in [(502, 1), (503, 1), (504, 1), (500, 1), (429, 3)] {
        let url = serve(fails_at_first(2, status)).await;
        let client = client();
        client.send(&create(&url)).await.expect("an answer");
        assert_eq!(client.requests(), requests, "{status}");
    }
}

#[tokio::test]
async fn retry_after_is_waited_for() {
    let url = serve(|n, _| match n {
        0 => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")]).into_response(),
        _ => "fine".into_response(),
    });
    let (url, client, start) = (url.await, client(), Instant::now());
    let answer = client.send(&get(&url)).await.expect("an answer");
    assert_eq!(answer.status, 200);
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn too_long_a_rest_is_not_taken() {
    let refuses = |_: usize, _: &Asked| (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "3600")]);
    let (url, client) = (serve(refuses).await, client());
    let answer = client.send(&get(&url)).await.expect("an answer");
    assert_eq!((answer.status, client.requests()), (429, 1));
    assert_eq!(answer.retry_after(), Some(Duration::from_hours(1)));
    let start = Instant::now();
    client.send(&get(&url)).await.expect("an answer");
    assert!(
        start.elapsed() < Duration::from_secs(9),
        "nor by the next one"
    );
}

#[tokio::test]
async fn a_cut_connection_repeats_a_read_but_leaves_a_create_open() {
    let url = say(b"").await;
    let reader = client();
    let problem = reader.send(&get(&url)).await.expect_err("cut");
    assert_eq!(
        (problem.phase, reader.requests()),
        (Phase::Wait, 4),
        "{problem}"
    );
    let writer = client();
    let problem = writer.send(&create(&url)).await.expect_err("cut");
    assert_eq!(problem.reached, Reached::Perhaps, "{problem}");
    assert_eq!(writer.requests(), 1);
}

#[tokio::test]
async fn half_an_answer_is_none() {
    let url = say(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":").await;
    let problem = client().send(&create(&url)).await.expect_err("cut short");
    assert_eq!(problem.phase, Phase::Read);
    assert_eq!(problem.reached, Reached::Perhaps);
    assert!(problem.message.contains("cut short"), "{problem}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for_forever() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let client = client();
    let problem = client.send(&create(&url)).await.expect_err("silent");
    assert_eq!(problem.reached, Reached::Perhaps);
    assert!(
        problem.message.contains("did not answer within 400ms"),
        "{problem}"
    );
    assert_eq!(client.requests(), 1);
}

#[tokio::test]
async fn nobody_at_the_door_is_told_with_host_and_cause() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let client = client();
    let url = format!("http://{address}/api/roles?search.name=x");
    let problem = client.send(&create(&url)).await.expect_err("refused");
    assert_eq!(
        (problem.phase, problem.reached),
        (Phase::Connect, Reached::No)
    );
    assert!(problem.message.contains(&address.to_string()), "{problem}");
    assert!(problem.message.contains("refused"), "{problem}");
    assert_eq!(problem.place, format!("http://{address}/api/roles"));
    assert_eq!(client.requests(), 4, "what never left may be sent again");
}

#[tokio::test]
async fn a_name_without_an_address_is_told_as_such() {
    let problem = client().send(&get("http://tenantry.invalid/")).await;
    let problem = problem.expect_err("no such host");
    assert_eq!(problem.phase, Phase::Connect);
    assert!(problem.message.contains("tenantry.invalid"), "{problem}");
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_refused_and_both_are_named() {
    let other = serve(|_, _| "the other").await;
    let to = other.clone();
    let url = serve(move |_, _| (StatusCode::FOUND, [("location", to.clone())])).await;
    let client = client();
    let problem = client.send(&get(&url)).await.expect_err("refused");
    assert_eq!(problem.phase, Phase::Redirect);
    assert!(problem.message.contains(&url), "{problem}");
    assert!(problem.message.contains(&other), "{problem}");
    assert_eq!(client.requests(), 1);
}

#[tokio::test]
async fn a_redirect_within_the_origin_is_followed_but_not_in_circles() {
    let url = serve(|_, asked| match asked.uri().path() {
        "/new" => "here".into_response(),
        "/circle" => (StatusCode::FOUND, [("location", "/circle")]).into_response(),
        _ => (StatusCode::TEMPORARY_REDIRECT, [("location", "/new")]).into_response(),
    });
    let url = url.await;
    let answer = client().send(&create(&format!("{url}/old"))).await;
    assert_eq!(answer.expect("an answer").body, b"here");
    let problem = client().send(&get(&format!("{url}/circle"))).await;
    assert!(
        problem
            .expect_err("a circle")
            .message
            .contains("in a circle")
    );
}

#[tokio::test]
async fn an_endless_answer_is_cut() {
    let large = vec![b'x'; 65 * 1024 * 1024];
    let url = serve(move |_, _| large.clone()).await;
    let http = Http::new(Settings::default()).expect("settings");
    let client = http.client(&needs()).expect("a client");
    let problem = client.send(&get(&url)).await.expect_err("too large");
    assert!(problem.message.contains("larger than 64 MiB"), "{problem}");
    assert_eq!(client.requests(), 1);
}

#[tokio::test]
async fn a_body_goes_with_its_length_and_nothing_else_is_read() {
    let url = serve(|_, asked| {
        let header = |name| {
            asked
                .headers()
                .get(name)
                .map(|v| v.to_str().expect("text").to_owned())
        };
        let agent = header("user-agent").unwrap_or_default();
        assert!(header("transfer-encoding").is_none());
        format!("{:?} {}", header("content-length"), &agent[..9])
    });
    let answer = client().send(&create(&url.await)).await.expect("an answer");
    assert_eq!(
        String::from_utf8_lossy(&answer.body),
        "Some(\"2\") tenantry/"
    );
}

#[tokio::test]
async fn a_write_without_a_body_says_so() {
    let url = serve(|_, asked| format!("{:?}", asked.headers().get("content-length"))).await;
    let put = Request {
        method: Method::PUT,
        ..get(&url)
    };
    let answer = client().send(&put).await.expect("an answer");
    assert_eq!(String::from_utf8_lossy(&answer.body), "Some(\"0\")");
}

#[tokio::test]
async fn a_proxy_is_never_used_for_loopback() {
    let url = serve(|_, _| "directly").await;
    let mut settings = settings();
    settings.proxies.all = Some("http://127.0.0.1:1".into());
    settings.proxies.http = Some("http://127.0.0.1:1".into());
    let http = Http::new(settings).expect("settings");
    let client = http.client(&needs()).expect("a client");
    for host in [url.clone(), url.replace("127.0.0.1", "localhost")] {
        let answer = client.send(&get(&host)).await.expect("an answer");
        assert_eq!(answer.body, b"directly");
    }
}

#[tokio::test]
async fn a_proxy_is_used_for_everything_else_unless_excepted() {
    let proxy = serve(|_, asked| asked.uri().to_string()).await;
    let mut settings = settings();
    settings.proxies.http = Some(proxy);
    settings.proxies.none = Some("direct.invalid".into());
    let http = Http::new(settings).expect("settings");
    let client = http.client(&needs()).expect("a client");
    let answer = client.send(&get("http://acme.invalid/api/roles")).await;
    assert_eq!(
        answer.expect("the proxy answers").body,
        b"http://acme.invalid/api/roles"
    );
    assert!(client.send(&get("http://direct.invalid/")).await.is_err());
}

#[tokio::test]
async fn a_wrong_ca_file_is_named() {
    let mut settings = settings();
    settings.ca.push(tenantry::http::CaFile {
        name: "corporate.pem".into(),
        pem: "hello".into(),
    });
    let problem = Http::new(settings).expect_err("no certificate");
    assert!(problem.message.contains("corporate.pem"), "{problem}");
}

#[tokio::test]
async fn a_limit_is_kept_and_halved_when_the_server_refuses() {
    let url = serve(fails_at_first(1, 429)).await;
    let http = Http::new(settings()).expect("settings");
    let needs = Needs {
        limit: Some(Limit {
            rate: 20.0,
            burst: 1.0,
        }),
        ..needs()
    };
    let client = http.client(&needs).expect("a client");
    let start = Instant::now();
    for _ in 0..4 {
        client.send(&get(&url)).await.expect("an answer");
    }
    // One at once, refused; then ten a second instead of twenty.
    assert!(
        start.elapsed() >= Duration::from_millis(380),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(client.requests(), 5);
}
