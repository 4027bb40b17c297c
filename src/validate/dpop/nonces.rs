//! Nonces that a host gives to its clients.

use std::time::Duration;

use crate::config_error::{ConfigError, Problem};
use crate::crypto::RandomUnavailable;
use crate::rejection::ProofReason;
use crate::time::{DEFAULT_SKEW, UnixTime};
use crate::validate::sealed_token::{Purpose, SigningSecrets, open, seal};

pub(crate) const DEFAULT_NONCE_LIFETIME: Duration = Duration::from_secs(300);

/// Nonces for the proofs of clients, which the host need not remember: each carries the instant of
/// its issue under an HMAC.
///
/// A nonce is accepted while `issued - 30 s <= now < issued + lifetime`, in milliseconds, any
/// number of times and from any client.
///
/// # Security
/// They keep proofs from being made in advance, by somebody who has a client's key for a moment,
/// and they work whatever the clocks of clients say. Hosts behind one name must share the secrets.
///
/// # Example
/// ```
/// use tollgate::validate::{DpopNonces, SigningSecrets};
/// use tollgate::{Secret, UnixTime};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secrets = SigningSecrets::new(&Secret::new("a secret of at least 32 bytes ..."))?;
/// let nonces = DpopNonces::new(secrets);
/// // For the header `DPoP-Nonce` of an answer; refusals have it by themselves.
/// let nonce = nonces.issue(UnixTime::from_seconds(1_800_000_000))?;
/// assert_eq!(nonce.len(), 76);
/// # Ok(())
/// # }
/// ```
///
/// Source: RFC 9449 sections 8, 9 and 11.1.
#[derive(Clone, Debug)]
pub struct DpopNonces {
    secrets: SigningSecrets,
    lifetime: Duration,
}

impl DpopNonces {
    /// Nonces under these secrets, of which the first makes new ones. They live 300 s.
    pub fn new(secrets: SigningSecrets) -> Self {
        Self { secrets, lifetime: DEFAULT_NONCE_LIFETIME }
    }

    /// Sets how long a nonce is accepted after its issue.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is shorter than a second or longer than a day.
    pub fn lifetime(mut self, span: Duration) -> Result<Self, ConfigError> {
        if span < Duration::from_secs(1) || span > Duration::from_secs(86_400) {
            let problem = Problem::OutOfBounds { bounds: "from 1 s to 1 day" };
            return Err(ConfigError::new("dpop nonces", "lifetime", problem));
        }
        self.lifetime = span;
        Ok(self)
    }

    /// Makes a nonce for the header `DPoP-Nonce` of an answer, so that a client need not be refused
    /// first. Such an answer should not be cached.
    ///
    /// # Errors
    /// [`RandomUnavailable`] if the system has no random bytes to give.
    pub fn issue(&self, now: UnixTime) -> Result<String, RandomUnavailable> {
        seal(&self.secrets, Purpose::DpopNonce, now, &[])
    }

    pub(super) fn judge(&self, nonce: Option<&str>, now: UnixTime) -> Result<(), ProofReason> {
        let nonce = nonce.ok_or(ProofReason::NonceMissing)?;
        let issued = open(&self.secrets, Purpose::DpopNonce, nonce.as_bytes(), &[]);
        let issued = issued.map_err(|_| ProofReason::NonceUnknown)?;
        let expires = issued.saturating_add(self.lifetime);
        // Another host that shares the secrets may be ahead.
        if issued > now.saturating_add(DEFAULT_SKEW) {
            return Err(ProofReason::NonceUnknown);
        }
        if now >= expires {
            return Err(ProofReason::NonceExpired { now, expires });
        }
        Ok(())
    }
}
