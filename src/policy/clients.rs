//! Interceptors that identify a client in a file.

use serde::Serialize;

use crate::gate::Chain;
use crate::location::{Location, Scheme};
use crate::policy::common::Common;
use crate::policy::place::{PolicyPlace, PolicySlot};
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::PolicyMembers;
use crate::validate::client_id::ClientIdValidation;
use crate::validate::client_secret::ClientSecretValidation;

/// `client_id`: a client by its id.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ClientId {
    /// The store of clients; `default` where it is left out.
    #[cfg_attr(test, schemars(default))]
    clients: String,
}

impl ClientId {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        Ok(Self { clients: members.part("clients")? })
    }

    pub(super) fn add(
        &self,
        common: &Common,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        let validation = ClientIdValidation::new(place.clients(&self.clients)?);
        Ok(slot.put(common.applied(
            validation,
            ClientIdValidation::element,
            ClientIdValidation::label,
        )))
    }
}

/// `client_secret`: a client by its id and secret, behind `Basic`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ClientSecret {
    /// The store of clients; `default` where it is left out.
    #[cfg_attr(test, schemars(default))]
    clients: String,
}

impl ClientSecret {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        Ok(Self { clients: members.part("clients")? })
    }

    pub(super) fn add(
        &self,
        common: &Common,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        let mut validation = ClientSecretValidation::new(place.clients(&self.clients)?);
        if let Some(element) = &common.element {
            if element.0.location() != Location::Header {
                let found = format!("`{}`", element.0.location());
                return Err(PolicyError::new(place.member("location"), found, "`HEADER`"));
            }
            if element.0.scheme() == Some(Scheme::Bearer) {
                return Err(PolicyError::new(place.member("scheme"), "`Bearer`", "`Basic`"));
            }
            validation = place.built("name", validation.header(element.0.name()))?;
        }
        Ok(slot.put(common.labelled(validation, ClientSecretValidation::label)))
    }
}
