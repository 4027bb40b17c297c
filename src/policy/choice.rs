//! The names that an enum reads, taken from what serde says of a name that it does not.

use std::fmt;

use serde::de;

/// A text was none of these names.
#[derive(Debug)]
pub(super) struct NotAChoice(pub(super) &'static [&'static str]);

impl de::Error for NotAChoice {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(&[])
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self(expected)
    }
}

impl fmt::Display for NotAChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not one of the names")
    }
}

impl std::error::Error for NotAChoice {}
