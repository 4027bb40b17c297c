//! Keys that verify.

use std::fmt;

use crate::crypto::{HmacKey, KeyError, PublicKey};
use crate::jose::algorithm::{Algorithm, SignatureMethod};
use crate::secret::Secret;

/// A key that verifies signatures, prepared once, with what it may be used for.
///
/// ```
/// use tollgate::crypto::KeyError;
/// use tollgate::jose::{Algorithm, VerifyingKey};
/// use tollgate::Secret;
///
/// let secret = Secret::new("a secret of at least 32 bytes ...");
/// assert!(VerifyingKey::hmac(Algorithm::Hs256, &secret).is_ok());
///
/// let short = VerifyingKey::hmac(Algorithm::Hs512, &secret).unwrap_err();
/// assert_eq!(short, KeyError::SecretTooShort { minimum: 64, actual: 33 });
/// ```
#[derive(Clone)]
pub struct VerifyingKey {
    id: Option<String>,
    pinned: Option<Algorithm>,
    material: VerifyingMaterial,
}

#[derive(Clone)]
enum VerifyingMaterial {
    Public(PublicKey),
    /// One prepared key for each hash that the secret is long enough for.
    Secret(Vec<(Algorithm, HmacKey)>),
}

impl VerifyingKey {
    /// Reads a PEM text with a section `PUBLIC KEY`, for one algorithm.
    ///
    /// # Errors
    /// A [`KeyError`] if the key is malformed, refused, or not one for this algorithm.
    pub fn from_pem(pem: &[u8], algorithm: Algorithm) -> Result<Self, KeyError> {
        Self::public(PublicKey::from_pem(pem)?, algorithm)
    }

    /// Reads a DER `SubjectPublicKeyInfo`, for one algorithm.
    ///
    /// # Errors
    /// A [`KeyError`] if the key is malformed, refused, or not one for this algorithm.
    pub fn from_der(der: &[u8], algorithm: Algorithm) -> Result<Self, KeyError> {
        Self::public(PublicKey::from_spki_der(der)?, algorithm)
    }

    /// A public key, for one algorithm.
    ///
    /// # Errors
    /// [`KeyError::AlgorithmMismatch`] if the key is not one for this algorithm.
    pub fn public(key: PublicKey, algorithm: Algorithm) -> Result<Self, KeyError> {
        let key = Self::of_public(key);
        key.pinned_to(Some(algorithm))
    }

    /// A shared secret, for one algorithm.
    ///
    /// # Errors
    /// A [`KeyError`] if the algorithm is not an HMAC, or if the secret is shorter than its hash,
    /// or a public key, certificate or JWK in any encoding.
    pub fn hmac(algorithm: Algorithm, secret: &Secret) -> Result<Self, KeyError> {
        let SignatureMethod::Hmac(hash) = algorithm.method() else {
            return Err(KeyError::AlgorithmMismatch);
        };
        let key = HmacKey::new(hash, secret.expose())?;
        Ok(Self {
            id: None,
            pinned: Some(algorithm),
            material: VerifyingMaterial::Secret(vec![(algorithm, key)]),
        })
    }

    /// With this key id, which tokens name as `kid`.
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The key id.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Whether it may verify signatures of this algorithm.
    pub fn fits(&self, algorithm: Algorithm) -> bool {
        self.pinned.is_none_or(|pinned| pinned == algorithm) && self.is_of_kind_for(algorithm)
    }

    /// Whether it is this public key.
    pub(crate) fn is_public(&self, key: &PublicKey) -> bool {
        matches!(&self.material, VerifyingMaterial::Public(own) if own == key)
    }

    pub(crate) fn as_public(&self) -> Option<&PublicKey> {
        match &self.material {
            VerifyingMaterial::Public(key) => Some(key),
            VerifyingMaterial::Secret(_) => None,
        }
    }

    /// The shared secret, if it may be used with this HMAC.
    pub(crate) fn as_hmac(&self, algorithm: Algorithm) -> Option<&HmacKey> {
        let VerifyingMaterial::Secret(prepared) = &self.material else { return None };
        let mut fitting = prepared.iter().filter(|(one, _)| *one == algorithm && self.fits(*one));
        fitting.next().map(|(_, key)| key)
    }

    /// The one algorithm to which it is bound.
    pub(super) fn algorithm(&self) -> Option<Algorithm> {
        self.pinned
    }

    pub(crate) fn of_public(key: PublicKey) -> Self {
        Self { id: None, pinned: None, material: VerifyingMaterial::Public(key) }
    }

    /// A shared secret for every HMAC algorithm whose hash is not longer than it.
    pub(super) fn of_secret(secret: &[u8]) -> Result<Self, KeyError> {
        let mut prepared = Vec::new();
        for algorithm in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
            if let SignatureMethod::Hmac(hash) = algorithm.method() {
                match HmacKey::new(hash, secret) {
                    Ok(key) => prepared.push((algorithm, key)),
                    Err(error) if prepared.is_empty() => return Err(error),
                    Err(_) => break,
                }
            }
        }
        Ok(Self { id: None, pinned: None, material: VerifyingMaterial::Secret(prepared) })
    }

    pub(super) fn pinned_to(mut self, algorithm: Option<Algorithm>) -> Result<Self, KeyError> {
        if algorithm.is_some_and(|algorithm| !self.is_of_kind_for(algorithm)) {
            return Err(KeyError::AlgorithmMismatch);
        }
        self.pinned = algorithm;
        Ok(self)
    }

    pub(super) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        if !self.fits(algorithm) {
            return false;
        }
        match (&self.material, algorithm.method()) {
            (VerifyingMaterial::Public(key), SignatureMethod::Signature(method)) => {
                key.verify(method, message, signature).is_ok()
            }
            (VerifyingMaterial::Secret(keys), SignatureMethod::Hmac(_)) => {
                let mut fitting = keys.iter().filter(|(prepared, _)| *prepared == algorithm);
                fitting.any(|(_, key)| key.verify(message, signature))
            }
            _ => false,
        }
    }

    fn is_of_kind_for(&self, algorithm: Algorithm) -> bool {
        match (&self.material, algorithm.method()) {
            (VerifyingMaterial::Public(key), SignatureMethod::Signature(method)) => {
                method.key_kind() == key.kind()
            }
            (VerifyingMaterial::Secret(keys), SignatureMethod::Hmac(_)) => {
                keys.iter().any(|(prepared, _)| *prepared == algorithm)
            }
            _ => false,
        }
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.material {
            VerifyingMaterial::Public(key) => format!("{:?}", key.kind()),
            VerifyingMaterial::Secret(_) => "Hmac(redacted)".to_owned(),
        };
        f.debug_struct("VerifyingKey")
            .field("id", &self.id)
            .field("algorithm", &self.pinned)
            .field("kind", &kind)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::crypto::{PrivateKey, SignatureAlgorithm};

    use super::*;

    #[test]
    fn a_key_verifies_under_the_one_algorithm_that_it_is_bound_to() {
        let rsa = include_bytes!("../../tests/keys/rsa.pem");
        let private = PrivateKey::from_pem(rsa).unwrap();
        let method = SignatureAlgorithm::RsaPssSha256;
        let signature = private.sign(method, b"message").unwrap();
        let of = |algorithm| VerifyingKey::public(private.public_key().clone(), algorithm).unwrap();
        for (bound, expected) in [(Algorithm::Ps256, true), (Algorithm::Rs256, false)] {
            let key = of(bound);
            assert_eq!(key.verifies(Algorithm::Ps256, b"message", &signature), expected);
            assert_eq!(key.fits(Algorithm::Ps256), expected);
        }
        assert!(!of(Algorithm::Ps256).verifies(Algorithm::Ps256, b"massage", &signature));
        assert!(!of(Algorithm::Ps256).verifies(Algorithm::Rs256, b"message", &signature));
        let free = VerifyingKey::of_public(private.public_key().clone());
        assert!(free.verifies(Algorithm::Ps256, b"message", &signature));
    }

    #[test]
    fn a_secret_serves_each_hash_that_it_is_long_enough_for() {
        let all = [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512];
        for (length, serves) in [(32, 1), (47, 1), (48, 2), (63, 2), (64, 3), (65, 3)] {
            let key = VerifyingKey::of_secret(&vec![7; length]).unwrap();
            let fitting = all.iter().filter(|algorithm| key.fits(**algorithm)).count();
            assert_eq!(fitting, serves, "{length}");
        }
        let short = KeyError::SecretTooShort { minimum: 32, actual: 31 };
        assert_eq!(VerifyingKey::of_secret(&[7; 31]).unwrap_err(), short);
    }
}
