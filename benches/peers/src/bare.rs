//! The limit: the signature of a token, split and decoded beforehand, under a prepared key. Nothing else
//! is judged.

use aws_lc_rs::signature::ParsedPublicKey;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::signature::{UnparsedPublicKey, VerificationAlgorithm};
use tollgate::jose::Algorithm;

use crate::keys::Key;
use crate::peer::Peer;
use crate::tokens::parts;

/// What is signed, and the signature.
pub struct Signed {
    input: Vec<u8>,
    signature: Vec<u8>,
}

impl Signed {
    fn of(token: &str) -> Self {
        let [header, payload, signature] = parts(token);
        let input = format!("{header}.{payload}").into_bytes();
        Self { input, signature: URL_SAFE_NO_PAD.decode(signature).expect("base64url") }
    }
}

/// `ring` alone. It has no parsed public keys.
pub enum Ring {
    Public(UnparsedPublicKey<Vec<u8>>),
    Secret(ring::hmac::Key),
}

impl Ring {
    pub fn new(key: &Key) -> Self {
        use ring::signature::{ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256};
        let method: &'static dyn VerificationAlgorithm = match key.algorithm {
            Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
            Algorithm::Es256 => &ECDSA_P256_SHA256_FIXED,
            Algorithm::EdDsa => &ED25519,
            _ => return Self::Secret(ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key.bytes)),
        };
        Self::Public(UnparsedPublicKey::new(method, key.bytes.clone()))
    }
}

impl Peer for Ring {
    type Input = Signed;

    const JUDGES_CLAIMS: bool = false;

    fn prepare(&self, token: &str) -> Signed {
        Signed::of(token)
    }

    fn admits(&self, Signed { input, signature }: &Signed) -> bool {
        match self {
            Self::Public(key) => key.verify(input, signature).is_ok(),
            Self::Secret(key) => ring::hmac::verify(key, input, signature).is_ok(),
        }
    }
}

/// `aws-lc-rs` alone.
pub enum AwsLc {
    Public(ParsedPublicKey),
    Secret(Box<aws_lc_rs::hmac::Key>),
}

impl AwsLc {
    pub fn new(key: &Key) -> Self {
        use aws_lc_rs::hmac;
        use aws_lc_rs::signature::{
            ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, VerificationAlgorithm,
        };
        let method: &'static dyn VerificationAlgorithm = match key.algorithm {
            Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
            Algorithm::Es256 => &ECDSA_P256_SHA256_FIXED,
            Algorithm::EdDsa => &ED25519,
            _ => return Self::Secret(Box::new(hmac::Key::new(hmac::HMAC_SHA256, &key.bytes))),
        };
        Self::Public(ParsedPublicKey::new(method, &key.bytes).expect("a public key"))
    }
}

impl Peer for AwsLc {
    type Input = Signed;

    const JUDGES_CLAIMS: bool = false;

    fn prepare(&self, token: &str) -> Signed {
        Signed::of(token)
    }

    fn admits(&self, Signed { input, signature }: &Signed) -> bool {
        match self {
            Self::Public(key) => key.verify_sig(input, signature).is_ok(),
            Self::Secret(key) => aws_lc_rs::hmac::verify(key, input, signature).is_ok(),
        }
    }
}

/// One SHA-256; that it comes out is all that can be expected of it.
pub fn sha256(bytes: &[u8]) -> bool {
    digest(&SHA256, bytes).as_ref().len() == 32
}
