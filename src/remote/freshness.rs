//! For how long an answer is fresh.

use std::time::Duration;

use crate::crypto::random;
use crate::transport::TransportResponse;

const SHORTEST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
const DEFAULT: Duration = Duration::from_secs(10 * 60);

/// After how much of the time that answers are fresh one host asks again: between 72 and 80 %,
/// drawn once for each host, so that many hosts do not ask together.
#[derive(Clone, Copy, Debug)]
pub(super) struct RefreshFraction {
    permille: u32,
}

impl RefreshFraction {
    /// Without random bytes it is 80 %.
    pub(super) fn draw() -> Self {
        let [drawn] = random::<1>().unwrap_or_default();
        let less = u32::from(drawn).saturating_mul(80).checked_div(255).unwrap_or_default();
        Self { permille: 800_u32.saturating_sub(less) }
    }

    /// When to ask again, counted from the answer. `max-age` (RFC 9111 section 5.2.2.1) counts from
    /// one minute to 24 hours; without it an answer is fresh for 10 minutes.
    pub(super) fn of(self, response: &TransportResponse) -> Duration {
        let fresh = max_age(response).map_or(DEFAULT, |age| age.clamp(SHORTEST, LONGEST));
        fresh.saturating_mul(self.permille).checked_div(1000).unwrap_or(fresh)
    }
}

/// `max-age`, in seconds; one that is no number counts as absent, and a longer one as the longest.
fn max_age(response: &TransportResponse) -> Option<Duration> {
    let directives = response.header("cache-control")?.split(',').map(str::trim);
    let mut ages = directives.filter_map(|directive| {
        let (name, value) = directive.split_once('=')?;
        name.eq_ignore_ascii_case("max-age").then_some(value.trim_matches('"'))
    });
    let digits = ages.next()?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().map_or(LONGEST, Duration::from_secs))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(cache_control: Option<&str>) -> Option<u64> {
        let response = TransportResponse::new(200, "");
        let response = match cache_control {
            Some(value) => response.with_header("Cache-Control", value),
            None => response,
        };
        max_age(&response).map(|age| age.as_secs())
    }

    #[test]
    fn max_age_is_read_from_among_the_directives() {
        assert_eq!(seconds(None), None);
        assert_eq!(seconds(Some("public, max-age=120, must-revalidate")), Some(120));
        assert_eq!(seconds(Some("Max-Age=\"7\"")), Some(7));
        for unreadable in
            ["no-store", "max-age", "max-age=", "max-age=-1", "max-age=1.5", "s-maxage=9"]
        {
            assert_eq!(seconds(Some(unreadable)), None, "{unreadable}");
        }
        assert_eq!(seconds(Some("max-age=99999999999999999999999")), Some(86_400));
    }

    #[test]
    fn hosts_ask_again_after_72_to_80_percent_of_a_bounded_time() {
        let asked = |permille, age: &str| {
            let response = TransportResponse::new(200, "").with_header("cache-control", age);
            RefreshFraction { permille }.of(&response).as_millis()
        };
        for (age, least, most) in [
            ("max-age=59", 43_200, 48_000),
            ("max-age=60", 43_200, 48_000),
            ("max-age=1000", 720_000, 800_000),
            ("max-age=86400", 62_208_000, 69_120_000),
            ("max-age=86401", 62_208_000, 69_120_000),
            ("no-cache", 432_000, 480_000),
        ] {
            assert_eq!((asked(720, age), asked(800, age)), (least, most), "{age}");
        }
        for _ in 0..1000 {
            assert!((720..=800).contains(&RefreshFraction::draw().permille));
        }
    }
}
