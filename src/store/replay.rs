//! What was used once and must not be used again.

mod contract;
mod forgotten;
mod in_memory;
mod table;

pub use contract::{Consumption, ReplayStore};
pub use in_memory::InMemoryReplays;
