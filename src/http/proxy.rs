//! Turns the run's proxy settings into those of the client. Never a proxy for loopback.

use reqwest::{NoProxy, Proxy};
use url::Url;

use super::{Problem, Proxies};

/// What is always reached directly.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";

/// Returns the proxies to install, the most particular first.
pub(super) fn proxies(settings: &Proxies) -> Result<Vec<Proxy>, Problem> {
    let Proxies {
        http,
        https,
        all,
        none,
    } = settings;
    let direct = match none.as_deref().map(str::trim) {
        None | Some("") => LOOPBACK.to_owned(),
        Some(hosts) => format!("{hosts},{LOOPBACK}"),
    };
    let sorts = [
        ("HTTP_PROXY", http, Proxy::http::<Url> as fn(Url) -> _),
        ("HTTPS_PROXY", https, Proxy::https::<Url>),
        ("ALL_PROXY", all, Proxy::all::<Url>),
    ];
    let mut found = Vec::new();
    for (name, setting, make) in sorts {
        let Some(text) = setting.as_deref().map(str::trim).filter(|t| !t.is_empty()) else {
            continue;
        };
        let proxy = make(parse(name, text)?).map_err(|_| wrong(name))?;
        found.push(proxy.no_proxy(NoProxy::from_string(&direct)));
    }
    Ok(found)
}

/// Reads a proxy's URL; as everywhere, one without a scheme is an HTTP proxy.
fn parse(name: &str, text: &str) -> Result<Url, Problem> {
    let whole = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    let url = Url::parse(&whole).map_err(|_| wrong(name))?;
    match url.scheme() {
        "http" | "https" | "socks4" | "socks4a" | "socks5" | "socks5h" => Ok(url),
        _ => Err(wrong(name)),
    }
}

/// Does not repeat the URL: it may hold a password.
fn wrong(name: &str) -> Problem {
    Problem::settings(format!(
        "{name} is no proxy's URL; write it like http://proxy.example:3128 or \
         socks5h://proxy.example:1080"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn https(text: &str) -> Result<Vec<Proxy>, Problem> {
        proxies(&Proxies {
            https: Some(text.into()),
            ..Proxies::default()
        })
    }

    #[test]
    fn a_proxy_needs_no_scheme() {
        assert_eq!(https("proxy.example:3128").expect("a proxy").len(), 1);
        assert_eq!(https("socks5h://proxy.example").expect("a proxy").len(), 1);
        assert!(https("  ").expect("no proxy").is_empty());
    }

    #[test]
    fn a_wrong_proxy_is_named_by_its_variable_without_its_password() {
        for text in ["ftp://me:hunter2@proxy", "http://me:hunter2@:::"] {
            let message = https(text).expect_err("no proxy").to_string();
            assert!(message.contains("HTTPS_PROXY"), "{message}");
            assert!(!message.contains("hunter2"), "{message}");
        }
    }
}
