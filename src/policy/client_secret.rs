//! The validator of client secrets in a file.

use serde::Serialize;

use crate::gate::Chain;
use crate::location::{Location, Scheme};
use crate::policy::left_out::{PartName, is_default};
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::PolicyMembers;
use crate::policy::shared_members::SharedMembers;
use crate::policy::slot::PolicySlot;
use crate::validate::client_secret::ClientSecretValidation;

/// `client_secret`: a client by its id and secret, behind `Basic`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ClientSecret {
    /// The store of clients; `default` where it is left out.
    #[serde(default, skip_serializing_if = "is_default")]
    clients: PartName,
}

impl ClientSecret {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        Ok(Self { clients: members.part("clients")? })
    }

    pub(super) fn add(
        &self,
        shared: &SharedMembers,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        let mut validation = ClientSecretValidation::new(place.clients(&self.clients.0)?);
        if let Some(element) = &shared.element {
            if element.0.location() != Location::Header {
                let found = format!("`{}`", element.0.location());
                return Err(PolicyError::new(place.member("location"), found, "`HEADER`"));
            }
            if element.0.scheme() == Some(Scheme::Bearer) {
                return Err(PolicyError::new(place.member("scheme"), "`Bearer`", "`Basic`"));
            }
            validation = place.built("name", validation.header(element.0.name()))?;
        }
        Ok(slot.put(shared.labelled(validation, ClientSecretValidation::label)))
    }
}
