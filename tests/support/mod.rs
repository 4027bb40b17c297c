//! Keys, and tokens of which every byte can be chosen.

// Each test crate uses a part of it.
#![allow(dead_code)]

use tollgate::crypto::{PrivateKey, SignatureAlgorithm};
use tollgate::jose::base64url_encode;

pub(crate) const RSA: &str = include_str!("../keys/rsa.pem");
pub(crate) const RSA_PUBLIC: &str = include_str!("../keys/rsa.pub.pem");
pub(crate) const OTHER_RSA: &str = include_str!("../keys/other_rsa.pem");
pub(crate) const OTHER_RSA_PUBLIC: &str = include_str!("../keys/other_rsa.pub.pem");
pub(crate) const P256: &str = include_str!("../keys/p256.pem");
pub(crate) const P256_PUBLIC: &str = include_str!("../keys/p256.pub.pem");
pub(crate) const P384: &str = include_str!("../keys/p384.pem");
pub(crate) const P384_PUBLIC: &str = include_str!("../keys/p384.pub.pem");
pub(crate) const ED25519: &str = include_str!("../keys/ed25519.pem");
pub(crate) const ED25519_PUBLIC: &str = include_str!("../keys/ed25519.pub.pem");

/// Signs whatever it is given, also what no issuer would.
pub(crate) struct Signer {
    key: PrivateKey,
    algorithm: SignatureAlgorithm,
}

impl Signer {
    pub(crate) fn new(pem: &str, algorithm: SignatureAlgorithm) -> Self {
        Self { key: PrivateKey::from_pem(pem.as_bytes()).expect("a key"), algorithm }
    }

    pub(crate) fn rs256() -> Self {
        Self::new(RSA, SignatureAlgorithm::RsaPkcs1Sha256)
    }

    pub(crate) fn es256() -> Self {
        Self::new(P256, SignatureAlgorithm::EcdsaP256Sha256)
    }

    /// A fresh ES256 key that nobody trusts.
    pub(crate) fn stranger() -> Self {
        let key = PrivateKey::generate_p256().expect("random bytes");
        Self { key, algorithm: SignatureAlgorithm::EcdsaP256Sha256 }
    }

    pub(crate) fn key(&self) -> &PrivateKey {
        &self.key
    }

    pub(crate) fn signature(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(self.algorithm, message).expect("a signature")
    }

    /// A token of exactly these bytes.
    pub(crate) fn token(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
        self.sign_parts(&base64url_encode(header), &base64url_encode(payload))
    }

    /// A token of two parts that are encoded already, well or badly.
    pub(crate) fn sign_parts(&self, header: &str, payload: &str) -> String {
        let input = format!("{header}.{payload}");
        let signature = base64url_encode(self.signature(input.as_bytes()));
        format!("{input}.{signature}")
    }
}

/// Two parts of exactly these bytes, and this third one unchanged.
pub(crate) fn parts(header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>, third: &str) -> String {
    format!("{}.{}.{third}", base64url_encode(header), base64url_encode(payload))
}
