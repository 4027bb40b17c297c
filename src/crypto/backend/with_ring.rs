//! `ring`.

use ring::agreement::{self, ECDH_P256, ECDH_P384, EphemeralPrivateKey};
use ring::rand::SystemRandom;
use ring::signature::{
    EcdsaKeyPair, EcdsaSigningAlgorithm, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
    VerificationAlgorithm,
};

pub(in crate::crypto) use ring::{digest, hmac, rand, signature};

/// A public key as verification takes it: `ring` reads it each time, so there is nothing to keep.
#[derive(Clone, Default)]
pub(in crate::crypto) struct PreparedKey(());

#[allow(clippy::unused_self)] // The interface of `with_aws_lc`.
impl PreparedKey {
    pub(in crate::crypto) fn verify_rsa(
        &self,
        parameters: &'static RsaParameters,
        (modulus, exponent): (&[u8], &[u8]),
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let key = RsaPublicKeyComponents { n: modulus, e: exponent };
        key.verify(parameters, message, signature).is_ok()
    }

    pub(in crate::crypto) fn verify(
        &self,
        algorithm: &'static dyn VerificationAlgorithm,
        key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        UnparsedPublicKey::new(algorithm, key).verify(message, signature).is_ok()
    }
}

/// An ECDSA key in PKCS #8.
pub(in crate::crypto) fn ecdsa_pair(
    algorithm: &'static EcdsaSigningAlgorithm,
    der: &[u8],
) -> Option<EcdsaKeyPair> {
    EcdsaKeyPair::from_pkcs8(algorithm, der, &SystemRandom::new()).ok()
}

/// Whether an uncompressed point lies on P-256.
pub(in crate::crypto) fn is_on_p256(point: &[u8]) -> bool {
    is_on(&ECDH_P256, point)
}

/// Whether an uncompressed point lies on P-384.
pub(in crate::crypto) fn is_on_p384(point: &[u8]) -> bool {
    is_on(&ECDH_P384, point)
}

/// `ring` exposes its check only through key agreement: a point that is not on the curve cannot be
/// agreed with.
fn is_on(curve: &'static agreement::Algorithm, point: &[u8]) -> bool {
    let Ok(ours) = EphemeralPrivateKey::generate(curve, &SystemRandom::new()) else { return false };
    let theirs = agreement::UnparsedPublicKey::new(curve, point);
    agreement::agree_ephemeral(ours, &theirs, |_| ()).is_ok()
}
