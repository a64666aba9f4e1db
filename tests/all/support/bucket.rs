//! A real S3-compatible server on loopback: s3s-fs, its check and its write made one by a lock,
//! for without it two conditional writes at once may both win.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tempfile::TempDir;
use tokio::sync::{Mutex, oneshot};

/// More than anything that a test stores.
const LIMIT: usize = 64 << 20;
const KEY: &str = "planted-access-key";
const SECRET: &str = "planted-secret-key";

/// A server with one bucket, `states`, that ends with this value.
pub(crate) struct S3 {
    address: SocketAddr,
    folder: TempDir,
    _end: oneshot::Sender<()>,
}

impl S3 {
    /// Starts it, on a thread of its own.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("states")).expect("a bucket");
        let service = service(&folder);
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        listener.set_nonblocking(true).expect("for tokio");
        let (end, ended) = oneshot::channel();
        std::thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().build().expect("a runtime");
            runtime.block_on(serve(listener, service, ended));
        });
        Self {
            address,
            folder,
            _end: end,
        }
    }

    /// The variables that a client of it needs.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let endpoint = format!("http://{}", self.address);
        let pairs = [
            ("AWS_ENDPOINT_URL", endpoint.as_str()),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_ACCESS_KEY_ID", KEY),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
            ("AWS_REGION", "eu-central-1"),
        ];
        let pairs = pairs.into_iter();
        pairs
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .collect()
    }

    /// Where the objects are, as files.
    pub(crate) fn files(&self) -> std::path::PathBuf {
        self.folder.path().join("states")
    }
}

fn service(folder: &TempDir) -> S3Service {
    let files = s3s_fs::FileSystem::new(folder.path()).expect("a file system");
    let mut builder = S3ServiceBuilder::new(files);
    builder.set_auth(SimpleAuth::from_single(KEY, SECRET));
    builder.build()
}

async fn serve(listener: std::net::TcpListener, service: S3Service, ended: oneshot::Receiver<()>) {
    let listener = tokio::net::TcpListener::from_std(listener).expect("listens");
    let one = Arc::new(Mutex::new(service));
    let answer = move |request: Request| {
        let one = Arc::clone(&one);
        async move { answer(&one, request).await }
    };
    let served = axum::serve(listener, axum::Router::new().fallback(answer));
    tokio::select! {
        served = served.into_future() => served.expect("serves"),
        _ = ended => {}
    }
}

/// Answers one request at a time, bodies included.
async fn answer(one: &Mutex<S3Service>, request: Request) -> Response {
    let service = one.lock().await;
    let (head, body) = request.into_parts();
    let body = to_bytes(body, LIMIT).await.expect("a body");
    let request = axum::http::Request::from_parts(head, s3s::Body::from(body));
    match service.call(request).await {
        Ok(answer) => {
            let (head, body) = answer.into_parts();
            let body = to_bytes(Body::new(body), LIMIT).await.expect("a body");
            Response::from_parts(head, Body::from(body))
        }
        Err(error) => (
            axum::http::StatusCode::INTERNAL_SERVER_ERROR,
            format!("{error:?}"),
        )
            .into_response(),
    }
}
