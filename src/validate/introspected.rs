//! What an authorization server said of a token, judged as the claims of a JWT are.

use crate::interceptor::Call;
use crate::record::{Claims, Introspected};
use crate::rejection::Reason;
use crate::validate::possession;
use crate::validate::token_rules::{judge_dates, named_client};

/// Judges each member where it is there, but for `cnf`: `token_type`, `iss`, `exp`, `nbf`, `iat`,
/// `aud`. A client must be named.
pub(super) fn judge(token: &Introspected, call: &Call<'_>) -> Result<(), Reason> {
    let (claims, expected) = (token.claims(), token.expected());
    judge_type(claims)?;
    if claims.issuer().is_some_and(|issuer| *issuer != *expected.issuer) {
        return Err(Reason::JwtIssuer);
    }
    judge_dates(claims, call.now, expected.skew)?;
    let is_for_us = match &expected.audience {
        Some(ours) => claims.has_audience(|one| *one == **ours).unwrap_or(true),
        None => true,
    };
    if !is_for_us {
        return Err(Reason::JwtAudience);
    }
    named_client(claims).map(|_| ())
}

/// `DPoP` for a token that is bound to a key (RFC 9449 section 6.2), `Bearer` for any other.
fn judge_type(claims: &Claims) -> Result<(), Reason> {
    let Some(found) = claims.get("token_type") else { return Ok(()) };
    let expected = if possession::is_bound_to_key(claims) { "DPoP" } else { "Bearer" };
    match found.as_str() {
        Some(found) if found.eq_ignore_ascii_case(expected) => Ok(()),
        _ => Err(Reason::JwtType),
    }
}
