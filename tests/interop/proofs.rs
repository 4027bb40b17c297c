//! DPoP proofs by `dpop`.

use serde_json::{Value, json};
use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::store::InMemoryReplays;
use tollgate::validate::{DpopProofs, OwnUrl};
use tollgate::{Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest, UnixTime};

use crate::node::{NOW, run};
use crate::requests::text;

/// An issuer, and a gate for its tokens, each of which is bound to a key of the script.
struct Story {
    issuer: SigningKey,
}

impl Story {
    fn token(&self, thumbprint: &str, index: usize) -> String {
        let claims = json!({ "iss": "https://issuer.example", "aud": "api", "exp": NOW + 60,
            "jti": index.to_string(), "cnf": { "jkt": thumbprint } });
        self.issuer.sign_claims(&claims).unwrap()
    }

    fn code(&self, method: &str, target: &str, token: &str, proof: &str) -> &'static str {
        let keys = KeySet::of([self.issuer.verifying_key().clone()]);
        let issuer =
            Issuer::new("https://issuer.example", "api", [Algorithm::Es256], keys).unwrap();
        let url = OwnUrl::external("https://api.example").unwrap();
        let proofs = DpopProofs::new(url, InMemoryReplays::new(16).unwrap());
        let proofs = proofs
            .algorithms([Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256, Algorithm::Ps256])
            .unwrap();
        let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(NOW)))
            .with(JwtValidation::new(Element::bearer(), issuer).dpop(proofs))
            .build()
            .unwrap();
        let request = PlainRequest::new(method, target)
            .with_header("authorization", format!("DPoP {token}"))
            .with_header("dpop", proof);
        gate.check_now(&request).map_or_else(|refusal| refusal.reason().code(), |_| "admitted")
    }
}

/// The proof with another digit of base64, so many characters before its end.
fn with_digit(proof: &str, from_end: usize) -> String {
    let at = proof.len() - from_end;
    let other = if proof.as_bytes()[at] == b'A' { 'B' } else { 'A' };
    format!("{}{other}{}", &proof[..at], &proof[at + 1..])
}

#[test]
#[ignore = "needs Node and the packages of tests/interop"]
fn what_dpop_proves_is_admitted_here_and_nothing_else_is() {
    let story = Story { issuer: SigningKey::generate_es256().unwrap() };
    let mut tokens = Vec::new();
    // The script makes its keys first, and asks for a token bound to each.
    let keys = run("proofs.mjs", &["keys"], "");
    let keys: Value = serde_json::from_str(&keys).unwrap();
    for (index, key) in keys.as_array().unwrap().iter().enumerate() {
        tokens.push(story.token(text(key, "thumbprint"), index));
    }
    let input = json!({ "keys": keys, "tokens": tokens }).to_string();
    let proofs: Value = serde_json::from_str(&run("proofs.mjs", &["prove"], &input)).unwrap();
    let (mut admitted, mut refused) = (0, 0);
    for one in proofs.as_array().unwrap() {
        let (method, target) = (text(one, "method"), text(one, "target"));
        let (token, proof) = (text(one, "token"), text(one, "proof"));
        assert_eq!(story.code(method, target, token, proof), "admitted", "{one}");
        admitted += 1;
        let other = tokens.iter().find(|other| *other != token).unwrap();
        for code in [
            story.code("PUT", target, token, proof),
            story.code(method, "/elsewhere", token, proof),
            story.code(method, target, other, proof),
            story.code(method, target, token, &with_digit(proof, 40)),
            story.code(method, target, token, &with_digit(proof, proof.len() / 2)),
        ] {
            assert_ne!(code, "admitted", "{one}");
            refused += 1;
        }
    }
    println!("dpop: {admitted} proofs are admitted here, {refused} others are not");
    assert!(admitted >= 200);
}
