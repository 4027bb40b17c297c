//! A refusal, and where it came from.

use std::borrow::Cow;
use std::fmt;

use crate::element::{Element, Location};
use crate::rejection::alteration::Alteration;
use crate::rejection::catalogue::Reason;
use crate::rejection::label::Label;
use crate::rejection::remedy::Remedy;

/// Why a call was refused: a typed reason and the element at fault, never the credential.
///
/// It is opaque and small; whatever is larger than a reason is boxed, on refusal only.
///
/// `Display` is the exact reason in words, for the operator: callers get
/// [`Wording::message`](crate::Wording::message) instead, which never says why.
pub struct Rejection {
    reason: Reason,
    origin: Box<Origin>,
}

/// Where a refusal came from, as an interceptor describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    interceptor: Cow<'static, str>,
    pub(crate) label: Label,
    pub(crate) element: Option<Element>,
    pub(crate) challenge: Challenge,
    pub(crate) found: Option<Location>,
    pub(crate) alteration: Option<Alteration>,
}

/// How the caller is asked for a better credential (RFC 9110 section 11.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Challenge {
    /// `Bearer` (RFC 6750 section 3).
    Bearer,
    /// `Basic` (RFC 7617 section 2).
    Basic,
    /// `Tollgate`, naming the element.
    Element,
}

impl Rejection {
    /// A refusal by an interceptor of the host's own; see [`Origin`] for what else it can say.
    ///
    /// ```
    /// use tollgate::rejection::{Kind, Origin, Reason, Rejection};
    ///
    /// let reason = Reason::HostRefused { code: "partner.suspended", kind: Kind::Forbidden };
    /// let rejection = Rejection::new(reason, Origin::of("partner check"));
    /// assert_eq!(rejection.reason().code(), "partner.suspended");
    /// ```
    pub fn new(reason: Reason, origin: Origin) -> Self {
        Self { reason, origin: Box::new(origin) }
    }

    /// Why.
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// The element at fault.
    pub fn element(&self) -> Option<&Element> {
        self.origin.element.as_ref()
    }

    /// The interceptor that refused.
    pub fn interceptor(&self) -> &str {
        &self.origin.interceptor
    }

    /// What looks altered about the credential.
    pub fn alteration(&self) -> Option<Alteration> {
        self.origin.alteration
    }

    /// What the operator can do.
    pub fn remedy(&self) -> Remedy {
        self.reason.remedy()
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin.interceptor, self.reason)
    }
}

impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejection")
            .field("reason", &self.reason)
            .field("element", &self.origin.element)
            .field("interceptor", &self.origin.interceptor)
            .finish()
    }
}

impl std::error::Error for Rejection {}

impl Origin {
    /// An interceptor by its name, with the label `Credential` and no element.
    pub fn of(interceptor: impl Into<Cow<'static, str>>) -> Self {
        Self {
            interceptor: interceptor.into(),
            label: Label::CREDENTIAL,
            element: None,
            challenge: Challenge::Element,
            found: None,
            alteration: None,
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

    /// The credential travels in this element.
    pub fn with_element(mut self, element: Element) -> Self {
        self.element = Some(element);
        self
    }

    /// The credential is called so.
    pub fn with_label(mut self, label: Label) -> Self {
        self.label = label;
        self
    }

    /// The caller is asked for it so.
    pub fn with_challenge(mut self, challenge: Challenge) -> Self {
        self.challenge = challenge;
        self
    }

    /// The same, as part of this interceptor.
    pub(crate) fn within(mut self, interceptor: &'static str) -> Self {
        self.interceptor = Cow::Borrowed(interceptor);
        self
    }

    /// The credential was there, at `location`, and looked like this.
    pub fn found(mut self, location: Location, credential: &[u8]) -> Self {
        self.found = Some(location);
        self.alteration = Alteration::of(credential);
        self
    }
}
