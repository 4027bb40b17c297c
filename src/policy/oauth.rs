//! The validator of a client id with an opaque access token in a file.

use serde::Serialize;

use crate::gate::Chain;
use crate::policy::access_token::AccessToken;
use crate::policy::client_id_beside::ClientIdBeside;
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::PolicyMembers;
use crate::policy::shared_members::SharedMembers;
use crate::policy::slot::PolicySlot;
use crate::validate::oauth::OAuthValidation;

/// `oauth`: a client id with an opaque token of that client.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct OAuth {
    /// The token.
    #[serde(flatten)]
    pub(super) token: AccessToken,
    /// The client id beside it.
    #[serde(flatten)]
    client_id: ClientIdBeside,
}

impl OAuth {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        let (token, client_id) = (AccessToken::read(members)?, ClientIdBeside::read(members)?);
        Ok(Self { token, client_id })
    }

    pub(super) fn add(
        &self,
        shared: &SharedMembers,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        let grants = self.token.grants(place)?;
        let clients = place.clients(&self.token.clients.0)?;
        let validation = self.client_id.applied(OAuthValidation::opaque(grants, clients));
        let validation = validation.with_token(|token| self.token.ruled(token, shared, place))?;
        let Some(proofs) = self.token.proofs(place)? else { return Ok(slot.put(validation)) };
        let proving = validation.with_token(|token| Ok::<_, PolicyError>(token.dpop(proofs)))?;
        Ok(slot.put(proving))
    }
}
