//! The validator of agents' signatures in a file.

use serde::Serialize;

use crate::gate::Chain;
use crate::policy::any_store::AnyAgents;
use crate::policy::component::ComponentPolicy;
use crate::policy::left_out::{PartName, is_default};
use crate::policy::own_names::{AUTHORITIES, OwnNames};
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::{At, PolicyMembers};
use crate::policy::shared_members::SharedMembers;
use crate::policy::slot::PolicySlot;
use crate::policy::span::TimeSpan;
use crate::validate::web_bot_auth::{MAXIMUM_LIFETIME, WebBotAuthValidation};
use crate::validate::{LegacySignatureAgent, UnsignedRequests, UnverifiableSignatures};

/// `web_bot_auth`: a request that an agent signed, such as a crawler.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct WebBotAuthPolicy {
    /// The authorities by which clients reach the host, for one of which a request must be signed.
    authorities: OwnNames,
    /// The agents and their keys, by name; `default` where it is left out.
    #[serde(default, skip_serializing_if = "is_default")]
    agents: PartName,
    /// What becomes of requests that no agent signed.
    unsigned: UnsignedRequests,
    /// What becomes of signatures that nobody can attribute; refused where it is left out.
    #[serde(default, skip_serializing_if = "is_default")]
    unverifiable: UnverifiableSignatures,
    /// Whether `Signature-Agent` may be a bare string; refused where it is left out.
    #[serde(default, skip_serializing_if = "is_default")]
    legacy_signature_agent: LegacySignatureAgent,
    /// What signatures must cover beside the authority or the target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    also_covered: Vec<ComponentPolicy>,
    /// The longest time from `created` to `expires`; 24 hours where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum_lifetime: Option<TimeSpan>,
    /// In place of `maximum_lifetime`: any time, for which a signature can be sent again.
    #[serde(skip_serializing_if = "Option::is_none")]
    insecure_maximum_lifetime: Option<TimeSpan>,
    /// The store of used nonces, if each works once.
    #[serde(skip_serializing_if = "Option::is_none")]
    single_use: Option<String>,
}

type Validation = WebBotAuthValidation<AnyAgents>;

impl WebBotAuthPolicy {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        let unsigned = "what becomes of requests without a signature: `admit` or `refuse`";
        let policy = Self {
            authorities: OwnNames::among(members, "authorities", AUTHORITIES)?,
            agents: members.part("agents")?,
            unsigned: members.required("unsigned", unsigned, At::choice)?,
            unverifiable: members.optional("unverifiable", At::choice)?.unwrap_or_default(),
            legacy_signature_agent: members
                .optional("legacy_signature_agent", At::choice)?
                .unwrap_or_default(),
            also_covered: members.list("also_covered", ComponentPolicy::read)?,
            maximum_lifetime: members.span("maximum_lifetime", MAXIMUM_LIFETIME)?,
            insecure_maximum_lifetime: members
                .optional("insecure_maximum_lifetime", At::span)?
                .map(TimeSpan),
            single_use: members.optional("single_use", At::reference)?,
        };
        if members.has("maximum_lifetime") && policy.insecure_maximum_lifetime.is_some() {
            let path = members.path_of("insecure_maximum_lifetime");
            return Err(PolicyError::new(path, "beside `maximum_lifetime`", "only one of them"));
        }
        Ok(policy)
    }

    pub(super) fn add(
        &self,
        shared: &SharedMembers,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        let validation = self.living(self.validation(place)?, place)?;
        let validation = shared.labelled(validation, WebBotAuthValidation::label);
        let Some(name) = &self.single_use else { return Ok(slot.put(validation)) };
        Ok(slot.put(validation.single_use(place.replays("single_use", name)?)))
    }

    fn validation(&self, place: &PolicyPlace<'_>) -> Result<Validation, PolicyError> {
        let own = self.authorities.authorities(place)?;
        let agents = place.part("agents", "agents", &place.parts.agents, &self.agents.0)?;
        let validation = WebBotAuthValidation::new(own, agents, self.unsigned)
            .unverifiable(self.unverifiable)
            .legacy_signature_agent(self.legacy_signature_agent);
        let also = self.also_covered.iter().map(|component| component.0.clone());
        place.built("also_covered", validation.also_covered(also))
    }

    fn living(
        &self,
        validation: Validation,
        place: &PolicyPlace<'_>,
    ) -> Result<Validation, PolicyError> {
        if let Some(TimeSpan(maximum)) = self.insecure_maximum_lifetime {
            return Ok(validation.insecure_maximum_lifetime(maximum));
        }
        match self.maximum_lifetime {
            None => Ok(validation),
            Some(TimeSpan(maximum)) => {
                place.built("maximum_lifetime", validation.maximum_lifetime(maximum))
            }
        }
    }
}
