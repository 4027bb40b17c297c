//! Signature algorithms, named as cryptography names them; JOSE names are in `jose`.

use crate::crypto::backend::signature;
use crate::crypto::key_kind::KeyKind;

/// A digital signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017).
    RsaPkcs1Sha256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    RsaPkcs1Sha384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    RsaPkcs1Sha512,
    /// RSASSA-PSS with SHA-256, the salt as long as the hash.
    RsaPssSha256,
    /// RSASSA-PSS with SHA-384.
    RsaPssSha384,
    /// RSASSA-PSS with SHA-512.
    RsaPssSha512,
    /// ECDSA on P-256 with SHA-256, the signature as r and s side by side.
    EcdsaP256Sha256,
    /// ECDSA on P-384 with SHA-384, the signature as r and s side by side.
    EcdsaP384Sha384,
    /// ECDSA on P-521 with SHA-512, the signature as r and s side by side; with the feature
    /// `aws-lc-rs`.
    #[cfg(feature = "aws-lc-rs")]
    EcdsaP521Sha512,
    /// ECDSA on P-256 with SHA-256, the signature as an ASN.1 sequence (RFC 3279 section 2.2.3).
    EcdsaP256Sha256Asn1,
    /// ECDSA on P-256 with SHA-384, the signature as an ASN.1 sequence.
    EcdsaP256Sha384Asn1,
    /// ECDSA on P-384 with SHA-256, the signature as an ASN.1 sequence.
    EcdsaP384Sha256Asn1,
    /// ECDSA on P-384 with SHA-384, the signature as an ASN.1 sequence.
    EcdsaP384Sha384Asn1,
    /// ML-DSA-44 (FIPS 204) with an empty context; with the feature `aws-lc-rs`.
    #[cfg(feature = "aws-lc-rs")]
    MlDsa44,
    /// ML-DSA-65; with the feature `aws-lc-rs`.
    #[cfg(feature = "aws-lc-rs")]
    MlDsa65,
    /// ML-DSA-87; with the feature `aws-lc-rs`.
    #[cfg(feature = "aws-lc-rs")]
    MlDsa87,
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// RSASSA-PKCS1-v1_5 with SHA-1, for verification only.
    ///
    /// Collisions are practical: anyone who chooses what a signer signs can have one content signed
    /// and present another.
    InsecureRsaPkcs1Sha1,
    /// RSASSA-PKCS1-v1_5 with SHA-224, for verification only. A collision costs about 2^112 steps,
    /// fewer than with any other digest of SHA-2.
    #[cfg(feature = "legacy-digests")]
    InsecureRsaPkcs1Sha224,
    /// RSASSA-PKCS1-v1_5 with MD5, for verification only. Collisions take seconds.
    #[cfg(feature = "legacy-digests")]
    InsecureRsaPkcs1Md5,
    /// RSASSA-PKCS1-v1_5 with MD2, for verification only. It resists neither collisions nor, fully,
    /// preimage attacks.
    #[cfg(feature = "legacy-digests")]
    InsecureRsaPkcs1Md2,
}

impl SignatureAlgorithm {
    /// The kind of key that it works with.
    pub fn key_kind(self) -> KeyKind {
        match self {
            Self::EcdsaP256Sha256 | Self::EcdsaP256Sha256Asn1 | Self::EcdsaP256Sha384Asn1 => {
                KeyKind::P256
            }
            Self::EcdsaP384Sha384 | Self::EcdsaP384Sha256Asn1 | Self::EcdsaP384Sha384Asn1 => {
                KeyKind::P384
            }
            #[cfg(feature = "aws-lc-rs")]
            Self::EcdsaP521Sha512 => KeyKind::P521,
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa44 => KeyKind::MlDsa44,
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa65 => KeyKind::MlDsa65,
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa87 => KeyKind::MlDsa87,
            Self::Ed25519 => KeyKind::Ed25519,
            _ => KeyKind::Rsa,
        }
    }

    /// How a signature under an elliptic curve or a lattice is verified.
    pub(super) fn verification(self) -> Option<&'static dyn signature::VerificationAlgorithm> {
        Some(match self {
            Self::EcdsaP256Sha256 => &signature::ECDSA_P256_SHA256_FIXED,
            Self::EcdsaP384Sha384 => &signature::ECDSA_P384_SHA384_FIXED,
            #[cfg(feature = "aws-lc-rs")]
            Self::EcdsaP521Sha512 => &signature::ECDSA_P521_SHA512_FIXED,
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa44 => &signature::ML_DSA_44,
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa65 => &signature::ML_DSA_65,
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa87 => &signature::ML_DSA_87,
            Self::EcdsaP256Sha256Asn1 => &signature::ECDSA_P256_SHA256_ASN1,
            Self::EcdsaP256Sha384Asn1 => &signature::ECDSA_P256_SHA384_ASN1,
            Self::EcdsaP384Sha256Asn1 => &signature::ECDSA_P384_SHA256_ASN1,
            Self::EcdsaP384Sha384Asn1 => &signature::ECDSA_P384_SHA384_ASN1,
            Self::Ed25519 => &signature::ED25519,
            _ => return None,
        })
    }

    pub(super) fn rsa_verification(self) -> Option<&'static signature::RsaParameters> {
        Some(match self {
            Self::RsaPkcs1Sha256 => &signature::RSA_PKCS1_2048_8192_SHA256,
            Self::RsaPkcs1Sha384 => &signature::RSA_PKCS1_2048_8192_SHA384,
            Self::RsaPkcs1Sha512 => &signature::RSA_PKCS1_2048_8192_SHA512,
            Self::RsaPssSha256 => &signature::RSA_PSS_2048_8192_SHA256,
            Self::RsaPssSha384 => &signature::RSA_PSS_2048_8192_SHA384,
            Self::RsaPssSha512 => &signature::RSA_PSS_2048_8192_SHA512,
            Self::InsecureRsaPkcs1Sha1 => &signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
            _ => return None,
        })
    }

    pub(super) fn rsa_encoding(self) -> Option<&'static dyn signature::RsaEncoding> {
        Some(match self {
            Self::RsaPkcs1Sha256 => &signature::RSA_PKCS1_SHA256,
            Self::RsaPkcs1Sha384 => &signature::RSA_PKCS1_SHA384,
            Self::RsaPkcs1Sha512 => &signature::RSA_PKCS1_SHA512,
            Self::RsaPssSha256 => &signature::RSA_PSS_SHA256,
            Self::RsaPssSha384 => &signature::RSA_PSS_SHA384,
            Self::RsaPssSha512 => &signature::RSA_PSS_SHA512,
            _ => return None,
        })
    }
}
