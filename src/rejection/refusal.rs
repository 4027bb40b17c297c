//! A refusal.

use std::fmt;

use crate::element::Element;
use crate::rejection::alteration::Alteration;
use crate::rejection::catalogue::Reason;
use crate::rejection::origin::Origin;
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
        self.origin.name()
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
        write!(f, "{}: {}", self.origin.name(), self.reason)
    }
}

impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejection")
            .field("reason", &self.reason)
            .field("element", &self.origin.element)
            .field("interceptor", &self.origin.name())
            .finish()
    }
}

impl std::error::Error for Rejection {}
