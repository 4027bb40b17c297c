//! A certificate with its private key.

use crate::certificate::x509::Certificate;
use crate::crypto::{KeyError, PrivateKey};
use crate::secret::Secret;

/// A certificate and its private key.
#[derive(Clone, Debug)]
pub struct CertificateWithKey {
    certificate: Certificate,
    key: Secret,
}

impl CertificateWithKey {
    /// Joins a certificate and its private key: PKCS #8 in DER (RFC 5958).
    ///
    /// # Errors
    /// A [`KeyError`] if either key is malformed or not supported, and
    /// [`KeyError::NotOfCertificate`] if the key is not the certificate's.
    pub fn new(certificate: Certificate, key: Secret) -> Result<Self, KeyError> {
        if *PrivateKey::from_pkcs8_der(key.expose())?.public_key() == certificate.public_key()? {
            Ok(Self { certificate, key })
        } else {
            Err(KeyError::NotOfCertificate)
        }
    }

    /// The certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Its private key: PKCS #8 in DER (RFC 5958), to be kept.
    pub fn key(&self) -> &Secret {
        &self.key
    }

    /// Its private key, ready to sign.
    ///
    /// # Errors
    /// A [`KeyError`] if the key cannot be read back.
    pub fn private_key(&self) -> Result<PrivateKey, KeyError> {
        PrivateKey::from_pkcs8_der(self.key.expose())
    }
}
