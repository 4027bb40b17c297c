//! The algorithms of JWS.

use std::fmt;

use crate::crypto::{HmacHash, SignatureAlgorithm};

/// A JWS algorithm (RFC 7518 section 3.1, RFC 8037, RFC 9864).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC with SHA-256.
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// Ed25519, under its old name `EdDSA` and its newer name `Ed25519`.
    EdDsa,
}

/// How an algorithm signs.
pub(super) enum Method {
    Hmac(HmacHash),
    Signature(SignatureAlgorithm),
}

impl Algorithm {
    /// The algorithm of a name in a JOSE header or a JWK; names are compared exactly.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "HS256" => Self::Hs256,
            "HS384" => Self::Hs384,
            "HS512" => Self::Hs512,
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            "PS256" => Self::Ps256,
            "PS384" => Self::Ps384,
            "PS512" => Self::Ps512,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "EdDSA" | "Ed25519" => Self::EdDsa,
            _ => return None,
        })
    }

    /// The name in a JOSE header; for Ed25519 the one that every reader knows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }

    /// `kty` of the JWKs that it works with (RFC 7518 section 6.1, RFC 8037 section 2).
    pub(super) fn key_type(self) -> &'static str {
        match self {
            Self::Hs256 | Self::Hs384 | Self::Hs512 => "oct",
            Self::Es256 | Self::Es384 => "EC",
            Self::EdDsa => "OKP",
            _ => "RSA",
        }
    }

    pub(super) fn method(self) -> Method {
        Method::Signature(match self {
            Self::Hs256 => return Method::Hmac(HmacHash::Sha256),
            Self::Hs384 => return Method::Hmac(HmacHash::Sha384),
            Self::Hs512 => return Method::Hmac(HmacHash::Sha512),
            Self::Rs256 => SignatureAlgorithm::RsaPkcs1Sha256,
            Self::Rs384 => SignatureAlgorithm::RsaPkcs1Sha384,
            Self::Rs512 => SignatureAlgorithm::RsaPkcs1Sha512,
            Self::Ps256 => SignatureAlgorithm::RsaPssSha256,
            Self::Ps384 => SignatureAlgorithm::RsaPssSha384,
            Self::Ps512 => SignatureAlgorithm::RsaPssSha512,
            Self::Es256 => SignatureAlgorithm::EcdsaP256Sha256,
            Self::Es384 => SignatureAlgorithm::EcdsaP384Sha384,
            Self::EdDsa => SignatureAlgorithm::Ed25519,
        })
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
