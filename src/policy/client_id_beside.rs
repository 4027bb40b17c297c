//! The client id that goes with a token, in a file.

use serde::Serialize;

use crate::policy::element::{ElementPolicy, LabelPolicy};
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::PolicyMembers;
use crate::store::ClientStore;
use crate::validate::oauth::OAuthValidation;

/// The client id beside a token.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ClientIdBeside {
    /// The element of the client id; `HEADER client_id` where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<crate::policy::element::ElementMembers>"))]
    client_id: Option<ElementPolicy>,
    /// What the client id is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id_label: Option<LabelPolicy>,
}

impl ClientIdBeside {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        Ok(Self {
            client_id: members.optional("client_id", ElementPolicy::alone)?,
            client_id_label: members.optional("client_id_label", LabelPolicy::read)?,
        })
    }

    pub(super) fn applied<S: ClientStore, T>(
        &self,
        mut validation: OAuthValidation<S, T>,
    ) -> OAuthValidation<S, T> {
        if let Some(element) = &self.client_id {
            validation = validation.client_id_element(element.0.clone());
        }
        if let Some(label) = &self.client_id_label {
            validation = validation.client_id_label(label.label());
        }
        validation
    }
}
