//! The validator of client ids in a file.

use serde::Serialize;

use crate::gate::Chain;
use crate::policy::left_out::{PartName, is_default};
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::PolicyMembers;
use crate::policy::shared_members::SharedMembers;
use crate::policy::slot::PolicySlot;
use crate::validate::client_id::ClientIdValidation;

/// `client_id`: a client by its id.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ClientId {
    /// The store of clients; `default` where it is left out.
    #[serde(default, skip_serializing_if = "is_default")]
    clients: PartName,
}

impl ClientId {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        Ok(Self { clients: members.part("clients")? })
    }

    pub(super) fn add(
        &self,
        shared: &SharedMembers,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        let validation = ClientIdValidation::new(place.clients(&self.clients.0)?);
        Ok(slot.put(shared.applied(
            validation,
            ClientIdValidation::element,
            ClientIdValidation::label,
        )))
    }
}
