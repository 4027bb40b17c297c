//! Where the keys of agents come from.

use std::sync::Arc;

use crate::record::AgentUrl;
use crate::remote::agents::agent_key::AgentKey;
use crate::remote::agents::agent_keys::AgentKeys;
use crate::store::StoreUnavailable;
use crate::time::UnixTime;

/// The keys of agents, from wherever they come:
/// [`AgentDirectories`](crate::remote::AgentDirectories) or
/// [`FixedAgents`](crate::remote::FixedAgents).
///
/// Write `async fn find`, whether it waits or not. A source that answers at once is also an
/// [`ImmediateStore`](crate::store::ImmediateStore).
///
/// # Security
/// A key belongs to an agent: look up by the pair of both, never by the key alone. Else whoever
/// publishes a key can sign in the name of every other agent.
pub trait AgentKeySource: Send + Sync {
    /// What is known of the key of this thumbprint at this agent. It waits where the agent must be
    /// asked before.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if the source cannot tell. The text must not quote the agent's URL,
    /// which may be a stranger's.
    fn find(
        &self,
        agent: &AgentUrl,
        key_id: &str,
        now: UnixTime,
    ) -> impl Future<Output = Result<KeyLookup, StoreUnavailable>> + Send;
}

/// What is known of a key of an agent.
#[derive(Clone, Debug)]
pub enum KeyLookup {
    /// The agent publishes it.
    Found(Arc<AgentKey>),
    /// The agent does not publish it.
    UnknownKey,
    /// The agent is not one that the host knows, and is not asked.
    UnknownAgent,
}

impl KeyLookup {
    pub(super) fn of(keys: &AgentKeys, key_id: &str) -> Self {
        keys.find(key_id).map_or(Self::UnknownKey, |key| Self::Found(Arc::clone(key)))
    }
}

impl<S: AgentKeySource + ?Sized> AgentKeySource for Arc<S> {
    async fn find(
        &self,
        agent: &AgentUrl,
        key_id: &str,
        now: UnixTime,
    ) -> Result<KeyLookup, StoreUnavailable> {
        (**self).find(agent, key_id, now).await
    }
}
