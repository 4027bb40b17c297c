//! Makes digital signatures, for callers and for tests.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::crypto::{KeyError, KeyKind, PrivateKey, PublicKey, SigningFailed};
use crate::validate::digital_signature::digest::Digest;

/// Makes the signatures that
/// [`DigitalSignatureValidation`](crate::DigitalSignatureValidation) accepts.
///
/// It signs with SHA-256, SHA-384 or SHA-512 only, whatever a validator may still accept.
///
/// # Example
/// ```
/// use tollgate::crypto::KeyError;
/// use tollgate::validate::{Digest, DigitalSigner};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let pem = include_bytes!(concat!(
/// #     env!("CARGO_MANIFEST_DIR"),
/// #     "/tests/vectors/digital_signature/private_key.pem"
/// # ));
/// let signer = DigitalSigner::from_pem(pem, Digest::Sha256)?;
/// assert_eq!(signer.sign(b"{}")?.len(), 344);
///
/// let refused = DigitalSigner::from_pem(b"no key", Digest::Sha256).unwrap_err();
/// assert!(matches!(refused, KeyError::Malformed { .. }));
/// # Ok(())
/// # }
/// ```
///
/// Source: the gateway's interceptor Digital Signature; RFC 8017 section 8.2.
#[derive(Debug)]
pub struct DigitalSigner {
    key: PrivateKey,
    digest: Digest,
}

impl DigitalSigner {
    /// Signs with this RSA key, over this digest.
    ///
    /// # Errors
    /// [`KeyError::AlgorithmMismatch`] if it is not an RSA key.
    pub fn new(key: PrivateKey, digest: Digest) -> Result<Self, KeyError> {
        match key.kind() {
            KeyKind::Rsa => Ok(Self { key, digest }),
            _ => Err(KeyError::AlgorithmMismatch),
        }
    }

    /// Reads a PEM text with a section `PRIVATE KEY` (PKCS #8).
    ///
    /// # Errors
    /// A [`KeyError`] if the key is malformed, refused, or not an RSA key.
    pub fn from_pem(pem: &[u8], digest: Digest) -> Result<Self, KeyError> {
        Self::new(PrivateKey::from_pem(pem)?, digest)
    }

    /// The key that the client's record must hold.
    pub fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    /// The signature over `content`, in standard base64 with padding. In a query it must be
    /// percent-encoded, since it may hold `+`, which means a space there.
    ///
    /// # Errors
    /// [`SigningFailed`] if the system has no random bytes, which protect the key while it signs.
    pub fn sign(&self, content: &[u8]) -> Result<String, SigningFailed> {
        self.key.sign(self.digest.below_rsa(), content).map(|bytes| STANDARD.encode(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SignatureAlgorithm;

    #[test]
    fn only_rsa_keys_sign_and_no_key_is_printed() {
        let ec = PrivateKey::generate_p256().unwrap();
        let refused = DigitalSigner::new(ec, Digest::Sha256).unwrap_err();
        assert_eq!(refused, KeyError::AlgorithmMismatch);
        let pem = include_bytes!("../../../tests/vectors/digital_signature/private_key.pem");
        let printed = format!("{:?}", DigitalSigner::from_pem(pem, Digest::Sha512).unwrap());
        let expected = "DigitalSigner { key: PrivateKey(Rsa, redacted), digest: Sha512 }";
        assert_eq!(printed, expected);
    }

    #[test]
    fn nothing_is_signed_with_an_insecure_digest() {
        let pem = include_bytes!("../../../tests/vectors/digital_signature/private_key.pem");
        let key = PrivateKey::from_pem(pem).unwrap();
        for insecure in [
            SignatureAlgorithm::InsecureRsaPkcs1Sha1,
            #[cfg(feature = "legacy-digests")]
            SignatureAlgorithm::InsecureRsaPkcs1Sha224,
            #[cfg(feature = "legacy-digests")]
            SignatureAlgorithm::InsecureRsaPkcs1Md5,
            #[cfg(feature = "legacy-digests")]
            SignatureAlgorithm::InsecureRsaPkcs1Md2,
        ] {
            assert_eq!(key.sign(insecure, b""), Err(SigningFailed), "{insecure:?}");
        }
    }
}
