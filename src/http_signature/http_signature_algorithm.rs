//! Algorithms, by the names of the registry (RFC 9421 section 6.2.2).

use serde::{Deserialize, Serialize};

use crate::crypto::{KeyKind, SignatureAlgorithm};
use crate::jose::Algorithm;

/// What JOSE calls the algorithms of public keys; of the two of RSA the preferred one first.
pub(crate) const OF_JOSE: [(Algorithm, HttpSignatureAlgorithm); 5] = [
    (Algorithm::EdDsa, HttpSignatureAlgorithm::Ed25519),
    (Algorithm::Es256, HttpSignatureAlgorithm::EcdsaP256Sha256),
    (Algorithm::Es384, HttpSignatureAlgorithm::EcdsaP384Sha384),
    (Algorithm::Ps512, HttpSignatureAlgorithm::RsaPssSha512),
    (Algorithm::Rs256, HttpSignatureAlgorithm::RsaV15Sha256),
];

/// A signature algorithm of HTTP message signatures (RFC 9421 section 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum HttpSignatureAlgorithm {
    /// `rsa-pss-sha512`.
    RsaPssSha512,
    /// `rsa-v1_5-sha256`.
    #[serde(rename = "rsa-v1_5-sha256")]
    RsaV15Sha256,
    /// `hmac-sha256`.
    HmacSha256,
    /// `ecdsa-p256-sha256`.
    EcdsaP256Sha256,
    /// `ecdsa-p384-sha384`.
    EcdsaP384Sha384,
    /// `ed25519`.
    Ed25519,
}

impl HttpSignatureAlgorithm {
    /// Its name in the registry.
    pub fn name(self) -> &'static str {
        match self {
            Self::RsaPssSha512 => "rsa-pss-sha512",
            Self::RsaV15Sha256 => "rsa-v1_5-sha256",
            Self::HmacSha256 => "hmac-sha256",
            Self::EcdsaP256Sha256 => "ecdsa-p256-sha256",
            Self::EcdsaP384Sha384 => "ecdsa-p384-sha384",
            Self::Ed25519 => "ed25519",
        }
    }

    /// The algorithm of keys of this kind; of RSA the one with PSS.
    pub(super) fn of(kind: KeyKind) -> Option<Self> {
        Some(match kind {
            KeyKind::Rsa => Self::RsaPssSha512,
            KeyKind::P256 => Self::EcdsaP256Sha256,
            KeyKind::P384 => Self::EcdsaP384Sha384,
            KeyKind::Ed25519 => Self::Ed25519,
            #[allow(unreachable_patterns)] // Other kinds come with a feature.
            _ => return None,
        })
    }

    /// Its name in `crypto`; none for the one of shared secrets.
    pub(super) fn asymmetric(self) -> Option<SignatureAlgorithm> {
        Some(match self {
            Self::RsaPssSha512 => SignatureAlgorithm::RsaPssSha512,
            Self::RsaV15Sha256 => SignatureAlgorithm::RsaPkcs1Sha256,
            Self::EcdsaP256Sha256 => SignatureAlgorithm::EcdsaP256Sha256,
            Self::EcdsaP384Sha384 => SignatureAlgorithm::EcdsaP384Sha384,
            Self::Ed25519 => SignatureAlgorithm::Ed25519,
            Self::HmacSha256 => return None,
        })
    }

    /// Its name in `crypto`, if it works with keys of this kind.
    pub(super) fn for_kind(self, kind: KeyKind) -> Option<SignatureAlgorithm> {
        self.asymmetric().filter(|algorithm| algorithm.key_kind() == kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_algorithm_is_written_by_its_name_in_the_registry() {
        for algorithm in [
            HttpSignatureAlgorithm::RsaPssSha512,
            HttpSignatureAlgorithm::RsaV15Sha256,
            HttpSignatureAlgorithm::HmacSha256,
            HttpSignatureAlgorithm::EcdsaP256Sha256,
            HttpSignatureAlgorithm::EcdsaP384Sha384,
            HttpSignatureAlgorithm::Ed25519,
        ] {
            assert_eq!(serde_json::to_value(algorithm).unwrap(), algorithm.name());
        }
    }
}
