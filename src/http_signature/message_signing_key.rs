//! Keys that sign.

use crate::crypto::{HmacHash, HmacKey, KeyError, PrivateKey, SignatureAlgorithm, SigningFailed};
use crate::http_signature::http_signature_algorithm::HttpSignatureAlgorithm;
use crate::secret::Secret;

/// A key with the one algorithm that it signs with.
#[derive(Debug)]
pub struct MessageSigningKey {
    algorithm: HttpSignatureAlgorithm,
    material: MessageSigner,
}

#[derive(Debug)]
enum MessageSigner {
    Private(Box<PrivateKey>, SignatureAlgorithm),
    Shared(Box<HmacKey>),
}

impl MessageSigningKey {
    /// A private key with the algorithm of its kind, `rsa-pss-sha512` for RSA.
    ///
    /// # Errors
    /// [`KeyError::AlgorithmMismatch`] if no algorithm of RFC 9421 works with the key.
    pub fn private_key(key: PrivateKey) -> Result<Self, KeyError> {
        let algorithm =
            HttpSignatureAlgorithm::of(key.kind()).ok_or(KeyError::AlgorithmMismatch)?;
        Self::with_algorithm(key, algorithm)
    }

    /// A private key with this algorithm.
    ///
    /// # Errors
    /// [`KeyError::AlgorithmMismatch`] if the algorithm does not work with the key.
    pub fn with_algorithm(
        key: PrivateKey,
        algorithm: HttpSignatureAlgorithm,
    ) -> Result<Self, KeyError> {
        let signed_with = algorithm.for_kind(key.kind()).ok_or(KeyError::AlgorithmMismatch)?;
        Ok(Self { algorithm, material: MessageSigner::Private(Box::new(key), signed_with) })
    }

    /// A secret that both sides know, for `hmac-sha256`.
    ///
    /// # Errors
    /// A [`KeyError`] if the secret is shorter than 32 bytes, or is an encoded key.
    pub fn shared_secret(secret: &Secret) -> Result<Self, KeyError> {
        let key = HmacKey::new(HmacHash::Sha256, secret.expose())?;
        let material = MessageSigner::Shared(Box::new(key));
        Ok(Self { algorithm: HttpSignatureAlgorithm::HmacSha256, material })
    }

    /// The algorithm that it signs with.
    pub fn algorithm(&self) -> HttpSignatureAlgorithm {
        self.algorithm
    }

    /// Signs a signature base.
    ///
    /// # Errors
    /// [`SigningFailed`] if the system has no random bytes for it.
    pub fn sign(&self, base: &[u8]) -> Result<Vec<u8>, SigningFailed> {
        match &self.material {
            MessageSigner::Private(key, algorithm) => key.sign(*algorithm, base),
            MessageSigner::Shared(key) => Ok(key.sign(base)),
        }
    }
}
