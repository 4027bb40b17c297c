//! The dates among the claims.

use std::time::Duration;

use serde_json::{Map, Value};
use tollgate::Reason;
use tollgate::UnixTime;
use tollgate::record::Claims;
use tollgate::validate::{DEFAULT_SKEW, date_problems};

/// Claims that hold an instant; `auth_time` and `updated_at` are of OpenID Connect.
pub(crate) const DATES: [&str; 5] = ["exp", "nbf", "iat", "auth_time", "updated_at"];

/// The instant of a claim that holds one.
pub(crate) fn date(claims: &Map<String, Value>, name: &str) -> Option<UnixTime> {
    let one = Map::from_iter([(name.to_owned(), claims.get(name)?.clone())]);
    DATES.contains(&name).then(|| Claims::new(one).date(name)).flatten()
}

/// An instant, and how far it is away.
pub(crate) fn relative(name: &str, at: UnixTime, now: UnixTime) -> String {
    let distance = span(now.distance(at));
    match (name, at <= now) {
        ("exp", true) => format!("{at}, ended {distance} ago"),
        (_, true) => format!("{at}, {distance} ago"),
        (_, false) => format!("{at}, in {distance}"),
    }
}

/// A unit and the next smaller one, each with its seconds.
const UNITS: [(u64, &str, u64, &str); 3] =
    [(86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s")];

/// The two largest units of a span.
fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    let fits = |(large, ..): &(u64, &str, u64, &str)| seconds >= *large;
    let Some((large, unit, small, smaller)) = UNITS.into_iter().find(fits) else {
        return format!("{seconds} s");
    };
    match (seconds / large, seconds % large / small) {
        (count, 0) => format!("{count} {unit}"),
        (count, rest) => format!("{count} {unit} {rest} {smaller}"),
    }
}

/// Everything that is wrong with the dates, as a JWT validation judges them; it would end at the
/// first.
pub(crate) fn problems(claims: &Claims, now: UnixTime) -> impl Iterator<Item = Reason> {
    let is_endless = claims.get("exp").is_none();
    let missing = is_endless.then(|| Reason::ClaimMissing { name: "exp".into() });
    missing.into_iter().chain(date_problems(claims, now, DEFAULT_SKEW))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_shown_in_its_two_largest_units() {
        let shown = |seconds| span(Duration::from_secs(seconds));
        assert_eq!(
            [shown(0), shown(59), shown(60), shown(61)],
            ["0 s", "59 s", "1 min", "1 min 1 s"]
        );
        assert_eq!(
            [shown(3_661), shown(86_399), shown(90_000)],
            ["1 h 1 min", "23 h 59 min", "1 d 1 h"]
        );
    }
}
