//! Patterns of names, in which `*` stands for any characters, none included.

/// Whether the whole of `text` fits `pattern`.
pub fn fits(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else {
        return rest.is_empty();
    };
    // The earliest place of each piece leaves the most for what follows.
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, text) in [
            ("*", ""),
            ("*", "anything"),
            ("prod/user/*", "prod/user/alice"),
            ("*/user/a*e", "prod/user/alice"),
            ("a*a*a", "aaa"),
            ("a**b", "ab"),
            ("alice", "alice"),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("prod/user/*", "prod/group/alice"),
            ("a*a", "a"),
            ("a*b*c", "acb"),
            ("alice", "alice2"),
            ("*alice", "alice2"),
        ] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }
}
