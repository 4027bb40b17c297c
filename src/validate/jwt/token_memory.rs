//! The memory of tokens that were verified.

use std::fmt;
use std::hash::BuildHasherDefault;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use quick_cache::sync::Cache;
use quick_cache::{Lifecycle, Weighter};

use crate::crypto::{DigestHasher, KeyedDigest};
use crate::jose::{Header, KeySetId};
use crate::record::Claims;
use crate::validate::jwt::verified_tokens::{RememberedFigures, VerifiedTokens};

/// What is known of a token since its signature was verified.
#[derive(Clone)]
pub(super) struct VerifiedToken {
    pub(super) claims: Arc<Claims>,
    pub(super) header: Arc<Header>,
    pub(super) key_set: KeySetId,
    pub(super) key_index: usize,
}

/// A token by its digest under a key of this validator alone. Two tokens have the same one only by
/// a collision of SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TokenDigest([u8; 32]);

/// The memory, which is made for the first token.
pub(super) struct TokenMemory {
    policy: VerifiedTokens,
    memory: OnceLock<Option<Memory>>,
}

/// Verified tokens by their digests.
pub(super) struct Memory {
    digest: KeyedDigest,
    tokens: Cache<TokenDigest, VerifiedToken, Places, BuildHasherDefault<DigestHasher>, Evictions>,
    evictions: Evictions,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl TokenMemory {
    pub(super) fn new(policy: VerifiedTokens) -> Self {
        Self { policy, memory: OnceLock::new() }
    }

    /// `None` if nothing is remembered.
    pub(super) fn get(&self) -> Option<&Memory> {
        match self.policy {
            VerifiedTokens::Remembered { at_most } if at_most > 0 => {
                self.memory.get_or_init(|| Memory::new(at_most)).as_ref()
            }
            _ => None,
        }
    }

    pub(super) fn figures(&self) -> RememberedFigures {
        let Some(memory) = self.memory.get().and_then(Option::as_ref) else {
            return RememberedFigures::default();
        };
        RememberedFigures {
            hits: memory.hits.load(Ordering::Relaxed),
            misses: memory.misses.load(Ordering::Relaxed),
            evictions: memory.evictions.0.load(Ordering::Relaxed),
            size: memory.tokens.len(),
        }
    }
}

impl fmt::Debug for TokenMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenMemory").field(&self.policy).finish()
    }
}

impl Memory {
    /// Without random bytes for its key there is no memory, and every token is verified.
    fn new(at_most: usize) -> Option<Self> {
        let evictions = Evictions::default();
        let weight = u64::try_from(at_most).unwrap_or(u64::MAX);
        let hasher = BuildHasherDefault::default();
        let tokens = Cache::with(at_most, weight, Places, hasher, evictions.clone());
        let digest = KeyedDigest::new().ok()?;
        Some(Self { digest, tokens, evictions, hits: AtomicU64::new(0), misses: AtomicU64::new(0) })
    }

    pub(super) fn digest(&self, token: &[u8]) -> TokenDigest {
        TokenDigest(self.digest.of(token))
    }

    pub(super) fn recall(&self, digest: &TokenDigest) -> Option<VerifiedToken> {
        self.tokens.get(digest)
    }

    pub(super) fn remember(&self, digest: TokenDigest, token: VerifiedToken) {
        self.tokens.insert(digest, token);
    }

    pub(super) fn forget(&self, digest: &TokenDigest) {
        self.tokens.remove(digest);
    }

    /// Counts a call whose token was remembered, or was not.
    pub(super) fn count(&self, is_hit: bool) {
        let counter = if is_hit { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

#[derive(Clone)]
struct Places;

impl Weighter<TokenDigest, VerifiedToken> for Places {
    fn weight(&self, _: &TokenDigest, token: &VerifiedToken) -> u64 {
        token.claims.places()
    }
}

/// Counts evictions.
#[derive(Clone, Default)]
struct Evictions(Arc<AtomicU64>);

impl Lifecycle<TokenDigest, VerifiedToken> for Evictions {
    /// What was evicted, dropped once no lock is held.
    type RequestState = Option<VerifiedToken>;

    fn on_evict(&self, state: &mut Self::RequestState, _: TokenDigest, token: VerifiedToken) {
        self.0.fetch_add(1, Ordering::Relaxed);
        *state = Some(token);
    }
}
