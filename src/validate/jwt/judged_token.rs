//! A token that passed every check but possession, revocation and client.

use std::sync::Arc;

use crate::record::Claims;
use crate::rejection::Reason;
use crate::validate::jwt::token_memory::{Memory, TokenDigest, VerifiedToken};

/// A token that passed every check but possession, revocation and client.
#[must_use]
pub(in crate::validate) struct JudgedToken<'m> {
    verified: VerifiedToken,
    slot: MemorySlot<'m>,
}

/// The token's slot in the memory of verified tokens.
pub(super) enum MemorySlot<'m> {
    Nowhere,
    Free(&'m Memory, TokenDigest),
    Taken(&'m Memory, TokenDigest),
}

impl<'m> JudgedToken<'m> {
    pub(super) fn new(verified: VerifiedToken, slot: MemorySlot<'m>) -> Self {
        Self { verified, slot }
    }

    pub(in crate::validate) fn claims(&self) -> &Claims {
        &self.verified.claims
    }

    /// Remembers a token that is admitted, and forgets one that is refused.
    pub(in crate::validate) fn settle<T>(
        self,
        judged: Result<T, Reason>,
    ) -> Result<(T, Arc<Claims>), Reason> {
        match (self.slot, judged.is_ok()) {
            (MemorySlot::Free(memory, digest), true) => {
                memory.remember(digest, self.verified.clone());
            }
            (MemorySlot::Taken(memory, digest), false) => memory.forget(&digest),
            _ => {}
        }
        judged.map(|judged| (judged, self.verified.claims))
    }
}
