//! Stores: where records are looked up, and where used tokens are remembered.
//!
//! [`ClientStore`] and [`GrantStore`] are the traits for a database of your own, [`ReplayStore`]
//! that for tokens that work once, [`RevocationStore`] that for tokens that were taken back.
//! [`InMemoryClients`], [`InMemoryGrants`], [`InMemoryReplays`] and [`InMemoryRevocations`] serve
//! one process.
//!
//! [`contract`] checks in a test that a store of your own keeps what these traits promise.

mod answers;
pub mod contract;
mod in_memory;
mod lookup;
mod opaque_token;
mod records;
mod replay;
mod revocation;

pub use answers::{AnswerStore, KeptAnswer, NoSharedAnswers};
pub use in_memory::{InMemoryClients, InMemoryGrants};
pub use lookup::{ClientStore, GrantStore, ImmediateStore, StoreUnavailable};
pub use opaque_token::OpaqueToken;
pub use replay::{Consumption, InMemoryReplays, ReplayFigures, ReplayStore};
pub use revocation::{
    InMemoryRevocations, NoRevocations, PresentedToken, Revocation, RevocationStore,
    RevocationsFull,
};
