//! Agents that signed a request.

use std::fmt;
use std::sync::Arc;

use crate::record::agent_url::AgentUrl;

/// An agent that signed a request: whose key it was, and what it signed.
///
/// It says that a holder of a key which the agent publishes signed the covered components. It says
/// nothing about whether the agent is benign, and what is not covered is not the agent's word.
#[derive(Clone, PartialEq, Eq)]
pub struct Agent {
    url: AgentUrl,
    key_id: Arc<str>,
    components: Arc<[String]>,
}

impl Agent {
    /// Makes an agent that signed these components under the key of this thumbprint.
    pub fn new(
        url: AgentUrl,
        key_id: impl Into<Arc<str>>,
        components: impl IntoIterator<Item = String>,
    ) -> Self {
        Self { url, key_id: key_id.into(), components: components.into_iter().collect() }
    }

    /// Its URL: what a host keeps lists and counts by. Keys come and go, and it stays.
    pub fn url(&self) -> &AgentUrl {
        &self.url
    }

    /// The thumbprint of the key that verified (RFC 7638), in base64url.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The identifiers of the components that it signed, as they are written in the signature base
    /// (RFC 9421 section 2.5), such as `"@authority"` with its quotes.
    pub fn components(&self) -> &[String] {
        &self.components
    }
}

/// Who signed a request as an agent: three outcomes that a host tells apart.
///
/// Only the first names anybody. The other two are admitted only where the host says so, and are no
/// evidence of anything: most requests are not signed, and a directory that is down says nothing
/// about who named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentStanding {
    /// These agents signed it, each on its own; there is at least one.
    Verified(Vec<Agent>),
    /// It is signed, and nobody can tell whose signature it is.
    Unverifiable,
    /// It is not signed.
    Unsigned,
}

impl AgentStanding {
    /// The agents whose signatures verified.
    pub fn agents(&self) -> &[Agent] {
        match self {
            Self::Verified(agents) => agents,
            Self::Unverifiable | Self::Unsigned => &[],
        }
    }
}

/// Whose key it was, and how many components; their names are the caller's.
impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent")
            .field("url", &self.url)
            .field("key_id", &self.key_id)
            .field("components", &self.components.len())
            .finish()
    }
}
