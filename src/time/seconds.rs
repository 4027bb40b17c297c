//! Spans as people read them.

use std::fmt;
use std::time::Duration;

/// A span as the trace prints it: `12 s`, or `0.25 s` with as many digits as it has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seconds(pub Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.subsec_millis() {
            0 => write!(f, "{} s", self.0.as_secs()),
            millis => {
                let digits = format!("{millis:03}");
                write!(f, "{}.{} s", self.0.as_secs(), digits.trim_end_matches('0'))
            }
        }
    }
}

/// Whole seconds, where HTTP can say nothing finer and a shorter time would be wrong.
pub(crate) fn seconds_rounded_up(span: Duration) -> u64 {
    span.as_secs().saturating_add(u64::from(span.subsec_nanos() > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_started_second_counts_as_a_whole_one() {
        for (nanos, seconds) in
            [(0, 0), (1, 1), (999_999_999, 1), (1_000_000_000, 1), (1_000_000_001, 2)]
        {
            assert_eq!(seconds_rounded_up(Duration::from_nanos(nanos)), seconds, "{nanos}");
        }
        assert_eq!(seconds_rounded_up(Duration::MAX), u64::MAX);
    }

    #[test]
    fn spans_print_in_seconds_with_the_digits_they_have() {
        assert_eq!(Seconds(Duration::from_secs(12)).to_string(), "12 s");
        assert_eq!(Seconds(Duration::from_millis(1)).to_string(), "0.001 s");
        assert_eq!(Seconds(Duration::from_millis(250)).to_string(), "0.25 s");
    }
}
