//! Which identifiers are taken, and how objects are addressed.

/// What every path begins with.
pub(super) const BASE: &str = "/acs/api/v1";

/// The group whose members rule the cluster.
pub(super) const SUPERUSERS: &str = "superusers";
/// The resource any action on which makes a superuser ([D]).
pub(super) const SUPERUSER: &str = "dcos:superuser";
/// The resource `full` on which lets a principal use the IAM ([D]).
pub(super) const IAM: &str = "dcos:adminrouter:acs";

/// The actions there are ([D]).
pub(super) const ACTIONS: [&str; 5] = ["create", "read", "update", "delete", "full"];

/// 1 to 96 letters, digits and `-_@.` (protocol.jsonl 27 to 56); one line end may follow
/// (protocol.jsonl 38); `anonymous` is reserved (protocol.jsonl 40).
pub(super) fn is_uid(uid: &str) -> bool {
    let plain = uid.strip_suffix('\n').unwrap_or(uid);
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "-_@.".contains(letter);
    uid != "anonymous"
        && uid.chars().count() <= 96
        && !plain.is_empty()
        && plain.chars().all(allowed)
}

/// 1 to 64 letters, digits and `-_@`, no dot: documented for imported groups ([D]), for others
/// inferred ([I]).
pub(super) fn is_gid(gid: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "-_@".contains(letter);
    (1..=64).contains(&gid.len()) && gid.chars().all(allowed)
}

/// Parts separated by colons, of letters, digits and `/*.-_@` ([T]; the exact rule is not public,
/// so this one is inferred, [I]).
pub(super) fn is_rid(rid: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "/*.-_@".contains(letter);
    let part = |part: &str| !part.is_empty() && part.chars().all(allowed);
    rid.contains(':') && rid.split(':').all(part)
}

/// Lower-case letters, digits and `-` ([D]).
pub(super) fn is_provider_id(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !id.is_empty() && id.bytes().all(allowed)
}

/// A liberal test for an e-mail address: something, `@`, something, a dot, something
/// (users.jsonl 39).
pub(super) fn is_like_email(uid: &str) -> bool {
    let Some((name, host)) = uid.split_once('@') else {
        return false;
    };
    let host = host.split('@').next().unwrap_or_default();
    let inner = host.char_indices().skip(1);
    let dotted = |(at, letter): (usize, char)| letter == '.' && at + 1 < host.len();
    !name.is_empty() && inner.into_iter().any(dotted)
}

/// Where a user is (users.jsonl 3).
pub(super) fn user_url(uid: &str) -> String {
    format!("{BASE}/users/{uid}")
}

/// Where a group is ([S]).
pub(super) fn group_url(gid: &str) -> String {
    format!("{BASE}/groups/{gid}")
}

/// Where a membership is ([S]).
pub(super) fn membership_url(gid: &str, uid: &str) -> String {
    format!("{BASE}/groups/{gid}/users/{uid}")
}

/// Where an ACL is: slashes are encoded twice, so that the URL can be followed as it is
/// (reference, "rid in URLs").
pub(super) fn acl_url(rid: &str) -> String {
    format!("{BASE}/acls/{}", rid.replace('/', "%252F"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uids_are_taken_as_recorded() {
        let longest = "a".repeat(96);
        for good in [
            ".",
            "..",
            "-",
            "aZ09-_@.",
            "newline\n",
            "Anonymous",
            &longest,
        ] {
            assert!(is_uid(good), "{good:?}");
        }
        let longer = "a".repeat(97);
        for bad in [
            "",
            "a!",
            "a+b",
            "a b",
            "new\nline",
            "üser",
            "anonymous",
            "\n",
            &longer,
        ] {
            assert!(!is_uid(bad), "{bad:?}");
        }
    }

    #[test]
    fn an_address_without_a_dot_is_no_email() {
        assert!(is_like_email("first.last@example.com"));
        for bad in ["a", "a@b", "@b.c", "a@.", "a@b."] {
            assert!(!is_like_email(bad), "{bad}");
        }
    }

    #[test]
    fn a_slash_in_a_resource_is_encoded_twice() {
        assert!(is_rid("dcos:service:marathon:marathon:services:/dev"));
        assert_eq!(acl_url("dcos:a:/dev"), "/acs/api/v1/acls/dcos:a:%252Fdev");
    }
}
