//! The digests below signatures.

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
    /// RSASSA-PKCS1-v1_5 with this digest (RFC 8017 section 8.2).
    pub(super) fn below_rsa(self) -> SignatureAlgorithm {
        match self {
            Self::Sha256 => SignatureAlgorithm::RsaPkcs1Sha256,
            Self::Sha384 => SignatureAlgorithm::RsaPkcs1Sha384,
            Self::Sha512 => SignatureAlgorithm::RsaPkcs1Sha512,
        }
    }
}
