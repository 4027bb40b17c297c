//! Requests for certificates that a CA signs (PKCS #10).

use std::fmt;

use crate::certificate::generate::with_key::CertificateWithKey;
use crate::certificate::x509::Certificate;
use crate::crypto::KeyError;
use crate::encoding::pem;
use crate::secret::Secret;

/// A certification request (PKCS #10, RFC 2986) and its private key, until the CA has answered.
///
/// Keep [`key`](Self::key) until then: [`accept`](Self::accept), or
/// [`CertificateWithKey::new`] after a restart, joins it with the certificate.
///
/// # Errors
/// [`accept`](Self::accept) refuses a certificate for another key.
///
/// # Security
/// Only [`der`](Self::der) and [`to_pem`](Self::to_pem) are for the CA. The private key never
/// leaves the host.
///
/// # Example
/// ```
/// use tollgate::certificate::CertificateParameters;
/// use tollgate::crypto::KeyError;
/// use tollgate::UnixTime;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let request = CertificateParameters::new("management.example").request()?;
/// assert!(request.to_pem().starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"));
///
/// // In place of the CA, which would sign what it was sent:
/// let (first, last) = (UnixTime::from_seconds(0), UnixTime::from_seconds(1));
/// let of_this_key = CertificateParameters::new("management.example").key(request.key().clone());
/// let signed = of_this_key.self_sign(first, last)?;
/// assert!(request.accept(signed.certificate().clone()).is_ok());
///
/// let other = CertificateParameters::new("management.example").self_sign(first, last)?;
/// let refused = request.accept(other.certificate().clone()).unwrap_err();
/// assert_eq!(refused, KeyError::NotOfCertificate);
/// # Ok(())
/// # }
/// ```
///
/// Source: RFC 2986; the proxy's document on invalid authorization tokens (step 3).
#[derive(Clone)]
pub struct CertificateRequest {
    der: Vec<u8>,
    key: Secret,
}

impl CertificateRequest {
    pub(super) fn new(der: Vec<u8>, key: Secret) -> Self {
        Self { der, key }
    }

    /// The request in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The request as a PEM section `CERTIFICATE REQUEST` (RFC 7468 section 7).
    pub fn to_pem(&self) -> String {
        pem("CERTIFICATE REQUEST", &self.der)
    }

    /// Its private key: PKCS #8 in DER (RFC 5958), to be kept.
    pub fn key(&self) -> &Secret {
        &self.key
    }

    /// Joins the certificate that the CA signed with the private key of this request. Only the key
    /// is compared: a CA may change subject, names and dates.
    ///
    /// With the `openssl` command line a CA signs a request so that its names stay:
    /// `openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 365
    /// -copy_extensions copy -out server.pem`.
    ///
    /// # Errors
    /// [`KeyError::NotOfCertificate`] if the certificate is for another key, and another
    /// [`KeyError`] if its key is malformed or not supported.
    pub fn accept(&self, certificate: Certificate) -> Result<CertificateWithKey, KeyError> {
        CertificateWithKey::new(certificate, self.key.clone())
    }
}

impl fmt::Debug for CertificateRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateRequest({} bytes, key redacted)", self.der.len())
    }
}
