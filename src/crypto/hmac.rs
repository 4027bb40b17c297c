//! HMAC with SHA-2 (RFC 2104).

use std::fmt;

use subtle::ConstantTimeEq;

use crate::crypto::backend::hmac;
use crate::crypto::encoded_key::is_encoded_key;
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
    /// [`KeyError::SecretIsEncodedKey`] if it is a public key or certificate in any encoding (PEM,
    /// its body alone, DER, OpenSSH; in UTF-8 or UTF-16), or a JWK.
    pub fn new(hash: HmacHash, secret: &[u8]) -> Result<Self, KeyError> {
        if is_encoded_key(secret) {
            return Err(KeyError::SecretIsEncodedKey);
        }
        let algorithm = hash.algorithm();
        let minimum = algorithm.digest_algorithm().output_len();
        if secret.len() < minimum {
            return Err(KeyError::SecretTooShort { minimum, actual: secret.len() });
        }
        Ok(Self(hmac::Key::new(algorithm, secret)))
    }

    /// Prepares a key that [`new`](Self::new) refuses, as whoever confuses algorithms does.
    #[cfg(feature = "testing")]
    pub(crate) fn insecure_of_encoded_key(hash: HmacHash, key: &[u8]) -> Self {
        Self(hmac::Key::new(hash.algorithm(), key))
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

/// A message of fields, each with its length before it, so that none can be shifted into another.
impl HmacKey {
    /// The tag over these fields.
    pub(crate) fn sign_fields<'f>(&self, fields: impl IntoIterator<Item = &'f [u8]>) -> Vec<u8> {
        self.tag(fields).as_ref().to_vec()
    }

    /// Whether `tag` is the tag over these fields, compared in constant time.
    pub(crate) fn verify_fields<'f>(
        &self,
        fields: impl IntoIterator<Item = &'f [u8]>,
        tag: &[u8],
    ) -> bool {
        self.tag(fields).as_ref().ct_eq(tag).into()
    }

    fn tag<'f>(&self, fields: impl IntoIterator<Item = &'f [u8]>) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.0);
        for field in fields {
            context.update(&(field.len() as u64).to_be_bytes());
            context.update(field);
        }
        context.sign()
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey(redacted)")
    }
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
    fn fields_are_signed_with_their_lengths() {
        let key = HmacKey::new(HmacHash::Sha256, &[1; 32]).unwrap();
        let tag = key.sign_fields([&b"a"[..], b"bc"]);
        assert_eq!(tag, key.sign(b"\0\0\0\0\0\0\0\x01a\0\0\0\0\0\0\0\x02bc"));
        assert!(key.verify_fields([&b"a"[..], b"bc"], &tag));
        for other in [&[&b"ab"[..], b"c"][..], &[b"abc"], &[b"a", b"bc", b""], &[b"a"], &[]] {
            assert!(!key.verify_fields(other.iter().copied(), &tag));
        }
        for wrong in [&tag[..31], &[&tag[..], &[0]].concat(), &[]] {
            assert!(!key.verify_fields([&b"a"[..], b"bc"], wrong));
        }
    }

    #[test]
    fn an_encoded_key_is_not_a_secret_however_short() {
        let body = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
        for text in ["-----BEGIN PUBLIC KEY-----", body] {
            let refused = HmacKey::new(HmacHash::Sha512, text.as_bytes()).unwrap_err();
            assert_eq!(refused, KeyError::SecretIsEncodedKey);
        }
    }
}
