//! The keys of agents that sign their requests (Web Bot Auth).
//!
//! [`AgentDirectories`] are fetched from the agents, [`FixedAgents`] are in the hands of the host;
//! both are an [`AgentKeySource`].

mod agent_key;
mod agent_keys;
mod agent_source;
mod directories;
mod fixed_agents;
mod printed_keys;
mod unlisted;

pub use agent_key::AgentKey;
pub use agent_keys::AgentKeys;
pub use agent_source::{AgentKeySource, KeyLookup};
pub use directories::AgentDirectories;
pub use fixed_agents::FixedAgents;
