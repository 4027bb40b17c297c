//! Secrets that rotate.

use std::fmt;

use crate::config_error::{ConfigError, Problem};
use crate::crypto::{HmacHash, HmacKey};
use crate::secret::Secret;

/// The secrets behind CSRF tokens, time tokens and nonces: one signs, several verify.
///
/// To rotate without turning callers away, first let every host verify with the new secret, then
/// sign with it and let the old one verify, and drop the old one when its last token has expired.
///
/// ```
/// use tollgate::validate::SigningSecrets;
/// use tollgate::Secret;
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let new = Secret::new("the new secret, of 32 bytes or more");
/// let old = Secret::new("the old secret, of 32 bytes or more");
/// let secrets = SigningSecrets::new(&new)?.also_verifying(&old)?;
/// assert_eq!(format!("{secrets:?}"), "SigningSecrets(1 signs, 2 verify)");
///
/// let error = SigningSecrets::new(&Secret::new("too short")).unwrap_err();
/// assert_eq!(error.field(), "secret");
/// # Ok(())
/// # }
/// ```
///
/// # Security
/// Anyone who knows a secret that verifies can make tokens. Use bytes of a random generator. Tokens
/// of different purposes never pass as one another, even under the same secret.
#[derive(Clone)]
pub struct SigningSecrets {
    signing: HmacKey,
    verifying: Vec<HmacKey>,
}

impl SigningSecrets {
    /// Signs and verifies with this secret, by HMAC-SHA-256.
    ///
    /// # Errors
    /// A [`ConfigError`] if the secret is shorter than 32 bytes or is a public key, certificate or
    /// JWK in any encoding.
    pub fn new(signing: &Secret) -> Result<Self, ConfigError> {
        Ok(Self { signing: key(signing)?, verifying: Vec::new() })
    }

    /// Verifies with this secret too, and never signs with it.
    ///
    /// # Errors
    /// A [`ConfigError`] if the secret is shorter than 32 bytes or is a public key, certificate or
    /// JWK in any encoding.
    pub fn also_verifying(mut self, secret: &Secret) -> Result<Self, ConfigError> {
        self.verifying.push(key(secret)?);
        Ok(self)
    }

    pub(super) fn sign<'f>(&self, fields: impl Iterator<Item = &'f [u8]>) -> Vec<u8> {
        self.signing.sign_fields(fields)
    }

    pub(super) fn verify<'f>(
        &self,
        fields: &(impl Iterator<Item = &'f [u8]> + Clone),
        tag: &[u8],
    ) -> bool {
        let mut keys = std::iter::once(&self.signing).chain(&self.verifying);
        keys.any(|key| key.verify_fields(fields.clone(), tag))
    }
}

impl fmt::Debug for SigningSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verifying = self.verifying.len().saturating_add(1);
        write!(f, "SigningSecrets(1 signs, {verifying} verify)")
    }
}

fn key(secret: &Secret) -> Result<HmacKey, ConfigError> {
    HmacKey::new(HmacHash::Sha256, secret.expose())
        .map_err(|error| ConfigError::new("signing secrets", "secret", Problem::Key(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_at_least_32_bytes() {
        for (length, accepted) in [(0, false), (31, false), (32, true), (33, true)] {
            let secret = Secret::new(vec![7; length]);
            assert_eq!(SigningSecrets::new(&secret).is_ok(), accepted, "{length}");
            let rotated = SigningSecrets::new(&Secret::new(vec![1; 32])).unwrap();
            assert_eq!(rotated.also_verifying(&secret).is_ok(), accepted, "{length}");
        }
    }

    #[test]
    fn the_first_secret_signs_and_all_verify() {
        let of = |byte: u8| Secret::new(vec![byte; 32]);
        let message = || [&b"message"[..]].into_iter();
        let old = SigningSecrets::new(&of(1)).unwrap();
        let rotated = SigningSecrets::new(&of(2)).unwrap().also_verifying(&of(1)).unwrap();
        let later = SigningSecrets::new(&of(2)).unwrap();
        assert!(rotated.verify(&message(), &old.sign(message())));
        assert!(rotated.verify(&message(), &rotated.sign(message())));
        assert!(later.verify(&message(), &rotated.sign(message())));
        assert!(!later.verify(&message(), &old.sign(message())));
    }
}
