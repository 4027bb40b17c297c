//! Checks that JWTs and introspected tokens share: dates, possession, client.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::crypto::sha256;
use crate::encoding::base64url_decode;
use crate::interceptor::Call;
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

/// A token with `cnf` is accepted only from its holder: with `x5t#S256` alone (RFC 8705 section
/// 3.1), a peer that proved to hold that certificate.
pub(super) fn judge_possession(claims: &Claims, call: &Call<'_>) -> Result<(), Reason> {
    let Some(confirmation) = claims.confirmation() else { return Ok(()) };
    let (1, Some(Value::String(thumbprint))) = (confirmation.len(), confirmation.get("x5t#S256"))
    else {
        return Err(Reason::PossessionUnsupported);
    };
    let certificate = call.request.peer_certificate().ok_or(Reason::PossessionMissing)?;
    match base64url_decode(thumbprint) {
        Some(digest) if digest == sha256(certificate) => Ok(()),
        _ => Err(Reason::PossessionWrong),
    }
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
