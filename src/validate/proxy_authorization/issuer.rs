//! The management server's side.

use std::time::Duration;

use thiserror::Error;

use crate::certificate::{Certificate, SelfSigned};
use crate::config_error::{ConfigError, Problem};
use crate::crypto::{KeyError, PrivateKey, SigningFailed};
use crate::jose::SigningKey;
use crate::record::Destination;
use crate::rejection::{ProxyMessage, Remedy};
use crate::time::{Phase, UnixTime};
use crate::validate::proxy_authorization::token::{
    AuthorizationToken, Content, TOKEN_TYPE, algorithm_for,
};

const NAME: &str = "authorization token issuer";
pub(super) const DEFAULT_LIFETIME: Duration = Duration::from_secs(20 * 60);

/// Signs authorization tokens with the key of the management server's certificate.
///
/// A token is a compact JWS (RFC 7515) that names its certificate by `x5t#S256`, with the
/// destination, the instant of issue and the expiry: `iat <= now < exp`, in milliseconds, without
/// skew. It lives 20 minutes unless another lifetime is set, and may be used again within them.
///
/// Signs when the certificate is valid, both of its dates included, to the second (RFC 5280 section
/// 4.1.2.5).
///
/// # Errors
/// [`IssueError`] for a certificate that has expired or is not valid yet, or if no signature can be
/// made.
///
/// # Security
/// Anyone who holds a token can have the proxy connect to its destination: issue it to clients
/// that were authenticated, over TLS.
///
/// # Example
/// ```
/// use tollgate::certificate::Certificate;
/// use tollgate::crypto::PrivateKey;
/// use tollgate::record::Destination;
/// use tollgate::validate::AuthorizationTokenIssuer;
/// use tollgate::UnixTime;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let pem = include_bytes!(concat!(
/// #     env!("CARGO_MANIFEST_DIR"),
/// #     "/tests/certificates/signer-p256.pem"
/// # ));
/// # let key = include_bytes!(concat!(
/// #     env!("CARGO_MANIFEST_DIR"),
/// #     "/tests/certificates/signer-p256.key.pem"
/// # ));
/// let certificate = Certificate::from_pem(pem)?;
/// let not_after = certificate.validity().not_after();
/// let issuer = AuthorizationTokenIssuer::new(certificate, PrivateKey::from_pem(key)?)?;
/// let destination = Destination::parse("intranet.example:443")?;
///
/// assert!(issuer.issue(&destination, not_after).is_ok());
/// let second_later = UnixTime::from_seconds(not_after.as_seconds() + 1);
/// assert!(issuer.issue(&destination, second_later).is_err());
/// # Ok(())
/// # }
/// ```
///
/// Source: the proxy's document on invalid authorization tokens.
#[derive(Debug)]
pub struct AuthorizationTokenIssuer {
    certificate: Certificate,
    key: SigningKey,
    lifetime: Duration,
}

/// Why no token was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The certificate has expired; `not_after` is inclusive, to the second.
    #[error("the certificate has expired: valid until {not_after}, now {now}")]
    CertificateExpired {
        /// The instant at which a token was asked for.
        now: UnixTime,
        /// The last second at which the certificate is valid.
        not_after: UnixTime,
        /// Who signed the certificate, which decides how it is replaced.
        self_signed: SelfSigned,
    },
    /// The certificate is not valid yet; `not_before` is inclusive.
    #[error("the certificate is not valid yet: valid from {not_before}, now {now}")]
    CertificateNotYetValid {
        /// The instant at which a token was asked for.
        now: UnixTime,
        /// The first second at which the certificate is valid.
        not_before: UnixTime,
    },
    /// The management server has no certificate.
    #[error("there is no certificate to sign with")]
    NoCertificate,
    /// The signature could not be made.
    #[error(transparent)]
    Signing(SigningFailed),
}

impl IssueError {
    /// What the client will say, since it gets no token.
    pub fn message(&self) -> ProxyMessage {
        ProxyMessage::InvalidData
    }

    /// What the operator of the management server can do.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::CertificateExpired { self_signed, .. } => self_signed.renewal(),
            Self::CertificateNotYetValid { .. } => Remedy::AWAIT_CERTIFICATE,
            Self::NoCertificate => Remedy::INSTALL_CERTIFICATE,
            Self::Signing(_) => Remedy::RESTORE_SERVICE,
        }
    }
}

impl AuthorizationTokenIssuer {
    /// Signs with `key`, which must be the key of `certificate`: RSA, ECDSA on P-256 or P-384, or
    /// Ed25519.
    ///
    /// # Errors
    /// A [`ConfigError`] that names the certificate if its key is not supported, or the key if it
    /// is not the certificate's.
    pub fn new(certificate: Certificate, key: PrivateKey) -> Result<Self, ConfigError> {
        let error = |field, error| ConfigError::new(NAME, field, Problem::Key(error));
        let public = certificate.public_key().map_err(|refused| error("certificate", refused))?;
        if &public != key.public_key() {
            return Err(error("key", KeyError::NotOfCertificate));
        }
        let algorithm = algorithm_for(key.kind());
        let key = SigningKey::private(key, algorithm).map_err(|refused| error("key", refused))?;
        let key = key
            .with_token_type(TOKEN_TYPE)
            .with_certificate_thumbprint(certificate.fingerprint().x5t_s256());
        Ok(Self { certificate, key, lifetime: DEFAULT_LIFETIME })
    }

    /// Sets the lifetime of tokens; the default is 20 minutes.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is shorter than a millisecond or longer than a day.
    pub fn lifetime(mut self, lifetime: Duration) -> Result<Self, ConfigError> {
        self.lifetime = Self::judge_lifetime(lifetime)?;
        Ok(self)
    }

    /// The certificate whose key signs.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    pub(super) fn judge_lifetime(lifetime: Duration) -> Result<Duration, ConfigError> {
        let (shortest, longest) = (Duration::from_millis(1), Duration::from_secs(24 * 60 * 60));
        if !(shortest..=longest).contains(&lifetime) {
            let bounds = "from 1 ms to 24 h";
            return Err(ConfigError::new(NAME, "lifetime", Problem::OutOfBounds { bounds }));
        }
        Ok(lifetime)
    }

    /// Issues a token that lets its holder connect to `destination`.
    ///
    /// # Errors
    /// [`IssueError`] if the certificate is not valid at `now`, or if the signature fails.
    pub fn issue(
        &self,
        destination: &Destination,
        now: UnixTime,
    ) -> Result<AuthorizationToken, IssueError> {
        self.issue_for(destination, now, self.lifetime)
    }

    pub(super) fn issue_for(
        &self,
        destination: &Destination,
        now: UnixTime,
        lifetime: Duration,
    ) -> Result<AuthorizationToken, IssueError> {
        self.judge_certificate(now)?;
        let content = Content::new(destination, now, lifetime);
        let token = self.key.sign(content.to_payload().as_bytes()).map_err(IssueError::Signing)?;
        Ok(AuthorizationToken::new(token))
    }

    fn judge_certificate(&self, now: UnixTime) -> Result<(), IssueError> {
        let validity = self.certificate.validity();
        match validity.phase(now) {
            Phase::Current => Ok(()),
            Phase::NotYet { not_before } => {
                Err(IssueError::CertificateNotYetValid { now, not_before })
            }
            Phase::Over { .. } => Err(IssueError::CertificateExpired {
                now,
                not_after: validity.not_after(),
                self_signed: self.certificate.self_signed(),
            }),
        }
    }
}
