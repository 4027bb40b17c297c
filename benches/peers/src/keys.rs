//! The keys that sign the tokens, in the forms in which the contenders take them.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaKeyPair,
};
use serde_json::{Value, json};
use tollgate::Secret;
use tollgate::jose::{Algorithm, SigningKey};

pub const KEY_ID: &str = "2026-11a";
const SECRET: &str = "a secret of at least 32 bytes ...";

/// One key of an issuer.
pub struct Key {
    pub algorithm: Algorithm,
    pub signing: SigningKey,
    /// As the issuer publishes it, or, of HS256, as a JWK would hold the secret.
    pub jwk: Value,
    /// As bare cryptography takes it: an `RSAPublicKey` in DER, a point, or the secret.
    pub bytes: Vec<u8>,
}

impl Key {
    /// The key for one of the four measured algorithms.
    pub fn of(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Rs256 => rsa(),
            Algorithm::Es256 => p256(),
            Algorithm::EdDsa => ed25519(),
            Algorithm::Hs256 => secret(),
            other => unreachable!("{} is not measured", other.name()),
        }
    }

    fn private(algorithm: Algorithm, pem: &[u8], members: Value, bytes: &[u8]) -> Self {
        let signing = SigningKey::from_pem(pem, algorithm).expect("the key fits");
        Self::new(algorithm, signing, members, bytes)
    }

    fn new(algorithm: Algorithm, signing: SigningKey, mut jwk: Value, bytes: &[u8]) -> Self {
        jwk["alg"] = algorithm.name().into();
        jwk["kid"] = KEY_ID.into();
        let signing = signing.with_id(KEY_ID).with_token_type("JWT");
        Self { algorithm, signing, jwk, bytes: bytes.to_vec() }
    }
}

fn rsa() -> Key {
    let pem = include_bytes!("../../../tests/certificates/signer-rsa.key.pem");
    let pair = RsaKeyPair::from_pkcs8(&der(pem)).expect("an RSA key");
    let parts = PublicKeyComponents::<Vec<u8>>::from(pair.public());
    let jwk = json!({ "kty": "RSA", "n": encoded(&parts.n), "e": encoded(&parts.e) });
    Key::private(Algorithm::Rs256, pem, jwk, pair.public().as_ref())
}

fn p256() -> Key {
    let pem = include_bytes!("../../../tests/certificates/signer-p256.key.pem");
    let (method, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
    let pair = EcdsaKeyPair::from_pkcs8(method, &der(pem), &random).expect("a P-256 key");
    let point = pair.public_key().as_ref();
    let (x, y) = point[1..].split_at(32);
    let jwk = json!({ "kty": "EC", "crv": "P-256", "x": encoded(x), "y": encoded(y) });
    Key::private(Algorithm::Es256, pem, jwk, point)
}

fn ed25519() -> Key {
    let pem = include_bytes!("../../../tests/certificates/signer-ed25519.key.pem");
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der(pem)).expect("an Ed25519 key");
    let point = pair.public_key().as_ref();
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": encoded(point) });
    Key::private(Algorithm::EdDsa, pem, jwk, point)
}

fn secret() -> Key {
    let signing = SigningKey::hmac(Algorithm::Hs256, &Secret::new(SECRET)).expect("long enough");
    let jwk = json!({ "kty": "oct", "k": encoded(SECRET.as_bytes()) });
    Key::new(Algorithm::Hs256, signing, jwk, SECRET.as_bytes())
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn der(pem: &[u8]) -> Vec<u8> {
    let text = str::from_utf8(pem).expect("PEM is ASCII");
    let digits: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    STANDARD.decode(digits).expect("PEM holds base64")
}
