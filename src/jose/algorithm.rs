//! The algorithms of JWS.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::crypto::{HmacHash, SignatureAlgorithm};

/// A JWS algorithm (RFC 7518 section 3.1, RFC 8037, RFC 9864).
///
/// It is read from the name that a JOSE header has, and printed as it: names are compared exactly,
/// case included.
///
/// ```
/// use tollgate::jose::{Algorithm, UnknownAlgorithm};
///
/// assert_eq!("RS256".parse(), Ok(Algorithm::Rs256));
/// assert_eq!("Ed25519".parse(), Ok(Algorithm::EdDsa));
/// assert_eq!("rs256".parse::<Algorithm>(), Err(UnknownAlgorithm));
/// assert_eq!(Algorithm::Rs256.to_string(), "RS256");
/// ```
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
    /// ECDSA on P-521 with SHA-512; with the feature `aws-lc-rs`.
    #[cfg(feature = "aws-lc-rs")]
    Es512,
    /// ML-DSA-44 (RFC 9964); with the feature `aws-lc-rs`.
    #[cfg(feature = "aws-lc-rs")]
    MlDsa44,
    /// ML-DSA-65 (RFC 9964); with the feature `aws-lc-rs`.
    #[cfg(feature = "aws-lc-rs")]
    MlDsa65,
    /// ML-DSA-87 (RFC 9964); with the feature `aws-lc-rs`.
    #[cfg(feature = "aws-lc-rs")]
    MlDsa87,
    /// Ed25519, under its old name `EdDSA` and its newer name `Ed25519`.
    EdDsa,
}

/// A name that is not the one of an [`Algorithm`]; it does not carry the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a JWS algorithm that is supported")]
pub struct UnknownAlgorithm;

/// How an algorithm signs.
pub(super) enum SignatureMethod {
    Hmac(HmacHash),
    Signature(SignatureAlgorithm),
}

impl Algorithm {
    /// Every algorithm once; ES512 and ML-DSA with the feature `aws-lc-rs`.
    pub const ALL: &'static [Self] = &[
        Self::Hs256,
        Self::Hs384,
        Self::Hs512,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        #[cfg(feature = "aws-lc-rs")]
        Self::Es512,
        #[cfg(feature = "aws-lc-rs")]
        Self::MlDsa44,
        #[cfg(feature = "aws-lc-rs")]
        Self::MlDsa65,
        #[cfg(feature = "aws-lc-rs")]
        Self::MlDsa87,
        Self::EdDsa,
    ];

    /// The newer name of `EdDSA` (RFC 9864).
    pub(crate) const ED25519: &'static str = "Ed25519";

    /// Makes the algorithm of a name in a JOSE header or a JWK; names are compared exactly.
    pub fn from_name(name: impl AsRef<str>) -> Option<Self> {
        let name = match name.as_ref() {
            Self::ED25519 => Self::EdDsa.name(),
            name => name,
        };
        Self::ALL.iter().copied().find(|algorithm| algorithm.name() == name)
    }

    /// Whether it is an HMAC, so that whoever verifies can sign.
    pub(crate) fn is_hmac(self) -> bool {
        matches!(self, Self::Hs256 | Self::Hs384 | Self::Hs512)
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
            #[cfg(feature = "aws-lc-rs")]
            Self::Es512 => "ES512",
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa44 => "ML-DSA-44",
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa65 => "ML-DSA-65",
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa87 => "ML-DSA-87",
            Self::EdDsa => "EdDSA",
        }
    }

    /// `kty` of the JWKs that it works with (RFC 7518 section 6.1, RFC 8037 section 2).
    pub(super) fn key_type(self) -> &'static str {
        match self {
            _ if self.is_hmac() => "oct",
            Self::Es256 | Self::Es384 => "EC",
            #[cfg(feature = "aws-lc-rs")]
            Self::Es512 => "EC",
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87 => "AKP",
            Self::EdDsa => "OKP",
            _ => "RSA",
        }
    }

    pub(super) fn method(self) -> SignatureMethod {
        SignatureMethod::Signature(match self {
            Self::Hs256 => return SignatureMethod::Hmac(HmacHash::Sha256),
            Self::Hs384 => return SignatureMethod::Hmac(HmacHash::Sha384),
            Self::Hs512 => return SignatureMethod::Hmac(HmacHash::Sha512),
            Self::Rs256 => SignatureAlgorithm::RsaPkcs1Sha256,
            Self::Rs384 => SignatureAlgorithm::RsaPkcs1Sha384,
            Self::Rs512 => SignatureAlgorithm::RsaPkcs1Sha512,
            Self::Ps256 => SignatureAlgorithm::RsaPssSha256,
            Self::Ps384 => SignatureAlgorithm::RsaPssSha384,
            Self::Ps512 => SignatureAlgorithm::RsaPssSha512,
            Self::Es256 => SignatureAlgorithm::EcdsaP256Sha256,
            Self::Es384 => SignatureAlgorithm::EcdsaP384Sha384,
            #[cfg(feature = "aws-lc-rs")]
            Self::Es512 => SignatureAlgorithm::EcdsaP521Sha512,
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa44 => SignatureAlgorithm::MlDsa44,
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa65 => SignatureAlgorithm::MlDsa65,
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa87 => SignatureAlgorithm::MlDsa87,
            Self::EdDsa => SignatureAlgorithm::Ed25519,
        })
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        Self::from_name(name).ok_or(UnknownAlgorithm)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each with its name (RFC 7518 section 3.1) and the `kty` of its keys.
    const WITHOUT_FEATURES: [(Algorithm, &str, &str); 12] = [
        (Algorithm::Hs256, "HS256", "oct"),
        (Algorithm::Hs384, "HS384", "oct"),
        (Algorithm::Hs512, "HS512", "oct"),
        (Algorithm::Rs256, "RS256", "RSA"),
        (Algorithm::Rs384, "RS384", "RSA"),
        (Algorithm::Rs512, "RS512", "RSA"),
        (Algorithm::Ps256, "PS256", "RSA"),
        (Algorithm::Ps384, "PS384", "RSA"),
        (Algorithm::Ps512, "PS512", "RSA"),
        (Algorithm::Es256, "ES256", "EC"),
        (Algorithm::Es384, "ES384", "EC"),
        (Algorithm::EdDsa, "EdDSA", "OKP"),
    ];

    #[test]
    fn an_algorithm_is_read_from_its_name_and_printed_as_it() {
        for (algorithm, name, key_type) in WITHOUT_FEATURES {
            assert_eq!(name.parse(), Ok(algorithm));
            assert_eq!(Algorithm::from_name(name), Some(algorithm));
            assert_eq!((algorithm.to_string().as_str(), algorithm.name()), (name, name));
            assert_eq!(algorithm.key_type(), key_type);
        }
        assert_eq!("Ed25519".parse(), Ok(Algorithm::EdDsa));
        assert_eq!(format!("{:>7}|", Algorithm::Es256), "  ES256|");
    }

    #[test]
    fn all_has_each_algorithm_once() {
        let names: Vec<_> = Algorithm::ALL.iter().map(|algorithm| algorithm.name()).collect();
        let with_aws_lc_rs = ["ES512", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"];
        let always = WITHOUT_FEATURES.iter().map(|(_, name, _)| *name);
        let expected: Vec<_> = if cfg!(feature = "aws-lc-rs") {
            always.chain(with_aws_lc_rs).collect()
        } else {
            always.collect()
        };
        assert_eq!(names.len(), expected.len());
        assert!(expected.iter().all(|name| names.contains(name)), "{names:?}");
    }

    #[test]
    fn no_other_spelling_is_an_algorithm() {
        for (_, name, _) in WITHOUT_FEATURES {
            for other in [name.to_lowercase(), format!("{name} "), format!(" {name}")] {
                assert_eq!(other.parse::<Algorithm>(), Err(UnknownAlgorithm), "{other}");
            }
        }
        for other in ["", "none", "EDDSA", "ed25519", "Ed448", "ES513", "ES256K", "HS1", "\u{212a}"]
        {
            assert_eq!(other.parse::<Algorithm>(), Err(UnknownAlgorithm), "{other}");
        }
        assert_eq!(UnknownAlgorithm.to_string(), "not a JWS algorithm that is supported");
    }
}
