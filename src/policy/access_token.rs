//! The validator of opaque access tokens in a file.

use serde::Serialize;

use crate::gate::Chain;
use crate::policy::any_store::{AnyGrants, AnyRevocations};
use crate::policy::left_out::{PartName, is_default};
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::{At, PolicyMembers};
use crate::policy::shared_members::SharedMembers;
use crate::policy::slot::PolicySlot;
use crate::record::Scopes;
use crate::store::ClientStore;
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
}

impl AccessToken {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        Ok(Self {
            grants: members.part("grants")?,
            clients: members.part("clients")?,
            revocations: members.optional("revocations", At::reference)?,
            scopes: members.list("scopes", At::owned)?,
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
        let validation = self.ruled(validation, place)?;
        Ok(slot.put(shared.applied(
            validation,
            AccessTokenValidation::element,
            AccessTokenValidation::label,
        )))
    }

    pub(super) fn grants(&self, place: &PolicyPlace<'_>) -> Result<AnyGrants, PolicyError> {
        place.part("grants", "store of grants", &place.parts.grants, &self.grants.0)
    }

    pub(super) fn ruled<S: ClientStore>(
        &self,
        validation: AccessTokenValidation<AnyGrants, S>,
        place: &PolicyPlace<'_>,
    ) -> Result<AccessTokenValidation<AnyGrants, S, AnyRevocations>, PolicyError> {
        let revocations = place.revocations(self.revocations.as_deref())?;
        let scopes = Scopes::of(self.scopes.iter().cloned());
        Ok(validation.revocations(revocations).scopes(scopes))
    }
}
