//! Whether tokens that were verified are remembered.

/// Whether a validator remembers which tokens it has verified, so that a token that comes again costs
/// a digest instead of a signature.
///
/// What is remembered is what does not change: the claims, the header, and under which key of which
/// key set the signature verified. Every date, certificate, audience, scope, client and proof of
/// possession is judged at each call, and a token whose key set was exchanged is verified anew.
/// Nothing that was refused is remembered, and a rehearsal neither asks nor adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifiedTokens {
    /// Remembers about this many tokens, of which those that come often stay longest.
    Remembered {
        /// How many. A token takes its decoded payload, and less than 1 KiB more.
        at_most: usize,
    },
    /// Verifies every token each time.
    Forgotten,
}

impl Default for VerifiedTokens {
    fn default() -> Self {
        Self::Remembered { at_most: 10_000 }
    }
}

/// How often tokens were remembered since the first one came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RememberedFigures {
    /// Calls whose token was remembered.
    pub hits: u64,
    /// Calls whose token was not.
    pub misses: u64,
    /// Tokens that had to make room for others.
    pub evictions: u64,
    /// Tokens that are remembered now.
    pub size: usize,
}
