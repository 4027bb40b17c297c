//! What an authorization server said of a token, judged as the claims of a JWT are.

use crate::interceptor::Call;
use crate::record::Introspected;
use crate::rejection::Reason;
use crate::validate::token_rules::{judge_dates, judge_possession, named_client};

/// Judges each member where it is there: `token_type`, `iss`, `exp`, `nbf`, `iat`, `aud`, `cnf`. A
/// client must be named.
pub(super) fn judge(token: &Introspected, call: &Call<'_>) -> Result<(), Reason> {
    let (claims, expected) = (token.claims(), token.expected());
    if let Some(kind) = claims.get("token_type")
        && !kind.as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("Bearer"))
    {
        return Err(Reason::JwtType);
    }
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
    judge_possession(claims, call)?;
    named_client(claims).map(|_| ())
}
