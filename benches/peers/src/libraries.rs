//! Libraries that a host could judge JWTs with instead, each set to the policy of `tokens.rs`.

use std::collections::HashSet;
use std::marker::PhantomData;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jwt_simple::prelude::{
    Duration, ECDSAP256PublicKeyLike, ES256PublicKey, Ed25519PublicKey, EdDSAPublicKeyLike,
    HS256Key, MACLike, RS256PublicKey, RSAPublicKeyLike, UnixTimeStamp, VerificationOptions,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tollgate::jose::Algorithm;

use crate::keys::Key;
use crate::peer::Peer;
use crate::tokens::{AUDIENCE, ISSUER, NOW_SECONDS, SKEW};

/// All claims as JSON.
pub type AllClaims = Map<String, Value>;

/// The claims of our tokens, as a host would declare them.
#[derive(Deserialize)]
#[expect(dead_code, reason = "decoding them is what is measured")]
pub struct TypedClaims {
    iss: String,
    sub: String,
    aud: String,
    exp: u64,
    nbf: u64,
    iat: u64,
    jti: String,
    client_id: String,
    scope: String,
}

/// Those of them that are not registered, for libraries that have types of their own for the others.
#[derive(Clone, Deserialize)]
#[expect(dead_code, reason = "decoding them is what is measured")]
pub struct OwnClaims {
    client_id: String,
    scope: String,
}

/// `jsonwebtoken`, which decodes claims into `T`. Its clock is that of the system.
pub struct JsonWebToken<T> {
    key: jsonwebtoken::DecodingKey,
    validation: jsonwebtoken::Validation,
    claims: PhantomData<T>,
}

impl<T> JsonWebToken<T> {
    pub fn new(key: &Key) -> Self {
        let jwk = serde_json::from_value(key.jwk.clone()).expect("a JWK");
        let algorithm = key.algorithm.name().parse().expect("an algorithm that it knows");
        let mut validation = jsonwebtoken::Validation::new(algorithm);
        validation.leeway = SKEW;
        validation.validate_nbf = true;
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "exp"]);
        let key = jsonwebtoken::DecodingKey::from_jwk(&jwk).expect("a key");
        Self { key, validation, claims: PhantomData }
    }
}

impl<T: DeserializeOwned> Peer for JsonWebToken<T> {
    type Input = String;

    fn prepare(&self, token: &str) -> String {
        token.to_owned()
    }

    fn admits(&self, token: &String) -> bool {
        jsonwebtoken::decode::<T>(token, &self.key, &self.validation).is_ok()
    }
}

/// `jwt-simple`, which takes the policy by value with each token.
pub struct JwtSimple {
    key: JwtSimpleKey,
    options: VerificationOptions,
}

enum JwtSimpleKey {
    Rs256(RS256PublicKey),
    Es256(ES256PublicKey),
    EdDsa(Ed25519PublicKey),
    Hs256(HS256Key),
}

impl JwtSimple {
    pub fn new(key: &Key) -> Self {
        let options = VerificationOptions {
            allowed_issuers: Some(HashSet::from([ISSUER.to_owned()])),
            allowed_audiences: Some(HashSet::from([AUDIENCE.to_owned()])),
            time_tolerance: Some(Duration::from_secs(SKEW)),
            artificial_time: Some(UnixTimeStamp::from_secs(NOW_SECONDS)),
            ..VerificationOptions::default()
        };
        Self { key: JwtSimpleKey::new(key), options }
    }
}

impl JwtSimpleKey {
    fn new(key: &Key) -> Self {
        let member = |name: &str| {
            URL_SAFE_NO_PAD.decode(key.jwk[name].as_str().expect("a text")).expect("base64url")
        };
        match key.algorithm {
            Algorithm::Rs256 => Self::Rs256(
                RS256PublicKey::from_components(&member("n"), &member("e")).expect("an RSA key"),
            ),
            Algorithm::Es256 => {
                Self::Es256(ES256PublicKey::from_bytes(&key.bytes).expect("a P-256 key"))
            }
            Algorithm::EdDsa => {
                Self::EdDsa(Ed25519PublicKey::from_bytes(&key.bytes).expect("an Ed25519 key"))
            }
            _ => Self::Hs256(HS256Key::from_bytes(&key.bytes)),
        }
    }
}

impl Peer for JwtSimple {
    type Input = String;

    fn prepare(&self, token: &str) -> String {
        token.to_owned()
    }

    fn admits(&self, token: &String) -> bool {
        let options = Some(self.options.clone());
        match &self.key {
            JwtSimpleKey::Rs256(key) => key.verify_token::<OwnClaims>(token, options).is_ok(),
            JwtSimpleKey::Es256(key) => key.verify_token::<OwnClaims>(token, options).is_ok(),
            JwtSimpleKey::EdDsa(key) => key.verify_token::<OwnClaims>(token, options).is_ok(),
            JwtSimpleKey::Hs256(key) => key.verify_token::<OwnClaims>(token, options).is_ok(),
        }
    }
}
