//! What a token must satisfy once its signature has been verified.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::crypto::sha256;
use crate::encoding::base64url_decode;
use crate::interceptor::Call;
use crate::jose::Header;
use crate::record::{Claims, Scopes};
use crate::rejection::Reason;
use crate::validate::jwt::claims::missing;

/// The largest skew that can be granted (RFC 7519 section 4.1.4: a few minutes).
pub const MAXIMUM_SKEW: Duration = Duration::from_secs(300);

/// Whether a token must say when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExpClaim {
    Required,
    Optional,
}

/// The rules that hold for the tokens of all issuers.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) skew: Duration,
    pub(super) expiry: ExpClaim,
    pub(super) maximum_lifetime: Option<Duration>,
    pub(super) token_type: Option<String>,
    pub(super) scopes: Scopes,
    pub(super) claims: Vec<(Arc<str>, Option<Value>)>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            skew: Duration::from_secs(30),
            expiry: ExpClaim::Required,
            maximum_lifetime: None,
            token_type: None,
            scopes: Scopes::default(),
            claims: Vec::new(),
        }
    }
}

impl Rules {
    pub(super) fn judge_type(&self, header: &Header) -> Result<(), Reason> {
        match &self.token_type {
            Some(expected) if !header.is_of_type(expected) => Err(Reason::JwtType),
            _ => Ok(()),
        }
    }

    /// `now < exp + skew`, `nbf <= now + skew`, `iat <= now + skew`.
    pub(super) fn judge_dates(&self, claims: &Claims, call: &Call<'_>) -> Result<(), Reason> {
        let (now, skew) = (call.now, self.skew);
        let latest = now.saturating_add(skew);
        match claims.expires() {
            Some(expires) if now >= expires.saturating_add(skew) => {
                return Err(Reason::JwtExpired { now, expires, skew });
            }
            None if self.expiry == ExpClaim::Required => return Err(missing("exp")),
            _ => {}
        }
        match claims.not_before() {
            Some(not_before) if not_before > latest => {
                return Err(Reason::JwtNotYetValid { now, not_before, skew });
            }
            _ => {}
        }
        match claims.issued() {
            Some(issued) if issued > latest => Err(Reason::JwtIssuedInFuture { now, issued, skew }),
            _ => self.judge_lifetime(claims),
        }
    }

    fn judge_lifetime(&self, claims: &Claims) -> Result<(), Reason> {
        let Some(maximum) = self.maximum_lifetime else { return Ok(()) };
        let expires = claims.expires().ok_or_else(|| missing("exp"))?;
        let issued = claims.issued().ok_or_else(|| missing("iat"))?;
        if expires > issued.saturating_add(maximum) {
            return Err(Reason::JwtLifetime { maximum });
        }
        Ok(())
    }

    pub(super) fn judge_claims(&self, claims: &Claims) -> Result<(), Reason> {
        for (name, required) in &self.claims {
            let name = Arc::clone(name);
            match (claims.get(&name), required) {
                (None, _) => return Err(Reason::ClaimMissing { name }),
                (Some(found), Some(required)) if found != required => {
                    return Err(Reason::ClaimValue { name });
                }
                _ => {}
            }
        }
        match claims.missing_scope(&self.scopes) {
            Some(scope) => Err(Reason::TokenScope { scope: Arc::from(scope) }),
            None => Ok(()),
        }
    }
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
