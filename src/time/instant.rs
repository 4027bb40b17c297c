//! Instants.

use std::fmt;
use std::time::{Duration, SystemTime};

use ::time::OffsetDateTime;
use ::time::format_description::well_known::Rfc3339;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

/// An instant, in milliseconds since the Unix epoch; arithmetic saturates.
///
/// In JSON it is an RFC 3339 timestamp of millisecond precision, so that seconds and milliseconds
/// cannot be mistaken for one another.
///
/// ```
/// use tollgate::UnixTime;
///
/// let instant = UnixTime::from_seconds(1_800_000_000);
/// assert_eq!(instant.to_string(), "2027-01-15T08:00:00Z");
/// assert!(instant < UnixTime::from_millis(1_800_000_000_001));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(i64);

impl UnixTime {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// Makes an instant from milliseconds since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Makes an instant from seconds since the epoch, saturating.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This instant, later by `span` (whole milliseconds of it).
    pub fn saturating_add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis_of(span)))
    }

    /// This instant, earlier by `span` (whole milliseconds of it).
    pub fn saturating_sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis_of(span)))
    }

    /// The time between two instants, in either order.
    pub fn distance(self, other: Self) -> Duration {
        Duration::from_millis(self.0.abs_diff(other.0))
    }

    fn date_time(self) -> Option<OffsetDateTime> {
        let nanos = i128::from(self.0).checked_mul(1_000_000)?;
        OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()
    }
}

fn millis_of(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

impl From<SystemTime> for UnixTime {
    fn from(instant: SystemTime) -> Self {
        match instant.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => Self::EPOCH.saturating_add(after),
            Err(before) => Self::EPOCH.saturating_sub(before.duration()),
        }
    }
}

/// Prints an RFC 3339 timestamp, or the count of milliseconds where the year does not have four
/// digits.
impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.date_time().and_then(|date| date.format(&Rfc3339).ok()) {
            Some(text) => f.write_str(&text),
            None => write!(f, "{} ms", self.0),
        }
    }
}

impl fmt::Debug for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for UnixTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.date_time().and_then(|date| date.format(&Rfc3339).ok());
        text.ok_or_else(|| ser::Error::custom("the instant has no four-digit year"))?
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for UnixTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let date = OffsetDateTime::parse(&text, &Rfc3339)
            .map_err(|_| de::Error::custom("expected an RFC 3339 timestamp"))?;
        if !date.nanosecond().is_multiple_of(1_000_000) {
            return Err(de::Error::custom("timestamps are exact to the millisecond"));
        }
        let millis = date.unix_timestamp_nanos() / 1_000_000;
        i64::try_from(millis).map(Self).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_survives_json_to_the_millisecond() {
        let instant = UnixTime::from_millis(1_800_000_000_123);
        let json = serde_json::to_string(&instant).unwrap();
        assert_eq!(json, "\"2027-01-15T08:00:00.123Z\"");
        assert_eq!(serde_json::from_str::<UnixTime>(&json).unwrap(), instant);
        assert!(serde_json::from_str::<UnixTime>("\"2027-01-15T08:00:00.1234Z\"").is_err());
        assert!(serde_json::from_str::<UnixTime>("1800000000").is_err());
    }

    #[test]
    fn arithmetic_saturates_at_both_ends() {
        let last = UnixTime::from_millis(i64::MAX);
        assert_eq!(last.saturating_add(Duration::MAX), last);
        let first = UnixTime::from_millis(i64::MIN);
        assert_eq!(first.saturating_sub(Duration::MAX), first);
        assert_eq!(UnixTime::from_seconds(i64::MAX), last);
        assert_eq!(last.to_string(), "9223372036854775807 ms");
    }

    #[test]
    fn system_times_before_the_epoch_are_negative() {
        let before = |span| UnixTime::from(SystemTime::UNIX_EPOCH - span).as_millis();
        assert_eq!(before(Duration::ZERO), 0);
        assert_eq!(before(Duration::from_millis(1)), -1);
        assert_eq!(before(Duration::from_millis(1500)), -1500);
        let after = SystemTime::UNIX_EPOCH + Duration::from_millis(1500);
        assert_eq!(UnixTime::from(after).as_millis(), 1500);
    }
}
