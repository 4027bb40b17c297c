//! Proofs that come again, and what uses them up.

use std::sync::{Arc, Barrier};

use serde_json::{Value, json};
use tollgate::jose::Algorithm;
use tollgate::record::{Access, Client};
use tollgate::store::{InMemoryClients, InMemoryReplays, InMemoryRevocations, Revocation};
use tollgate::validate::{DpopProofs, VerifiedTokens};
use tollgate::{Gate, ManualClock, UnixTime};

use crate::story::{NOW, Story, at_millis, code, gate, own, proofs, published, refusal, under};
use crate::support::Signer;

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
