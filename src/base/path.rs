//! Where in an object a value stands: `oidcClientMetadata.redirectUris[0]`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One step into a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// A mapping's key.
    Key(String),
    /// A list's index, from 0.
    Index(usize),
}

/// A path into an object's fields. The empty path is the object itself.
///
/// Printed with dots; a key that holds a dot, a bracket, a quote or nothing is written `["a.b"]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath(Vec<Segment>);

/// A text that is no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a field path: write it like `a.b[0].c`")]
pub struct NotAPath(pub String);

impl FieldPath {
    /// The object itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// The top-level field `name`.
    pub fn field(name: &str) -> Self {
        Self(vec![Segment::Key(name.to_owned())])
    }

    /// A declared path of plain keys, such as `customClientMetadata.isDeviceFlow`.
    pub fn dotted(text: &str) -> Self {
        Self(
            text.split('.')
                .map(|key| Segment::Key(key.to_owned()))
                .collect(),
        )
    }

    /// This path and then `key`.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.then(Segment::Key(key.to_owned()))
    }

    /// This path and then the item at `index`.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.then(Segment::Index(index))
    }

    fn then(&self, segment: Segment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }

    /// This path in what `outer` names.
    #[must_use]
    pub fn below(&self, outer: &str) -> Self {
        let mut segments = vec![Segment::Key(outer.to_owned())];
        segments.extend(self.0.iter().cloned());
        Self(segments)
    }

    /// The steps, outermost first.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The top-level field that this path leads into; none for the root.
    pub fn top(&self) -> Option<&str> {
        match self.0.first() {
            Some(Segment::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// Whether this path is `other` or lies below it.
    pub fn starts_with(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// The keys alone, list indexes left out: what policies are declared on.
    #[must_use]
    pub fn without_indexes(&self) -> Self {
        Self(
            self.0
                .iter()
                .filter(|s| matches!(s, Segment::Key(_)))
                .cloned()
                .collect(),
        )
    }
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && !key.contains(['.', '[', ']', '"'])
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if !is_plain(key) => {
                    write!(f, "[{}]", serde_json::Value::from(key.as_str()))?;
                }
                Segment::Key(key) if n == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}

impl FromStr for FieldPath {
    type Err = NotAPath;

    fn from_str(text: &str) -> Result<Self, NotAPath> {
        let wrong = || NotAPath(text.to_owned());
        let (mut segments, mut rest) = (Vec::new(), text);
        while !rest.is_empty() {
            if let Some(bracket) = rest.strip_prefix('[') {
                let (segment, after) = bracketed(bracket).ok_or_else(wrong)?;
                segments.push(segment);
                rest = after;
            } else {
                let word = match (segments.is_empty(), rest.strip_prefix('.')) {
                    (true, None) => rest,
                    (false, Some(word)) => word,
                    _ => return Err(wrong()),
                };
                let end = word.find(['.', '[']).unwrap_or(word.len());
                if !is_plain(&word[..end]) {
                    return Err(wrong());
                }
                segments.push(Segment::Key(word[..end].to_owned()));
                rest = &word[end..];
            }
        }
        Ok(Self(segments))
    }
}

/// Reads `0]…` or `"key"]…`; the quoted form is JSON's.
fn bracketed(text: &str) -> Option<(Segment, &str)> {
    if !text.starts_with('"') {
        let (index, after) = text.split_once(']')?;
        return Some((Segment::Index(index.parse().ok()?), after));
    }
    let mut quoted = serde_json::Deserializer::from_str(text).into_iter::<String>();
    let key = quoted.next()?.ok()?;
    let after = text[quoted.byte_offset()..].strip_prefix(']')?;
    Some((Segment::Key(key), after))
}

impl Serialize for FieldPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FieldPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn segment() -> impl Strategy<Value = Segment> {
        prop_oneof![
            "[ -~]{0,6}".prop_map(Segment::Key),
            (0_usize..99).prop_map(Segment::Index),
        ]
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(segments in proptest::collection::vec(segment(), 0..5)) {
            let path = FieldPath(segments);
            prop_assert_eq!(path.to_string().parse::<FieldPath>().expect("reads back"), path);
        }
    }

    #[test]
    fn policies_are_looked_up_without_indexes() {
        let path: FieldPath = "users[3].roles[0]".parse().expect("a path");
        assert_eq!(path.without_indexes(), FieldPath::dotted("users.roles"));
    }
}
