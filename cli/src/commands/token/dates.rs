//! The dates among the claims.

use std::time::Duration;

use serde_json::{Map, Value};
use tollgate::Reason;
use tollgate::UnixTime;
use tollgate::record::Claims;

/// The skew that validators grant unless another is set.
const SKEW: Duration = Duration::from_secs(30);

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

/// The two largest units of a span.
fn span(span: Duration) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let seconds = span.as_secs();
    let (first, (size, unit)) =
        (1..).zip(UNITS).find(|(_, (size, _))| seconds >= *size).unwrap_or((4, (1, "s")));
    let rest = seconds % size;
    match UNITS.get(first).map(|(size, unit)| (rest / size, unit)) {
        Some((some, smaller)) if some > 0 => format!("{} {unit} {some} {smaller}", seconds / size),
        _ => format!("{} {unit}", seconds / size),
    }
}

/// Everything that is wrong with the dates, as a JWT validation judges them; it would end at the
/// first.
pub(crate) fn problems(claims: &Claims, now: UnixTime) -> Vec<Reason> {
    let (skew, latest) = (SKEW, now.saturating_add(SKEW));
    let mut problems = Vec::new();
    if claims.get("exp").is_none() {
        problems.push(Reason::ClaimMissing { name: "exp".into() });
    }
    let over = |expires: &UnixTime| now >= expires.saturating_add(SKEW);
    let expired = claims.expires().filter(over);
    problems.extend(expired.map(|expires| Reason::JwtExpired { now, expires, skew }));
    let early = claims.not_before().filter(|not_before| *not_before > latest);
    problems.extend(early.map(|not_before| Reason::JwtNotYetValid { now, not_before, skew }));
    let future = claims.issued().filter(|issued| *issued > latest);
    problems.extend(future.map(|issued| Reason::JwtIssuedInFuture { now, issued, skew }));
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_shown_in_its_two_largest_units() {
        let shown = |seconds| span(Duration::from_secs(seconds));
        assert_eq!([shown(0), shown(59), shown(60)], ["0 s", "59 s", "1 min"]);
        assert_eq!([shown(3_661), shown(90_000)], ["1 h 1 min", "1 d 1 h"]);
    }
}
