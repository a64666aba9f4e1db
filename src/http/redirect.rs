//! Where a redirect may lead: nowhere but the same origin, because tokens go along.

use url::Url;

use super::problem::host;
use super::{Answer, Method, Phase, Problem, Reached};

/// Returns where `answer` sends a request with this method, if it is followed.
///
/// # Errors
/// It leads to another origin, or the request would not be the same any more.
pub(super) fn next(method: &Method, answer: &Answer) -> Result<Option<Url>, Problem> {
    let kept = match answer.status {
        307 | 308 => true,
        301..=303 => *method == Method::GET,
        _ => return Ok(None),
    };
    let Some(location) = answer.header("location") else {
        return Ok(None);
    };
    let refused = |message| {
        let (phase, reached) = (Phase::Redirect, Reached::Refused);
        Err(Problem::new(phase, reached, &answer.url, message))
    };
    let from = &answer.url;
    match from.join(location) {
        Ok(to) if to.origin() != from.origin() => refused(format!(
            "{} answered {} and wants the request sent to another origin, {}; write the right \
             URL where the target is declared",
            from.origin().ascii_serialization(),
            answer.status,
            to.origin().ascii_serialization()
        )),
        Ok(to) if kept => Ok(Some(to)),
        Ok(to) => refused(format!(
            "{} answered a {method} with the redirect {} to {}, which would drop its body",
            host(from),
            answer.status,
            to.path()
        )),
        Err(_) => refused(format!("{} redirects to what is no URL", host(from))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderMap;

    fn redirect(method: &Method, status: u16, location: &str) -> Result<Option<Url>, Problem> {
        let mut headers = HeaderMap::new();
        headers.insert("location", location.parse().expect("a header"));
        let url = Url::parse("https://a.example/api/roles?page=1").expect("a URL");
        let body = Vec::new();
        next(
            method,
            &Answer {
                status,
                headers,
                body,
                url,
            },
        )
    }

    #[test]
    fn the_same_origin_is_followed() {
        let to = redirect(&Method::GET, 302, "/api/roles/").expect("allowed");
        assert_eq!(
            to.expect("followed").as_str(),
            "https://a.example/api/roles/"
        );
        let to = redirect(&Method::POST, 308, "https://a.example:443/x").expect("allowed");
        assert_eq!(to.expect("followed").as_str(), "https://a.example/x");
        assert_eq!(redirect(&Method::GET, 200, "/x"), Ok(None));
    }

    #[test]
    fn another_origin_is_refused_and_both_are_named() {
        for to in [
            "https://b.example/",
            "http://a.example/",
            "//a.example:444/x",
        ] {
            let message = redirect(&Method::GET, 302, to)
                .expect_err("refused")
                .message;
            assert!(message.contains("https://a.example"), "{message}");
            assert!(message.contains("another origin"), "{message}");
        }
    }

    #[test]
    fn a_write_is_never_turned_into_a_read() {
        assert!(redirect(&Method::POST, 302, "/api/roles/").is_err());
    }
}
