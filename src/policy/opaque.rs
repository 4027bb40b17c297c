//! Interceptors of opaque access tokens in a file.

use serde::Serialize;

use crate::gate::Chain;
use crate::policy::any_store::{AnyGrants, AnyRevocations};
use crate::policy::common::Common;
use crate::policy::element::{ElementPolicy, LabelPolicy};
use crate::policy::place::{PolicyPlace, PolicySlot};
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::{At, PolicyMembers};
use crate::record::Scopes;
use crate::store::ClientStore;
use crate::validate::access_token::AccessTokenValidation;
use crate::validate::oauth::OAuthValidation;

/// `access_token`: an opaque token by the grant that a store keeps of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct AccessToken {
    /// The store of grants; `default` where it is left out.
    #[cfg_attr(test, schemars(default))]
    grants: String,
    /// The store of clients; `default` where it is left out.
    #[cfg_attr(test, schemars(default))]
    clients: String,
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
        common: &Common,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        let grants = self.grants(place)?;
        let validation = AccessTokenValidation::new(grants, place.clients(&self.clients)?);
        let validation = self.ruled(validation, place)?;
        Ok(slot.put(common.applied(
            validation,
            AccessTokenValidation::element,
            AccessTokenValidation::label,
        )))
    }

    fn grants(&self, place: &PolicyPlace<'_>) -> Result<AnyGrants, PolicyError> {
        place.part("grants", "store of grants", &place.parts.grants, &self.grants)
    }

    fn ruled<S: ClientStore>(
        &self,
        validation: AccessTokenValidation<AnyGrants, S>,
        place: &PolicyPlace<'_>,
    ) -> Result<AccessTokenValidation<AnyGrants, S, AnyRevocations>, PolicyError> {
        let revocations = place.revocations(self.revocations.as_deref())?;
        let scopes = Scopes::of(self.scopes.iter().cloned());
        Ok(validation.revocations(revocations).scopes(scopes))
    }
}

/// `oauth`: a client id with an opaque token of that client.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct OAuth {
    /// The token.
    #[serde(flatten)]
    token: AccessToken,
    /// The client id beside it.
    #[serde(flatten)]
    client_id: BesideToken,
}

/// The client id beside a token.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct BesideToken {
    /// The element of the client id; `HEADER client_id` where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<crate::policy::element::ElementMembers>"))]
    client_id: Option<ElementPolicy>,
    /// What the client id is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id_label: Option<LabelPolicy>,
}

impl BesideToken {
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

impl OAuth {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        let (token, client_id) = (AccessToken::read(members)?, BesideToken::read(members)?);
        Ok(Self { token, client_id })
    }

    pub(super) fn add(
        &self,
        common: &Common,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        let grants = self.token.grants(place)?;
        let clients = place.clients(&self.token.clients)?;
        let validation = self.client_id.applied(OAuthValidation::opaque(grants, clients));
        Ok(slot.put(validation.with_token(|token| {
            let token = self.token.ruled(token, place)?;
            Ok::<_, PolicyError>(common.applied(
                token,
                AccessTokenValidation::element,
                AccessTokenValidation::label,
            ))
        })?))
    }
}
