//! Where records are looked up.

mod contract;
mod in_memory;
mod replay;

pub use contract::{ClientStore, GrantStore, ImmediateStore, StoreUnavailable};
pub use in_memory::{InMemoryClients, InMemoryGrants};
pub use replay::{Consumption, InMemoryReplays, ReplayStore};
