//! How servers are reached: what flags and the environment say of proxies, authorities and times.

use std::path::{Path, PathBuf};

use super::args::Network;
use super::environment::Environment;
use super::outcome::Failure;
use crate::base::{Code, Diagnostic};
use crate::http::{CaFile, Problem, Proxies, Settings};
use crate::plan::World;

/// A file of authorities cannot be read.
pub(super) const NO_CA: Code = Code("E0809");

/// A proxy or an authority that is none.
pub(super) const BAD_NETWORK: Code = Code("E0813");

/// The settings of every request of a run. The sandbox is on this machine: no proxy leads there.
pub(super) fn settings(
    args: &Network,
    environment: &Environment,
    world: World,
) -> Result<Settings, Failure> {
    let usual = Settings::default();
    let common = environment.path("SSL_CERT_FILE");
    let files = args
        .ca_file
        .iter()
        .chain(common.as_ref())
        .filter(|path| !path.as_os_str().is_empty());
    let ca = files
        .map(|path| authority(path))
        .collect::<Result<_, _>>()?;
    Ok(Settings {
        proxies: match world {
            World::Live => proxies(environment),
            World::Sandbox => Proxies::default(),
        },
        ca,
        connect_timeout: args.connect_timeout,
        timeout: args.timeout,
        parallel: usize::from(args.parallelism),
        ..usual
    })
}

/// What is wrong with the settings, found when they are used first.
pub(super) fn unusable(problem: &Problem) -> Failure {
    let message = format!("preparing to reach servers: {problem}");
    Diagnostic::error(BAD_NETWORK, message)
        .hint("check the proxy variables, SSL_CERT_FILE and --ca-file")
        .into()
}

fn proxies(environment: &Environment) -> Proxies {
    let one = |name: &str| environment.either(name).map(str::to_owned);
    Proxies {
        // A web server's CGI scripts get a `Proxy` header of strangers as HTTP_PROXY.
        http: match environment.text("REQUEST_METHOD") {
            Some(_) => environment.text("http_proxy").map(str::to_owned),
            None => one("HTTP_PROXY"),
        },
        https: one("HTTPS_PROXY"),
        all: one("ALL_PROXY"),
        none: one("NO_PROXY"),
    }
}

fn authority(path: &Path) -> Result<CaFile, Failure> {
    let name = path.display().to_string();
    let pem = std::fs::read_to_string(PathBuf::from(path)).map_err(|cause| {
        let message = format!("reading the authorities in `{name}`: {cause}");
        Failure::from(Diagnostic::error(NO_CA, message).hint("name a file in PEM: --ca-file FILE"))
    })?;
    Ok(CaFile { name, pem })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_read_in_either_spelling() {
        let environment = Environment::from([
            ("https_proxy", "http://proxy.example:3128"),
            ("NO_PROXY", "example.com"),
        ]);
        let found = proxies(&environment);
        assert_eq!(found.https.as_deref(), Some("http://proxy.example:3128"));
        assert_eq!(found.none.as_deref(), Some("example.com"));
        assert_eq!(found.http, None);
    }

    #[test]
    fn a_proxy_that_a_stranger_names_is_not_used() {
        let environment =
            Environment::from([("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "http://evil")]);
        assert_eq!(proxies(&environment).http, None);
    }
}
