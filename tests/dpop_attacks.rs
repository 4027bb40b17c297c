//! Attacks on tokens that are bound to a key, and on the proofs of it: rows 61 to 65 of the catalogue.

mod support;

use std::sync::{Arc, Barrier};
use std::time::Duration;

use serde_json::{Value, json};
use support::Signer;
use tollgate::crypto::{PublicKey, sha256};
use tollgate::jose::{
    Algorithm, KeySet, SigningKey, VerifyingKey, base64url_decode, base64url_encode,
};
use tollgate::record::{Access, Client};
use tollgate::store::{InMemoryClients, InMemoryReplays, InMemoryRevocations, Revocation};
use tollgate::validate::{
    DpopNonces, DpopProofs, DpopProver, OwnUrl, SigningSecrets, UnboundTokens, VerifiedTokens,
};
use tollgate::wording::StatusPolicy;
use tollgate::{
    ConfigError, Element, Gate, ImmediateSharedGate, Issuer, JwtValidation, ManualClock,
    OAuthValidation, PlainRequest, Rejection, Secret, UnixTime, Wording,
};

const NOW: i64 = 1_800_000_000;
const ORIGIN: &str = "https://api.example";

type Jwt = JwtValidation;
type Proofs = DpopProofs<InMemoryReplays>;

/// An issuer, a client with a key, and a token that is bound to it.
struct Story {
    issuing: SigningKey,
    issuer: Issuer,
    client: Signer,
    jwk: Value,
    thumbprint: String,
}

impl Story {
    fn new() -> Self {
        let issuing = SigningKey::generate_es256().unwrap();
        let keys = KeySet::of([issuing.verifying_key().clone()]);
        let issuer =
            Issuer::new("https://issuer.example", "api", [Algorithm::Es256], keys).unwrap();
        let client = Signer::es256();
        let (jwk, thumbprint) = published(client.key().public_key().clone(), Algorithm::Es256);
        Self { issuing, issuer, client, jwk, thumbprint }
    }

    fn jwt(&self) -> Jwt {
        JwtValidation::new(Element::bearer(), self.issuer.clone())
    }

    fn token(&self, confirmation: &Value) -> String {
        let mut claims = json!({
            "iss": "https://issuer.example", "aud": "api", "exp": NOW + 600, "client_id": "app",
        });
        if !confirmation.is_null() {
            claims["cnf"] = confirmation.clone();
        }
        self.issuing.sign_claims(&claims).unwrap()
    }

    fn bound(&self) -> String {
        self.token(&json!({ "jkt": self.thumbprint }))
    }

    fn header(&self) -> Value {
        json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk })
    }

    /// The proof for `GET /orders` with these members changed; `null` takes one out.
    fn proof(&self, token: &str, header: &Value, claims: &Value) -> String {
        let standard = json!({
            "jti": "one", "htm": "GET", "htu": "https://api.example/orders", "iat": NOW,
            "ath": base64url_encode(sha256(token.as_bytes())),
        });
        let (header, claims) = (changed(self.header(), header), changed(standard, claims));
        self.client.token(header.to_string(), claims.to_string())
    }

    fn good_proof(&self, token: &str) -> String {
        self.proof(token, &json!({}), &json!({}))
    }

    /// A request with a bound token and the proof that `proof` makes of it.
    fn request(&self, proof: impl Fn(&str) -> String) -> PlainRequest {
        let token = self.bound();
        under("DPoP", &token).with_header("dpop", proof(&token))
    }

    /// What becomes of a proof with these claims, at a gate of its own.
    fn code_of_claims(&self, claims: &Value) -> &'static str {
        code(
            &gate(self.jwt().dpop(proofs())),
            &self.request(|token| self.proof(token, &json!({}), claims)),
        )
    }

    fn code_of_header(&self, header: &Value) -> &'static str {
        code(
            &gate(self.jwt().dpop(proofs())),
            &self.request(|token| self.proof(token, header, &json!({}))),
        )
    }
}

fn published(key: PublicKey, algorithm: Algorithm) -> (Value, String) {
    let key = VerifyingKey::public(key, algorithm).unwrap();
    let mut jwk: Value = serde_json::from_str(&key.to_jwk().unwrap()).unwrap();
    jwk.as_object_mut().unwrap().remove("alg");
    (jwk, key.thumbprint().unwrap())
}

fn changed(mut object: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(object.as_object_mut().unwrap().remove(name)),
            value => object[name] = value.clone(),
        }
    }
    object
}

fn own() -> OwnUrl {
    OwnUrl::external(ORIGIN).unwrap()
}

fn proofs() -> Proofs {
    DpopProofs::new(own(), InMemoryReplays::new(1000).unwrap())
}

fn at_millis(
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

fn gate(validation: impl tollgate::interceptor::Immediate + 'static) -> ImmediateSharedGate {
    at_millis(validation, NOW * 1000)
}

fn under(scheme: &str, token: &str) -> PlainRequest {
    PlainRequest::new("GET", "/orders?page=2")
        .with_header("authorization", format!("{scheme} {token}"))
}

fn code(gate: &ImmediateSharedGate, request: &PlainRequest) -> &'static str {
    refusal(gate, request).map_or("admitted", |rejection| rejection.reason().code())
}

fn refusal(gate: &ImmediateSharedGate, request: &PlainRequest) -> Option<Rejection> {
    gate.check_now(request).err()
}

#[test]
fn row_61_a_bound_token_comes_under_dpop_and_any_other_under_bearer() {
    let story = Story::new();
    let (bound, unbound) = (story.bound(), story.token(&Value::Null));
    let fresh = || gate(story.jwt().dpop(proofs()));
    let with_proof = |scheme: &str, token: &str| {
        under(scheme, token).with_header("dpop", story.good_proof(token))
    };
    for (request, expected) in [
        (with_proof("DPoP", &bound), "admitted"),
        (with_proof("dpop", &bound), "admitted"),
        (with_proof("DPOP ", &bound), "admitted"),
        (with_proof("Bearer", &bound), "proof.scheme"),
        (under("Bearer", &bound), "proof.scheme"),
        (under("DPoP", &bound), "proof.missing"),
        (under("DPoP", &unbound), "proof.unbound"),
        (with_proof("DPoP", &unbound), "proof.unbound"),
        (under("Bearer", &unbound), "admitted"),
        (with_proof("Bearer", &unbound), "admitted"),
        (with_proof("Basic", &bound), "credential.scheme"),
        (with_proof("DPoPx", &bound), "credential.scheme"),
        (with_proof("", &bound), "credential.scheme"),
        (under("DPoP", &format!("{bound}, Bearer {unbound}")), "credential.malformed"),
        (under("DPoP", &format!("{bound}, DPoP {bound}")), "credential.repeated"),
        (
            with_proof("DPoP", &bound).with_header("authorization", format!("Bearer {unbound}")),
            "credential.repeated",
        ),
    ] {
        assert_eq!(code(&fresh(), &request), expected);
    }
}

#[test]
fn a_validator_that_judges_no_proofs_refuses_a_bound_token_whatever_comes_with_it() {
    let story = Story::new();
    let bound = story.bound();
    let request =
        |scheme: &str| under(scheme, &bound).with_header("dpop", story.good_proof(&bound));
    let gate = gate(story.jwt());
    assert_eq!(code(&gate, &request("Bearer")), "possession.unsupported");
    assert_eq!(code(&gate, &request("DPoP")), "credential.scheme");
    let other = JwtValidation::new(Element::header("access_token").unwrap(), story.issuer.clone());
    let request = PlainRequest::new("GET", "/orders")
        .with_header("access_token", bound.as_str())
        .with_header("dpop", story.good_proof(&bound));
    assert_eq!(code(&self::gate(other), &request), "possession.unsupported");
}

#[test]
fn where_an_element_has_no_scheme_the_proof_alone_counts() {
    let story = Story::new();
    let bound = story.bound();
    let validation = || {
        let element = Element::any("access_token").unwrap();
        JwtValidation::new(element, story.issuer.clone()).dpop(proofs())
    };
    let header = PlainRequest::new("GET", "/orders").with_header("access_token", bound.as_str());
    assert_eq!(code(&gate(validation()), &header), "proof.missing");
    let query = PlainRequest::new("GET", format!("/orders?access_token={bound}"));
    for request in [header, query] {
        let proved = request.with_header("dpop", story.good_proof(&bound));
        assert_eq!(code(&gate(validation()), &proved), "admitted");
    }
}

#[test]
fn tokens_that_are_not_bound_can_be_refused_everywhere() {
    let story = Story::new();
    let unbound = story.token(&Value::Null);
    let strict = || proofs().unbound_tokens(UnboundTokens::Refuse);
    let gate = gate(story.jwt().dpop(strict()));
    assert_eq!(code(&gate, &under("Bearer", &unbound)), "proof.unbound");
    assert_eq!(code(&gate, &story.request(|token| story.good_proof(token))), "admitted");
    let element = Element::header("access_token").unwrap();
    let plain = JwtValidation::new(element, story.issuer.clone()).dpop(strict());
    let request = PlainRequest::new("GET", "/").with_header("access_token", unbound);
    assert_eq!(code(&self::gate(plain), &request), "proof.unbound");
}

#[test]
fn row_62_a_proof_is_for_one_method_and_one_url() {
    let story = Story::new();
    for (claims, expected) in [
        (json!({ "htm": "POST" }), "proof.method"),
        (json!({ "htm": "get" }), "proof.method"),
        (json!({ "htm": "" }), "proof.method"),
        (json!({ "htu": "https://api.example/other" }), "proof.url"),
        (json!({ "htu": "https://api.example/orders/" }), "proof.url"),
        (json!({ "htu": "https://api.example/Orders" }), "proof.url"),
        (json!({ "htu": "https://api.example/" }), "proof.url"),
        (json!({ "htu": "https://other.example/orders" }), "proof.url"),
        (json!({ "htu": "https://api.example.other/orders" }), "proof.url"),
        (json!({ "htu": "http://api.example/orders" }), "proof.url"),
        (json!({ "htu": "https://api.example:8443/orders" }), "proof.url"),
        (json!({ "htu": "https://api.example@other.example/orders" }), "proof.url"),
        (json!({ "htu": "https://user@api.example/orders" }), "proof.url"),
        (json!({ "htu": "/orders" }), "proof.url"),
        (json!({ "htu": "" }), "proof.url"),
        (json!({ "htu": "https://api.example/orders%2F" }), "proof.url"),
        (json!({ "htu": "https://api.example/orders?other" }), "admitted"),
        (json!({ "htu": "https://api.example/orders#other" }), "admitted"),
        (json!({ "htu": "HTTPS://API.Example/orders" }), "admitted"),
        (json!({ "htu": "https://api.example:443/orders" }), "admitted"),
        (json!({ "htu": "https://api.example/%6frders" }), "admitted"),
        (json!({ "htu": "https://api.example/a/../orders" }), "admitted"),
    ] {
        assert_eq!(story.code_of_claims(&claims), expected, "{claims}");
    }
}

#[test]
fn row_62_the_url_of_a_host_does_not_depend_on_what_a_caller_names() {
    let story = Story::new();
    let relayed = |validation| {
        let request = story
            .request(|token| {
                story.proof(token, &json!({}), &json!({ "htu": "https://evil.example/orders" }))
            })
            .with_scheme("https")
            .with_header("host", "evil.example");
        code(&gate(validation), &request)
    };
    assert_eq!(relayed(story.jwt().dpop(proofs())), "proof.url");
    let received = || {
        let replays = InMemoryReplays::new(10).unwrap();
        DpopProofs::new(OwnUrl::insecure_as_received(), replays)
    };
    // As its name says.
    assert_eq!(relayed(story.jwt().dpop(received())), "admitted");

    let request = || story.request(|token| story.good_proof(token));
    let code = |request: PlainRequest| code(&gate(story.jwt().dpop(received())), &request);
    let host = |name: &str| request().with_scheme("https").with_header("host", name);
    assert_eq!(code(host("api.example")), "admitted");
    assert_eq!(code(host("API.example:443")), "admitted");
    assert_eq!(code(host("other.example")), "proof.url");
    assert_eq!(code(host("api.example").with_header("host", "api.example")), "proof.url");
    assert_eq!(code(request().with_header("host", "api.example")), "service.unavailable");
}

#[test]
fn row_63_a_proof_is_good_for_60_s_and_30_s_ahead_to_the_millisecond() {
    let story = Story::new();
    let after = |millis: i64, proofs: Proofs| {
        let request = story.request(|token| story.good_proof(token));
        code(&at_millis(story.jwt().dpop(proofs), NOW * 1000 + millis), &request)
    };
    for (millis, expected) in [
        (-30_001, "proof.issued_in_future"),
        (-30_000, "admitted"),
        (-29_999, "admitted"),
        (0, "admitted"),
        (59_999, "admitted"),
        (60_000, "admitted"),
        (60_001, "proof.too_old"),
    ] {
        assert_eq!(after(millis, proofs()), expected, "{millis}");
    }
    let window = |seconds| proofs().window(Duration::from_secs(seconds)).unwrap();
    for (millis, expected) in [(4_999, "admitted"), (5_000, "admitted"), (5_001, "proof.too_old")] {
        assert_eq!(after(millis, window(5)), expected, "{millis}");
    }
}

#[test]
fn row_63_a_proof_of_another_form_is_refused_with_its_reason() {
    let story = Story::new();
    let private = changed(story.jwk.clone(), &json!({ "d": "AAAA" }));
    let twisted = changed(story.jwk.clone(), &json!({ "kty": "OKP" }));
    let off_curve = changed(story.jwk.clone(), &json!({ "x": base64url_encode([1; 32]) }));
    let (stranger, _) = published(Signer::stranger().key().public_key().clone(), Algorithm::Es256);
    let bound_to_other_use = changed(story.jwk.clone(), &json!({ "use": "enc" }));
    for (header, expected) in [
        (json!({ "typ": "JWT" }), "proof.type"),
        (json!({ "typ": "at+jwt" }), "proof.type"),
        (json!({ "typ": null }), "proof.type"),
        (json!({ "typ": "application/DPoP+JWT" }), "admitted"),
        (json!({ "typ": 1 }), "proof.malformed"),
        (json!({ "alg": "none" }), "proof.algorithm"),
        (json!({ "alg": "NONE" }), "proof.algorithm"),
        (json!({ "alg": "HS256" }), "proof.algorithm"),
        (json!({ "alg": "HS512", "jwk": { "kty": "oct", "k": "AAAA" } }), "proof.algorithm"),
        (json!({ "alg": "ES256K" }), "proof.algorithm"),
        (json!({ "alg": null }), "proof.malformed"),
        (json!({ "alg": "ES384" }), "proof.key"),
        (json!({ "alg": "RS256" }), "proof.key"),
        (json!({ "crit": ["exp"] }), "proof.malformed"),
        (json!({ "b64": false }), "proof.malformed"),
        (json!({ "jwk": null }), "proof.key"),
        (json!({ "jwk": "text" }), "proof.key"),
        (json!({ "jwk": {} }), "proof.key"),
        (json!({ "jwk": private }), "proof.private_key"),
        (json!({ "jwk": { "kty": "oct", "k": "AAAA" } }), "proof.private_key"),
        (json!({ "jwk": twisted }), "proof.key"),
        (json!({ "jwk": bound_to_other_use }), "proof.key"),
        (json!({ "jwk": off_curve }), "proof.binding"),
        (json!({ "jwk": stranger }), "proof.binding"),
        (json!({ "jwk": null, "jku": "https://evil.example/keys" }), "proof.key"),
        (json!({ "kid": "any", "x5c": ["AAAA"] }), "admitted"),
    ] {
        assert_eq!(story.code_of_header(&header), expected, "{header}");
    }
}

#[test]
fn row_63_every_claim_of_a_proof_is_there_with_its_type() {
    let story = Story::new();
    let long = |length: usize| "j".repeat(length);
    for (claims, expected) in [
        (json!({ "ath": null }), "proof.claim"),
        (json!({ "ath": 1 }), "proof.claim"),
        (json!({ "ath": "" }), "proof.token"),
        (json!({ "ath": base64url_encode(sha256(b"another token")) }), "proof.token"),
        (json!({ "jti": null }), "proof.claim"),
        (json!({ "jti": "" }), "proof.claim"),
        (json!({ "jti": 7 }), "proof.claim"),
        (json!({ "jti": long(255) }), "admitted"),
        (json!({ "jti": long(256) }), "admitted"),
        (json!({ "jti": long(257) }), "proof.claim"),
        (json!({ "htm": null }), "proof.claim"),
        (json!({ "htm": ["GET"] }), "proof.claim"),
        (json!({ "htu": null }), "proof.claim"),
        (json!({ "htu": {} }), "proof.claim"),
        (json!({ "iat": null }), "proof.claim"),
        (json!({ "iat": NOW.to_string() }), "proof.claim"),
        (json!({ "iat": -1 }), "proof.claim"),
        (json!({ "nonce": 1 }), "proof.claim"),
        (json!({ "nonce": "of nobody" }), "admitted"),
        (json!({ "other": [1, 2] }), "admitted"),
    ] {
        assert_eq!(story.code_of_claims(&claims), expected, "{claims}");
    }
}

#[test]
fn row_63_exactly_one_proof_in_one_spelling() {
    let story = Story::new();
    let token = story.bound();
    let good = story.good_proof(&token);
    let of = |proof: &[u8]| {
        let request = under("DPoP", &token).with_header("dpop", proof);
        code(&gate(story.jwt().dpop(proofs())), &request)
    };
    assert_eq!(of(good.as_bytes()), "admitted");
    let (head, payload) = (good.split('.').next().unwrap(), good.split('.').nth(1).unwrap());
    for other in [
        String::new(),
        format!(" {good}"),
        format!("{good} "),
        format!("{good}, {good}"),
        format!("{good}="),
        format!("DPoP {good}"),
        format!("{good}.AA.AA"),
        format!("{head}.{payload}"),
        "x".repeat(8193),
        story.client.token(r#"{"typ":"dpop+jwt","typ":"dpop+jwt","alg":"ES256"}"#, "{}"),
        story.client.token("[]", "{}"),
        story.client.token(story.header().to_string(), "[]"),
        story.client.token(story.header().to_string(), r#"{"jti":"a","jti":"b"}"#),
    ] {
        assert_eq!(of(other.as_bytes()), "proof.malformed", "{other}");
    }
    assert_eq!(of(b"\xff.\xff.\xff"), "proof.malformed");
    assert_eq!(of(format!("{head}.{payload}.AAAA").as_bytes()), "proof.signature");
    let twice =
        under("DPoP", &token).with_header("dpop", good.as_str()).with_header("DPoP", good.as_str());
    assert_eq!(code(&gate(story.jwt().dpop(proofs())), &twice), "proof.repeated");
}

#[test]
fn row_63_no_single_bit_of_a_proof_can_be_flipped() {
    let story = Story::new();
    let token = story.bound();
    let good = story.good_proof(&token);
    let gate = gate(story.jwt().dpop(proofs()));
    let mut refused = 0;
    for at in 0..good.len() * 8 {
        let mut proof = good.clone().into_bytes();
        proof[at / 8] ^= 1 << (at % 8);
        let request = under("DPoP", &token).with_header("dpop", proof);
        assert!(code(&gate, &request).starts_with("proof."), "{at}");
        refused += 1;
    }
    println!("{refused} proofs of one flipped bit refused");
    assert_eq!(refused, good.len() * 8);
    assert!(refused > 3000);
    assert_eq!(code(&gate, &under("DPoP", &token).with_header("dpop", good)), "admitted");
}

#[test]
fn keys_of_every_kind_prove_and_none_for_another() {
    let story = Story::new();
    let read =
        |pem: &str, algorithm: Algorithm| SigningKey::from_pem(pem.as_bytes(), algorithm).unwrap();
    let (rsa, p384, ed) = (support::RSA, support::P384, support::ED25519);
    let mut judged = 0;
    for (pem, algorithm) in [
        (support::P256, Algorithm::Es256),
        (p384, Algorithm::Es384),
        (ed, Algorithm::EdDsa),
        (rsa, Algorithm::Rs256),
        (rsa, Algorithm::Rs384),
        (rsa, Algorithm::Rs512),
        (rsa, Algorithm::Ps256),
        (rsa, Algorithm::Ps384),
        (rsa, Algorithm::Ps512),
    ] {
        let prover = DpopProver::new(read(pem, algorithm)).unwrap();
        let token = story.token(&json!({ "jkt": prover.thumbprint() }));
        let proof = || {
            prover.prove("GET", "https://api.example/orders", &token, UnixTime::from_seconds(NOW))
        };
        let request = |token: &str| under("DPoP", token).with_header("dpop", proof().unwrap());
        let validation = |proofs: Proofs| gate(story.jwt().dpop(proofs));
        assert_eq!(code(&validation(proofs()), &request(&token)), "admitted", "{algorithm}");
        let only = |one| proofs().algorithms([one]).unwrap();
        let other = if algorithm == Algorithm::Es256 { Algorithm::Es384 } else { Algorithm::Es256 };
        assert_eq!(code(&validation(only(other)), &request(&token)), "proof.algorithm");
        let swapped = story.token(&json!({ "jkt": base64url_encode([1; 32]) }));
        assert_eq!(code(&validation(proofs()), &request(&swapped)), "proof.binding");
        judged += 1;
    }
    assert_eq!(judged, 9);
}

/// A point off the curve is bound by its thumbprint, and still verifies nothing.
#[test]
fn a_token_bound_to_a_point_off_the_curve_is_never_proved() {
    let story = Story::new();
    let x = base64url_encode([1; 32]);
    let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{x}"}}"#);
    let token = story.token(&json!({ "jkt": base64url_encode(sha256(canonical.as_bytes())) }));
    let jwk: Value = serde_json::from_str(&canonical).unwrap();
    let proof = story.proof(&token, &json!({ "jwk": jwk }), &json!({}));
    let request = under("DPoP", &token).with_header("dpop", proof);
    assert_eq!(code(&gate(story.jwt().dpop(proofs())), &request), "proof.signature");
}

#[test]
fn row_64_a_proof_is_used_once_until_it_is_too_old() {
    let story = Story::new();
    let replays = InMemoryReplays::new(10).unwrap();
    let gate_at = |millis: i64| {
        let proofs = DpopProofs::new(own(), replays.clone());
        at_millis(story.jwt().dpop(proofs), NOW * 1000 + millis)
    };
    let request = story.request(|token| story.good_proof(token));
    assert_eq!(code(&gate_at(0), &request), "admitted");
    for (millis, expected) in [
        (0, "proof.used"),
        (59_999, "proof.used"),
        (60_000, "proof.used"),
        (60_001, "proof.too_old"),
    ] {
        assert_eq!(code(&gate_at(millis), &request), expected, "{millis}");
    }
    // Others make the store forget what has expired; the last instant of a proof is not over then.
    for id in ["a", "b", "c"] {
        let claims = json!({ "iat": NOW + 60, "jti": id });
        let later = story.request(|token| story.proof(token, &json!({}), &claims));
        assert_eq!(code(&gate_at(60_000), &later), "admitted");
    }
    assert_eq!(code(&gate_at(60_000), &request), "proof.used");
    // Signed anew, or for another request: the same `jti` of the same key.
    let again = story.request(|token| story.proof(token, &json!({}), &json!({ "iat": NOW + 1 })));
    assert_eq!(code(&gate_at(0), &again), "proof.used");
    let other = story.request(|token| story.proof(token, &json!({}), &json!({ "jti": "two" })));
    assert_eq!(code(&gate_at(0), &other), "admitted");
}

#[test]
fn row_64_the_ids_of_one_client_use_up_none_of_another() {
    let story = Story::new();
    let gate = gate(story.jwt().dpop(proofs()));
    assert_eq!(code(&gate, &story.request(|token| story.good_proof(token))), "admitted");
    let mut other = Story { client: Signer::stranger(), ..Story::new() };
    other.issuing = story.issuing;
    (other.jwk, other.thumbprint) =
        published(other.client.key().public_key().clone(), Algorithm::Es256);
    assert_eq!(code(&gate, &other.request(|token| other.good_proof(token))), "admitted");
}

#[test]
fn row_64_of_a_hundred_at_once_on_two_gates_exactly_one_is_admitted() {
    let story = Story::new();
    let replays = InMemoryReplays::new(1000).unwrap();
    let gates =
        [0, 1].map(|_| Arc::new(gate(story.jwt().dpop(DpopProofs::new(own(), replays.clone())))));
    for round in 0..4 {
        let id = json!({ "jti": format!("round {round}") });
        let request = Arc::new(story.request(|token| story.proof(token, &json!({}), &id)));
        let start = Arc::new(Barrier::new(200));
        let callers: Vec<_> = (0..200)
            .map(|caller| {
                let (gate, start) = (Arc::clone(&gates[caller % 2]), Arc::clone(&start));
                let request = Arc::clone(&request);
                std::thread::spawn(move || {
                    start.wait();
                    code(&gate, &request)
                })
            })
            .collect();
        let codes: Vec<_> = callers.into_iter().map(|caller| caller.join().unwrap()).collect();
        let count = |wanted| codes.iter().filter(|code| **code == wanted).count();
        assert_eq!((count("admitted"), count("proof.used")), (1, 199));
    }
}

fn secrets(byte: u8) -> SigningSecrets {
    SigningSecrets::new(&Secret::new(vec![byte; 32])).unwrap()
}

/// The nonce of a refusal, which must ask for one.
fn asked_nonce(gate: &ImmediateSharedGate, request: &PlainRequest) -> (&'static str, String) {
    let rejection = refusal(gate, request).unwrap();
    for policy in [StatusPolicy::Documented, StatusPolicy::Standard] {
        let response = Wording::default().status_policy(policy).response(&rejection);
        let challenge = response.header("www-authenticate").unwrap();
        assert_eq!(response.status, 401);
        assert!(challenge.contains(r#", DPoP realm="tollgate", algs="ES256 "#), "{challenge}");
        assert!(challenge.contains(r#"error="use_dpop_nonce""#), "{challenge}");
        assert_eq!(challenge.matches("error=").count(), 1, "{challenge}");
    }
    let response = Wording::default().response(&rejection);
    (rejection.reason().code(), response.header("dpop-nonce").unwrap().to_owned())
}

#[test]
fn row_65_a_refused_nonce_is_answered_with_a_fresh_one() {
    let story = Story::new();
    let rotated = secrets(2).also_verifying(&Secret::new(vec![1; 32])).unwrap();
    let nonces = |secrets| DpopNonces::new(secrets);
    let gate_at = |millis: i64| {
        let proofs = proofs().nonces(nonces(rotated.clone()));
        at_millis(story.jwt().dpop(proofs), NOW * 1000 + millis)
    };
    let proving = |nonce: &Value, iat: i64| {
        let claims = json!({ "nonce": nonce, "iat": iat });
        story.request(|token| story.proof(token, &json!({}), &claims))
    };
    let issued = |secrets, at: i64| nonces(secrets).issue(UnixTime::from_millis(at)).unwrap();
    let now = NOW * 1000;
    for (nonce, expected) in [
        (Value::Null, "proof.nonce_missing"),
        (json!(""), "proof.nonce_unknown"),
        (json!("of nobody"), "proof.nonce_unknown"),
        (json!(issued(secrets(3), now)), "proof.nonce_unknown"),
        (json!(issued(secrets(1), now + 30_001)), "proof.nonce_unknown"),
        (json!(issued(secrets(1), now - 300_000)), "proof.nonce_expired"),
        (json!(issued(secrets(2), now - 300_001)), "proof.nonce_expired"),
    ] {
        let (code, fresh) = asked_nonce(&gate_at(0), &proving(&nonce, NOW));
        assert_eq!(code, expected, "{nonce}");
        assert_eq!(self::code(&gate_at(0), &proving(&json!(fresh), NOW)), "admitted");
    }
    // Hosts that share the secrets need not have the same clock to the second.
    for nonce in [
        issued(secrets(1), now),
        issued(secrets(2), now),
        issued(secrets(1), now - 299_999),
        issued(secrets(1), now + 30_000),
    ] {
        assert_eq!(code(&gate_at(0), &proving(&json!(nonce), NOW)), "admitted");
    }
    let (_, fresh) = asked_nonce(&gate_at(0), &proving(&Value::Null, NOW));
    for (millis, expected) in [(299_999, "admitted"), (300_000, "proof.nonce_expired")] {
        let request = proving(&json!(fresh), NOW + 300);
        assert_eq!(code(&gate_at(millis), &request), expected, "{millis}");
    }
}

#[test]
fn a_nonce_serves_any_number_of_proofs() {
    let story = Story::new();
    let gate = gate(story.jwt().dpop(proofs().nonces(DpopNonces::new(secrets(1)))));
    let request = |nonce: &Value, id: &str| {
        let claims = json!({ "nonce": nonce, "jti": id });
        story.request(|token| story.proof(token, &json!({}), &claims))
    };
    let (_, nonce) = asked_nonce(&gate, &request(&Value::Null, "a"));
    for id in ["a", "b", "c"] {
        assert_eq!(code(&gate, &request(&json!(nonce), id)), "admitted");
    }
    assert_eq!(code(&gate, &request(&json!(nonce), "c")), "proof.used");
}

#[test]
fn a_proof_is_judged_at_every_call_of_a_remembered_token() {
    let story = Story::new();
    let validation = story.jwt().verified_tokens(VerifiedTokens::default()).dpop(proofs());
    let remembered = validation.remembered_tokens();
    let gate = gate(validation);
    let token = story.bound();
    let with = |claims: Value| {
        under("DPoP", &token).with_header("dpop", story.proof(&token, &json!({}), &claims))
    };
    assert_eq!(code(&gate, &with(json!({ "jti": "1" }))), "admitted");
    assert_eq!(code(&gate, &with(json!({ "jti": "2" }))), "admitted");
    assert_eq!(remembered.figures().hits, 1);
    for (request, expected) in [
        (under("DPoP", &token), "proof.missing"),
        (with(json!({ "jti": "2" })), "proof.used"),
        (with(json!({ "jti": "3", "htm": "POST" })), "proof.method"),
        (under("Bearer", &token), "proof.scheme"),
    ] {
        assert_eq!(code(&gate, &request), expected);
    }
}

#[test]
fn a_rehearsal_and_an_explanation_use_nothing_up() {
    let story = Story::new();
    let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(NOW)))
        .with(story.jwt().dpop(proofs()))
        .build()
        .unwrap();
    let request = story.request(|token| story.good_proof(token));
    for _ in 0..2 {
        assert!(gate.rehearse_now(&request).is_ok());
        assert!(gate.explain_now(&request).is_admitted());
    }
    assert!(gate.check_now(&request).is_ok());
    assert_eq!(gate.rehearse_now(&request).unwrap_err().reason().code(), "proof.used");
    let explanation = gate.explain_now(&request);
    assert_eq!(explanation.refusal().unwrap().code, "proof.used");
    let text = explanation.to_string();
    assert!(text.contains("[ok] possession: a proof by the key"), "{text}");
    assert!(text.contains("[FAILED] proof use"), "{text}");
}

#[test]
fn what_its_validator_refuses_uses_no_proof_up() {
    let story = Story::new();
    let replays = InMemoryReplays::new(10).unwrap();
    let revocations = InMemoryRevocations::new(10);
    let clients = InMemoryClients::new();
    let validation = story
        .jwt()
        .clients(clients.clone())
        .revocations(revocations.clone())
        .dpop(DpopProofs::new(own(), replays.clone()));
    let gate = gate(validation);
    let request = story.request(|token| story.good_proof(token));
    assert_eq!(code(&gate, &request), "client.unknown");
    assert_eq!(replays.figures().ids, 0);
    clients.add(Client::new("app").with_access(Access::Everything));
    assert_eq!(code(&gate, &request), "admitted");
    assert_eq!(replays.figures().ids, 1);
    let instant = UnixTime::from_seconds(NOW + 1);
    let revoked = Revocation::ClientBefore { client: "app".into(), instant };
    revocations.revoke(revoked, UnixTime::from_seconds(NOW + 900)).unwrap();
    let other = story.request(|token| story.proof(token, &json!({}), &json!({ "jti": "two" })));
    assert_eq!(code(&gate, &other), "token.revoked");
    assert_eq!(replays.figures().ids, 1);
}

#[test]
fn a_full_store_is_unavailable_and_never_a_pass() {
    let story = Story::new();
    let replays = InMemoryReplays::new(1).unwrap();
    let gate = gate(story.jwt().dpop(DpopProofs::new(own(), replays)));
    assert_eq!(code(&gate, &story.request(|token| story.good_proof(token))), "admitted");
    let other = story.request(|token| story.proof(token, &json!({}), &json!({ "jti": "two" })));
    let rejection = refusal(&gate, &other).unwrap();
    assert_eq!(rejection.reason().code(), "service.unavailable");
    assert_eq!(gate.wording().response(&rejection).status, 503);
}

#[test]
fn a_token_that_is_bound_to_both_needs_both() {
    let story = Story::new();
    let certificate = b"the certificate of the peer".as_slice();
    let thumbprint = base64url_encode(sha256(certificate));
    let token = story.token(&json!({ "jkt": story.thumbprint, "x5t#S256": thumbprint }));
    let code = |certificate: Option<&[u8]>, has_proof: bool| {
        let mut request = under("DPoP", &token);
        if let Some(certificate) = certificate {
            request = request.with_peer_certificate(certificate);
        }
        if has_proof {
            request = request.with_header("dpop", story.good_proof(&token));
        }
        code(&gate(story.jwt().dpop(proofs())), &request)
    };
    assert_eq!(code(Some(certificate), true), "admitted");
    assert_eq!(code(Some(certificate), false), "proof.missing");
    assert_eq!(code(None, true), "possession.missing");
    assert_eq!(code(Some(b"another"), true), "possession.wrong");
    assert_eq!(code(None, false), "proof.missing");
}

#[test]
fn a_confirmation_with_any_other_member_is_refused() {
    let story = Story::new();
    for confirmation in [
        json!({}),
        json!({ "kid": "1" }),
        json!({ "jkt": 1 }),
        json!({ "jkt": null }),
        json!({ "jkt": story.thumbprint, "kid": "1" }),
        json!({ "jkt": story.thumbprint, "x5t#S256": 1 }),
        json!({ "jwk": story.jwk }),
    ] {
        let token = story.token(&confirmation);
        for scheme in ["Bearer", "DPoP"] {
            let request = under(scheme, &token).with_header("dpop", story.good_proof(&token));
            let found = code(&gate(story.jwt().dpop(proofs())), &request);
            assert_eq!(found, "possession.unsupported", "{confirmation}");
        }
    }
}

#[test]
fn a_certificate_binds_as_before_beside_proofs() {
    let story = Story::new();
    let certificate = b"the certificate of the peer".as_slice();
    let token = story.token(&json!({ "x5t#S256": base64url_encode(sha256(certificate)) }));
    let gate = gate(story.jwt().dpop(proofs()));
    let request = |scheme: &str| under(scheme, &token).with_peer_certificate(certificate);
    assert_eq!(code(&gate, &request("Bearer")), "admitted");
    assert_eq!(code(&gate, &request("DPoP")), "proof.unbound");
    assert_eq!(code(&gate, &under("Bearer", &token)), "possession.missing");
}

#[test]
fn oauth_judges_proofs_of_its_tokens_after_their_owner() {
    let story = Story::new();
    let clients = InMemoryClients::new();
    for id in ["app", "other"] {
        clients.add(Client::new(id).with_access(Access::Everything));
    }
    let replays = InMemoryReplays::new(10).unwrap();
    let validation = OAuthValidation::jwt(story.issuer.clone(), clients)
        .access_token_element(Element::bearer())
        .token_rules(|jwt| Ok(jwt.dpop(DpopProofs::new(own(), replays.clone()))))
        .unwrap();
    let gate = gate(validation);
    let request = |client: &str, scheme: &str| {
        let token = story.bound();
        under(scheme, &token)
            .with_header("client_id", client)
            .with_header("dpop", story.good_proof(&token))
    };
    assert_eq!(code(&gate, &request("other", "DPoP")), "client.mismatch");
    assert_eq!(code(&gate, &request("app", "Bearer")), "proof.scheme");
    assert_eq!(replays.figures().ids, 0);
    assert!(gate.explain_now(&request("app", "DPoP")).is_admitted());
    assert_eq!(code(&gate, &request("app", "DPoP")), "admitted");
    assert_eq!(code(&gate, &request("app", "DPoP")), "proof.used");
}

#[test]
fn a_challenge_says_which_algorithms_and_tells_the_scheme_that_was_used() {
    let story = Story::new();
    let only = proofs().algorithms([Algorithm::Es256, Algorithm::EdDsa]).unwrap();
    let gate = gate(story.jwt().dpop(only));
    let message = "JWT in the request, identified by HEADER Authorization, is invalid. Check \
                   docs.sensedia.com";
    let told = |error: &str| format!(r#", error="{error}", error_description="{message}""#);
    let challenge = |policy, request: &PlainRequest| {
        let rejection = refusal(&gate, request).unwrap();
        let response = Wording::default().status_policy(policy).response(&rejection);
        (response.status, response.header("www-authenticate").unwrap().to_owned())
    };
    let (bearer, dpop) =
        (r#"Bearer realm="tollgate""#, r#"DPoP realm="tollgate", algs="ES256 EdDSA Ed25519""#);
    let bound = story.bound();
    let bad = under("DPoP", &bound).with_header("dpop", "bad");
    let (documented, standard) = (StatusPolicy::Documented, StatusPolicy::Standard);
    for (policy, request, status, expected) in [
        (documented, PlainRequest::new("GET", "/"), 401, format!("{bearer}, {dpop}")),
        (standard, PlainRequest::new("GET", "/"), 401, format!("{bearer}, {dpop}")),
        (documented, bad.clone(), 401, format!("{bearer}, {dpop}{}", told("invalid_token"))),
        (standard, bad, 401, format!("{bearer}, {dpop}{}", told("invalid_dpop_proof"))),
        (
            standard,
            under("Bearer", &bound),
            401,
            format!("{bearer}{}, {dpop}", told("invalid_token")),
        ),
        (
            standard,
            under("DPoP", "no-jwt"),
            400,
            format!("{bearer}, {dpop}{}", told("invalid_request")),
        ),
        (
            standard,
            under("DPoP", &bound).with_header("authorization", format!("Bearer {bound}")),
            400,
            format!("{bearer}{0}, {dpop}{0}", told("invalid_request")),
        ),
    ] {
        assert_eq!(challenge(policy, &request), (status, expected));
    }
    let strict = proofs().unbound_tokens(UnboundTokens::Refuse).algorithms([Algorithm::Es256]);
    let gate = self::gate(story.jwt().dpop(strict.unwrap()));
    let rejection = refusal(&gate, &PlainRequest::new("GET", "/")).unwrap();
    let response = Wording::default().response(&rejection);
    assert_eq!(response.header("www-authenticate"), Some(r#"DPoP realm="tollgate", algs="ES256""#));
    assert_eq!(response.header("dpop-nonce"), None);
}

#[test]
fn a_proof_is_a_credential_that_layers_take_out() {
    use tollgate::interceptor::Interceptor;
    let story = Story::new();
    let names = |validation: &dyn Fn() -> Vec<Element>| -> Vec<String> {
        validation().iter().map(ToString::to_string).collect()
    };
    let with = || story.jwt().dpop(proofs()).describe().credentials().to_vec();
    assert_eq!(names(&with), ["HEADER Authorization", "HEADER DPoP"]);
    let without = || story.jwt().describe().credentials().to_vec();
    assert_eq!(names(&without), ["HEADER Authorization"]);
}

#[test]
fn every_setting_is_within_its_bounds() {
    let field =
        |built: Result<Proofs, ConfigError>| built.err().map(|error| error.field().to_owned());
    for (millis, refused) in
        [(0, true), (999, true), (1_000, false), (300_000, false), (300_001, true)]
    {
        let built = proofs().window(Duration::from_millis(millis));
        assert_eq!(field(built).is_some(), refused, "{millis}");
    }
    assert_eq!(field(proofs().algorithms([])).as_deref(), Some("algorithms"));
    let symmetric = proofs().algorithms([Algorithm::Es256, Algorithm::Hs256]);
    assert_eq!(field(symmetric).as_deref(), Some("algorithms"));
    for (seconds, refused) in [(0, true), (1, false), (86_400, false), (86_401, true)] {
        let built = DpopNonces::new(secrets(1)).lifetime(Duration::from_secs(seconds));
        assert_eq!(built.is_err(), refused, "{seconds}");
    }
}

#[test]
fn a_prover_writes_what_the_rfc_asks_for() {
    let key = SigningKey::generate_es256().unwrap().with_id("mine");
    let prover = DpopProver::new(key).unwrap().with_nonce("n");
    let url = "https://api.example/orders?page=2#top";
    let proof = prover.prove("PUT", url, "token", UnixTime::from_millis(NOW * 1000 + 999)).unwrap();
    let part = |index: usize| -> Value {
        let part = base64url_decode(proof.split('.').nth(index).unwrap()).unwrap();
        serde_json::from_slice(&part).unwrap()
    };
    let (header, claims) = (part(0), part(1));
    assert_eq!((&header["typ"], &header["alg"]), (&json!("dpop+jwt"), &json!("ES256")));
    assert_eq!(header["jwk"]["kty"], "EC");
    assert_eq!(header["jwk"].get("d"), None);
    assert_eq!(claims["htm"], "PUT");
    assert_eq!(claims["htu"], "https://api.example/orders");
    assert_eq!(claims["iat"], NOW);
    assert_eq!(claims["nonce"], "n");
    assert_eq!(claims["ath"], base64url_encode(sha256(b"token")));
    assert_eq!(claims["jti"].as_str().unwrap().len(), 22);
    let secret = Secret::new("a secret of at least 32 bytes ...");
    assert!(DpopProver::new(SigningKey::hmac(Algorithm::Hs256, &secret).unwrap()).is_err());
}

#[test]
fn a_proof_signed_by_another_key_than_its_own_is_refused() {
    let story = Story { client: Signer::stranger(), ..Story::new() };
    let request = story.request(|token| story.good_proof(token));
    assert_eq!(code(&gate(story.jwt().dpop(proofs())), &request), "proof.signature");
}
