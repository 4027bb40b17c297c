//! A token that passed every check but revocation and client.

use std::sync::Arc;

use crate::record::Claims;
use crate::rejection::Reason;
use crate::validate::jwt::token_memory::{Memory, TokenDigest, VerifiedToken};

/// A token that passed every check but revocation and client.
#[must_use]
pub(in crate::validate) struct JudgedToken<'m> {
    verified: VerifiedToken,
    place: Place<'m>,
}

/// The token's place in the memory of verified tokens.
pub(super) enum Place<'m> {
    Nowhere,
    Free(&'m Memory, TokenDigest),
    Taken(&'m Memory, TokenDigest),
}

impl<'m> JudgedToken<'m> {
    pub(super) fn new(verified: VerifiedToken, place: Place<'m>) -> Self {
        Self { verified, place }
    }

    pub(in crate::validate) fn claims(&self) -> &Claims {
        &self.verified.claims
    }

    /// Remembers a token that is admitted, and forgets one that is refused.
    pub(in crate::validate) fn settle<T>(
        self,
        judged: Result<T, Reason>,
    ) -> Result<(T, Arc<Claims>), Reason> {
        let claims = Arc::clone(&self.verified.claims);
        match (self.place, judged.is_ok()) {
            (Place::Free(memory, digest), true) => memory.remember(digest, self.verified),
            (Place::Taken(memory, digest), false) => memory.forget(&digest),
            _ => {}
        }
        judged.map(|judged| (judged, claims))
    }
}
