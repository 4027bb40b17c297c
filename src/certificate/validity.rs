//! When a certificate is valid.

use std::time::Duration;

use crate::time::{Lifetime, Phase, UnixTime};

/// The dates of a certificate, both inclusive, to the second (RFC 5280 section 4.1.2.5).
///
/// To the second means that the whole second of an instant is compared: a certificate is valid
/// through all 1000 milliseconds of the second that `notAfter` names, and `notAfter` + 1 s is the
/// first instant at which it has expired.
///
/// ```
/// use tollgate::certificate::Validity;
/// use tollgate::UnixTime;
///
/// let (first, last) = (UnixTime::from_seconds(100), UnixTime::from_seconds(200));
/// let validity = Validity::new(first, last);
/// assert!(validity.contains(UnixTime::from_millis(200_999)));
/// assert!(!validity.contains(UnixTime::from_millis(201_000)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    not_before: UnixTime,
    not_after: UnixTime,
}

impl Validity {
    /// From `not_before` to `not_after`; fractions of a second are cut off.
    pub const fn new(not_before: UnixTime, not_after: UnixTime) -> Self {
        Self {
            not_before: UnixTime::from_seconds(not_before.as_seconds()),
            not_after: UnixTime::from_seconds(not_after.as_seconds()),
        }
    }

    /// The first instant at which the certificate is valid.
    pub const fn not_before(&self) -> UnixTime {
        self.not_before
    }

    /// The beginning of the last second in which the certificate is valid.
    pub const fn not_after(&self) -> UnixTime {
        self.not_after
    }

    /// The first instant at which the certificate has expired: `not_after` + 1 s.
    pub fn end(&self) -> UnixTime {
        self.not_after.saturating_add(Duration::from_secs(1))
    }

    /// Whether `now` is before, in or after the dates, both of which are inclusive. After wins if
    /// they are in the wrong order.
    pub fn phase(&self, now: UnixTime) -> Phase {
        Lifetime::until(self.end()).starting(self.not_before).phase(now)
    }

    /// Whether the certificate is valid at `now`.
    pub fn contains(&self, now: UnixTime) -> bool {
        self.phase(now) == Phase::Current
    }

    /// How long it is: `not_after` - `not_before` + 1 s, since both ends count; zero if the dates
    /// are in the wrong order.
    pub fn lifetime(&self) -> Duration {
        if self.not_before < self.end() {
            self.end().distance(self.not_before)
        } else {
            Duration::ZERO
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_count_to_the_second() {
        let validity = Validity::new(UnixTime::from_seconds(100), UnixTime::from_seconds(200));
        for (millis, expected) in [
            (99_000, false),
            (99_999, false),
            (100_000, true),
            (101_000, true),
            (199_000, true),
            (200_000, true),
            (200_999, true),
            (201_000, false),
        ] {
            assert_eq!(validity.contains(UnixTime::from_millis(millis)), expected, "{millis}");
        }
        assert_eq!(validity.lifetime(), Duration::from_secs(101));
    }

    #[test]
    fn dates_the_wrong_way_round_contain_nothing() {
        let validity = Validity::new(UnixTime::from_seconds(200), UnixTime::from_seconds(100));
        for seconds in [99, 100, 150, 200, 201] {
            assert!(!validity.contains(UnixTime::from_seconds(seconds)));
        }
        assert_eq!(validity.lifetime(), Duration::ZERO);
    }
}
