//! Keys in every encoding: taken or refused, never a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tollgate::crypto::{PrivateKey, PublicKey};
use tollgate::jose::{JWKS_KEY_LIMIT, KeySet, VerifyingKey};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(set) = KeySet::from_jwks(bytes) {
        assert!(set.dropped().iter().all(|dropped| !dropped.error.to_string().is_empty()));
        assert!(set.dropped().len() <= set.dropped_count());
        assert!(set.keys().len() + set.dropped_count() <= JWKS_KEY_LIMIT);
    }
    let _ = VerifyingKey::from_jwk(bytes);
    let _ = PublicKey::from_spki_der(bytes);
    let _ = PublicKey::from_pem(bytes);
    let _ = PublicKey::ed25519(bytes);
    let _ = PublicKey::p256(bytes);
    let _ = PrivateKey::from_pem(bytes);
    let _ = PrivateKey::from_pkcs8_der(bytes);
});
