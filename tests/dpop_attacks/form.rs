//! Proofs as they are written: age, members, keys, spelling.

use std::time::Duration;

use serde_json::{Value, json};
use tollgate::UnixTime;
use tollgate::crypto::sha256;
use tollgate::jose::{Algorithm, SigningKey, base64url_encode};
use tollgate::validate::DpopProver;

use crate::story::{NOW, Proofs, Story, at_millis, changed, code, gate, proofs, published, under};
use crate::support::{ED25519, P256, P384, RSA, Signer};

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
    let mut judged = 0;
    for (pem, algorithm) in [
        (P256, Algorithm::Es256),
        (P384, Algorithm::Es384),
        (ED25519, Algorithm::EdDsa),
        (RSA, Algorithm::Rs256),
        (RSA, Algorithm::Rs384),
        (RSA, Algorithm::Rs512),
        (RSA, Algorithm::Ps256),
        (RSA, Algorithm::Ps384),
        (RSA, Algorithm::Ps512),
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
fn a_proof_signed_by_another_key_than_its_own_is_refused() {
    let story = Story { client: Signer::stranger(), ..Story::new() };
    let request = story.request(|token| story.good_proof(token));
    assert_eq!(code(&gate(story.jwt().dpop(proofs())), &request), "proof.signature");
}
