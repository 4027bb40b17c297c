//! One signature of an agent, from its form to its key.

use std::sync::Arc;

use crate::http_signature::{
    Component, FieldRules, MessageSignature, MessageSignatures, SignedMessage,
};
use crate::record::{Agent, AgentUrl};
use crate::rejection::{AgentReason, Reason};
use crate::remote::{AgentKey, AgentKeySource, KeyLookup};
use crate::request::Request;
use crate::time::{Phase, UnixTime};
use crate::validate::covered_body;
use crate::validate::single_use::use_id;
use crate::validate::unavailable;
use crate::validate::web_bot_auth::policies::LegacySignatureAgent;
use crate::validate::web_bot_auth::reason::reason;
use crate::validate::web_bot_auth::rules::{AgentParameters, AgentRules, own_member};
use crate::validate::web_bot_auth::signature_agent::{FIELD, SignatureAgent};

/// The checks of one signature, in their order.
pub(super) const CHECKS: [(&str, &str); 7] = [
    ("form", "a signature of RFC 9421"),
    ("coverage", "what must be covered is"),
    ("parameters", "those that must be there are"),
    ("lifetime", "now, and not too long"),
    ("agent", "a public https origin"),
    ("key", "published by the agent, and current"),
    ("signature", "over this request, by that key"),
];

/// A signature that verified.
pub(super) struct Verified {
    pub(super) agent: Agent,
    pub(super) expires: UnixTime,
    /// The id under which a replay store keeps its nonce.
    pub(super) use_id: Option<[u8; 32]>,
}

/// A signature that did not, and where it failed.
pub(super) struct Unattributed {
    pub(super) reason: Reason,
    /// Whether nothing is wrong with it as far as anybody here can tell.
    pub(super) is_unverifiable: bool,
    /// The first of [`CHECKS`] that it does not pass.
    pub(super) failed: &'static str,
}

impl Unattributed {
    /// Whether the other decides in its place, since something is wrong with that one.
    pub(super) fn yields_to(&self, other: &Self) -> bool {
        self.is_unverifiable && !other.is_unverifiable
    }

    fn at(failed: &'static str, reason: impl Into<Reason>) -> Self {
        let reason = reason.into();
        let is_unverifiable = matches!(
            reason,
            Reason::Agent(
                AgentReason::LegacyForm
                    | AgentReason::Url
                    | AgentReason::Discovery
                    | AgentReason::Unknown
                    | AgentReason::KeyUnknown
            )
        );
        Self { reason, is_unverifiable, failed }
    }
}

/// What all signatures of one request are judged by.
pub(super) struct Judge<'j, S> {
    pub(super) agents: &'j S,
    pub(super) rules: &'j AgentRules,
    pub(super) request: &'j dyn Request,
    pub(super) now: UnixTime,
    /// Whether each nonce works once.
    pub(super) is_single_use: bool,
}

impl<S: AgentKeySource> Judge<'_, S> {
    /// Judges the signature with this label on its own, whatever else the request has.
    pub(super) async fn judge(
        &self,
        signatures: &MessageSignatures<'_>,
        label: &str,
    ) -> Result<Verified, Unattributed> {
        let at = |check| move |reason: AgentReason| Unattributed::at(check, reason);
        let signature = signatures.labelled(label);
        let signature = signature.map_err(|error| Unattributed::at("form", reason(error)))?;
        let field = SignatureAgent::of(self.request);
        let member = self.coverage(&signature, &field).map_err(at("coverage"))?;
        let parameters = self.parameters(&signature).map_err(at("parameters"))?;
        self.rules.judge_lifetime(&parameters, self.now).map_err(at("lifetime"))?;
        let agent = match (member, self.rules.legacy) {
            (Some(key), _) => field.member(key),
            (None, LegacySignatureAgent::Admit) => field.bare(),
            (None, LegacySignatureAgent::Refuse) => Err(AgentReason::LegacyForm),
        };
        let agent = agent.map_err(at("agent"))?;
        let key = self.key(&agent, parameters.key_id).await?;
        self.verify(&signature, &key).map_err(|reason| Unattributed::at("signature", reason))?;
        let use_id = parameters.nonce.map(|nonce| nonce_id(&agent, parameters.key_id, nonce));
        let components = signature.components().iter().map(Component::identifier);
        let agent = Agent::new(agent, parameters.key_id, components);
        Ok(Verified { agent, expires: parameters.expires, use_id })
    }

    /// The key of the member that names the agent; none if a bare string does.
    fn coverage<'s>(
        &self,
        signature: &'s MessageSignature<'_>,
        field: &SignatureAgent<'_>,
    ) -> Result<Option<&'s str>, AgentReason> {
        if !self.rules.own.include(self.request) {
            return Err(AgentReason::Authority);
        }
        self.rules.judge_coverage(signature)?;
        if !field.is_bare() {
            return own_member(signature).map(Some);
        }
        let field = Component::field(FIELD).map_err(|_| AgentReason::NotNamed)?;
        if signature.covers(&field) { Ok(None) } else { Err(AgentReason::NotNamed) }
    }

    fn parameters<'f>(
        &self,
        signature: &MessageSignature<'f>,
    ) -> Result<AgentParameters<'f>, AgentReason> {
        if self.is_single_use && signature.parameters().nonce().is_none() {
            return Err(AgentReason::ParameterMissing { name: "nonce" });
        }
        AgentParameters::of(signature.parameters())
    }

    async fn key(&self, agent: &AgentUrl, key_id: &str) -> Result<Arc<AgentKey>, Unattributed> {
        let at = |reason| Unattributed::at("key", reason);
        let key = match self.agents.find(agent, key_id, self.now).await {
            Ok(KeyLookup::Found(key)) if key.id() == key_id => key,
            Ok(KeyLookup::Found(_) | KeyLookup::UnknownKey) => {
                return Err(at(AgentReason::KeyUnknown));
            }
            Ok(KeyLookup::UnknownAgent) => return Err(at(AgentReason::Unknown)),
            Err(error) => {
                let reason = unavailable::store(error);
                return Err(Unattributed { reason, is_unverifiable: true, failed: "key" });
            }
        };
        let now = self.now;
        match key.lifetime().phase(now) {
            Phase::Current => Ok(key),
            Phase::Over { expires } => Err(at(AgentReason::KeyExpired { now, expires })),
            Phase::NotYet { not_before } => {
                Err(at(AgentReason::KeyNotYetValid { now, not_before }))
            }
        }
    }

    fn verify(&self, signature: &MessageSignature<'_>, key: &AgentKey) -> Result<(), Reason> {
        let message = SignedMessage::of_request(self.request);
        let verified = signature.verify(&message, key.message_key(), &FieldRules::default());
        verified.map_err(reason)?;
        covered_body::judge(signature, self.request, |_| AgentReason::ContentDigest.into())
    }
}

/// One nonce of one key of one agent.
fn nonce_id(agent: &AgentUrl, key_id: &str, nonce: &str) -> [u8; 32] {
    use_id("nonce of an agent", &[agent.as_str().as_bytes(), key_id.as_bytes(), nonce.as_bytes()])
}
