//! Proofs of possession: garbage is refused, never a panic, and what is admitted is for this request.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use tollgate::crypto::{PrivateKey, SignatureAlgorithm};
use tollgate::jose::{Algorithm, KeySet, SigningKey, base64url_encode, json_object};
use tollgate::store::InMemoryReplays;
use tollgate::validate::{DpopProofs, DpopProver, OwnUrl};
use tollgate::{Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest, UnixTime};

const PEM: &[u8] = include_bytes!("../../tests/keys/p256.pem");
const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);

struct Story {
    issuer: Issuer,
    token: String,
    key: PrivateKey,
    prover: DpopProver,
    header: String,
}

static STORY: LazyLock<Story> = LazyLock::new(|| {
    let signing = || SigningKey::from_pem(PEM, Algorithm::Es256).expect("a key");
    let keys = KeySet::of([signing().verifying_key().clone()]);
    let issuer = Issuer::new("https://a.example", "api", [Algorithm::Es256], keys).expect("keys");
    let jwk = signing().verifying_key().to_jwk().expect("a public key");
    let prover = DpopProver::new(signing()).expect("an asymmetric key");
    let claims = json!({ "iss": "https://a.example", "aud": "api", "exp": 1_800_000_060,
        "cnf": { "jkt": prover.thumbprint() } });
    Story {
        issuer,
        token: signing().sign_claims(&claims).expect("random bytes"),
        key: PrivateKey::from_pem(PEM).expect("a key"),
        prover,
        header: format!(r#"{{"typ":"dpop+jwt","alg":"ES256","jwk":{jwk}}}"#),
    }
});

fn admits(target: &str, proof: &[u8]) -> bool {
    let url = OwnUrl::external("https://b.example/v1").expect("a URL");
    let proofs = DpopProofs::new(url, InMemoryReplays::new(1).expect("memory"));
    let validation = JwtValidation::new(Element::bearer(), STORY.issuer.clone()).dpop(proofs);
    let gate = Gate::builder(ManualClock::at(NOW)).with(validation).build().expect("complete");
    let request = PlainRequest::new("GET", target)
        .with_header("authorization", format!("DPoP {}", STORY.token))
        .with_header("dpop", proof);
    gate.check_now(&request).is_ok()
}

/// A proof of exactly these bytes, truly signed.
fn signed(header: &[u8], payload: &[u8]) -> String {
    let input = format!("{}.{}", base64url_encode(header), base64url_encode(payload));
    let signature = STORY.key.sign(SignatureAlgorithm::EcdsaP256Sha256, input.as_bytes());
    format!("{input}.{}", base64url_encode(signature.expect("random bytes")))
}

fuzz_target!(|bytes: &[u8]| {
    assert!(!admits("/", bytes));

    // Signed, so that the claims behind the signature are reached.
    if admits("/", signed(STORY.header.as_bytes(), bytes).as_bytes()) {
        let claims = json_object(bytes).expect("an object");
        assert_eq!(claims.get("htm"), Some(&Value::from("GET")));
    }
    let claims = json!({ "jti": "1", "htm": "GET", "htu": "https://b.example/v1/",
        "iat": NOW.as_seconds(), "ath": "" });
    assert!(!admits("/", signed(bytes, claims.to_string().as_bytes()).as_bytes()));

    // A URL is its own, if it is one at all.
    let text = String::from_utf8_lossy(bytes);
    let url = format!("https://b.example/v1{text}");
    let proof = STORY.prover.prove("GET", &url, &STORY.token, NOW).expect("random bytes");
    let is_plain = text.starts_with('/')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_/".contains(&byte));
    assert!(admits(&text, proof.as_bytes()) || !is_plain || url.len() > 4096);
});
