//! NumericDate (RFC 7519 section 2).

use serde_json::Value;

use crate::time::UnixTime;

/// 9999-12-31T23:59:59Z, the last second that RFC 3339 can write.
pub(crate) const LAST_SECOND: i64 = 253_402_300_799;

/// How many digits [`LAST_SECOND`] has.
const LAST_SECOND_DIGITS: usize = 12;

/// A JSON value, as it is written, if it is a number from 0 to [`LAST_SECOND`] (RFC 7519 section
/// 2); its fraction is cut to the millisecond.
pub(crate) fn numeric_date(written: &str) -> Option<UnixTime> {
    let is_short = written.len() <= LAST_SECOND_DIGITS;
    if is_short && written.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds: i64 = written.parse().ok()?;
        return (seconds <= LAST_SECOND).then(|| UnixTime::from_seconds(seconds));
    }
    cut_to_the_millisecond(written.parse().ok()?)
}

/// The fraction is cut from the decimal digits, since the binary ones are not exact.
fn cut_to_the_millisecond(number: f64) -> Option<UnixTime> {
    let last = UnixTime::from_seconds(LAST_SECOND);
    let text = number.to_string();
    let (seconds, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let seconds: i64 = seconds.parse().ok()?;
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    let millis = seconds.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    let date = UnixTime::from_millis(millis);
    (number >= 0.0 && date <= last).then_some(date)
}

/// An instant as a NumericDate, in seconds with its milliseconds.
///
/// Exact for every instant that has a four-digit year: an `f64` holds 15 digits.
#[expect(clippy::cast_precision_loss, reason = "fewer than 53 bits until the year 9999")]
pub(crate) fn to_numeric_date(instant: UnixTime) -> Value {
    let millis = instant.as_millis();
    if millis.checked_rem(1000) == Some(0) {
        instant.as_seconds().into()
    } else {
        (millis as f64 / 1000.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_numbers_of_four_digit_years_cut_to_the_millisecond() {
        for (written, millis) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("1", Some(1000)),
            ("1300000000", Some(1_300_000_000_000)),
            ("1.3e9", Some(1_300_000_000_000)),
            ("13E8", Some(1_300_000_000_000)),
            ("1234567890.123", Some(1_234_567_890_123)),
            ("1234567890.9999", Some(1_234_567_890_999)),
            ("0.0009", Some(0)),
            ("253402300799", Some(LAST_SECOND * 1000)),
            ("253402300799.0", Some(LAST_SECOND * 1000)),
            ("253402300799.5", None),
            ("253402300800", None),
            ("999999999999", None),
            ("-1", None),
            ("-0.5", None),
            ("9223372036854775807", None),
            ("18446744073709551615", None),
            ("1e300", None),
            ("1e400", None),
            ("\"1300000000\"", None),
            ("null", None),
            ("true", None),
            ("[]", None),
            ("{}", None),
        ] {
            assert_eq!(numeric_date(written).map(UnixTime::as_millis), millis, "{written}");
        }
    }

    #[test]
    fn whole_seconds_are_the_same_date_however_they_are_written() {
        for seconds in [0, 1, 1_300_000_000, LAST_SECOND, LAST_SECOND + 1] {
            let [whole, decimal] = [seconds.to_string(), format!("{seconds}.0")];
            assert_eq!(numeric_date(&whole), numeric_date(&decimal), "{seconds}");
        }
    }
}
