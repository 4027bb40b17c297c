//! JWTs that are bound to a key of the client, and its proofs (DPoP).

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::crypto::{KeyError, random, sha256};
use crate::encoding::base64url_encode;
use crate::jose::{Algorithm, SigningKey};
use crate::record::to_numeric_date;
use crate::request::PlainRequest;
use crate::store::InMemoryReplays;
use crate::testing::defect::Defect;
use crate::testing::forge::TokenForge;
use crate::testing::forge_error::ForgeError;
use crate::testing::test_gate::TestGate;
use crate::testing::test_keys::{Generation, jwk, signing_key};
use crate::time::UnixTime;
use crate::validate::{DpopNonces, DpopProofs, DpopProver, OwnUrl};

const ORIGIN: &str = "https://api.test";

/// Longer than a clock may be ahead.
const MINUTE: Duration = Duration::from_secs(60);
/// Older than any window lets a proof be, and any lifetime a nonce.
const DAY: Duration = Duration::from_secs(86_400);

impl TokenForge {
    /// The client that proves to hold the key which [`bound_jwt`](Self::bound_jwt) is bound to.
    ///
    /// # Errors
    /// A [`ForgeError`] if the key cannot be used.
    pub fn prover(&self) -> Result<DpopProver, ForgeError> {
        Ok(DpopProver::new(key_of_client(Generation::Next)?)?)
    }

    /// A good JWT that is bound to the key of [`prover`](Self::prover) (`cnf` with `jkt`).
    ///
    /// # Errors
    /// A [`ForgeError`] if it cannot be signed.
    pub fn bound_jwt(&self) -> Result<String, ForgeError> {
        let mut claims = self.claims();
        claims.insert("cnf".to_owned(), json!({ "jkt": self.prover()?.thumbprint() }));
        self.jwt_of(&Value::Object(claims))
    }

    /// The nonces of proofs, under the forge's [`signing_secrets`](Self::signing_secrets).
    ///
    /// # Errors
    /// A [`ForgeError`] if the secrets cannot be used.
    pub fn dpop_nonces(&self) -> Result<DpopNonces, ForgeError> {
        Ok(DpopNonces::new(self.signing_secrets()?))
    }

    pub(super) fn dpop_proofs(&self) -> Result<DpopProofs<InMemoryReplays>, ForgeError> {
        let url = OwnUrl::external(ORIGIN)?;
        Ok(DpopProofs::new(url, self.replays()).nonces(self.dpop_nonces()?))
    }

    pub(super) fn of_bound_jwt(&self, defect: Option<&Defect>) -> Result<PlainRequest, ForgeError> {
        let token = match defect {
            Some(Defect::UnboundToken) => self.jwt()?,
            _ => self.bound_jwt()?,
        };
        let scheme = match defect {
            Some(Defect::BoundTokenAsBearer) => "Bearer",
            _ => "DPoP",
        };
        let request = PlainRequest::new("GET", "/orders")
            .with_header("authorization", format!("{scheme} {token}"));
        let proof = self.proof(&token, defect)?;
        let request = match defect {
            Some(Defect::MissingProof) => request,
            Some(Defect::RepeatedProof) => {
                request.with_header("dpop", proof.as_str()).with_header("dpop", proof)
            }
            _ => request.with_header("dpop", proof),
        };
        if defect == Some(&Defect::UsedProof) {
            // Whether it was refused is for the gate under test to say.
            self.gate(TestGate::BoundJwt)?.check_now(&request).ok();
        }
        Ok(request)
    }

    fn proof(&self, token: &str, defect: Option<&Defect>) -> Result<String, ForgeError> {
        let (own, other) = (Generation::Next, Generation::Current);
        let (named, signer) = match defect {
            Some(Defect::ProofByAnotherKey) => (other, other),
            Some(Defect::WronglySignedProof) => (own, other),
            _ => (own, own),
        };
        let mut header = header(&key_of_client(named)?)?;
        spoil_header(&mut header, defect);
        let claims = self.proof_claims(token, defect)?;
        let (header, claims) = (Value::Object(header).to_string(), claims.to_string());
        let proof = key_of_client(signer)?.sign_under(header.as_bytes(), claims.as_bytes())?;
        Ok(match defect {
            Some(Defect::MalformedProof) => proof + "=",
            _ => proof,
        })
    }

    fn proof_claims(&self, token: &str, defect: Option<&Defect>) -> Result<Value, ForgeError> {
        let mut claims = json!({
            "jti": base64url_encode(random::<16>()?),
            "htm": "GET",
            "htu": format!("{ORIGIN}/orders"),
            "iat": to_numeric_date(self.now),
            "ath": digest(token),
            "nonce": self.nonce(self.now)?,
        });
        let (name, value) = match defect {
            Some(Defect::ProofWithoutId) => ("jti", Value::Null),
            Some(Defect::ProofForAnotherMethod) => ("htm", json!("POST")),
            Some(Defect::ProofForAnotherUrl) => ("htu", json!(format!("{ORIGIN}/invoices"))),
            Some(Defect::ExpiredProof) => ("iat", to_numeric_date(self.now.saturating_sub(DAY))),
            Some(Defect::FutureProof) => ("iat", to_numeric_date(self.now.saturating_add(MINUTE))),
            Some(Defect::ProofForAnotherToken) => ("ath", json!(digest("another token"))),
            Some(Defect::ProofWithoutNonce) => ("nonce", Value::Null),
            Some(Defect::ProofWithUnknownNonce) => ("nonce", json!("of-another-host")),
            Some(Defect::ProofWithExpiredNonce) => {
                ("nonce", json!(self.nonce(self.now.saturating_sub(DAY))?))
            }
            _ => return Ok(claims),
        };
        set(&mut claims, name, value);
        Ok(claims)
    }

    fn nonce(&self, issued: UnixTime) -> Result<String, ForgeError> {
        Ok(self.dpop_nonces()?.issue(issued)?)
    }
}

/// A key of the client, which signs proofs with ES256 whatever the issuer signs with.
fn key_of_client(generation: Generation) -> Result<SigningKey, KeyError> {
    Ok(signing_key(Algorithm::Es256, generation)?.with_token_type("dpop+jwt"))
}

/// Sets a member, or takes it away.
fn set(object: &mut Value, name: &str, value: Value) {
    let Value::Object(members) = object else { return };
    match value {
        Value::Null => members.remove(name),
        value => members.insert(name.to_owned(), value),
    };
}

fn header(key: &SigningKey) -> Result<Map<String, Value>, KeyError> {
    let mut header = key.header();
    header.insert("jwk".to_owned(), Value::Object(jwk(key.verifying_key())?));
    Ok(header)
}

fn spoil_header(header: &mut Map<String, Value>, defect: Option<&Defect>) {
    match defect {
        Some(Defect::ProofOfAnotherType) => header.insert("typ".to_owned(), json!("JWT")),
        Some(Defect::UnsignedProof) => header.insert("alg".to_owned(), json!("none")),
        Some(Defect::ProofWithoutKey) => header.remove("jwk"),
        Some(Defect::ProofWithPrivateKey) => {
            let jwk = header.get_mut("jwk").and_then(Value::as_object_mut);
            jwk.and_then(|jwk| jwk.insert("d".to_owned(), json!("AA")))
        }
        _ => None,
    };
}

/// The digest of a token, as `ath` has it.
fn digest(token: &str) -> String {
    base64url_encode(sha256(token.as_bytes()))
}
