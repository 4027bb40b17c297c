//! The validator of JWTs in a file.

use serde::Serialize;

use crate::gate::Chain;
use crate::policy::any_keys::AnyKeys;
use crate::policy::any_store::{AnyReplays, AnyRevocations};
use crate::policy::jwt_rules::JwtRules;
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::{At, PolicyMembers};
use crate::policy::shared_members::SharedMembers;
use crate::policy::slot::PolicySlot;
use crate::store::ClientStore;
use crate::validate::DpopProofs;
use crate::validate::jwt::JwtValidation;

/// `jwt`: a token that an issuer signed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct JwtPolicy {
    /// The rules.
    #[serde(flatten)]
    pub(super) rules: JwtRules,
    /// The store in which the token's client is looked up; none where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    clients: Option<String>,
}

impl JwtPolicy {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        let clients = members.optional("clients", At::reference)?;
        Ok(Self { rules: JwtRules::read(members)?, clients })
    }

    pub(super) fn add(
        &self,
        shared: &SharedMembers,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        let (first, others) = self.rules.issuers(place)?;
        let validation = JwtValidation::new(shared.element(place)?, first);
        let validation = self.rules.ruled(validation, others, place)?;
        let validation = shared.labelled(validation, JwtValidation::label);
        let proofs = self.rules.proofs(place)?;
        Ok(match &self.clients {
            None => proving(validation, proofs, slot),
            Some(name) => proving(validation.clients(place.clients(name)?), proofs, slot),
        })
    }
}

/// Puts the validator, with proofs if they are judged: these change its type.
fn proving<S: ClientStore + 'static>(
    validation: JwtValidation<S, AnyRevocations, AnyKeys>,
    proofs: Option<DpopProofs<AnyReplays>>,
    slot: PolicySlot,
) -> Chain {
    match proofs {
        None => slot.put(validation),
        Some(proofs) => slot.put(validation.dpop(proofs)),
    }
}
