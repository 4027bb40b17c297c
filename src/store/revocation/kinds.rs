//! What can be revoked.

use std::fmt;

use memchr::memrchr;

use crate::crypto::CredentialDigest;
use crate::time::UnixTime;

/// What is revoked: one token, or all of somebody that were issued before an instant.
///
/// A token that does not say when it was issued is before every instant. `iat` usually has whole
/// seconds, so a choice is left for the second that is running: now, rounded down to the second,
/// admits tokens that were issued earlier in this second; now as it is also refuses those that are
/// issued later in it. An issuer's clock may be ahead by the skew that is granted; to reach what it
/// issued too, add that skew.
///
/// # Security
/// A revocation must be kept for as long as a token that it names could be accepted: see each
/// variant for the `until` of
/// [`InMemoryRevocations::revoke`](crate::store::InMemoryRevocations::revoke).
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Revocation {
    /// The JWT with this `jti`, of this issuer. Keep it until the token's `exp` and the skew are
    /// over.
    Id {
        /// `iss`.
        issuer: Box<str>,
        /// `jti`.
        id: Box<str>,
    },
    /// The token with this digest: see [`Revocation::jwt`] and [`Revocation::opaque`]. Keep it
    /// until the token's `exp` and the skew are over, or until the grant expires.
    Token(CredentialDigest),
    /// JWTs of this subject of this issuer that were issued before `instant`, which is exclusive.
    /// Keep it for the longest lifetime that the issuer gives after `instant`, and the skew.
    SubjectBefore {
        /// `iss`.
        issuer: Box<str>,
        /// `sub`.
        subject: Box<str>,
        /// The first instant that is not revoked.
        instant: UnixTime,
    },
    /// Tokens of this client that were issued before `instant`, which is exclusive. Keep it for the
    /// longest lifetime of any token of the client after `instant`, and the skew.
    ClientBefore {
        /// The client id.
        client: Box<str>,
        /// The first instant that is not revoked.
        instant: UnixTime,
    },
    /// JWTs of this issuer that were issued before `instant`, which is exclusive. Keep it for the
    /// longest lifetime that the issuer gives after `instant`, and the skew.
    IssuerBefore {
        /// `iss`.
        issuer: Box<str>,
        /// The first instant that is not revoked.
        instant: UnixTime,
    },
}

impl Revocation {
    /// This JWT, whatever its signature: anyone can turn a signature of ECDSA into another that
    /// verifies as well, so the digest is that of the two parts that are signed.
    pub fn jwt(token: &[u8]) -> Self {
        Self::Token(CredentialDigest::of(signing_input(token)))
    }

    /// This opaque token.
    pub fn opaque(token: &[u8]) -> Self {
        Self::Token(CredentialDigest::of(token))
    }
}

/// The two parts of a JWT that are signed.
pub(super) fn signing_input(token: &[u8]) -> &[u8] {
    let end = memrchr(b'.', token).unwrap_or(token.len());
    token.get(..end).unwrap_or(token)
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
