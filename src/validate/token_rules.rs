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

/// `now < exp + skew`, `nbf <= now + skew`, `iat <= now + skew`, each where it is there.
pub(super) fn judge_dates(claims: &Claims, now: UnixTime, skew: Duration) -> Result<(), Reason> {
    let latest = now.saturating_add(skew);
    if let Some(expires) = claims.expires()
        && now >= expires.saturating_add(skew)
    {
        return Err(Reason::JwtExpired { now, expires, skew });
    }
    if let Some(not_before) = claims.not_before()
        && not_before > latest
    {
        return Err(Reason::JwtNotYetValid { now, not_before, skew });
    }
    if let Some(issued) = claims.issued()
        && issued > latest
    {
        return Err(Reason::JwtIssuedInFuture { now, issued, skew });
    }
    Ok(())
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
