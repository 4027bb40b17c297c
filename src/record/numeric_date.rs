//! NumericDate (RFC 7519 section 2).

use serde_json::Value;

use crate::time::UnixTime;

/// 9999-12-31T23:59:59Z, the last second that RFC 3339 can write.
pub(crate) const LAST_SECOND: i64 = 253_402_300_799;

/// A number from 0 to [`LAST_SECOND`] (RFC 7519 section 2), its fraction cut to the millisecond.
/// The fraction is cut from the decimal digits, since the binary ones are not exact.
pub(crate) fn numeric_date(value: &Value) -> Option<UnixTime> {
    let number = value.as_f64()?;
    let last = UnixTime::from_seconds(LAST_SECOND);
    let text = number.to_string();
    let (seconds, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let seconds: i64 = seconds.parse().ok()?;
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    let millis = seconds.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    let date = UnixTime::from_millis(millis);
    (number >= 0.0 && date <= last).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn dates_are_numbers_of_four_digit_years_cut_to_the_millisecond() {
        let millis = |value: Value| numeric_date(&value).map(UnixTime::as_millis);
        assert_eq!(millis(json!(0)), Some(0));
        assert_eq!(millis(json!(1.3e9)), Some(1_300_000_000_000));
        assert_eq!(millis(json!(1_234_567_890.123)), Some(1_234_567_890_123));
        assert_eq!(millis(json!(1_234_567_890.999_9)), Some(1_234_567_890_999));
        assert_eq!(millis(json!(0.0009)), Some(0));
        assert_eq!(millis(json!(LAST_SECOND)), Some(LAST_SECOND * 1000));
        assert_eq!(millis(json!(LAST_SECOND + 1)), None);
        assert_eq!(millis(json!(253_402_300_799.5)), None);
        assert_eq!(millis(json!(-1)), None);
        assert_eq!(millis(json!(-0.5)), None);
        assert_eq!(millis(json!(i64::MAX)), None);
        assert_eq!(millis(json!(u64::MAX)), None);
        assert_eq!(millis(json!(1e300)), None);
        assert_eq!(millis(json!("1300000000")), None);
        assert_eq!(millis(json!(null)), None);
        assert_eq!(millis(json!(true)), None);
    }
}
