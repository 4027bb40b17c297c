//! The two ways of writing a date in a certificate (RFC 5280 section 4.1.2.5).

use ::time::{Date, Month, PrimitiveDateTime, Time};

use crate::der::{GENERALIZED_TIME, Tlv, UTC_TIME};
use crate::time::UnixTime;

/// `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ`, always in UTC and with seconds, never with a fraction.
pub(super) fn read(element: Tlv<'_>) -> Option<UnixTime> {
    let digits = element.content.strip_suffix(b"Z")?;
    let (year, rest) = match (element.tag, digits.len()) {
        (UTC_TIME, 12) => {
            let (year, rest) = number(digits, 2)?;
            (if year < 50 { year.checked_add(2000)? } else { year.checked_add(1900)? }, rest)
        }
        (GENERALIZED_TIME, 14) => number(digits, 4)?,
        _ => return None,
    };
    let (month, rest) = number(rest, 2)?;
    let (day, rest) = number(rest, 2)?;
    let (hour, rest) = number(rest, 2)?;
    let (minute, rest) = number(rest, 2)?;
    let (second, _) = number(rest, 2)?;
    let month = Month::try_from(small(month)?).ok()?;
    let date = Date::from_calendar_date(i32::from(year), month, small(day)?).ok()?;
    let time = Time::from_hms(small(hour)?, small(minute)?, small(second)?).ok()?;
    let instant = PrimitiveDateTime::new(date, time).assume_utc();
    Some(UnixTime::from_seconds(instant.unix_timestamp()))
}

fn number(digits: &[u8], length: usize) -> Option<(u16, &[u8])> {
    let (digits, rest) = digits.split_at_checked(length)?;
    let mut value: u16 = 0;
    for digit in digits {
        let digit = char::from(*digit).to_digit(10)?;
        value = value.checked_mul(10)?.checked_add(u16::try_from(digit).ok()?)?;
    }
    Some((value, rest))
}

fn small(number: u16) -> Option<u8> {
    u8::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(tag: u8, text: &str) -> Option<String> {
        let content = text.as_bytes();
        read(Tlv { tag, content, whole: content }).map(|date| date.to_string())
    }

    #[test]
    fn the_century_of_two_digits_turns_at_fifty() {
        let utc = |text| date(UTC_TIME, text).unwrap();
        assert_eq!(utc("491231235959Z"), "2049-12-31T23:59:59Z");
        assert_eq!(utc("500101000000Z"), "1950-01-01T00:00:00Z");
        assert_eq!(utc("991231235959Z"), "1999-12-31T23:59:59Z");
        assert_eq!(utc("000101000000Z"), "2000-01-01T00:00:00Z");
    }

    #[test]
    fn four_digits_reach_from_the_year_0_to_the_year_9999() {
        let general = |text| date(GENERALIZED_TIME, text).unwrap();
        assert_eq!(general("20500101000000Z"), "2050-01-01T00:00:00Z");
        assert_eq!(general("20491231235959Z"), "2049-12-31T23:59:59Z");
        assert_eq!(general("99991231235959Z"), "9999-12-31T23:59:59Z");
        assert_eq!(general("00000101000000Z"), "0000-01-01T00:00:00Z");
        assert_eq!(general("20240229000000Z"), "2024-02-29T00:00:00Z");
    }

    #[test]
    fn every_other_way_of_writing_a_date_is_refused() {
        for text in [
            "4912312359Z",
            "491231235959",
            "491231235959+0000",
            "491231235959z",
            "490231235959Z",
            "491331235959Z",
            "490001235959Z",
            "491231245959Z",
            "491231236059Z",
            "491231235960Z",
            "4912312359 9Z",
            "49123123595\u{0660}Z",
            "-91231235959Z",
            "20491231235959Z",
            "",
            "Z",
        ] {
            assert_eq!(date(UTC_TIME, text), None, "{text}");
        }
        for text in ["20491231235959.5Z", "20491231235959.0Z", "20230229000000Z", "491231235959Z"] {
            assert_eq!(date(GENERALIZED_TIME, text), None, "{text}");
        }
        assert_eq!(date(0x16, "491231235959Z"), None);
    }
}
