//! A refusal.

use std::fmt;

use crate::element::Element;
use crate::rejection::alteration::Alteration;
use crate::rejection::catalogue::Reason;
use crate::rejection::checkpoint::{Challenge, Checkpoint};
use crate::rejection::kind::Kind;
use crate::rejection::one_line::one_line;
use crate::rejection::proxy_message::ProxyMessage;
use crate::rejection::remedy::Remedy;

/// Why a call was refused: a typed reason and the element at fault, never the credential.
///
/// It is opaque and small; whatever is larger than a reason is boxed, on refusal only.
///
/// `Display` is the exact reason in words, for the operator, on one line whatever text a store or
/// host put into it. Callers get [`Wording::message`](crate::Wording::message) instead, which never
/// says why.
pub struct Rejection {
    reason: Reason,
    checkpoint: Box<Checkpoint>,
}

impl Rejection {
    /// Makes a refusal by an interceptor of your own; see [`Checkpoint`] for what else it can say.
    ///
    /// ```
    /// use tollgate::rejection::{Checkpoint, Kind};
    /// use tollgate::{Reason, Rejection};
    ///
    /// let reason = Reason::HostRefused { code: "partner.suspended", kind: Kind::Forbidden };
    /// let rejection = Rejection::new(reason, Checkpoint::of("partner check"));
    /// assert_eq!(rejection.reason().code(), "partner.suspended");
    /// ```
    pub fn new(reason: Reason, checkpoint: Checkpoint) -> Self {
        Self { reason, checkpoint: Box::new(checkpoint) }
    }

    /// The reason.
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// The element at fault.
    pub fn element(&self) -> Option<&Element> {
        self.checkpoint.element.as_ref()
    }

    /// The interceptor that refused.
    pub fn interceptor(&self) -> &str {
        self.checkpoint.name()
    }

    /// What looks altered about the credential.
    pub fn alteration(&self) -> Option<Alteration> {
        self.checkpoint.alteration
    }

    /// What the operator can do: for a refusal of the security proxy the document's steps, unless
    /// the reason knows better which of them apply.
    pub fn remedy(&self) -> Remedy {
        match self.proxy_message() {
            Some(message) if !is_of_proxy(&self.reason) => message.remedy(),
            _ => self.reason.remedy(),
        }
    }

    /// The message of the security proxy, if it refused, with the causes that the message may have.
    pub fn proxy_message(&self) -> Option<ProxyMessage> {
        let is_of_proxy = self.checkpoint.challenge == Challenge::Proxy;
        let is_refused = self.reason.kind() != Kind::Unavailable;
        (is_of_proxy && is_refused).then(|| ProxyMessage::of(&self.reason))
    }

    /// The code and the reason in words, on one line.
    pub(crate) fn coded_reason(&self) -> String {
        one_line(&format!("{}: {}", self.reason.code(), self.reason))
    }

    pub(crate) fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }
}

/// Whether the security proxy found this reason itself, and so knows which step applies.
fn is_of_proxy(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::ProxySignerUnknown
            | Reason::ProxySignerFormer { .. }
            | Reason::ProxySignerExpired { .. }
            | Reason::ProxySignerNotYetValid { .. }
            | Reason::ProxySignerKey
            | Reason::ProxyTokenExpired { .. }
            | Reason::ProxyTokenIssuedInFuture { .. }
            | Reason::ProxyTokenMalformed
            | Reason::ProxyDestination
            | Reason::ProxyDestinationMalformed
    )
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&one_line(&format!("{}: {}", self.checkpoint.name(), self.reason)))
    }
}

impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejection")
            .field("reason", &self.reason)
            .field("element", &self.checkpoint.element)
            .field("interceptor", &self.checkpoint.name())
            .finish()
    }
}

impl std::error::Error for Rejection {}
