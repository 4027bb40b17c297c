//! Spans of time as texts, such as `30s`.

use std::time::Duration;

/// The units, in milliseconds, the longest first.
pub(crate) const UNITS: [(&str, u64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// Reads a span: digits and a unit, without a space. The units are `ms`, `s`, `m`, `h` and `d`, a
/// day of 24 hours.
///
/// ```
/// use std::time::Duration;
/// use tollgate::time::parse_span;
///
/// assert_eq!(parse_span("90s"), Some(Duration::from_secs(90)));
/// assert_eq!(parse_span("90 s"), None);
/// ```
pub fn parse_span(text: &str) -> Option<Duration> {
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
    fn a_span_is_digits_and_a_unit() {
        for (text, millis) in
            [("0s", 0), ("90s", 90_000), ("1500ms", 1_500), ("2m", 120_000), ("1h", 3_600_000)]
        {
            assert_eq!(parse_span(text), Some(Duration::from_millis(millis)), "{text}");
        }
        assert_eq!(parse_span("2d"), Some(Duration::from_secs(172_800)));
        for text in [
            "",
            "s",
            "5",
            "5 s",
            "+5s",
            "-5s",
            "5S",
            "5.0s",
            "5w",
            "90",
            "1.5s",
            "99999999999999999d",
            "99999999999999999999d",
        ] {
            assert_eq!(parse_span(text), None, "{text:?}");
        }
    }
}
