//! Where a refusal came from.

use std::borrow::Cow;
use std::sync::Arc;

use crate::element::Element;
use crate::location::{Location, TokenScheme};
use crate::record::Scopes;
use crate::rejection::alteration::Alteration;
use crate::rejection::label::Label;

/// Where a refusal came from, as an interceptor describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    interceptor: Cow<'static, str>,
    pub(crate) label: Label,
    pub(crate) element: Option<Element>,
    pub(crate) challenge: Challenge,
    /// The scopes that it requires, as a challenge lists them.
    pub(crate) scopes: Option<Arc<str>>,
    /// The signature that it asks for, as `Accept-Signature` has it.
    pub(crate) accept_signature: Option<Arc<str>>,
    pub(crate) found: Option<Location>,
    pub(crate) alteration: Option<Alteration>,
    /// The algorithms that proofs of possession may be signed with, if they are judged.
    pub(crate) proof_algorithms: Option<Arc<str>>,
    /// The scheme under which the credential was found, where it may be more than one.
    pub(crate) found_under: Option<TokenScheme>,
    /// A fresh nonce for the next proof.
    pub(crate) nonce: Option<Box<str>>,
}

/// How the caller is asked for a better credential (RFC 9110 section 11.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Challenge {
    /// `Bearer` (RFC 6750 section 3), and `DPoP` beside it where proofs of possession are judged.
    Bearer,
    /// `DPoP` (RFC 9449 section 7.1).
    Dpop,
    /// `Basic` (RFC 7617 section 2).
    Basic,
    /// `Tollgate`, naming the element.
    Element,
    /// `Tollgate` of a proxy, with status 407 (RFC 9110 section 15.5.8).
    Proxy,
}

impl Checkpoint {
    /// Names an interceptor, with the label `Credential` and without an element.
    pub fn of(interceptor: impl Into<Cow<'static, str>>) -> Self {
        Self {
            interceptor: interceptor.into(),
            label: Label::CREDENTIAL,
            element: None,
            challenge: Challenge::Element,
            scopes: None,
            accept_signature: None,
            found: None,
            alteration: None,
            proof_algorithms: None,
            found_under: None,
            nonce: None,
        }
    }

    /// The name of the interceptor.
    pub fn name(&self) -> &str {
        &self.interceptor
    }

    /// The element in which the credential travels.
    pub fn element(&self) -> Option<&Element> {
        self.element.as_ref()
    }

    /// Sets the element in which the credential travels.
    pub fn with_element(mut self, element: Element) -> Self {
        self.element = Some(element);
        self
    }

    /// Sets the label of the credential.
    pub fn with_label(mut self, label: Label) -> Self {
        self.label = label;
        self
    }

    /// Sets how the caller is asked for the credential.
    pub fn with_challenge(mut self, challenge: Challenge) -> Self {
        self.challenge = challenge;
        self
    }

    /// Sets the scopes that a token must have to pass. A `Bearer` challenge lists all of them under
    /// [`StatusPolicy::Standard`](crate::wording::StatusPolicy::Standard), so that a client asks
    /// for them at once (RFC 6750 section 3).
    pub fn with_scopes(mut self, scopes: &Scopes) -> Self {
        let names: Vec<_> = scopes.iter().collect();
        self.scopes = (!names.is_empty()).then(|| names.join(" ").into());
        self
    }

    /// Sets the value of `Accept-Signature` in answers, which is written by the serializer of
    /// structured fields and so fits on one line.
    pub(crate) fn with_accept_signature(mut self, value: Arc<str>) -> Self {
        self.accept_signature = Some(value);
        self
    }

    /// Sets the algorithms that a `DPoP` challenge lists.
    pub(crate) fn with_proof_algorithms(mut self, names: Arc<str>) -> Self {
        self.proof_algorithms = Some(names);
        self
    }

    /// Adds a fresh nonce, which goes to the caller.
    pub(crate) fn with_nonce(mut self, nonce: String) -> Self {
        self.nonce = Some(nonce.into());
        self
    }

    /// Notes under which scheme the credential was found.
    pub(crate) fn found_under(mut self, scheme: Option<TokenScheme>) -> Self {
        self.found_under = scheme;
        self
    }

    /// Renames it as part of this interceptor.
    pub(crate) fn within(mut self, interceptor: &'static str) -> Self {
        self.interceptor = Cow::Borrowed(interceptor);
        self
    }

    /// Notes that the credential was found at `location`, and what looks altered about it.
    pub fn found(mut self, location: Location, credential: &[u8]) -> Self {
        self.found = Some(location);
        self.alteration = Alteration::of(credential);
        self
    }
}
