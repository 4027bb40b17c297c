//! Keys that verify.

use crate::crypto::{HmacHash, HmacKey, InvalidSignature, KeyError, PublicKey, SignatureAlgorithm};
use crate::http_signature::http_signature_algorithm::{HttpSignatureAlgorithm, OF_JOSE};
use crate::jose::{Algorithm, VerifyingKey};
use crate::secret::Secret;

/// A key with the one algorithm that it verifies with.
///
/// # Security
/// The algorithm belongs to the key and is never taken from the message: a parameter `alg` can only
/// agree with it (RFC 9421 section 7.3.6).
#[derive(Clone, Debug)]
pub struct MessageKey {
    algorithm: HttpSignatureAlgorithm,
    material: MessageVerifier,
}

#[derive(Clone, Debug)]
enum MessageVerifier {
    Public(PublicKey, SignatureAlgorithm),
    Shared(Box<HmacKey>),
}

impl MessageKey {
    /// A public key with the algorithm of its kind: `ed25519`, `ecdsa-p256-sha256`,
    /// `ecdsa-p384-sha384`, and `rsa-pss-sha512` for RSA.
    ///
    /// # Errors
    /// [`KeyError::AlgorithmMismatch`] if no algorithm of RFC 9421 works with the key.
    pub fn public_key(key: PublicKey) -> Result<Self, KeyError> {
        let algorithm =
            HttpSignatureAlgorithm::of(key.kind()).ok_or(KeyError::AlgorithmMismatch)?;
        Self::with_algorithm(key, algorithm)
    }

    /// A public key with this algorithm.
    ///
    /// # Errors
    /// [`KeyError::AlgorithmMismatch`] if the algorithm does not work with the key.
    pub fn with_algorithm(
        key: PublicKey,
        algorithm: HttpSignatureAlgorithm,
    ) -> Result<Self, KeyError> {
        let verified_with = algorithm.for_kind(key.kind()).ok_or(KeyError::AlgorithmMismatch)?;
        Ok(Self { algorithm, material: MessageVerifier::Public(key, verified_with) })
    }

    /// The key of a JWK with the one algorithm of RFC 9421 that it is for.
    pub(crate) fn of(key: &VerifyingKey) -> Result<Self, KeyError> {
        if let Some(secret) = key.as_hmac(Algorithm::Hs256) {
            let (algorithm, secret) = (HttpSignatureAlgorithm::HmacSha256, secret.clone());
            return Ok(Self { algorithm, material: MessageVerifier::Shared(Box::new(secret)) });
        }
        let public = key.as_public().ok_or(KeyError::AlgorithmMismatch)?;
        let mut fitting = OF_JOSE.into_iter().filter(|(jose, _)| key.fits(*jose));
        let (_, algorithm) = fitting.next().ok_or(KeyError::AlgorithmMismatch)?;
        Self::with_algorithm(public.clone(), algorithm)
    }

    /// A secret that both sides know, for `hmac-sha256`.
    ///
    /// # Errors
    /// A [`KeyError`] if the secret is shorter than 32 bytes, or is an encoded key.
    ///
    /// # Security
    /// Anyone who can verify with it can sign with it.
    pub fn shared_secret(secret: &Secret) -> Result<Self, KeyError> {
        let key = HmacKey::new(HmacHash::Sha256, secret.expose())?;
        let material = MessageVerifier::Shared(Box::new(key));
        Ok(Self { algorithm: HttpSignatureAlgorithm::HmacSha256, material })
    }

    /// The algorithm that it verifies with.
    pub fn algorithm(&self) -> HttpSignatureAlgorithm {
        self.algorithm
    }

    /// Verifies a signature over a signature base.
    ///
    /// # Errors
    /// [`InvalidSignature`].
    pub fn verify(&self, base: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        match &self.material {
            MessageVerifier::Public(key, algorithm) => key.verify(*algorithm, base, signature),
            MessageVerifier::Shared(key) if key.verify(base, signature) => Ok(()),
            MessageVerifier::Shared(_) => Err(InvalidSignature),
        }
    }
}
