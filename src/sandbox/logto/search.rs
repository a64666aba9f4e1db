//! Looking up by name: `search`, `mode` and `isCaseSensitive` (section 1.4 of the reference).

use serde_json::Value;

use super::call::Call;
use super::refusal::{Refusal, internal};
use super::shape::bad_search;

/// What a list can be searched for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Searchable {
    /// The field's names in answers and, for the message, in the database.
    pub(super) fields: &'static [(&'static str, &'static str)],
    /// A bad field or mode is an unforeseen error (`applications.jsonl` 175 and 176).
    pub(super) careless: bool,
}

/// `extra-verify.jsonl` 23 and 25.
pub(super) const NAMED: Searchable = Searchable {
    fields: &[
        ("id", "id"),
        ("name", "name"),
        ("description", "description"),
    ],
    careless: false,
};

/// `users.jsonl` 609.
pub(super) const USERS: Searchable = Searchable {
    fields: &[
        ("id", "id"),
        ("primaryEmail", "primary_email"),
        ("primaryPhone", "primary_phone"),
        ("username", "username"),
        ("name", "name"),
    ],
    careless: false,
};

/// `applications.jsonl` 173 to 176.
pub(super) const APPLICATIONS: Searchable = Searchable {
    careless: true,
    ..NAMED
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Like,
    Exact,
}

struct Term {
    fields: Vec<&'static str>,
    values: Vec<String>,
    mode: Mode,
}

/// The rows that the query's search parameters mean, in their order.
pub(super) fn found<'a>(
    call: &Call<'_>,
    rows: Vec<&'a Value>,
    searchable: &Searchable,
) -> Result<Vec<&'a Value>, Refusal> {
    let terms = terms(call, searchable)?;
    if terms.is_empty() {
        return Ok(rows);
    }
    let sensitive = call.query("isCaseSensitive").as_deref() == Some("true");
    let joint_and = call.query("joint").as_deref() == Some("and");
    let meant = |row: &&Value| {
        let mut each = terms.iter().map(|term| term.meets(row, sensitive));
        if joint_and {
            each.all(|met| met)
        } else {
            each.any(|met| met)
        }
    };
    Ok(rows.into_iter().filter(meant).collect())
}

fn terms(call: &Call<'_>, searchable: &Searchable) -> Result<Vec<Term>, Refusal> {
    let mut names: Vec<String> = Vec::new();
    for (name, _) in call.request.query_pairs() {
        if (name == "search" || name.starts_with("search.")) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
        .iter()
        .map(|name| term(call, searchable, name))
        .collect()
}

fn term(call: &Call<'_>, searchable: &Searchable, name: &str) -> Result<Term, Refusal> {
    let field = name.strip_prefix("search.");
    let fields: Vec<_> = searchable
        .fields
        .iter()
        .filter(|(known, _)| field.is_none_or(|field| field == *known))
        .map(|(known, _)| *known)
        .collect();
    if fields.is_empty() {
        return Err(searchable.bad_field(field.unwrap_or_default()));
    }
    let mode_name = field.map_or_else(|| "mode".to_owned(), |field| format!("mode.{field}"));
    let mode = match call.query(&mode_name).as_deref() {
        None | Some("like") => Mode::Like,
        Some("exact") => Mode::Exact,
        Some(other) => return Err(searchable.bad_mode(other)),
    };
    let values = call.query_all(name);
    Ok(Term {
        fields,
        values,
        mode,
    })
}

impl Searchable {
    fn bad_field(&self, field: &str) -> Refusal {
        if self.careless {
            return internal();
        }
        let names: Vec<_> = self.fields.iter().map(|(_, name)| *name).collect();
        let expected = names.join(", ");
        bad_search(&format!(
            "Search field `{field}` is not valid, expect one of {expected}."
        ))
    }

    /// That others refuse a bad mode as they refuse a bad field is an inference.
    fn bad_mode(&self, mode: &str) -> Refusal {
        if self.careless {
            return internal();
        }
        bad_search(&format!("Search mode `{mode}` is not valid."))
    }
}

impl Term {
    fn meets(&self, row: &Value, sensitive: bool) -> bool {
        let fields = self.fields.iter().filter_map(|field| row[*field].as_str());
        let mut pairs = fields.flat_map(|text| self.values.iter().map(move |value| (text, value)));
        pairs.any(|(text, value)| {
            let (text, value) = if sensitive {
                (text.to_owned(), value.clone())
            } else {
                (text.to_lowercase(), value.to_lowercase())
            };
            match self.mode {
                Mode::Exact => text == value,
                Mode::Like => like(&text, &value),
            }
        })
    }
}

/// SQL's `LIKE`: `_` is any character, `%` any text, a backslash takes the next one as it is.
fn like(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<_>, Vec<_>) = (text.chars().collect(), pattern.chars().collect());
    // reach[i]: the pattern so far meets the first i characters.
    let mut reach = vec![false; text.len() + 1];
    reach[0] = true;
    let mut at = 0;
    while at < pattern.len() {
        let next = match pattern[at] {
            '%' => {
                let mut any = false;
                reach
                    .iter()
                    .map(|met| {
                        any |= *met;
                        any
                    })
                    .collect()
            }
            '_' => shifted(&reach, |_| true),
            '\\' if at + 1 < pattern.len() => {
                at += 1;
                shifted(&reach, |index| text[index] == pattern[at])
            }
            plain => shifted(&reach, |index| text[index] == plain),
        };
        reach = next;
        at += 1;
    }
    reach.last().copied().unwrap_or(false)
}

fn shifted(reach: &[bool], meets: impl Fn(usize) -> bool) -> Vec<bool> {
    let mut next = vec![false; reach.len()];
    for index in 1..reach.len() {
        next[index] = reach[index - 1] && meets(index - 1);
    }
    next
}

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn like_knows_its_wildcards() {
        assert!(like("axbyc", "a_b%c"));
        assert!(like("a_b%c", "a\\_b\\%c") && !like("axbyc", "a\\_b\\%c"));
        assert!(like("role a", "%role%") && !like("rol", "%role%"));
        assert!(like("", "%") && !like("", "_"));
    }
}
