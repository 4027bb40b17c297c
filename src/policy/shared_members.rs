//! What most interceptors have in a file: an element, a label, and whether they are enforced.

use serde::Serialize;

use crate::element::Element;
use crate::interceptor::Enforcement;
use crate::policy::element::{ELEMENT, ElementPolicy, LabelPolicy};
use crate::policy::left_out::is_default;
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::{At, PolicyMembers};
use crate::rejection::Label;

/// Members that interceptors share.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct SharedMembers {
    /// Where the credential travels; each interceptor has its own default, but for `jwt`, `csrf`,
    /// `time_token`, `digital_signature` and `proxy_authorization`. Not for `origin`,
    /// `http_signature` and `web_bot_auth`.
    #[serde(flatten)]
    #[cfg_attr(test, schemars(with = "Option<crate::policy::element::ElementMembers>"))]
    pub(super) element: Option<ElementPolicy>,
    /// What the credential is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) label: Option<LabelPolicy>,
    /// Whether refusals count, or are told to observers only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) enforcement: Enforcement,
}

impl SharedMembers {
    /// Reads all of them.
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        let label = members.optional("label", LabelPolicy::read)?;
        Ok(Self { label, ..Self::without_label(members)? })
    }

    /// Reads those of an interceptor whose credential is always called the same.
    pub(super) fn without_label(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        let element = ElementPolicy::among(members)?;
        Ok(Self { element, ..Self::without_credential(members)? })
    }

    /// Reads those of an interceptor whose credential is always in the same headers.
    pub(super) fn without_element(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        let label = members.optional("label", LabelPolicy::read)?;
        Ok(Self { label, ..Self::without_credential(members)? })
    }

    /// Reads those of an interceptor that reads no credential.
    pub(super) fn without_credential(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        let enforcement = members.optional("enforcement", At::choice)?.unwrap_or_default();
        Ok(Self { element: None, label: None, enforcement })
    }

    /// Refuses a table without an element, where the interceptor has no default.
    pub(super) fn require_element(&self, members: &PolicyMembers<'_>) -> Result<(), PolicyError> {
        match self.element {
            Some(_) => Ok(()),
            None => Err(members.missing("location", ELEMENT)),
        }
    }

    /// The element of an interceptor that has no default.
    pub(super) fn element(&self, place: &PolicyPlace<'_>) -> Result<Element, PolicyError> {
        let missing = || PolicyError::new(place.member("location"), "nothing", ELEMENT);
        self.element.as_ref().map(|element| element.0.clone()).ok_or_else(missing)
    }

    /// Changes what is built where there is an element, then where there is a label.
    pub(super) fn applied<I>(
        &self,
        interceptor: I,
        element: impl FnOnce(I, Element) -> I,
        label: impl FnOnce(I, Label) -> I,
    ) -> I {
        let interceptor = match &self.element {
            Some(own) => element(interceptor, own.0.clone()),
            None => interceptor,
        };
        self.labelled(interceptor, label)
    }

    /// Changes what is built where there is a label.
    pub(super) fn labelled<I>(&self, interceptor: I, label: impl FnOnce(I, Label) -> I) -> I {
        match &self.label {
            Some(own) => label(interceptor, own.label()),
            None => interceptor,
        }
    }
}
