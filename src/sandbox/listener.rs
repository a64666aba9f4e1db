//! The sandbox's sockets: one listener, one handler, and connections cut as scripted.
//!
//! The only file that names axum. Paths reach the emulations as they were sent.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use futures_util::stream;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::emulation::TargetKind;
use super::exchange::{Answer, Request};
use super::world::{Build, Delivery, Served, World};
use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::lock::lock;

/// The address to listen on cannot be had.
pub const CANNOT_LISTEN: Code = Code("E0863");

/// The largest body that is read at all; each server has a smaller cap of its own.
const BODY_CAP: usize = 16 * 1024 * 1024;

/// How a sandbox is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where to listen; without it, on a free port of 127.0.0.1, the one of the last run if that
    /// is still free, so that addresses stay the same.
    pub listen: Option<SocketAddr>,
    /// Where the world is kept; without it, in memory only.
    pub folder: Option<PathBuf>,
}

/// A sandbox that listens, until it is stopped or dropped.
pub struct Sandbox {
    address: SocketAddr,
    world: Arc<Mutex<World>>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<io::Result<()>>,
}

impl Sandbox {
    /// Opens the world and listens.
    pub async fn start(
        options: &Options,
        builders: &[(TargetKind, Build)],
    ) -> Result<Self, Box<Diagnostic>> {
        let world = match &options.folder {
            Some(folder) => World::open(folder, builders)?,
            None => World::in_memory(builders),
        };
        let listener = bound(options.listen, &world).await?;
        Self::serve(world, listener)
    }

    fn serve(mut world: World, listener: TcpListener) -> Result<Self, Box<Diagnostic>> {
        let address = listener
            .local_addr()
            .map_err(|cause| cannot_listen(None, &cause))?;
        world.set_base(&format!("http://{address}"));
        world.set_fact("port", json!(address.port()))?;
        let world = Arc::new(Mutex::new(world));
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(Arc::clone(&world), listener, async {
            // A sandbox that was dropped stops as well.
            let _dropped = stopped.await;
        }));
        Ok(Self {
            address,
            world,
            stop: Some(stop),
            task,
        })
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Looks at or changes the world. Requests wait meanwhile.
    pub fn with<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        look(&mut lock(&self.world))
    }

    /// Takes no more requests, answers those under way, and ends.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        if tokio::time::timeout(Duration::from_secs(2), &mut self.task)
            .await
            .is_err()
        {
            self.task.abort();
        }
    }

    /// Runs until the listener fails.
    pub async fn wait(mut self) {
        let _ended = (&mut self.task).await;
    }
}

async fn bound(listen: Option<SocketAddr>, world: &World) -> Result<TcpListener, Box<Diagnostic>> {
    if let Some(address) = listen {
        let listener = TcpListener::bind(address).await;
        return listener.map_err(|cause| cannot_listen(Some(address), &cause));
    }
    let port = world.fact("port").and_then(serde_json::Value::as_u64);
    let kept = port.and_then(|port| u16::try_from(port).ok()).unwrap_or(0);
    let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match TcpListener::bind(local(kept)).await {
        Ok(listener) => Ok(listener),
        Err(_taken) => {
            let listener = TcpListener::bind(local(0)).await;
            listener.map_err(|cause| cannot_listen(Some(local(0)), &cause))
        }
    }
}

fn cannot_listen(address: Option<SocketAddr>, cause: &io::Error) -> Box<Diagnostic> {
    let address = address.map_or_else(|| "a socket".to_owned(), |address| address.to_string());
    Diagnostic::error(
        CANNOT_LISTEN,
        format!("starting the sandbox on {address}: {cause}"),
    )
    .hint("choose another address: `--listen 127.0.0.1:0` takes any free port")
    .into()
}

/// Serves `world` on `listener` until `stop` resolves.
pub async fn serve(
    world: Arc<Mutex<World>>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let router = axum::Router::new().fallback(handle).with_state(world);
    axum::serve(listener, router)
        .with_graceful_shutdown(stop)
        .await
}

async fn handle(
    State(world): State<Arc<Mutex<World>>>,
    request: axum::extract::Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_CAP).await else {
        return delivered(Served::whole(Answer::text(413, "Payload Too Large")));
    };
    let headers = parts.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let request = Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: headers.collect(),
        body: body.to_vec(),
        base: String::new(),
    };
    let mut served = lock(&world).serve(request);
    if let Some(late) = served.late.take() {
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(late.after)).await;
            lock(&world).carry_out(&late);
        });
    }
    if served.delay > 0 {
        tokio::time::sleep(Duration::from_millis(served.delay)).await;
    }
    delivered(served)
}

fn delivered(served: Served) -> Response<Body> {
    let Served {
        answer: Answer {
            status,
            headers,
            body,
        },
        delivery,
        ..
    } = served;
    let length = body.len();
    let mut response = Response::new(match delivery {
        Delivery::Whole => Body::from(body),
        Delivery::Truncated => broken_off(body.get(..length / 2).unwrap_or_default().to_vec()),
        Delivery::Cut => broken_off(Vec::new()),
    });
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    if delivery != Delivery::Whole {
        let length = HeaderValue::from(length.max(1));
        response.headers_mut().insert("content-length", length);
    }
    response
}

/// A body that breaks off after `start`: the server closes the connection.
fn broken_off(start: Vec<u8>) -> Body {
    let cut = || Err(io::Error::from(io::ErrorKind::ConnectionReset));
    if start.is_empty() {
        return Body::from_stream(stream::once(async move { cut() as io::Result<Bytes> }));
    }
    let parts = stream::unfold(Some(start), move |left| async move {
        match left {
            Some(start) if !start.is_empty() => Some((Ok(Bytes::from(start)), Some(Vec::new()))),
            Some(_) => {
                // Gives the first part time to leave.
                tokio::time::sleep(Duration::from_millis(20)).await;
                Some((cut(), None))
            }
            None => None,
        }
    });
    Body::from_stream(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::emulation::Emulation;
    use crate::sandbox::fault::Rule;
    use crate::sandbox::tables::Tables;
    use serde_json::{Map, Value};

    /// Answers with the path that it was asked for.
    struct Echo(Tables);

    impl Emulation for Echo {
        fn answer(&mut self, request: &Request, _now_ms: u64) -> Answer {
            let text = format!(
                "{}?{}",
                request.path,
                request.query.as_deref().unwrap_or("-")
            );
            Answer::text(200, &text)
        }

        fn tables(&mut self) -> &mut Tables {
            &mut self.0
        }
    }

    fn echo(_settings: &Map<String, Value>, kept: Option<Tables>) -> Box<dyn Emulation> {
        Box::new(Echo(kept.unwrap_or_default()))
    }

    async fn started(options: &Options) -> Sandbox {
        let sandbox = Sandbox::start(options, &[(TargetKind::Dcos, echo)])
            .await
            .unwrap();
        sandbox
            .with(|world| world.ensure("c/prod", &Map::new()))
            .unwrap();
        sandbox
    }

    /// Sends raw bytes, for reqwest would mend the path, and returns all that comes back.
    async fn raw(sandbox: &Sandbox, target: &str) -> String {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut stream = tokio::net::TcpStream::connect(sandbox.address())
            .await
            .unwrap();
        let request = format!("GET {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // A reset is what some tests wait for.
        let _ended = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[tokio::test]
    async fn a_path_reaches_the_target_as_it_was_sent() {
        let sandbox = started(&Options::default()).await;
        let answer = raw(&sandbox, "/c/prod/acls/a%252Fb%2Fc?x=%20").await;
        assert!(answer.ends_with("/acls/a%252Fb%2Fc?x=%20"), "{answer}");
        sandbox.stop().await;
    }

    #[tokio::test]
    async fn it_listens_on_the_sixth_protocol_too() {
        let listen = "[::1]:0".parse().ok();
        let Ok(sandbox) = Sandbox::start(
            &Options {
                listen,
                folder: None,
            },
            &[],
        )
        .await
        else {
            return; // a machine without IPv6
        };
        assert!(sandbox.base().starts_with("http://[::1]:"));
        assert!(raw(&sandbox, "/c/none/").await.starts_with("HTTP/1.1 404"));
    }

    #[tokio::test]
    async fn a_cut_connection_brings_no_byte_and_a_truncated_body_half() {
        let sandbox = started(&Options::default()).await;
        sandbox.with(|world| {
            world
                .faults
                .add(Rule::parse("/cut=cut-after-commit").unwrap());
            world
                .faults
                .add(Rule::parse("/half=truncate-body").unwrap());
        });
        assert_eq!(raw(&sandbox, "/c/prod/cut").await, "");
        let half = raw(&sandbox, "/c/prod/half").await;
        assert!(
            half.contains("content-length: 7") && half.ends_with("\r\n\r\n/ha"),
            "{half}"
        );
    }

    #[tokio::test]
    async fn a_kept_world_is_found_at_the_same_address_again() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            listen: None,
            folder: Some(folder.path().to_owned()),
        };
        let first = started(&options).await;
        let base = first.base();
        first.stop().await;
        assert_eq!(started(&options).await.base(), base);
    }
}
