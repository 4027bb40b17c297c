//! JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037 section 2).

use std::collections::BTreeMap;

use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, EllipticCurveKeyParameters, Jwk, KeyOperations,
    OctetKeyPairParameters, PublicKeyUse,
};
use serde_json::{Map, Value};

use crate::crypto::{KeyError, PublicKey};
use crate::jose::algorithm::Algorithm;
use crate::jose::base64url;
use crate::jose::json::json_object;
use crate::jose::key::VerifyingKey;
use crate::secret::Secret;

const MALFORMED: KeyError = KeyError::Malformed { expected: "a JWK" };

impl VerifyingKey {
    /// Reads a JWK (RFC 7517). Its `alg`, `use`, `key_ops` and `crv` bind; a private part is not
    /// looked at.
    ///
    /// # Errors
    /// A [`KeyError`] if the key is malformed, refused, or not meant for verification.
    pub fn from_jwk(json: &[u8]) -> Result<Self, KeyError> {
        read_object(json_object(json).map_err(|_| MALFORMED)?)
    }
}

pub(super) fn read_object(object: Map<String, Value>) -> Result<VerifyingKey, KeyError> {
    let algorithm = algorithm(&object)?;
    let jwk: Jwk = serde_json::from_value(Value::Object(object)).map_err(|_| MALFORMED)?;
    judge_use(&jwk)?;
    let key = material(&jwk.algorithm, algorithm)?.pinned_to(algorithm)?;
    Ok(match jwk.common.key_id {
        Some(id) => key.with_id(id),
        None => key,
    })
}

/// `alg` is read here, because the library that reads the rest knows fewer names.
fn algorithm(object: &Map<String, Value>) -> Result<Option<Algorithm>, KeyError> {
    match object.get("alg") {
        None => Ok(None),
        Some(Value::String(name)) => {
            Algorithm::from_name(name).map(Some).ok_or(KeyError::Jwk { member: "alg" })
        }
        Some(_) => Err(KeyError::Jwk { member: "alg" }),
    }
}

fn judge_use(jwk: &Jwk) -> Result<(), KeyError> {
    match &jwk.common.public_key_use {
        None | Some(PublicKeyUse::Signature) => {}
        Some(_) => return Err(KeyError::Jwk { member: "use" }),
    }
    match &jwk.common.key_operations {
        Some(operations) if !operations.contains(&KeyOperations::Verify) => {
            Err(KeyError::Jwk { member: "key_ops" })
        }
        _ => Ok(()),
    }
}

fn material(
    parameters: &AlgorithmParameters,
    algorithm: Option<Algorithm>,
) -> Result<VerifyingKey, KeyError> {
    match parameters {
        AlgorithmParameters::RSA(rsa) => {
            let (modulus, exponent) = (member(&rsa.n, "n")?, member(&rsa.e, "e")?);
            PublicKey::rsa(&modulus, &exponent).map(VerifyingKey::of_public)
        }
        AlgorithmParameters::EllipticCurve(point) => {
            elliptic_curve(point).map(VerifyingKey::of_public)
        }
        AlgorithmParameters::OctetKeyPair(point) => {
            octet_key_pair(point).map(VerifyingKey::of_public)
        }
        AlgorithmParameters::OctetKey(secret) => {
            let secret = Secret::new(member(&secret.value, "k")?);
            match algorithm {
                Some(algorithm) => VerifyingKey::hmac(algorithm, &secret),
                None => VerifyingKey::of_secret(secret.expose()),
            }
        }
        AlgorithmParameters::Other(other) => Err(unread(&other.fields)),
        _ => Err(KeyError::Unsupported),
    }
}

/// Why a key was not read as one of its kind: a kind or curve that is not supported, else a member
/// that is missing or mistyped.
fn unread(fields: &BTreeMap<String, Value>) -> KeyError {
    let text = |name| fields.get(name).and_then(Value::as_str);
    match (text("kty"), text("crv")) {
        (Some("RSA" | "oct"), _)
        | (Some("EC"), Some("P-256" | "P-384") | None)
        | (Some("OKP"), Some("Ed25519") | None) => MALFORMED,
        _ => KeyError::Unsupported,
    }
}

/// Each coordinate is as long as the field (RFC 7518 section 6.2.1.2).
fn elliptic_curve(parameters: &EllipticCurveKeyParameters) -> Result<PublicKey, KeyError> {
    let (x, y) = (member(&parameters.x, "x")?, member(&parameters.y, "y")?);
    if x.len() != y.len() {
        return Err(KeyError::Point);
    }
    let point = [&[0x04], &x[..], &y[..]].concat();
    match parameters.curve {
        EllipticCurve::P256 => PublicKey::p256(&point),
        EllipticCurve::P384 => PublicKey::p384(&point),
        _ => Err(KeyError::Unsupported),
    }
}

fn octet_key_pair(parameters: &OctetKeyPairParameters) -> Result<PublicKey, KeyError> {
    match parameters.curve {
        EllipticCurve::Ed25519 => PublicKey::ed25519(&member(&parameters.x, "x")?),
        _ => Err(KeyError::Unsupported),
    }
}

fn member(encoded: &str, member: &'static str) -> Result<Vec<u8>, KeyError> {
    base64url::decode(encoded).ok_or(KeyError::Jwk { member })
}
