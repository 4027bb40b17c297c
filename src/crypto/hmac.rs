//! HMAC with SHA-2 (RFC 2104).

use std::fmt;

use crate::crypto::backend::hmac;
use crate::crypto::key_error::KeyError;

/// The hash below an HMAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HmacHash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl HmacHash {
    fn algorithm(self) -> hmac::Algorithm {
        match self {
            Self::Sha256 => hmac::HMAC_SHA256,
            Self::Sha384 => hmac::HMAC_SHA384,
            Self::Sha512 => hmac::HMAC_SHA512,
        }
    }
}

/// A prepared HMAC key.
#[derive(Clone)]
pub struct HmacKey(hmac::Key);

impl HmacKey {
    /// Prepares a key from secret bytes.
    ///
    /// # Errors
    /// [`KeyError::SecretTooShort`] if the secret is shorter than the hash, and
    /// [`KeyError::SecretIsPem`] if it contains PEM text anywhere.
    pub fn new(hash: HmacHash, secret: &[u8]) -> Result<Self, KeyError> {
        if contains(secret, b"-----BEGIN ") {
            return Err(KeyError::SecretIsPem);
        }
        let algorithm = hash.algorithm();
        let minimum = algorithm.digest_algorithm().output_len();
        if secret.len() < minimum {
            return Err(KeyError::SecretTooShort { minimum, actual: secret.len() });
        }
        Ok(Self(hmac::Key::new(algorithm, secret)))
    }

    /// The tag over `message`.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        hmac::sign(&self.0, message).as_ref().to_vec()
    }

    /// Whether `tag` is the tag over `message`, compared in constant time.
    pub fn verify(&self, message: &[u8], tag: &[u8]) -> bool {
        hmac::verify(&self.0, message, tag).is_ok()
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey(redacted)")
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_must_be_as_long_as_its_hash() {
        for (hash, minimum) in
            [(HmacHash::Sha256, 32), (HmacHash::Sha384, 48), (HmacHash::Sha512, 64)]
        {
            let refused = HmacKey::new(hash, &vec![1; minimum - 1]).unwrap_err();
            assert_eq!(refused, KeyError::SecretTooShort { minimum, actual: minimum - 1 });
            assert!(HmacKey::new(hash, &vec![1; minimum]).is_ok());
        }
    }

    #[test]
    fn pem_text_is_no_secret_wherever_it_begins() {
        for lead in ["", "  \n", "\u{feff}", "# our key\n"] {
            let text = format!("{lead}-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEF");
            let refused = HmacKey::new(HmacHash::Sha256, text.as_bytes()).unwrap_err();
            assert_eq!(refused, KeyError::SecretIsPem);
        }
    }
}
