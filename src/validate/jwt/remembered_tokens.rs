//! How well a validator remembers, read from outside.

use std::fmt;
use std::sync::Arc;

use crate::validate::jwt::token_memory::TokenMemory;
use crate::validate::jwt::verified_tokens::RememberedFigures;

/// The tokens that one [`JwtValidation`](crate::JwtValidation) remembers, to read how well that
/// works once the validator is in a gate. Clones of a validator share what they remember.
#[derive(Clone)]
pub struct RememberedTokens(pub(super) Arc<TokenMemory>);

impl RememberedTokens {
    /// The figures as they are now.
    pub fn figures(&self) -> RememberedFigures {
        self.0.figures()
    }
}

impl fmt::Debug for RememberedTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RememberedTokens").field(&self.figures()).finish()
    }
}
