//! The opaque token that a call presents.

use std::fmt;

use crate::crypto::CredentialDigest;
use crate::time::UnixTime;

/// An opaque token whose grant is looked up, and the instant at which it is judged.
///
/// A store looks it up by its [`digest`](Self::digest). Only a source that must hand the token on,
/// such as introspection, asks for the token itself.
///
/// # Security
/// Never log what [`expose`](Self::expose) returns, and keep it nowhere; `Debug` does not show it.
#[derive(Clone, Copy)]
pub struct OpaqueToken<'t> {
    token: &'t [u8],
    digest: CredentialDigest,
    now: UnixTime,
    rehearsal: bool,
}

impl<'t> OpaqueToken<'t> {
    /// A token that is judged at `now`.
    pub fn new(token: &'t [u8], now: UnixTime) -> Self {
        Self { token, digest: CredentialDigest::of(token), now, rehearsal: false }
    }

    /// Makes the look-up part of a rehearsal: nothing may be kept or counted for it.
    pub fn rehearsed(mut self) -> Self {
        self.rehearsal = true;
        self
    }

    /// The SHA-256 of the token.
    pub fn digest(&self) -> &CredentialDigest {
        &self.digest
    }

    /// The token itself.
    pub fn expose(&self) -> &'t [u8] {
        self.token
    }

    /// The instant at which the call is judged.
    pub fn now(&self) -> UnixTime {
        self.now
    }

    /// Whether the gate only rehearses.
    pub fn is_rehearsal(&self) -> bool {
        self.rehearsal
    }
}

impl fmt::Debug for OpaqueToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpaqueToken(redacted)")
    }
}
