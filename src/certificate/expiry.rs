//! Judging the dates of certificates.

use std::fmt;
use std::time::Duration;

use crate::certificate::validity::Validity;
use crate::certificate::x509::Certificate;
use crate::config_error::{ConfigError, Problem};
use crate::time::{Phase, Seconds, UnixTime};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Judges the dates of certificates, and warns before they expire.
///
/// A certificate
/// 1. has expired when `notAfter` + 1 s <= now;
/// 2. is not valid yet when now < `notBefore`;
/// 3. expires soon when `notAfter` is at most so many days away, or so large a share of its
///    lifetime, whichever comes first;
/// 4. is valid otherwise.
///
/// A certificate that lives no longer than the days of the warning always expires soon: use
/// [`days`](Self::days) with fewer, or with 0 to go by the share alone.
///
/// Both dates are inclusive, to the second: see [`Validity`]. One whose `notAfter` is before its
/// `notBefore` is never valid.
///
/// # Security
/// Unexpired is not trusted: the checker judges dates and nothing else.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use tollgate::certificate::{Expiry, ExpiryChecker, Validity};
/// use tollgate::UnixTime;
///
/// let first = UnixTime::from_seconds(1_700_000_000);
/// let last = UnixTime::from_seconds(1_800_000_000);
/// let validity = Validity::new(first, last);
/// let checker = ExpiryChecker::new();
///
/// let state = checker.judge(validity, UnixTime::from_seconds(1_750_000_000));
/// assert!(state.is_valid());
/// let state = checker.judge(validity, UnixTime::from_seconds(1_800_000_060));
/// assert_eq!(state, Expiry::Expired { since: Duration::from_secs(60) });
/// ```
///
/// Source: RFC 5280 section 4.1.2.5; the proxy's document on invalid authorization tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpiryChecker {
    days: u32,
    percent: u32,
}

/// What an [`ExpiryChecker`] says of a certificate, with the distance to the date that decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// `notBefore` is in the future.
    NotYetValid {
        /// How far.
        starts_in: Duration,
    },
    /// Neither date is near.
    Valid {
        /// How far `notAfter` lies ahead; zero throughout the second that it names.
        remaining: Duration,
    },
    /// Still valid, but it is time to replace it.
    ExpiresSoon {
        /// How far `notAfter` lies ahead; zero throughout the second that it names.
        remaining: Duration,
    },
    /// `notAfter` is in the past.
    Expired {
        /// How long ago; at least a second.
        since: Duration,
    },
}

impl ExpiryChecker {
    /// Warns 30 days and 10 percent of the lifetime ahead.
    pub const fn new() -> Self {
        Self { days: 30, percent: 10 }
    }

    /// Warns this many days of 24 hours ahead; 0 leaves the warning to the share.
    pub const fn days(mut self, days: u32) -> Self {
        self.days = days;
        self
    }

    /// Warns this many percent of the lifetime ahead; 0 leaves the warning to the days.
    ///
    /// # Errors
    /// A [`ConfigError`] for more than 100.
    pub fn percent(mut self, percent: u32) -> Result<Self, ConfigError> {
        if percent > 100 {
            let problem = Problem::OutOfBounds { bounds: "from 0 to 100 percent" };
            return Err(ConfigError::new("expiry checker", "percent", problem));
        }
        self.percent = percent;
        Ok(self)
    }

    /// Judges the dates of `certificate` at `now`.
    pub fn check(&self, certificate: &Certificate, now: UnixTime) -> Expiry {
        self.judge(certificate.validity(), now)
    }

    /// Judges these dates at `now`.
    pub fn judge(&self, validity: Validity, now: UnixTime) -> Expiry {
        let distance = now.distance(validity.not_after());
        match validity.phase(now) {
            Phase::Over { .. } => return Expiry::Expired { since: distance },
            Phase::NotYet { not_before } => {
                return Expiry::NotYetValid { starts_in: now.distance(not_before) };
            }
            Phase::Current => {}
        }
        let remaining = if now < validity.not_after() { distance } else { Duration::ZERO };
        match self.warns_from(validity) {
            Some(instant) if instant <= now => Expiry::ExpiresSoon { remaining },
            _ => Expiry::Valid { remaining },
        }
    }

    /// The first instant after `now` at which [`check`](Self::check) gives another answer (the
    /// distances apart), for a timer; none once the certificate has expired.
    pub fn next_change(&self, certificate: &Certificate, now: UnixTime) -> Option<UnixTime> {
        self.next_change_of(certificate.validity(), now)
    }

    /// As [`next_change`](Self::next_change), of these dates.
    pub fn next_change_of(&self, validity: Validity, now: UnixTime) -> Option<UnixTime> {
        match self.judge(validity, now) {
            Expiry::NotYetValid { .. } => Some(validity.not_before().min(validity.end())),
            Expiry::Valid { .. } => Some(self.warns_from(validity).unwrap_or(validity.end())),
            Expiry::ExpiresSoon { .. } => Some(validity.end()),
            Expiry::Expired { .. } => None,
        }
    }

    /// The first instant at which a valid certificate expires soon, if there is one.
    fn warns_from(&self, validity: Validity) -> Option<UnixTime> {
        let days = DAY.saturating_mul(self.days);
        // The lifetime of a certificate is far from overflowing when it is divided first.
        let share = validity.lifetime().checked_div(100)?.saturating_mul(self.percent);
        let ahead = days.max(share);
        (!ahead.is_zero()).then(|| validity.not_after().saturating_sub(ahead))
    }
}

impl Default for ExpiryChecker {
    fn default() -> Self {
        Self::new()
    }
}

impl Expiry {
    /// Whether the certificate may be used: valid, even if it soon expires.
    pub fn is_valid(self) -> bool {
        matches!(self, Self::Valid { .. } | Self::ExpiresSoon { .. })
    }

    /// One word for machines: `not_yet_valid`, `valid`, `expires_soon` or `expired`.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotYetValid { .. } => "not_yet_valid",
            Self::Valid { .. } => "valid",
            Self::ExpiresSoon { .. } => "expires_soon",
            Self::Expired { .. } => "expired",
        }
    }

    /// The codes of all states, in the order in which a certificate goes through them.
    pub const CODES: [&'static str; 4] = ["not_yet_valid", "valid", "expires_soon", "expired"];
}

impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotYetValid { starts_in } => write!(f, "valid in {}", Distance(*starts_in)),
            Self::Valid { remaining } => write!(f, "valid for {}", Distance(*remaining)),
            Self::ExpiresSoon { remaining } => write!(f, "expires in {}", Distance(*remaining)),
            Self::Expired { since } => write!(f, "expired {} ago", Distance(*since)),
        }
    }
}

/// A span in whole days from two days on, else in seconds.
struct Distance(Duration);

impl fmt::Display for Distance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.0.as_secs().checked_div(DAY.as_secs()).unwrap_or_default();
        if days < 2 { Seconds(self.0).fmt(f) } else { write!(f, "{days} days") }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FIRST: i64 = 1_700_000_000;
    /// Forty days later.
    const LAST: i64 = FIRST + 40 * 86_400;

    fn validity() -> Validity {
        Validity::new(UnixTime::from_seconds(FIRST), UnixTime::from_seconds(LAST))
    }

    fn at(checker: ExpiryChecker, seconds: i64) -> &'static str {
        checker.judge(validity(), UnixTime::from_seconds(seconds)).code()
    }

    #[test]
    fn both_ends_are_inclusive_to_the_second() {
        let quiet = ExpiryChecker::new().days(0).percent(0).unwrap();
        assert_eq!(at(quiet, FIRST - 1), "not_yet_valid");
        assert_eq!(at(quiet, FIRST), "valid");
        assert_eq!(at(quiet, FIRST + 1), "valid");
        assert_eq!(at(quiet, LAST - 1), "valid");
        assert_eq!(at(quiet, LAST), "valid");
        assert_eq!(at(quiet, LAST + 1), "expired");
        let in_last_second = UnixTime::from_millis(LAST * 1000 + 999);
        assert_eq!(
            quiet.judge(validity(), in_last_second),
            Expiry::Valid { remaining: Duration::ZERO }
        );
        assert_eq!(
            quiet.judge(validity(), UnixTime::from_seconds(LAST + 1)),
            Expiry::Expired { since: Duration::from_secs(1) }
        );
        assert_eq!(
            quiet.judge(validity(), UnixTime::from_millis(FIRST * 1000 - 1)),
            Expiry::NotYetValid { starts_in: Duration::from_millis(1) }
        );
    }

    #[test]
    fn a_valid_certificate_says_how_long_it_remains() {
        let loud = ExpiryChecker::new().days(1).percent(0).unwrap();
        let quiet = loud.days(0);
        for before in [1, 1000, 86_400_000] {
            let now = UnixTime::from_millis(LAST * 1000 - before);
            let remaining = Duration::from_millis(before.unsigned_abs());
            assert_eq!(quiet.judge(validity(), now), Expiry::Valid { remaining });
            assert_eq!(loud.judge(validity(), now), Expiry::ExpiresSoon { remaining });
        }
    }

    #[test]
    fn the_warning_begins_with_whichever_threshold_comes_first() {
        let days = ExpiryChecker::new().days(10).percent(0).unwrap();
        assert_eq!(at(days, LAST - 10 * 86_400 - 1), "valid");
        assert_eq!(at(days, LAST - 10 * 86_400), "expires_soon");
        assert_eq!(at(days, LAST - 10 * 86_400 + 1), "expires_soon");
        let share = days.percent(50).unwrap();
        assert_eq!(at(share, LAST - 20 * 86_400 - 1), "valid");
        assert_eq!(at(share, LAST - 20 * 86_400), "expires_soon");
        let short = days.percent(5).unwrap();
        assert_eq!(at(short, LAST - 10 * 86_400 - 1), "valid");
        let whole = days.percent(100).unwrap();
        assert_eq!(at(whole, FIRST - 1), "not_yet_valid");
        assert_eq!(at(whole, FIRST), "expires_soon");
        assert_eq!(days.percent(101).unwrap_err().field(), "percent");
    }

    #[test]
    fn the_defaults_warn_thirty_days_and_ten_percent_ahead() {
        const DAY: i64 = 86_400;
        for checker in [ExpiryChecker::new(), ExpiryChecker::default()] {
            // Of 40 days ten percent are four, of 1000 days they are a hundred.
            for (days, ahead) in [(40, 30), (1000, 100)] {
                let last = FIRST + days * DAY;
                let seconds = UnixTime::from_seconds;
                let validity = Validity::new(seconds(FIRST), seconds(last));
                let code = |at: i64| checker.judge(validity, seconds(at)).code();
                assert_eq!(code(last - ahead * DAY - 1), "valid", "{days}");
                assert_eq!(code(last - ahead * DAY), "expires_soon", "{days}");
                assert_eq!(code(last - ahead * DAY + 1), "expires_soon", "{days}");
            }
        }
    }

    #[test]
    fn changes_follow_one_another_and_end_with_expiry() {
        let checker = ExpiryChecker::new().days(10).percent(0).unwrap();
        let mut now = UnixTime::from_seconds(FIRST - 1);
        let mut seen = vec![checker.judge(validity(), now).code()];
        // Bounded, so that a change that does not come ends the test instead of hanging it.
        for _ in Expiry::CODES {
            let Some(next) = checker.next_change_of(validity(), now) else { break };
            now = next;
            seen.push(checker.judge(validity(), now).code());
        }
        assert_eq!(seen, Expiry::CODES);
        assert_eq!(now, UnixTime::from_seconds(LAST + 1));
    }

    #[test]
    fn spans_are_told_in_days_where_there_are_some() {
        let expired = |seconds| Expiry::Expired { since: Duration::from_secs(seconds) }.to_string();
        assert_eq!(expired(12), "expired 12 s ago");
        assert_eq!(expired(2 * 86_400), "expired 2 days ago");
        assert_eq!(
            Expiry::ExpiresSoon { remaining: Duration::from_secs(86_400) }.to_string(),
            "expires in 86400 s"
        );
    }

    proptest! {
        #[test]
        fn the_answer_changes_at_the_next_change_and_not_before(
            first in -1_000_000_i64..1_000_000,
            length in -10_i64..1_000_000,
            now in -3_000_000_000_i64..3_000_000_000,
            days in 0_u32..3,
            percent in 0_u32..=100,
        ) {
            let seconds = UnixTime::from_seconds;
            let validity = Validity::new(seconds(first), seconds(first + length));
            let checker = ExpiryChecker::new().days(days).percent(percent).unwrap();
            let code = |at| checker.judge(validity, at).code();
            let now = UnixTime::from_millis(now);
            if let Some(next) = checker.next_change_of(validity, now) {
                prop_assert!(next > now);
                prop_assert_ne!(code(next), code(now));
                let before = UnixTime::from_millis(next.as_millis() - 1);
                prop_assert_eq!(code(before), code(now));
            } else {
                prop_assert_eq!(code(now), "expired");
                prop_assert_eq!(code(seconds(i64::MAX)), "expired");
            }
            prop_assert_eq!(checker.judge(validity, now).is_valid(), validity.contains(now));
        }
    }
}
