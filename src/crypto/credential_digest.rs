//! SHA-256 and SHA-512, and credentials kept as their digests.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use subtle::ConstantTimeEq;

use crate::crypto::backend::digest;
use crate::encoding::{hex_decode, hex_encode};

/// The SHA-256 of `bytes` (FIPS 180-4).
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    digest(&digest::SHA256, bytes)
}

/// The SHA-512 of `bytes` (FIPS 180-4).
pub fn sha512(bytes: &[u8]) -> [u8; 64] {
    digest(&digest::SHA512, bytes)
}

fn digest<const N: usize>(algorithm: &'static digest::Algorithm, bytes: &[u8]) -> [u8; N] {
    let mut output = [0; N];
    let computed = digest::digest(algorithm, bytes);
    for (to, from) in output.iter_mut().zip(computed.as_ref()) {
        *to = *from;
    }
    output
}

/// A token or secret as it is kept: its SHA-256, never the credential itself.
///
/// In JSON it is 64 lower-case hexadecimal digits.
///
/// # Security
/// The digest is not salted, which is enough for credentials made by a random generator and not
/// enough for passwords that a person chose. The digest itself is never accepted as the credential.
///
/// ```
/// use tollgate::crypto::CredentialDigest;
///
/// let kept = CredentialDigest::of(b"the token");
/// assert!(kept.matches(b"the token"));
/// assert!(!kept.matches(b"another"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CredentialDigest([u8; 32]);

impl CredentialDigest {
    /// The digest of a credential.
    pub fn of(credential: &[u8]) -> Self {
        Self(sha256(credential))
    }

    /// A digest as a store keeps it.
    pub fn from_bytes(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The digest as a store keeps it.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether `credential` has this digest, in a time that does not depend on where they differ.
    pub fn matches(&self, credential: &[u8]) -> bool {
        self.0.ct_eq(&sha256(credential)).into()
    }
}

impl fmt::Debug for CredentialDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialDigest(redacted)")
    }
}

impl Serialize for CredentialDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        hex_encode(&self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CredentialDigest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hex = String::deserialize(deserializer)?;
        let digest = hex_decode(&hex).and_then(|bytes| bytes.try_into().ok());
        digest.map(Self).ok_or_else(|| {
            de::Error::custom("expected a SHA-256 digest of 64 lower-case hexadecimal digits")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_survives_json_and_takes_one_spelling_only() {
        let digest = CredentialDigest::of(b"");
        let json = serde_json::to_string(&digest).unwrap();
        assert_eq!(json, "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"");
        assert_eq!(serde_json::from_str::<CredentialDigest>(&json).unwrap(), digest);
        assert!(serde_json::from_str::<CredentialDigest>(&json.to_uppercase()).is_err());
        assert!(serde_json::from_str::<CredentialDigest>("\"e3b0\"").is_err());
    }

    #[test]
    fn a_digest_is_never_printed() {
        assert_eq!(format!("{:?}", CredentialDigest::of(b"token")), "CredentialDigest(redacted)");
    }
}
