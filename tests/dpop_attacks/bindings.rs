//! What a token is bound to, beside its key or in its place.

use serde_json::json;
use tollgate::crypto::sha256;
use tollgate::jose::base64url_encode;
use tollgate::record::{Access, Client};
use tollgate::store::{InMemoryClients, InMemoryReplays};
use tollgate::validate::DpopProofs;
use tollgate::{Element, OAuthValidation};

use crate::story::{Story, code, gate, own, proofs, under};

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
