//! The validator of a client id with a JWT in a file.

use serde::Serialize;

use crate::element::Element;
use crate::gate::Chain;
use crate::policy::client_id_beside::ClientIdBeside;
use crate::policy::jwt_rules::JwtRules;
use crate::policy::left_out::{PartName, is_default};
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::PolicyMembers;
use crate::policy::shared_members::SharedMembers;
use crate::policy::slot::PolicySlot;
use crate::validate::jwt::JwtValidation;
use crate::validate::oauth::OAuthValidation;

/// `oauth_jwt`: a client id with a JWT of that client.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct OAuthJwt {
    /// The rules for the token.
    #[serde(flatten)]
    pub(super) rules: JwtRules,
    /// The store of clients; `default` where it is left out.
    #[serde(default, skip_serializing_if = "is_default")]
    clients: PartName,
    /// The client id beside it.
    #[serde(flatten)]
    client_id: ClientIdBeside,
}

impl OAuthJwt {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        Ok(Self {
            clients: members.part("clients")?,
            client_id: ClientIdBeside::read(members)?,
            rules: JwtRules::read(members)?,
        })
    }

    pub(super) fn add(
        &self,
        shared: &SharedMembers,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        let (first, others) = self.rules.issuers(place)?;
        let mut validation = OAuthValidation::jwt(first, place.clients(&self.clients.0)?);
        if let Some(element) = &shared.element {
            validation = validation.access_token_element(Element::clone(&element.0));
        }
        let validation = self.client_id.applied(validation);
        let validation = validation.with_token(|token| {
            let token = self.rules.ruled(token, others, place)?;
            Ok::<_, PolicyError>(shared.labelled(token, JwtValidation::label))
        })?;
        let Some(proofs) = self.rules.proofs(place)? else { return Ok(slot.put(validation)) };
        let proving = validation.with_token(|token| Ok::<_, PolicyError>(token.dpop(proofs)))?;
        Ok(slot.put(proving))
    }
}
