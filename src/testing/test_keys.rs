//! Fixed keys and certificates. Anyone can read them.

use serde_json::{Map, Value};

use crate::certificate::{Certificate, CertificateError};
use crate::crypto::{KeyError, PrivateKey};
use crate::jose::{Algorithm, KeySet, SigningKey, VerifyingKey};
use crate::secret::Secret;
use crate::testing::forge_error::ForgeError;

/// What an issuer allows that signs with `own`: the algorithms of public keys, and an HMAC only if
/// it is its own.
pub(super) fn allowed(own: Algorithm) -> impl Iterator<Item = Algorithm> {
    let is_allowed = move |algorithm: &Algorithm| !algorithm.is_hmac() || *algorithm == own;
    Algorithm::ALL.iter().copied().filter(is_allowed)
}

/// An issuer in rotation has two keys for each algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Generation {
    Current,
    Next,
}

impl Generation {
    fn number(self) -> u8 {
        match self {
            Self::Current => 1,
            Self::Next => 2,
        }
    }
}

/// The id of a key: the algorithm and the number of its generation.
pub(super) fn key_id(algorithm: Algorithm, generation: Generation) -> String {
    format!("{algorithm}-{}", generation.number())
}

/// The test key for this algorithm.
pub(super) fn signing_key(
    algorithm: Algorithm,
    generation: Generation,
) -> Result<SigningKey, KeyError> {
    let [current, next] = files(algorithm);
    let text = match generation {
        Generation::Current => current,
        Generation::Next => next,
    };
    let key = if algorithm.is_hmac() {
        SigningKey::hmac(algorithm, &Secret::new(text))
    } else {
        SigningKey::from_pem(text.as_bytes(), algorithm)
    };
    Ok(key?.with_id(key_id(algorithm, generation)))
}

/// The RSA key of the test client.
pub(super) fn rsa_key() -> Result<PrivateKey, KeyError> {
    PrivateKey::from_pem(include_bytes!("keys/rsa-1.pem"))
}

/// All keys of an issuer that signs with `algorithm`.
pub(super) fn key_set(algorithm: Algorithm) -> Result<KeySet, KeyError> {
    let mut keys = Vec::new();
    for algorithm in allowed(algorithm) {
        for generation in [Generation::Current, Generation::Next] {
            keys.push(signing_key(algorithm, generation)?.verifying_key().clone());
        }
    }
    for certificate in [TestCertificate::Expired, TestCertificate::Future] {
        keys.push(certificate.signing_key()?.verifying_key().clone());
    }
    Ok(KeySet::of(keys))
}

/// The texts of the two keys for an algorithm.
fn files(algorithm: Algorithm) -> [&'static str; 2] {
    match algorithm {
        Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => {
            [include_str!("keys/hmac-1.txt"), include_str!("keys/hmac-2.txt")]
        }
        Algorithm::Rs256
        | Algorithm::Rs384
        | Algorithm::Rs512
        | Algorithm::Ps256
        | Algorithm::Ps384
        | Algorithm::Ps512 => [include_str!("keys/rsa-1.pem"), include_str!("keys/rsa-2.pem")],
        Algorithm::Es256 => [include_str!("keys/p256-1.pem"), include_str!("keys/p256-2.pem")],
        Algorithm::Es384 => [include_str!("keys/p384-1.pem"), include_str!("keys/p384-2.pem")],
        #[cfg(feature = "aws-lc-rs")]
        Algorithm::Es512 => [include_str!("keys/p521-1.pem"), include_str!("keys/p521-2.pem")],
        #[cfg(feature = "aws-lc-rs")]
        Algorithm::MlDsa44 => {
            [include_str!("keys/ml-dsa-44-1.pem"), include_str!("keys/ml-dsa-44-2.pem")]
        }
        #[cfg(feature = "aws-lc-rs")]
        Algorithm::MlDsa65 => {
            [include_str!("keys/ml-dsa-65-1.pem"), include_str!("keys/ml-dsa-65-2.pem")]
        }
        #[cfg(feature = "aws-lc-rs")]
        Algorithm::MlDsa87 => {
            [include_str!("keys/ml-dsa-87-1.pem"), include_str!("keys/ml-dsa-87-2.pem")]
        }
        Algorithm::EdDsa => {
            [include_str!("keys/ed25519-1.pem"), include_str!("keys/ed25519-2.pem")]
        }
    }
}

/// A self-signed test certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TestCertificate {
    /// Valid from 2026 to 2099, of a P-256 key; signs authorization tokens.
    Signer,
    /// Valid from 2026 to 2099, of a P-256 key; was trusted once.
    Former,
    /// Valid in 2020, of a P-256 key.
    Expired,
    /// Valid in 2099, of a P-256 key.
    Future,
    /// Valid from 2026 to 2099, of an Ed25519 key; for the peers of TLS connections.
    Peer,
    /// Valid from 2026 to 2099, of an RSA key of 1024 bits, which is refused.
    Weak,
}

impl TestCertificate {
    /// The certificate in PEM.
    pub fn pem(self) -> &'static str {
        match self {
            Self::Signer => include_str!("keys/certificate-signer.pem"),
            Self::Former => include_str!("keys/certificate-former.pem"),
            Self::Expired => include_str!("keys/certificate-expired.pem"),
            Self::Future => include_str!("keys/certificate-future.pem"),
            Self::Peer => include_str!("keys/certificate-peer.pem"),
            Self::Weak => include_str!("keys/certificate-weak.pem"),
        }
    }

    /// The certificate.
    ///
    /// # Errors
    /// A [`CertificateError`] if it cannot be read.
    pub fn certificate(self) -> Result<Certificate, CertificateError> {
        Certificate::from_pem(self.pem().as_bytes())
    }

    /// The key of the certificate; of the weak one there is none, so that of the signer.
    pub(super) fn signing_key(self) -> Result<SigningKey, KeyError> {
        let (pem, algorithm) = match self {
            Self::Signer | Self::Weak => (include_str!("keys/p256-1.pem"), Algorithm::Es256),
            Self::Former => (include_str!("keys/p256-2.pem"), Algorithm::Es256),
            Self::Expired => (include_str!("keys/p256-expired.pem"), Algorithm::Es256),
            Self::Future => (include_str!("keys/p256-future.pem"), Algorithm::Es256),
            Self::Peer => (include_str!("keys/ed25519-1.pem"), Algorithm::EdDsa),
        };
        let key = SigningKey::from_pem(pem.as_bytes(), algorithm)?;
        Ok(match self {
            Self::Expired => key.with_id("expired-certificate"),
            Self::Future => key.with_id("future-certificate"),
            _ => key,
        })
    }

    /// An authorization token of these claims, signed in the name of this certificate.
    pub(super) fn signed_token(self, claims: &Value) -> Result<String, ForgeError> {
        let key = self
            .signing_key()?
            .with_token_type("proxy-authorization+jwt")
            .with_certificate_thumbprint(self.certificate()?.fingerprint().x5t_s256());
        Ok(key.sign_claims(claims)?)
    }
}

/// The members of a public key as a JWK.
pub(super) fn jwk(key: &VerifyingKey) -> Result<Map<String, Value>, KeyError> {
    let jwk = key.to_jwk().and_then(|jwk| serde_json::from_str(&jwk).ok());
    jwk.ok_or(KeyError::AlgorithmMismatch)
}
