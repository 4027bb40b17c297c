//! Sets of names.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A set of names, compared by their exact text.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Box<str>>")]
pub struct NameSet(
    /// A sorted list, smaller than a tree; a store may hold a million.
    Box<[Box<str>]>,
);

impl NameSet {
    /// Whether the set contains `name`.
    pub fn contains(&self, name: &str) -> bool {
        self.0.binary_search_by(|one| (**one).cmp(name)).is_ok()
    }

    /// The names, in the order of their text.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|name| &**name)
    }
}

impl<N: Into<Box<str>>> FromIterator<N> for NameSet {
    fn from_iter<I: IntoIterator<Item = N>>(names: I) -> Self {
        names.into_iter().map(Into::into).collect::<Vec<_>>().into()
    }
}

impl From<Vec<Box<str>>> for NameSet {
    fn from(mut names: Vec<Box<str>>) -> Self {
        names.sort_unstable();
        names.dedup();
        Self(names.into())
    }
}

impl fmt::Debug for NameSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_once_and_found_by_their_exact_text() {
        let set: NameSet = ["b", "a", "b", "", "ab"].into_iter().collect();
        assert!(set.iter().eq(["", "a", "ab", "b"]));
        for name in ["", "a", "ab", "b"] {
            assert!(set.contains(name), "{name}");
        }
        for name in ["A", "a ", "abc", "c"] {
            assert!(!set.contains(name), "{name}");
        }
        assert_eq!(format!("{set:?}"), r#"{"", "a", "ab", "b"}"#);
    }

    #[test]
    fn a_set_is_read_from_json_in_any_order() {
        let set: NameSet = serde_json::from_str(r#"["b", "a", "b"]"#).unwrap();
        assert_eq!(serde_json::to_string(&set).unwrap(), r#"["a","b"]"#);
    }
}
