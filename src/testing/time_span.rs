//! Spans of time as texts.

use std::fmt;
use std::time::Duration;

/// The units of a span, the largest first, and how many milliseconds each has.
const UNITS: [(&str, u64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// A span as it is printed: in seconds, or in milliseconds where they are not whole.
pub(super) struct TimeSpan(pub(super) Duration);

impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.subsec_nanos() {
            0 => write!(f, "{}s", self.0.as_secs()),
            _ => write!(f, "{}ms", self.0.as_millis()),
        }
    }
}

/// Reads a whole number and its unit.
pub(super) fn parsed_span(text: &str) -> Option<Duration> {
    let digits = text.find(|character: char| !character.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(digits)?;
    let (_, millis) = UNITS.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*millis).map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_whole_number_of_one_unit() {
        for (text, millis) in
            [("0s", 0), ("90s", 90_000), ("1500ms", 1_500), ("2m", 120_000), ("1h", 3_600_000)]
        {
            assert_eq!(parsed_span(text), Some(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "s", "90", "-1s", "+1s", "1.5s", "1 s", "1S", "99999999999999999999d"] {
            assert_eq!(parsed_span(text), None, "{text}");
        }
    }

    #[test]
    fn a_span_is_read_as_it_is_printed() {
        for millis in [0, 1, 999, 1_000, 1_500, 60_000] {
            let span = Duration::from_millis(millis);
            assert_eq!(parsed_span(&TimeSpan(span).to_string()), Some(span), "{millis}");
        }
    }
}
