//! Times with their unit, such as `30s`.

use std::time::Duration;

use serde::{Serialize, Serializer};

/// The units, in milliseconds, the longest first.
const UNITS: [(&str, u64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// A time of a policy file, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(transparent))]
pub(super) struct TimeSpan(
    #[cfg_attr(test, schemars(with = "String", regex(pattern = r"^[0-9]+(ms|s|m|h|d)$")))]
    pub(super) Duration,
);

impl Serialize for TimeSpan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let millis = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        let fits = |(_, unit): &&(&str, u64)| millis != 0 && millis.is_multiple_of(*unit);
        let (name, unit) = UNITS.iter().find(fits).unwrap_or(&("ms", 1));
        serializer.collect_str(&format_args!("{}{name}", millis.checked_div(*unit).unwrap_or(0)))
    }
}

/// Reads digits with a unit after them, without a space.
pub(super) fn parse_span(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let unit = text.strip_prefix(digits)?;
    let (_, millis) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = if is_number { digits.parse().ok()? } else { return None };
    number.checked_mul(*millis).map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_digits_and_a_unit() {
        assert_eq!(parse_span("1500ms"), Some(Duration::from_millis(1500)));
        assert_eq!(parse_span("2d"), Some(Duration::from_secs(172_800)));
        for text in ["", "s", "5", "5 s", "+5s", "-5s", "5S", "5.0s", "5w", "99999999999999999d"] {
            assert_eq!(parse_span(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_time_is_written_in_its_longest_unit() {
        for text in ["0ms", "1ms", "1500ms", "1s", "90s", "2m", "36h", "7d"] {
            let span = TimeSpan(parse_span(text).unwrap());
            assert_eq!(serde_json::to_value(span).unwrap(), text);
        }
    }
}
