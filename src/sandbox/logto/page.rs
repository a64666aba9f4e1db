//! Lists: pages, their headers, and the links that lead astray.

use serde_json::Value;

use super::call::Call;
use super::refusal::{Refusal, Reply, bad_paging, nothing_to_write};
use crate::sandbox::exchange::Answer;

/// Which lists are paged (`reference/logto-management.md`, section 1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paging {
    /// Twenty without parameters.
    Always,
    /// Only with `page` or `page_size`, else all and no `Total-Number`.
    OnRequest,
}

struct Wanted {
    page: f64,
    size: f64,
}

/// Answers with the wanted page of `rows`; `finish` completes the rows that are shown.
pub(super) fn listed(
    call: &Call<'_>,
    rows: Vec<&Value>,
    paging: Paging,
    finish: impl FnOnce(&Call<'_>, Vec<Value>) -> Vec<Value>,
) -> Reply {
    let asked = ["page", "page_size"]
        .iter()
        .any(|name| call.query(name).is_some());
    if paging == Paging::OnRequest && !asked {
        let rows = finish(call, rows.into_iter().cloned().collect());
        return Ok(Answer::json(200, &Value::Array(rows)));
    }
    let Wanted { page, size } = wanted(call)?;
    let total = rows.len();
    // `resources.jsonl` 352 and 353: half a page shifts the offset, half a size is refused late.
    let offset = (page - 1.0) * size;
    if size.fract() != 0.0 || offset.fract() != 0.0 {
        return Err(nothing_to_write());
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and positive; a huge one saturates"
    )]
    let (skip, take) = (offset as usize, size as usize);
    let shown: Vec<_> = rows.into_iter().skip(skip).take(take).cloned().collect();
    let shown = finish(call, shown);
    let mut answer =
        Answer::json(200, &Value::Array(shown)).with_header("total-number", total.to_string());
    for link in links(call, page, total, take) {
        answer = answer.with_header("link", link);
    }
    Ok(answer)
}

/// A list whose rows are complete.
pub(super) fn plain(call: &Call<'_>, rows: Vec<&Value>, paging: Paging) -> Reply {
    listed(call, rows, paging, |_, rows| rows)
}

fn wanted(call: &Call<'_>) -> Result<Wanted, Refusal> {
    let number = |name: &str, default: f64| {
        let mut given = call.query_all(name);
        match (given.pop(), given.pop()) {
            (None, _) => Ok(default),
            // Twice the same: `extra-lookup.jsonl` 48.
            (Some(_), Some(_)) => Err(bad_paging()),
            (Some(text), None) => {
                let number = text.trim().parse::<f64>().ok();
                number
                    .filter(|n| n.is_finite() && *n > 0.0)
                    .ok_or_else(bad_paging)
            }
        }
    };
    let (page, size) = (number("page", 1.0)?, number("page_size", 20.0)?);
    if page < 1.0 || size > 100.0 {
        return Err(bad_paging());
    }
    Ok(Wanted { page, size })
}

/// The links lack `/api`, so that following one leads to the sign-in page (`auth.jsonl` 23).
fn links(call: &Call<'_>, page: f64, total: usize, size: usize) -> Vec<String> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be positive; a huge one saturates"
    )]
    let page = page as usize;
    let last = total.div_ceil(size.max(1)).max(1);
    let mut wanted = vec![(1, "first")];
    if page > 1 {
        wanted.push((page - 1, "prev"));
    }
    wanted.push((last, "last"));
    if page < last {
        wanted.push((page + 1, "next"));
    }
    let link = |(page, rel)| format!("<{}>; rel=\"{rel}\"", target(call, page));
    wanted.into_iter().map(link).collect()
}

fn target(call: &Call<'_>, page: usize) -> String {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (name, value) in call.request.query_pairs() {
        // Repeated names are joined: `extra-lookup.jsonl` 47.
        match pairs.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = format!("{known},{value}"),
            None => pairs.push((name, value)),
        }
    }
    match pairs.iter_mut().find(|(name, _)| name == "page") {
        Some((_, known)) => *known = page.to_string(),
        None => pairs.push(("page".to_owned(), page.to_string())),
    }
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    let path = &call.request.path;
    let path = path.strip_prefix("/api").unwrap_or(path);
    format!("{}{path}?{query}", call.request.base)
}
