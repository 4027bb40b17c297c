//! Tokens that were revoked before they expired.

mod in_memory_revocations;
mod kinds;
mod presented_token;
mod revocation_store;
mod revocations_full;

pub use in_memory_revocations::InMemoryRevocations;
pub use kinds::Revocation;
pub use presented_token::PresentedToken;
pub use revocation_store::{NoRevocations, RevocationStore};
pub use revocations_full::RevocationsFull;
