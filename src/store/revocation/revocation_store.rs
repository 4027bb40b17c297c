//! The contract of a revocation store.

use std::fmt;
use std::sync::Arc;

use crate::crypto::CredentialDigest;
use crate::record::{Claims, Grant};
use crate::store::lookup::{ImmediateStore, StoreUnavailable};
use crate::time::UnixTime;

/// What is revoked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Revocation {
    /// The JWT with this `jti`, of this issuer.
    Id {
        /// `iss`.
        issuer: Box<str>,
        /// `jti`.
        id: Box<str>,
    },
    /// The token with this SHA-256, a JWT or an opaque one.
    Token(CredentialDigest),
    /// JWTs of this subject of this issuer that were issued before `instant`, which is exclusive.
    SubjectBefore {
        /// `iss`.
        issuer: Box<str>,
        /// `sub`.
        subject: Box<str>,
        /// The first instant that is not revoked.
        instant: UnixTime,
    },
    /// Tokens of this client that were issued before `instant`, which is exclusive.
    ClientBefore {
        /// The client id.
        client: Box<str>,
        /// The first instant that is not revoked.
        instant: UnixTime,
    },
    /// JWTs of this issuer that were issued before `instant`, which is exclusive.
    IssuerBefore {
        /// `iss`.
        issuer: Box<str>,
        /// The first instant that is not revoked.
        instant: UnixTime,
    },
}

/// Only the kind is shown: ids and subjects may be secret.
impl fmt::Debug for Revocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Id { .. } => "Revocation(id)",
            Self::Token(_) => "Revocation(token)",
            Self::SubjectBefore { .. } => "Revocation(subject)",
            Self::ClientBefore { .. } => "Revocation(client)",
            Self::IssuerBefore { .. } => "Revocation(issuer)",
        })
    }
}

/// What is known of a token that holds otherwise, for a revocation store to judge.
#[derive(Clone, Copy)]
pub struct PresentedToken<'t> {
    token: &'t [u8],
    facts: Facts<'t>,
}

#[derive(Clone, Copy)]
enum Facts<'t> {
    Claims(&'t Claims),
    Grant(&'t Grant),
}

impl<'t> PresentedToken<'t> {
    /// A JWT and its claims.
    pub fn with_claims(token: &'t [u8], claims: &'t Claims) -> Self {
        Self { token, facts: Facts::Claims(claims) }
    }

    /// An opaque token and its grant.
    pub fn with_grant(token: &'t [u8], grant: &'t Grant) -> Self {
        Self { token, facts: Facts::Grant(grant) }
    }

    /// The SHA-256 of the token, made when it is asked for.
    pub fn digest(&self) -> CredentialDigest {
        match self.facts {
            Facts::Claims(_) => CredentialDigest::of(self.token),
            Facts::Grant(grant) => *grant.token(),
        }
    }

    /// `iss` of a JWT.
    pub fn issuer(&self) -> Option<&'t str> {
        self.claims()?.issuer()
    }

    /// `jti` of a JWT.
    pub fn id(&self) -> Option<&'t str> {
        self.claims()?.id()
    }

    /// `sub` of a JWT.
    pub fn subject(&self) -> Option<&'t str> {
        self.claims()?.subject()
    }

    /// The client that the token names.
    pub fn client(&self) -> Option<&'t str> {
        match self.facts {
            Facts::Claims(claims) => claims.client(),
            Facts::Grant(grant) => Some(grant.client()),
        }
    }

    /// `iat` of a JWT, or the first instant of a grant; none if neither says.
    pub fn issued(&self) -> Option<UnixTime> {
        match self.facts {
            Facts::Claims(claims) => claims.issued(),
            Facts::Grant(grant) => grant.lifetime().not_before(),
        }
    }

    fn claims(&self) -> Option<&'t Claims> {
        match self.facts {
            Facts::Claims(claims) => Some(claims),
            Facts::Grant(_) => None,
        }
    }
}

impl fmt::Debug for PresentedToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresentedToken(redacted)")
    }
}

/// Knows which tokens were revoked before they expired.
///
/// Write `async fn is_revoked`, whether it waits or not.
///
/// # Security
/// It is asked at every call, for tokens too that were seen before. A token without an instant of
/// issue is revoked by any [`Revocation`] that names one: nobody can tell that it is newer. A wrong
/// `false` admits a token that was taken back; what cannot be looked up is an error.
/// [`contract::revocation_store`](crate::store::contract::revocation_store) checks that in a test of your
/// store.
pub trait RevocationStore: Send + Sync {
    /// Whether this token is revoked.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if the store cannot tell.
    fn is_revoked(
        &self,
        token: &PresentedToken<'_>,
    ) -> impl Future<Output = Result<bool, StoreUnavailable>> + Send;
}

impl<R: RevocationStore + ?Sized> RevocationStore for Arc<R> {
    async fn is_revoked(&self, token: &PresentedToken<'_>) -> Result<bool, StoreUnavailable> {
        (**self).is_revoked(token).await
    }
}

/// The revocation store of a validator that has none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRevocations;

impl RevocationStore for NoRevocations {
    async fn is_revoked(&self, _: &PresentedToken<'_>) -> Result<bool, StoreUnavailable> {
        Ok(false)
    }
}

impl ImmediateStore for NoRevocations {}
