//! The validator of the security proxy's tokens in a file.

use serde::Serialize;

use crate::gate::Chain;
use crate::policy::left_out::is_default;
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::{At, PolicyMembers};
use crate::policy::shared_members::SharedMembers;
use crate::policy::slot::PolicySlot;
use crate::validate::ClientAuthorization;
use crate::validate::proxy_authorization::ProxyAuthorization;

/// `proxy_authorization`: a token that lets its holder connect through the security proxy.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Proxy {
    /// The store of trusted certificates, by the name under which the host registers it.
    trust: String,
    /// Whether connections need a token; they do where it is left out.
    #[serde(default, skip_serializing_if = "is_default")]
    client_authorization: ClientAuthorization,
}

impl Proxy {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        Ok(Self {
            trust: members.required("trust", "the name of its trust store", At::reference)?,
            client_authorization: members
                .optional("client_authorization", At::choice)?
                .unwrap_or_default(),
        })
    }

    pub(super) fn add(
        &self,
        shared: &SharedMembers,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        let element = shared.element(place)?;
        let trust = place.part("trust", "trust store", &place.parts.trust, &self.trust)?;
        let validation = place.built("location", ProxyAuthorization::new(element, trust))?;
        Ok(slot.put(validation.client_authorization(self.client_authorization)))
    }
}
