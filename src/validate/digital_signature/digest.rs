//! The digests below signatures.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::crypto::SignatureAlgorithm;

/// A digest below a digital signature that is safe to use; older ones have constructors of their
/// own, named insecure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Digest {
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Digest {
    const ALL: [Self; 3] = [Self::Sha256, Self::Sha384, Self::Sha512];

    /// The gateway's name: `SHA256`, `SHA384` or `SHA512`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA256",
            Self::Sha384 => "SHA384",
            Self::Sha512 => "SHA512",
        }
    }

    /// RSASSA-PKCS1-v1_5 with this digest (RFC 8017 section 8.2).
    pub(super) fn below_rsa(self) -> SignatureAlgorithm {
        match self {
            Self::Sha256 => SignatureAlgorithm::RsaPkcs1Sha256,
            Self::Sha384 => SignatureAlgorithm::RsaPkcs1Sha384,
            Self::Sha512 => SignatureAlgorithm::RsaPkcs1Sha512,
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Reads the gateway's name, byte for byte.
///
/// # Errors
/// [`UnknownDigest`] for every other text; digests that are not safe to use have no name here.
impl FromStr for Digest {
    type Err = UnknownDigest;

    fn from_str(name: &str) -> Result<Self, UnknownDigest> {
        Self::ALL.into_iter().find(|digest| digest.name() == name).ok_or(UnknownDigest)
    }
}

/// The text is not the name of a [`Digest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a digest is SHA256, SHA384 or SHA512")]
pub struct UnknownDigest;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_read_from_exactly_its_name() {
        for digest in Digest::ALL {
            assert_eq!(digest.to_string().parse(), Ok(digest));
        }
        assert_eq!("SHA384".parse(), Ok(Digest::Sha384));
        for other in ["", "sha256", "SHA-256", "SHA256 ", "SHA1", "MD5", "SHA224"] {
            assert_eq!(other.parse::<Digest>(), Err(UnknownDigest), "{other:?}");
        }
    }
}
