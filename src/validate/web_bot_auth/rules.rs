//! What a signature of an agent must be like.

use std::time::Duration;

use crate::http_signature::{Component, MessageSignature, SignatureParameters};
use crate::rejection::AgentReason;
use crate::time::{DEFAULT_SKEW, UnixTime};
use crate::validate::own_authorities::OwnAuthorities;
use crate::validate::web_bot_auth::policies::{
    LegacySignatureAgent, UnsignedRequests, UnverifiableSignatures,
};
use crate::validate::web_bot_auth::signature_agent::FIELD;

/// The tag by which a signature is that of an agent.
pub(super) const TAG: &str = "web-bot-auth";

/// The longest lifetime unless an insecure one is set: what the draft recommends.
pub(crate) const MAXIMUM_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Clone, Debug)]
pub(super) struct AgentRules {
    pub(super) unsigned: UnsignedRequests,
    pub(super) unverifiable: UnverifiableSignatures,
    pub(super) legacy: LegacySignatureAgent,
    pub(super) maximum_lifetime: Duration,
    pub(super) own: OwnAuthorities,
    pub(super) components: Vec<Component<'static>>,
}

/// What a signature says of itself, as far as it must.
#[derive(Clone, Copy)]
pub(super) struct AgentParameters<'f> {
    pub(super) created: UnixTime,
    pub(super) expires: UnixTime,
    pub(super) key_id: &'f str,
    pub(super) nonce: Option<&'f str>,
}

impl AgentRules {
    pub(super) fn new(own: OwnAuthorities, unsigned: UnsignedRequests) -> Self {
        Self {
            unsigned,
            unverifiable: UnverifiableSignatures::default(),
            legacy: LegacySignatureAgent::default(),
            maximum_lifetime: MAXIMUM_LIFETIME,
            own,
            components: Vec::new(),
        }
    }

    /// Whether it covers where the request goes, and what else the host wants covered.
    pub(super) fn judge_coverage(
        &self,
        signature: &MessageSignature<'_>,
    ) -> Result<(), AgentReason> {
        let places = [Component::AUTHORITY, Component::TARGET_URI];
        if !places.iter().any(|place| signature.covers(place)) {
            return Err(AgentReason::NotCovered { component: "the authority or the target" });
        }
        if self.components.iter().all(|component| signature.covers(component)) {
            Ok(())
        } else {
            Err(AgentReason::NotCovered { component: "what the host requires" })
        }
    }

    /// Whether it lives now, and not for too long.
    pub(super) fn judge_lifetime(
        &self,
        parameters: &AgentParameters<'_>,
        now: UnixTime,
    ) -> Result<(), AgentReason> {
        let AgentParameters { created, expires, .. } = *parameters;
        let (skew, maximum) = (DEFAULT_SKEW, self.maximum_lifetime);
        if created > now.saturating_add(skew) {
            return Err(AgentReason::CreatedInFuture { now, created, skew });
        }
        if now >= expires {
            return Err(AgentReason::Expired { now, expires });
        }
        if created.saturating_add(maximum) < expires {
            return Err(AgentReason::Lifetime { created, expires, maximum });
        }
        Ok(())
    }
}

impl<'f> AgentParameters<'f> {
    pub(super) fn of(parameters: &SignatureParameters<'f>) -> Result<Self, AgentReason> {
        let missing = |name| AgentReason::ParameterMissing { name };
        Ok(Self {
            created: parameters.created().ok_or(missing("created"))?,
            expires: parameters.expires().ok_or(missing("expires"))?,
            key_id: parameters.key_id().ok_or(missing("keyid"))?,
            nonce: parameters.nonce(),
        })
    }
}

/// The key of the member of `Signature-Agent` that a signature covers: the one of its own label,
/// or the only one, since intermediaries may change labels, and not what is covered.
pub(super) fn own_member<'s>(signature: &'s MessageSignature<'_>) -> Result<&'s str, AgentReason> {
    let fields = signature.components().iter().filter(|component| component.name_text() == FIELD);
    let members: Vec<_> = fields.filter_map(Component::key).collect();
    if let [only] = members[..] {
        return Ok(only);
    }
    let own = members.into_iter().find(|member| *member == signature.label());
    own.ok_or(AgentReason::NotNamed)
}
