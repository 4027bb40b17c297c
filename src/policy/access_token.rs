//! The validator of opaque access tokens in a file.

use serde::Serialize;

use crate::gate::Chain;
use crate::policy::any_store::{AnyGrants, AnyReplays, AnyRevocations};
use crate::policy::dpop::DpopPolicy;
use crate::policy::left_out::{PartName, is_default};
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::{At, PolicyMembers};
use crate::policy::shared_members::SharedMembers;
use crate::policy::slot::PolicySlot;
use crate::record::Scopes;
use crate::store::ClientStore;
use crate::validate::DpopProofs;
use crate::validate::access_token::AccessTokenValidation;

/// `access_token`: an opaque token by the grant that a store keeps of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct AccessToken {
    /// The store of grants; `default` where it is left out.
    #[serde(default, skip_serializing_if = "is_default")]
    grants: PartName,
    /// The store of clients; `default` where it is left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) clients: PartName,
    /// The store of revocations; none where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    revocations: Option<String>,
    /// The scopes that are required.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    scopes: Vec<String>,
    /// How proofs of possession are judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dpop: Option<DpopPolicy>,
}

impl AccessToken {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        Ok(Self {
            grants: members.part("grants")?,
            clients: members.part("clients")?,
            revocations: members.optional("revocations", At::reference)?,
            scopes: members.list("scopes", At::owned)?,
            dpop: members.optional("dpop", DpopPolicy::read)?,
        })
    }

    pub(super) fn add(
        &self,
        shared: &SharedMembers,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        let grants = self.grants(place)?;
        let validation = AccessTokenValidation::new(grants, place.clients(&self.clients.0)?);
        let validation = self.ruled(validation, shared, place)?;
        Ok(match self.proofs(place)? {
            None => slot.put(validation),
            Some(proofs) => slot.put(validation.dpop(proofs)),
        })
    }

    pub(super) fn grants(&self, place: &PolicyPlace<'_>) -> Result<AnyGrants, PolicyError> {
        place.part("grants", "store of grants", &place.parts.grants, &self.grants.0)
    }

    pub(super) fn ruled<S: ClientStore>(
        &self,
        validation: AccessTokenValidation<AnyGrants, S>,
        shared: &SharedMembers,
        place: &PolicyPlace<'_>,
    ) -> Result<AccessTokenValidation<AnyGrants, S, AnyRevocations>, PolicyError> {
        let revocations = place.revocations(self.revocations.as_deref())?;
        let scopes = Scopes::of(self.scopes.iter().cloned());
        let validation = validation.revocations(revocations).scopes(scopes);
        let element = AccessTokenValidation::element;
        Ok(shared.applied(validation, element, AccessTokenValidation::label))
    }

    /// What judges proofs of possession, if the table says how.
    pub(super) fn proofs(
        &self,
        place: &PolicyPlace<'_>,
    ) -> Result<Option<DpopProofs<AnyReplays>>, PolicyError> {
        self.dpop.as_ref().map(|dpop| dpop.proofs(&place.inside("dpop"))).transpose()
    }
}
