//! What was used once and must not be used again.

mod forgotten;
mod in_memory_replays;
mod replay_store;
mod table;

pub use in_memory_replays::{InMemoryReplays, ReplayFigures};
pub use replay_store::{Consumption, ReplayStore};
