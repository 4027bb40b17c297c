//! A token as a revocation store sees it.

use std::fmt;

use crate::crypto::CredentialDigest;
use crate::record::{Claims, Grant};
use crate::store::revocation::kinds::signing_input;
use crate::time::UnixTime;

/// What is known of a token that passed every other check, for a revocation store to judge.
#[derive(Clone, Copy)]
pub struct PresentedToken<'t>(TokenFacts<'t>);

#[derive(Clone, Copy)]
enum TokenFacts<'t> {
    Jwt { token: &'t [u8], claims: &'t Claims },
    Opaque(&'t Grant),
}

impl<'t> PresentedToken<'t> {
    /// A JWT and its claims.
    pub fn jwt(token: &'t [u8], claims: &'t Claims) -> Self {
        Self(TokenFacts::Jwt { token, claims })
    }

    /// An opaque token by its grant, which has its digest.
    pub fn opaque(grant: &'t Grant) -> Self {
        Self(TokenFacts::Opaque(grant))
    }

    /// The digest by which the token is revoked: the SHA-256 of an opaque token, and of what is
    /// signed of a JWT ([`Revocation::jwt`](crate::store::Revocation::jwt)), made when it is asked
    /// for.
    pub fn digest(&self) -> CredentialDigest {
        match self.0 {
            TokenFacts::Jwt { token, .. } => CredentialDigest::of(signing_input(token)),
            TokenFacts::Opaque(grant) => *grant.token(),
        }
    }

    /// `iss`, as all that follows of a JWT or of what an authorization server said of an opaque
    /// token.
    pub fn issuer(&self) -> Option<&'t str> {
        self.claims()?.issuer().or_else(|| self.introspected_by())
    }

    /// `jti`.
    pub fn id(&self) -> Option<&'t str> {
        self.claims()?.id()
    }

    /// `sub`.
    pub fn subject(&self) -> Option<&'t str> {
        self.claims()?.subject()
    }

    /// The client that the token names.
    pub fn client(&self) -> Option<&'t str> {
        match self.0 {
            TokenFacts::Jwt { claims, .. } => claims.client(),
            TokenFacts::Opaque(grant) => Some(grant.client()),
        }
    }

    /// `iat`, or the first instant of a grant; none if neither says.
    pub fn issued(&self) -> Option<UnixTime> {
        match self.0 {
            TokenFacts::Jwt { claims, .. } => claims.issued(),
            TokenFacts::Opaque(grant) => match grant.claims() {
                Some(claims) => claims.issued(),
                None => grant.lifetime().not_before(),
            },
        }
    }

    /// `exp`, or the first instant after a grant; none if neither says.
    pub fn expires(&self) -> Option<UnixTime> {
        match self.0 {
            TokenFacts::Jwt { claims, .. } => claims.expires(),
            TokenFacts::Opaque(grant) => match grant.claims() {
                Some(claims) => claims.expires(),
                None => grant.lifetime().expires(),
            },
        }
    }

    /// The issuer whose server was asked about an opaque token, also where its answer leaves `iss`
    /// out.
    fn introspected_by(&self) -> Option<&'t str> {
        match self.0 {
            TokenFacts::Jwt { .. } => None,
            TokenFacts::Opaque(grant) => Some(&grant.introspected()?.expected().issuer),
        }
    }

    fn claims(&self) -> Option<&'t Claims> {
        match self.0 {
            TokenFacts::Jwt { claims, .. } => Some(claims),
            TokenFacts::Opaque(grant) => grant.claims(),
        }
    }
}

impl fmt::Debug for PresentedToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresentedToken(redacted)")
    }
}
