//! Checks that JWTs and introspected tokens share: dates, client.

use std::sync::Arc;
use std::time::Duration;

use crate::record::{Claims, Scopes};
use crate::rejection::Reason;
use crate::time::UnixTime;

/// Scopes that a token has, in words.
pub(super) fn required(scopes: &Scopes) -> String {
    let names: Vec<_> = scopes.iter().collect();
    if names.is_empty() {
        "none is required".to_owned()
    } else {
        format!("has {}", names.join(" "))
    }
}

/// What is wrong with the dates of a token, in the order in which a validation judges them; it
/// refuses for the first.
///
/// Nothing is wrong when `now < exp + skew`, `nbf <= now + skew` and `iat <= now + skew`, each
/// where it is there. That `exp` is missing is not a matter of dates.
///
/// # Security
/// What nobody signed says whatever its author likes: verify the signature first.
///
/// # Example
/// ```
/// use tollgate::UnixTime;
/// use tollgate::jose::json_object;
/// use tollgate::record::Claims;
/// use tollgate::validate::{DEFAULT_SKEW, date_problems};
///
/// let claims = Claims::new(json_object(br#"{"exp": 1800000000}"#).unwrap());
/// let problems = |now| date_problems(&claims, UnixTime::from_seconds(now), DEFAULT_SKEW).count();
/// assert_eq!(problems(1_800_000_029), 0);
/// assert_eq!(problems(1_800_000_030), 1);
/// ```
///
/// Source: RFC 7519 sections 4.1.4 to 4.1.6.
pub fn date_problems(
    claims: &Claims,
    now: UnixTime,
    skew: Duration,
) -> impl Iterator<Item = Reason> + use<> {
    let latest = now.saturating_add(skew);
    let expired = claims.expires().filter(|expires| now >= expires.saturating_add(skew));
    let early = claims.not_before().filter(|not_before| *not_before > latest);
    let future = claims.issued().filter(|issued| *issued > latest);
    let problems = [
        expired.map(|expires| Reason::JwtExpired { now, expires, skew }),
        early.map(|not_before| Reason::JwtNotYetValid { now, not_before, skew }),
        future.map(|issued| Reason::JwtIssuedInFuture { now, issued, skew }),
    ];
    problems.into_iter().flatten()
}

pub(super) fn judge_dates(claims: &Claims, now: UnixTime, skew: Duration) -> Result<(), Reason> {
    date_problems(claims, now, skew).next().map_or(Ok(()), Err)
}

/// `client_id` and `azp`, where both are there, must name the same client.
pub(super) fn judge_agreement(claims: &Claims) -> Result<(), Reason> {
    if claims.has_two_clients() { Err(Reason::ClientMismatch) } else { Ok(()) }
}

/// The client that the token names.
pub(super) fn named_client(claims: &Claims) -> Result<&str, Reason> {
    judge_agreement(claims)?;
    claims.client().ok_or_else(|| missing("client_id"))
}

pub(super) fn missing(name: &str) -> Reason {
    Reason::ClaimMissing { name: Arc::from(name) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    #[test]
    fn all_dates_that_are_wrong_are_said_in_the_order_in_which_they_are_judged() {
        let dates = [("exp", 100), ("nbf", 300), ("iat", 300)];
        let claims = dates.into_iter().map(|(name, at)| (name.to_owned(), json!(at)));
        let claims = Claims::new(claims.collect::<Map<_, _>>());
        let (now, skew) = (UnixTime::from_seconds(200), Duration::from_secs(30));
        let problems: Vec<_> = date_problems(&claims, now, skew).collect();
        let codes: Vec<_> = problems.iter().map(Reason::code).collect();
        assert_eq!(codes, ["jwt.expired", "jwt.not_yet_valid", "jwt.issued_in_future"]);
        assert_eq!(judge_dates(&claims, now, skew).err().as_ref(), problems.first());
    }
}
