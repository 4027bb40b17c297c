//! The kinds of refusal, as status codes and trace lines tell them apart.

/// What a reason means to the protocol; the [`Reason`](crate::Reason) itself says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// No credential was presented.
    Missing,
    /// What was presented cannot be read as one credential.
    Malformed,
    /// The credential is incorrect, expired or revoked.
    Invalid,
    /// The credential is good, but not for this resource.
    NoAccess,
    /// The request does not come from where it must: forged, foreign, or not signed as an agent.
    Forbidden,
    /// What must be known could not be looked up.
    Unavailable,
}
