//! Agents whose keys are in the hands of the host.

use std::collections::HashMap;

use crate::record::AgentUrl;
use crate::remote::agents::agent_keys::AgentKeys;
use crate::remote::agents::agent_source::{AgentKeySource, KeyLookup};
use crate::store::{ImmediateStore, StoreUnavailable};
use crate::time::UnixTime;

/// Agents whose keys the host gives: nothing is fetched, and a gate with them answers at once.
///
/// ```
/// use tollgate::record::AgentUrl;
/// use tollgate::remote::{AgentKeys, FixedAgents};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = br#"{"keys": []}"#;
/// let agent = AgentUrl::parse("https://crawler.example")?;
/// let agents = FixedAgents::new().with(agent, AgentKeys::from_directory(directory)?);
/// # let _ = agents;
/// # Ok(())
/// # }
/// ```
///
/// # Security
/// An agent's key that was taken away serves on until the host takes it away too.
#[derive(Clone, Debug, Default)]
pub struct FixedAgents(HashMap<AgentUrl, AgentKeys>);

impl FixedAgents {
    /// Makes a set without agents.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an agent with its keys, in place of those it had.
    pub fn with(mut self, agent: AgentUrl, keys: AgentKeys) -> Self {
        self.0.insert(agent, keys);
        self
    }
}

impl AgentKeySource for FixedAgents {
    async fn find(
        &self,
        agent: &AgentUrl,
        key_id: &str,
        _: UnixTime,
    ) -> Result<KeyLookup, StoreUnavailable> {
        Ok(match self.0.get(agent) {
            Some(keys) => KeyLookup::of(keys, key_id),
            None => KeyLookup::UnknownAgent,
        })
    }
}

impl ImmediateStore for FixedAgents {}
