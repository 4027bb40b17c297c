//! The certificate of the management server, which signs authorization tokens.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use thiserror::Error;

use crate::certificate::{Certificate, Expiry, ExpiryChecker, Validity};
use crate::config_error::ConfigError;
use crate::crypto::PrivateKey;
use crate::record::Destination;
use crate::time::UnixTime;
use crate::validate::proxy_authorization::issuer::{
    AuthorizationTokenIssuer, DEFAULT_LIFETIME, IssueError,
};
use crate::validate::proxy_authorization::token::AuthorizationToken;

/// The place of the management server's certificate and key: empty, or one that signs, and beside
/// it one that shall replace it.
///
/// The proxy's document replaces an expired certificate in this order: check its status
/// ([`expiry`](Self::expiry)), delete it ([`delete`](Self::delete)), generate or import another
/// ([`import`](Self::import)), and import that into the proxy. To replace one before it expires
/// without refusing a token in between,
/// 1. [`prepare`](Self::prepare) the next one;
/// 2. import it into the proxy under a friendly name of its own: [`TrustStore::replace`] would
///    refuse at once what the present one signed;
/// 3. [`promote`](Self::promote) it;
/// 4. remove the old one from the proxy when the lifetime of a token has passed.
///
/// [`TrustStore::replace`]: crate::trust::TrustStore::replace
///
/// Clones share the certificates, and every change is seen by the next token.
///
/// # Errors
/// [`ServerCertificateError`] if a change does not fit what is there; [`IssueError`] if there is no
/// certificate, or it is not valid.
///
/// # Security
/// A key is accepted only if it is the key of its certificate. A deleted certificate takes its key
/// along.
///
/// # Example
/// ```
/// use tollgate::certificate::Certificate;
/// use tollgate::crypto::PrivateKey;
/// use tollgate::record::Destination;
/// use tollgate::validate::ServerCertificate;
/// use tollgate::UnixTime;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let pem = include_bytes!("../../../tests/certificates/signer-p256.pem");
/// let key = include_bytes!("../../../tests/certificates/signer-p256.key.pem");
/// let server = ServerCertificate::empty();
/// server.import(Certificate::from_pem(pem)?, PrivateKey::from_pem(key)?)?;
///
/// let now = server.current().unwrap().validity().not_before();
/// let destination = Destination::parse("intranet.example:443")?;
/// assert!(server.issue(&destination, now).is_ok());
///
/// server.delete();
/// assert_eq!(
///     server.issue(&destination, now).unwrap_err().to_string(),
///     "there is no certificate to sign with"
/// );
/// # Ok(())
/// # }
/// ```
///
/// Source: the proxy's document on invalid authorization tokens, steps 1 to 4.
#[derive(Clone)]
pub struct ServerCertificate {
    slots: Arc<RwLock<Slots>>,
    token_lifetime: Duration,
}

#[derive(Default)]
struct Slots {
    current: Option<Arc<AuthorizationTokenIssuer>>,
    next: Option<Arc<AuthorizationTokenIssuer>>,
}

/// Why the certificate of the management server was left as it was.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ServerCertificateError {
    /// There is a certificate; delete it first, or prepare the new one and promote it.
    #[error("there is a certificate already; delete it, or prepare the new one and promote it")]
    Present,
    /// No next certificate was prepared.
    #[error("no next certificate is prepared")]
    NotPrepared,
    /// The next certificate is not valid now: it would sign nothing.
    #[error(
        "the next certificate is valid from {} to {}, now {now}",
        validity.not_before(),
        validity.not_after()
    )]
    NotValid {
        /// The instant at which it was to be promoted.
        now: UnixTime,
        /// Its dates, both inclusive, to the second.
        validity: Validity,
    },
    /// The certificate or its key was refused.
    #[error(transparent)]
    Refused(#[from] ConfigError),
}

impl ServerCertificate {
    /// Makes a place without a certificate; its tokens live 20 minutes.
    pub fn empty() -> Self {
        Self { slots: Arc::default(), token_lifetime: DEFAULT_LIFETIME }
    }

    /// Sets the lifetime of tokens, for this clone and those made of it.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is shorter than a millisecond or longer than a day.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Result<Self, ConfigError> {
        self.token_lifetime = AuthorizationTokenIssuer::judge_lifetime(lifetime)?;
        Ok(self)
    }

    /// Imports a certificate with its key where there is none, and signs with it from now on. Its
    /// dates are not judged here: [`issue`](Self::issue) judges them for each token, and
    /// [`expiry`](Self::expiry) shows them.
    ///
    /// # Errors
    /// [`ServerCertificateError::Present`] if there is one, and
    /// [`ServerCertificateError::Refused`] if the key is not the certificate's or not supported.
    pub fn import(
        &self,
        certificate: Certificate,
        key: PrivateKey,
    ) -> Result<(), ServerCertificateError> {
        let issuer = AuthorizationTokenIssuer::new(certificate, key)?;
        self.change(|slots| {
            if slots.current.is_some() {
                return Err(ServerCertificateError::Present);
            }
            slots.current = Some(Arc::new(issuer));
            Ok(())
        })
    }

    /// Imports a certificate with its key as the next one, in place of one that was prepared
    /// before. It does not sign yet.
    ///
    /// # Errors
    /// [`ServerCertificateError::Refused`] if the key is not the certificate's or not supported.
    pub fn prepare(
        &self,
        certificate: Certificate,
        key: PrivateKey,
    ) -> Result<(), ServerCertificateError> {
        let issuer = AuthorizationTokenIssuer::new(certificate, key)?;
        self.change(|slots| slots.next = Some(Arc::new(issuer)));
        Ok(())
    }

    /// Signs with the next certificate from now on, and returns the one that it replaces.
    ///
    /// # Errors
    /// [`ServerCertificateError::NotPrepared`] if there is no next one, and
    /// [`ServerCertificateError::NotValid`] if it is not valid at `now`; both certificates stay
    /// where they are.
    pub fn promote(&self, now: UnixTime) -> Result<Option<Certificate>, ServerCertificateError> {
        self.change(|slots| {
            let next = slots.next.as_ref().ok_or(ServerCertificateError::NotPrepared)?;
            let validity = next.certificate().validity();
            if !validity.contains(now) {
                return Err(ServerCertificateError::NotValid { now, validity });
            }
            let replaced = std::mem::replace(&mut slots.current, slots.next.take());
            Ok(replaced.map(|issuer| issuer.certificate().clone()))
        })
    }

    /// Deletes the certificate that was prepared, and its key, and returns the certificate.
    pub fn delete_next(&self) -> Option<Certificate> {
        let deleted = self.change(|slots| slots.next.take());
        deleted.map(|issuer| issuer.certificate().clone())
    }

    /// Deletes the certificate that signs, and its key, and returns the certificate. The next one
    /// stays.
    pub fn delete(&self) -> Option<Certificate> {
        let deleted = self.change(|slots| slots.current.take());
        deleted.map(|issuer| issuer.certificate().clone())
    }

    /// The certificate that signs.
    pub fn current(&self) -> Option<Certificate> {
        self.issuer().map(|issuer| issuer.certificate().clone())
    }

    /// The certificate that is prepared.
    pub fn next(&self) -> Option<Certificate> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        slots.next.as_ref().map(|issuer| issuer.certificate().clone())
    }

    /// The status of the certificate that signs; none if there is none.
    pub fn expiry(&self, checker: &ExpiryChecker, now: UnixTime) -> Option<Expiry> {
        self.issuer().map(|issuer| checker.check(issuer.certificate(), now))
    }

    /// Issues a token that lets its holder connect to `destination`.
    ///
    /// # Errors
    /// [`IssueError`] if there is no certificate, if it is not valid at `now`, or if the signature
    /// fails.
    pub fn issue(
        &self,
        destination: &Destination,
        now: UnixTime,
    ) -> Result<AuthorizationToken, IssueError> {
        let issuer = self.issuer().ok_or(IssueError::NoCertificate)?;
        issuer.issue_for(destination, now, self.token_lifetime)
    }

    fn issuer(&self) -> Option<Arc<AuthorizationTokenIssuer>> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        slots.current.clone()
    }

    /// Every change is complete before anything in it could panic, so poisoning is ignored.
    fn change<T>(&self, change: impl FnOnce(&mut Slots) -> T) -> T {
        change(&mut self.slots.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Default for ServerCertificate {
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Debug for ServerCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerCertificate")
            .field("current", &self.current())
            .field("next", &self.next())
            .finish_non_exhaustive()
    }
}
