//! SHA-256, and credentials kept as their digests.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use subtle::ConstantTimeEq;

use crate::crypto::backend::digest;

/// The SHA-256 of `bytes` (FIPS 180-4).
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut output = [0; 32];
    let computed = digest::digest(&digest::SHA256, bytes);
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
        to_hex(&self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CredentialDigest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hex = String::deserialize(deserializer)?;
        from_hex(&hex).map(Self).ok_or_else(|| {
            de::Error::custom("expected a SHA-256 digest of 64 lower-case hexadecimal digits")
        })
    }
}

fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).flatten().collect()
}

fn from_hex(hex: &str) -> Option<[u8; 32]> {
    let (pairs, []) = hex.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let bytes: Option<Vec<u8>> = pairs.iter().map(hex_pair).collect();
    bytes?.try_into().ok()
}

fn hex_pair([high, low]: &[u8; 2]) -> Option<u8> {
    Some(hex_digit(*high)? << 4 | hex_digit(*low)?)
}

fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => digit.checked_sub(b'0'),
        b'a'..=b'f' => digit.checked_sub(b'a')?.checked_add(10),
        _ => None,
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
