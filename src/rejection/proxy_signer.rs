//! The certificate behind an authorization token, as a trace tells of it.

use crate::rejection::remedy::Remedy;
use crate::time::UnixTime;

/// The certificate that signed an authorization token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The name under which the proxy trusts it.
    pub friendly_name: String,
    /// Its subject (RFC 4514), or what can be printed of it.
    pub subject: String,
    /// The first second at which it is valid.
    pub not_before: UnixTime,
    /// The last second at which it is valid.
    pub not_after: UnixTime,
    /// What the operator can do, by who signed the certificate.
    pub remedy: Remedy,
}

impl std::fmt::Display for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { friendly_name, subject, not_before, not_after, .. } = self;
        write!(f, "certificate {friendly_name:?} ({subject}, {not_before} to {not_after})")
    }
}
