//! An issuer, a client with a key, and gates that judge its tokens.

use serde_json::{Value, json};
use tollgate::crypto::{PublicKey, sha256};
use tollgate::jose::{Algorithm, KeySet, SigningKey, VerifyingKey, base64url_encode};
use tollgate::store::InMemoryReplays;
use tollgate::validate::{DpopProofs, OwnUrl, SigningSecrets};
use tollgate::{
    Element, Gate, ImmediateSharedGate, Issuer, JwtValidation, ManualClock, PlainRequest,
    Rejection, Secret, UnixTime,
};

use crate::support::Signer;

pub(crate) const NOW: i64 = 1_800_000_000;

pub(crate) const ORIGIN: &str = "https://api.example";

pub(crate) type Jwt = JwtValidation;

pub(crate) type Proofs = DpopProofs<InMemoryReplays>;

/// An issuer, a client with a key, and a token that is bound to it.
pub(crate) struct Story {
    pub(crate) issuing: SigningKey,
    pub(crate) issuer: Issuer,
    pub(crate) client: Signer,
    pub(crate) jwk: Value,
    pub(crate) thumbprint: String,
}

impl Story {
    pub(crate) fn new() -> Self {
        let issuing = SigningKey::generate_es256().unwrap();
        let keys = KeySet::of([issuing.verifying_key().clone()]);
        let issuer =
            Issuer::new("https://issuer.example", "api", [Algorithm::Es256], keys).unwrap();
        let client = Signer::es256();
        let (jwk, thumbprint) = published(client.key().public_key().clone(), Algorithm::Es256);
        Self { issuing, issuer, client, jwk, thumbprint }
    }

    pub(crate) fn jwt(&self) -> Jwt {
        JwtValidation::new(Element::bearer(), self.issuer.clone())
    }

    pub(crate) fn token(&self, confirmation: &Value) -> String {
        let mut claims = json!({
            "iss": "https://issuer.example", "aud": "api", "exp": NOW + 600, "client_id": "app",
        });
        if !confirmation.is_null() {
            claims["cnf"] = confirmation.clone();
        }
        self.issuing.sign_claims(&claims).unwrap()
    }

    pub(crate) fn bound(&self) -> String {
        self.token(&json!({ "jkt": self.thumbprint }))
    }

    pub(crate) fn header(&self) -> Value {
        json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk })
    }

    /// The proof for `GET /orders` with these members changed; `null` takes one out.
    pub(crate) fn proof(&self, token: &str, header: &Value, claims: &Value) -> String {
        let standard = json!({
            "jti": "one", "htm": "GET", "htu": "https://api.example/orders", "iat": NOW,
            "ath": base64url_encode(sha256(token.as_bytes())),
        });
        let (header, claims) = (changed(self.header(), header), changed(standard, claims));
        self.client.token(header.to_string(), claims.to_string())
    }

    pub(crate) fn good_proof(&self, token: &str) -> String {
        self.proof(token, &json!({}), &json!({}))
    }

    /// A request with a bound token and the proof that `proof` makes of it.
    pub(crate) fn request(&self, proof: impl Fn(&str) -> String) -> PlainRequest {
        let token = self.bound();
        under("DPoP", &token).with_header("dpop", proof(&token))
    }

    /// What becomes of a proof with these claims, at a gate of its own.
    pub(crate) fn code_of_claims(&self, claims: &Value) -> &'static str {
        code(
            &gate(self.jwt().dpop(proofs())),
            &self.request(|token| self.proof(token, &json!({}), claims)),
        )
    }

    pub(crate) fn code_of_header(&self, header: &Value) -> &'static str {
        code(
            &gate(self.jwt().dpop(proofs())),
            &self.request(|token| self.proof(token, header, &json!({}))),
        )
    }
}

pub(crate) fn published(key: PublicKey, algorithm: Algorithm) -> (Value, String) {
    let key = VerifyingKey::public(key, algorithm).unwrap();
    let mut jwk: Value = serde_json::from_str(&key.to_jwk().unwrap()).unwrap();
    jwk.as_object_mut().unwrap().remove("alg");
    (jwk, key.thumbprint().unwrap())
}

pub(crate) fn changed(mut object: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(object.as_object_mut().unwrap().remove(name)),
            value => object[name] = value.clone(),
        }
    }
    object
}

pub(crate) fn own() -> OwnUrl {
    OwnUrl::external(ORIGIN).unwrap()
}

pub(crate) fn proofs() -> Proofs {
    DpopProofs::new(own(), InMemoryReplays::new(1000).unwrap())
}

pub(crate) fn at_millis(
    validation: impl tollgate::interceptor::Immediate + 'static,
    millis: i64,
) -> ImmediateSharedGate {
    Gate::builder(ManualClock::at(UnixTime::from_millis(millis)))
        .for_resource("orders")
        .with(validation)
        .build()
        .unwrap()
        .shared_immediate()
}

pub(crate) fn gate(
    validation: impl tollgate::interceptor::Immediate + 'static,
) -> ImmediateSharedGate {
    at_millis(validation, NOW * 1000)
}

pub(crate) fn under(scheme: &str, token: &str) -> PlainRequest {
    PlainRequest::new("GET", "/orders?page=2")
        .with_header("authorization", format!("{scheme} {token}"))
}

pub(crate) fn code(gate: &ImmediateSharedGate, request: &PlainRequest) -> &'static str {
    refusal(gate, request).map_or("admitted", |rejection| rejection.reason().code())
}

pub(crate) fn refusal(gate: &ImmediateSharedGate, request: &PlainRequest) -> Option<Rejection> {
    gate.check_now(request).err()
}

pub(crate) fn secrets(byte: u8) -> SigningSecrets {
    SigningSecrets::new(&Secret::new(vec![byte; 32])).unwrap()
}
