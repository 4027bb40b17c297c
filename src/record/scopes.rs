//! Scopes of an access token.

use serde::{Deserialize, Serialize};

use crate::record::name_set::NameSet;

/// A set of scopes (RFC 6749 section 3.3), compared by their exact text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scopes(NameSet);

impl Scopes {
    /// Makes a set of these scopes.
    pub fn of<S: Into<String>>(scopes: impl IntoIterator<Item = S>) -> Self {
        Self(scopes.into_iter().map(Into::into).collect())
    }

    /// Reads a space-separated list of scopes, as OAuth writes them.
    pub fn parse(list: &str) -> Self {
        Self::of(list.split(' ').filter(|scope| !scope.is_empty()))
    }

    /// Whether the set contains `scope`.
    pub fn contains(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }

    /// The scopes, in the order of their text.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter()
    }

    /// The first of these scopes that `granted` does not have.
    pub fn missing_from<'s>(&'s self, granted: &Self) -> Option<&'s str> {
        self.iter().find(|scope| !granted.contains(scope))
    }
}
