//! What the server takes as a uid, gid or rid, checked before it is asked
//! (reference/dcos-iam.md, "Identifiers").

/// Why `uid` is refused.
pub(super) fn uid(uid: &str) -> Option<String> {
    if uid == "anonymous" {
        return Some("the uid `anonymous` is reserved".to_owned());
    }
    word(uid, "uid", 96, "_-@.")
}

/// Why `gid` is refused: no dots in it.
pub(super) fn gid(gid: &str) -> Option<String> {
    word(gid, "gid", 64, "_-@")
}

/// Why the id of an identity provider is refused: Admin Router routes letters, digits and `-`, and
/// the documentation wants lower case.
pub(super) fn provider(id: &str) -> Option<String> {
    id.chars()
        .find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-'))
        .map(|c| format!("a provider's id cannot hold {c:?}: lower-case letters, digits and `-`"))
}

/// Why `rid` is refused. The server's exact rule is not public; what could not be addressed is
/// refused.
pub(super) fn rid(rid: &str) -> Option<String> {
    if rid.is_empty() {
        return Some("an empty rid cannot be addressed".to_owned());
    }
    if rid.contains("%2F") || rid.contains("%2f") {
        return Some("a rid with a literal `%2F` cannot be addressed".to_owned());
    }
    rid.chars()
        .find(|c| c.is_control() || c.is_whitespace())
        .map(|c| format!("a rid cannot hold {c:?}"))
}

fn word(text: &str, what: &str, most: usize, also: &str) -> Option<String> {
    if text == "." || text == ".." {
        return Some(format!(
            "the {what} `{text}` cannot be addressed: URLs swallow it"
        ));
    }
    if text.is_empty() || text.len() > most {
        return Some(format!(
            "a {what} has 1 to {most} characters, this one {}",
            text.len()
        ));
    }
    text.chars()
        .find(|c| !c.is_ascii_alphanumeric() && !also.contains(*c))
        .map(|c| format!("a {what} cannot hold {c:?}: letters, digits and `{also}` only"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trailing_line_break_is_caught_although_the_server_takes_it() {
        assert!(uid("newline\n").is_some());
        assert!(uid("alice@example.com").is_none());
        assert!(uid("..").is_some());
    }

    #[test]
    fn a_gid_has_no_dot() {
        assert!(gid("ops.team").is_some());
        assert!(gid("ops-team").is_none());
    }

    #[test]
    fn a_rid_may_hold_slashes() {
        assert!(rid("dcos:service:marathon:marathon:services:/dev").is_none());
        assert!(rid("a%2Fb").is_some());
    }
}
