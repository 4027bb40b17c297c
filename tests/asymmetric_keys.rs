//! Public keys survive JSON byte for byte, and no key does what only another kind can.

mod support;

use tollgate::crypto::{
    InvalidSignature, KeyKind, PrivateKey, PublicKey, SignatureAlgorithm, SigningFailed,
};

use crate::support::{
    ED25519, ED25519_PUBLIC, OTHER_RSA, OTHER_RSA_PUBLIC, P256, P256_PUBLIC, P384, P384_PUBLIC,
    RSA, RSA_PUBLIC,
};

const KEYS: [(&str, &str, KeyKind); 5] = [
    (RSA, RSA_PUBLIC, KeyKind::Rsa),
    (OTHER_RSA, OTHER_RSA_PUBLIC, KeyKind::Rsa),
    (P256, P256_PUBLIC, KeyKind::P256),
    (P384, P384_PUBLIC, KeyKind::P384),
    (ED25519, ED25519_PUBLIC, KeyKind::Ed25519),
];

const ALGORITHMS: [(SignatureAlgorithm, KeyKind); 9] = [
    (SignatureAlgorithm::RsaPkcs1Sha256, KeyKind::Rsa),
    (SignatureAlgorithm::RsaPkcs1Sha384, KeyKind::Rsa),
    (SignatureAlgorithm::RsaPkcs1Sha512, KeyKind::Rsa),
    (SignatureAlgorithm::RsaPssSha256, KeyKind::Rsa),
    (SignatureAlgorithm::RsaPssSha384, KeyKind::Rsa),
    (SignatureAlgorithm::RsaPssSha512, KeyKind::Rsa),
    (SignatureAlgorithm::EcdsaP256Sha256, KeyKind::P256),
    (SignatureAlgorithm::EcdsaP384Sha384, KeyKind::P384),
    (SignatureAlgorithm::Ed25519, KeyKind::Ed25519),
];

fn private(pem: &str) -> PrivateKey {
    PrivateKey::from_pem(pem.as_bytes()).unwrap()
}

fn public(pem: &str) -> PublicKey {
    PublicKey::from_pem(pem.as_bytes()).unwrap()
}

#[test]
fn a_public_key_survives_json_byte_for_byte() {
    for (_, pem, kind) in KEYS {
        let key = public(pem);
        assert_eq!(key.kind(), kind);
        let json = serde_json::to_value(&key).unwrap();
        assert_eq!(json.as_str().unwrap(), pem.replace("\r\n", "\n"));
        assert_eq!(serde_json::from_value::<PublicKey>(json).unwrap(), key);

        let crlf = pem.replace("\r\n", "\n").replace('\n', "\r\n");
        assert_eq!(public(&crlf), key);
    }
}

#[test]
fn the_public_half_of_a_private_key_is_the_public_key() {
    for (pem, public_pem, kind) in KEYS {
        let key = private(pem);
        assert_eq!(key.kind(), kind);
        assert_eq!(key.public_key(), &public(public_pem));
    }
}

#[test]
fn json_that_is_not_a_public_key_is_refused() {
    for json in ["\"\"", "7", "null", "\"-----BEGIN PUBLIC KEY-----\"", "{}"] {
        assert!(serde_json::from_str::<PublicKey>(json).is_err(), "{json}");
    }
    let private = serde_json::to_string(P256).unwrap();
    assert!(serde_json::from_str::<PublicKey>(&private).is_err());
}

#[test]
fn a_key_signs_with_the_algorithms_of_its_kind_only() {
    for (pem, _, kind) in KEYS {
        let key = private(pem);
        for (algorithm, of_kind) in ALGORITHMS {
            let signed = key.sign(algorithm, b"message");
            if kind == of_kind {
                assert!(key.public_key().verify(algorithm, b"message", &signed.unwrap()).is_ok());
            } else {
                assert_eq!(signed, Err(SigningFailed), "{kind:?} {algorithm:?}");
            }
        }
        let sha1 = key.sign(SignatureAlgorithm::InsecureRsaPkcs1Sha1, b"message");
        assert_eq!(sha1, Err(SigningFailed), "{kind:?}");
    }
}

/// The signature is the key's own in each case: only its name is wrong.
#[test]
fn a_key_verifies_under_the_name_of_the_algorithm_only() {
    for (pem, _, kind) in KEYS {
        let key = private(pem);
        for (own, _) in ALGORITHMS.into_iter().filter(|(_, of_kind)| *of_kind == kind) {
            let signature = key.sign(own, b"message").unwrap();
            for (named, _) in ALGORITHMS {
                let verified = key.public_key().verify(named, b"message", &signature);
                let expected = if named == own { Ok(()) } else { Err(InvalidSignature) };
                assert_eq!(verified, expected, "{kind:?} {own:?} {named:?}");
            }
        }
    }
}
