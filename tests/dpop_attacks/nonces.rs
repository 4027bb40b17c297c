//! Nonces that the host gives out.

use serde_json::{Value, json};
use tollgate::validate::DpopNonces;
use tollgate::wording::StatusPolicy;
use tollgate::{ImmediateSharedGate, PlainRequest, Secret, UnixTime, Wording};

use crate::story::{NOW, Story, at_millis, code, gate, proofs, refusal, secrets};

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
