//! Input that cannot be used.

use std::fmt;

/// What cannot be used: its place (a file, an option, a line of a file), and why.
#[derive(Debug)]
pub(crate) struct Unusable {
    place: String,
    problem: String,
}

impl Unusable {
    pub(crate) fn new(place: impl fmt::Display, problem: impl fmt::Display) -> Self {
        Self { place: place.to_string(), problem: problem.to_string() }
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}
