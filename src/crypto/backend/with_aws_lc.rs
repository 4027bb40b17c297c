//! `aws-lc-rs`.

use std::ptr;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, EcdsaKeyPair,
    EcdsaSigningAlgorithm, ParsedPublicKey, RsaParameters, RsaPublicKeyComponents,
    VerificationAlgorithm,
};

pub(in crate::crypto) use aws_lc_rs::{digest, hmac, rand, signature};

/// For how many algorithms a key is kept prepared. Most keys serve one; a key of more is read anew
/// for the others.
const PREPARED_ALGORITHMS: usize = 2;

/// A public key as verification takes it, parsed once for each of its first algorithms.
#[derive(Clone, Default)]
pub(in crate::crypto) struct PreparedKey(Arc<[OnceLock<ParsedPublicKey>; PREPARED_ALGORITHMS]>);

impl PreparedKey {
    pub(in crate::crypto) fn verify_rsa(
        &self,
        parameters: &'static RsaParameters,
        (modulus, exponent): (&[u8], &[u8]),
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let key = RsaPublicKeyComponents { n: modulus, e: exponent };
        let parse = || key.to_parsed_public_key(parameters).ok();
        self.verify_parsed(parameters, parse, message, signature)
    }

    pub(in crate::crypto) fn verify(
        &self,
        algorithm: &'static dyn VerificationAlgorithm,
        key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let parse = || ParsedPublicKey::new(algorithm, key).ok();
        self.verify_parsed(algorithm, parse, message, signature)
    }

    fn verify_parsed(
        &self,
        algorithm: &'static dyn VerificationAlgorithm,
        parse: impl FnOnce() -> Option<ParsedPublicKey>,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let is_for = |key: &&ParsedPublicKey| ptr::addr_eq(key.algorithm(), algorithm);
        if let Some(key) = self.0.iter().filter_map(OnceLock::get).find(is_for) {
            return key.verify_sig(message, signature).is_ok();
        }
        let Some(mut key) = parse() else { return false };
        let is_valid = key.verify_sig(message, signature).is_ok();
        for place in self.0.iter() {
            match place.set(key) {
                Ok(()) => break,
                Err(not_kept) => key = not_kept,
            }
        }
        is_valid
    }
}

/// An ECDSA key in PKCS #8.
pub(in crate::crypto) fn ecdsa_pair(
    algorithm: &'static EcdsaSigningAlgorithm,
    der: &[u8],
) -> Option<EcdsaKeyPair> {
    EcdsaKeyPair::from_pkcs8(algorithm, der).ok()
}

/// Whether an uncompressed point lies on P-256.
pub(in crate::crypto) fn is_on_p256(point: &[u8]) -> bool {
    is_uncompressed(point, 32) && ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).is_ok()
}

/// Whether an uncompressed point lies on P-384.
pub(in crate::crypto) fn is_on_p384(point: &[u8]) -> bool {
    is_uncompressed(point, 48) && ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point).is_ok()
}

/// Whether an uncompressed point lies on P-521.
pub(in crate::crypto) fn is_on_p521(point: &[u8]) -> bool {
    is_uncompressed(point, 66) && ParsedPublicKey::new(&ECDSA_P521_SHA512_FIXED, point).is_ok()
}

/// `04`, and two coordinates of this length; other forms would be read as well.
fn is_uncompressed(point: &[u8], coordinate: usize) -> bool {
    point.split_first().is_some_and(|(first, coordinates)| {
        *first == 4 && coordinates.len() == coordinate.saturating_mul(2)
    })
}
