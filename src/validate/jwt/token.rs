//! A token that holds by itself.

use std::sync::Arc;

use crate::record::Claims;
use crate::rejection::Reason;
use crate::validate::jwt::token_memory::{TokenDigest, TokenMemory, VerifiedToken};

/// A token that holds by itself, before anyone has judged whose it is.
pub(in crate::validate) struct Token<'m> {
    pub(super) verified: VerifiedToken,
    pub(super) remembering: Remembering<'m>,
}

/// Where a token is remembered, if anywhere.
pub(super) enum Remembering<'m> {
    Nowhere,
    Free(&'m TokenMemory, TokenDigest),
    Taken(&'m TokenMemory, TokenDigest),
}

impl Token<'_> {
    pub(in crate::validate) fn claims(&self) -> &Claims {
        &self.verified.claims
    }

    /// Remembers a token that is admitted, and forgets one that is refused.
    pub(in crate::validate) fn settle<T>(
        self,
        judged: Result<T, Reason>,
    ) -> Result<(T, Arc<Claims>), Reason> {
        let claims = Arc::clone(&self.verified.claims);
        match (self.remembering, judged.is_ok()) {
            (Remembering::Free(memory, digest), true) => memory.remember(digest, self.verified),
            (Remembering::Taken(memory, digest), false) => memory.forget(&digest),
            _ => {}
        }
        judged.map(|judged| (judged, claims))
    }
}
