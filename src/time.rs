//! Instants, lifetimes and clocks.
//!
//! Everything is counted in whole milliseconds since 1970-01-01T00:00:00Z. Nothing here reads the
//! system's clock: the host hands one in.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
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

    /// The instant that many milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// The instant that many seconds after the epoch, saturating.
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

    /// The span between two instants, whichever comes first.
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

/// An RFC 3339 timestamp; where the year has not four digits, the count of milliseconds.
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

/// When a record may be used: half open, `not_before <= now < expires`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lifetime {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_before: Option<UnixTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<UnixTime>,
}

impl Lifetime {
    /// Without beginning or end.
    pub const fn unlimited() -> Self {
        Self { not_before: None, expires: None }
    }

    /// Ends at `expires`, which is the first instant no longer in it.
    pub const fn until(expires: UnixTime) -> Self {
        Self { not_before: None, expires: Some(expires) }
    }

    /// Begins at `not_before`, which is the first instant in it.
    pub const fn starting(mut self, not_before: UnixTime) -> Self {
        self.not_before = Some(not_before);
        self
    }

    /// Where `now` lies.
    pub fn phase(&self, now: UnixTime) -> Phase {
        match (self.not_before, self.expires) {
            (_, Some(expires)) if now >= expires => Phase::Over { expires },
            (Some(not_before), _) if now < not_before => Phase::NotYet { not_before },
            _ => Phase::Current,
        }
    }
}

/// Where an instant lies in a [`Lifetime`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Before it; `not_before` is its first instant.
    NotYet {
        /// The first instant of the lifetime.
        not_before: UnixTime,
    },
    /// Within it.
    Current,
    /// After it; `expires` is the first instant past it.
    Over {
        /// The first instant past the lifetime.
        expires: UnixTime,
    },
}

/// What tells the gate the time, once a request.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> UnixTime;
}

impl<C: Clock + ?Sized> Clock for &C {
    fn now(&self) -> UnixTime {
        (**self).now()
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> UnixTime {
        (**self).now()
    }
}

/// A clock made of a closure, usually the host's view of the system time.
///
/// ```
/// use std::time::SystemTime;
/// use tollgate::{Clock, UnixTime, clock_fn};
///
/// let clock = clock_fn(|| SystemTime::now().into());
/// assert!(clock.now() > UnixTime::from_seconds(1_700_000_000));
/// ```
pub fn clock_fn<F: Fn() -> UnixTime + Send + Sync>(now: F) -> ClockFn<F> {
    ClockFn(now)
}

/// What [`clock_fn`] returns.
#[derive(Clone, Copy)]
pub struct ClockFn<F>(F);

impl<F: Fn() -> UnixTime + Send + Sync> Clock for ClockFn<F> {
    fn now(&self) -> UnixTime {
        (self.0)()
    }
}

impl<F> fmt::Debug for ClockFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClockFn")
    }
}

/// A clock that stands still until it is moved: for tests, and for asking about another instant.
///
/// ```
/// use std::time::Duration;
/// use tollgate::{Clock, ManualClock, UnixTime};
///
/// let clock = ManualClock::at(UnixTime::from_seconds(100));
/// clock.advance(Duration::from_millis(1));
/// assert_eq!(clock.now(), UnixTime::from_millis(100_001));
/// ```
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `now`.
    pub fn at(now: UnixTime) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Shows `now` from here on.
    pub fn set(&self, now: UnixTime) {
        self.0.store(now.0, Ordering::SeqCst);
    }

    /// Moves forward by `span`.
    pub fn advance(&self, span: Duration) {
        let span = millis_of(span);
        let later = |now: i64| Some(now.saturating_add(span));
        // The closure always gives a value, so the update cannot fail.
        let _ = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, later);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> UnixTime {
        UnixTime(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_includes_its_first_instant_and_excludes_its_last() {
        let (start, end) = (UnixTime::from_millis(1000), UnixTime::from_millis(2000));
        let lifetime = Lifetime::until(end).starting(start);
        let phase = |millis| lifetime.phase(UnixTime::from_millis(millis));
        assert_eq!(phase(999), Phase::NotYet { not_before: start });
        assert_eq!(phase(1000), Phase::Current);
        assert_eq!(phase(1999), Phase::Current);
        assert_eq!(phase(2000), Phase::Over { expires: end });
    }

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
    fn spans_print_in_seconds_with_the_digits_they_have() {
        assert_eq!(Seconds(Duration::from_secs(12)).to_string(), "12 s");
        assert_eq!(Seconds(Duration::from_millis(1)).to_string(), "0.001 s");
        assert_eq!(Seconds(Duration::from_millis(250)).to_string(), "0.25 s");
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
