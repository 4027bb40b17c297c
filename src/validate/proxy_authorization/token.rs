//! The token: a compact JWS that names its certificate.

use std::fmt;
use std::time::Duration;

use serde_json::json;

use crate::crypto::KeyKind;
use crate::jose::Algorithm;
use crate::record::{Claims, Destination, to_numeric_date};
use crate::rejection::Reason;
use crate::time::UnixTime;

/// `typ` of the header, so that nothing else that the key signs passes for an authorization token
/// (RFC 8725 section 3.11).
pub(super) const TOKEN_TYPE: &str = "proxy-authorization+jwt";

/// An authorization token, as the management server issued it.
///
/// It is a secret for as long as it lives, so `Debug` does not show it.
#[derive(Clone)]
pub struct AuthorizationToken(String);

impl AuthorizationToken {
    pub(super) fn new(token: String) -> Self {
        Self(token)
    }

    /// The token as it is sent to the proxy.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AuthorizationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationToken(redacted)")
    }
}

/// The one algorithm for keys of a kind.
pub(super) fn algorithm_for(kind: KeyKind) -> Algorithm {
    match kind {
        KeyKind::Rsa => Algorithm::Rs256,
        KeyKind::P256 => Algorithm::Es256,
        KeyKind::P384 => Algorithm::Es384,
        #[cfg(feature = "aws-lc-rs")]
        KeyKind::P521 => Algorithm::Es512,
        #[cfg(feature = "aws-lc-rs")]
        KeyKind::MlDsa44 => Algorithm::MlDsa44,
        #[cfg(feature = "aws-lc-rs")]
        KeyKind::MlDsa65 => Algorithm::MlDsa65,
        #[cfg(feature = "aws-lc-rs")]
        KeyKind::MlDsa87 => Algorithm::MlDsa87,
        KeyKind::Ed25519 => Algorithm::EdDsa,
    }
}

/// What a token says.
pub(super) struct Content {
    pub(super) destination: Destination,
    pub(super) issued: UnixTime,
    pub(super) expires: UnixTime,
}

impl Content {
    pub(super) fn new(destination: &Destination, issued: UnixTime, lifetime: Duration) -> Self {
        let expires = issued.saturating_add(lifetime);
        Self { destination: destination.clone(), issued, expires }
    }

    /// As claims; the instants in seconds with their milliseconds (RFC 7519 section 2).
    pub(super) fn to_payload(&self) -> String {
        json!({
            "dst": self.destination.to_string(),
            "iat": to_numeric_date(self.issued),
            "exp": to_numeric_date(self.expires),
        })
        .to_string()
    }

    pub(super) fn read(payload: Vec<u8>) -> Result<Self, Reason> {
        let claims = Claims::read(payload).map_err(|_| Reason::ProxyTokenMalformed)?;
        Self::of(&claims).ok_or(Reason::ProxyTokenMalformed)
    }

    fn of(claims: &Claims) -> Option<Self> {
        Some(Self {
            destination: Destination::parse(claims.text("dst")?).ok()?,
            issued: claims.issued()?,
            expires: claims.expires()?,
        })
    }
}
