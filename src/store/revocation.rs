//! Tokens that were revoked before they expired.

mod in_memory_revocations;
mod revocation_store;

pub use in_memory_revocations::InMemoryRevocations;
pub use revocation_store::{NoRevocations, PresentedToken, Revocation, RevocationStore};
