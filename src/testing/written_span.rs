//! Spans of time as texts.

use std::fmt;
use std::time::Duration;

/// A span as it is printed: in seconds, or in milliseconds where they are not whole.
pub(super) struct WrittenSpan(pub(super) Duration);

impl fmt::Display for WrittenSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.subsec_nanos() {
            0 => write!(f, "{}s", self.0.as_secs()),
            _ => write!(f, "{}ms", self.0.as_millis()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_span;

    #[test]
    fn a_span_is_read_as_it_is_printed() {
        for millis in [0, 1, 999, 1_000, 1_500, 60_000] {
            let span = Duration::from_millis(millis);
            assert_eq!(parse_span(&WrittenSpan(span).to_string()), Some(span), "{millis}");
        }
    }
}
