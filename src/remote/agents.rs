//! The keys of agents that sign their requests (Web Bot Auth).
//!
//! [`AgentDirectories`] are fetched from the agents, [`FixedAgents`] are in the hands of the host;
//! both are an [`AgentKeySource`]. [`OwnDirectory`] is for agents to publish.

mod agent_key;
mod agent_keys;
mod agent_source;
mod directories;
mod directory_signature;
mod fixed_agents;
mod own_directory;
mod printed_keys;
mod unlisted;

pub use agent_key::AgentKey;
pub use agent_keys::AgentKeys;
pub use agent_source::{AgentKeySource, KeyLookup};
pub use directories::AgentDirectories;
pub use fixed_agents::FixedAgents;
pub use own_directory::OwnDirectory;
