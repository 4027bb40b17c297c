//! What is wrong in a policy file, and where.

use std::fmt;

use crate::policy::near::{is_plain, nearest, shown};

/// A mistake in a policy file, or in the parts that it refers to: the path to the member, what was
/// found there, and what would be right.
///
/// ```
/// use tollgate::policy::Policies;
///
/// # fn main() -> Result<(), toml::de::Error> {
/// let file = "gates.orders.interceptors = [{ location = 'HEADR', name = 'client_id' }]";
/// let table: toml::Table = toml::from_str(file)?;
/// let error = Policies::read(table).unwrap_err();
/// assert_eq!(error.path(), "gates.orders.interceptors[0].location");
/// assert_eq!(error.suggestion(), Some("HEADER"));
/// # Ok(())
/// # }
/// ```
///
/// # Security
/// It never shows what may be a secret. Where a name or a time is expected, it shows a text that is
/// nearly one of the names, or a word of at most 16 characters; of any other it tells the length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    path: String,
    found: String,
    expected: String,
    suggestion: Option<String>,
}

impl PolicyError {
    pub(super) fn new(
        path: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        let (path, found, expected) = (path.into(), found.into(), expected.into());
        Self { path, found, expected, suggestion: None }
    }

    /// An error about a text that is not one of `names`.
    pub(super) fn not_one_of(path: impl Into<String>, text: &str, names: &[&str]) -> Self {
        Self::new(path, shown(text, names), one_of(names)).meaning(text, names)
    }

    /// Suggests the one of `names` that was probably meant by `text`.
    pub(super) fn meaning(self, text: &str, names: &[&str]) -> Self {
        let suggestion = is_plain(text).then(|| nearest(text, names)).flatten();
        Self { suggestion, ..self }
    }

    /// The path to the member, such as `gates.orders.interceptors[2].issuers[0].algorithms[1]`;
    /// empty for the whole file.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was found there: its type, its name, or what is wrong with it.
    pub fn found(&self) -> &str {
        &self.found
    }

    /// What would be right.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// The name that was probably meant.
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }
}

impl std::error::Error for PolicyError {}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.path.is_empty() { "the file" } else { &self.path };
        write!(f, "{place}: {}; expected {}", self.found, self.expected)?;
        match &self.suggestion {
            Some(name) => write!(f, "; did you mean `{name}`?"),
            None => Ok(()),
        }
    }
}

/// Names in quotes, as the words after "expected".
pub(super) fn one_of(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => "a name; there is none".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}
