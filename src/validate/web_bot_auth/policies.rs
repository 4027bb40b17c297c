//! What a host does with requests that no agent can be named for.

use serde::{Deserialize, Serialize};

/// Whether requests pass that no agent signed. Most requests of people are such.
///
/// Nothing can be concluded from a signature that is missing: whoever wants to be taken for a
/// person leaves it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum UnsignedRequests {
    /// They pass, as `AgentStanding::Unsigned`.
    Admit,
    /// They are refused with `agent.unsigned`.
    Refuse,
}

/// Whether requests pass whose signatures nobody can attribute here: the agent is not known, its
/// directory does not answer or does not have the key, or its keys are where nobody looks for them.
///
/// Signatures that are wrong, expired or cover too little never pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum UnverifiableSignatures {
    /// They are refused, each with its reason.
    #[default]
    Refuse,
    /// They pass, as `AgentStanding::Unverifiable`, though anyone can make one.
    InsecureAdmit,
}

/// Whether `Signature-Agent` may be a bare string, as before the draft made it a dictionary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LegacySignatureAgent {
    /// A bare string names the agent of the signature that covers it.
    Admit,
    /// A bare string is refused with `agent.legacy_form`.
    #[default]
    Refuse,
}
