//! Requests with message signatures, explained check by check.

use tollgate::crypto::{PrivateKey, PublicKey};
use tollgate::explanation::CheckOutcome;
use tollgate::gate::ImmediateChain;
use tollgate::http_signature::{
    Component, HttpSignatureAlgorithm, MessageKey, MessageSigningKey, RequestSigner,
};
use tollgate::record::{Access, Client};
use tollgate::store::{InMemoryClients, InMemoryReplays};
use tollgate::validate::{Coverage, HttpSignatureValidation, JudgedSignature, SignatureKeys};
use tollgate::{ClientIdValidation, ImmediateSharedGate, PlainRequest, UnixTime};

use crate::cases::{NOW, gate};
use crate::pure::assert_agrees;

fn public_key() -> PublicKey {
    PublicKey::from_pem(include_bytes!("../keys/ed25519.pub.pem")).unwrap()
}

fn validation(keys: SignatureKeys) -> HttpSignatureValidation {
    let judged = JudgedSignature::Tagged("orders".to_owned());
    HttpSignatureValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        keys,
        judged,
        Coverage::target_uri(),
    )
    .unwrap()
}

/// By the host's keys, once only, and by the key of the client.
fn gates() -> [ImmediateSharedGate; 3] {
    let clients = InMemoryClients::new();
    let client = Client::new("app").with_access(Access::Everything);
    clients.add(client.with_public_key(public_key()));
    let key = MessageKey::public_key(public_key()).unwrap();
    let named = SignatureKeys::named([("k1", key)]).unwrap();
    let of_client = SignatureKeys::of_client([HttpSignatureAlgorithm::Ed25519]).unwrap();
    let once = validation(named.clone()).single_use(InMemoryReplays::new(10).unwrap());
    let chain = ImmediateChain::new;
    [
        gate(chain().with(validation(named))),
        gate(chain().with(once)),
        gate(chain().with(ClientIdValidation::new(clients)).with(validation(of_client))),
    ]
}

fn signed() -> PlainRequest {
    let request = PlainRequest::new("POST", "/orders")
        .with_scheme("https")
        .with_authority("api.example")
        .with_header("client_id", "app")
        .with_body("{}");
    let private = PrivateKey::from_pem(include_bytes!("../keys/ed25519.pem")).unwrap();
    let key = MessageSigningKey::private_key(private).unwrap();
    let covered = [Component::METHOD, Component::TARGET_URI, Component::CONTENT_DIGEST];
    let signer = RequestSigner::new("sig1", key, covered).unwrap().with_nonces();
    let signer = signer.key_id("k1").unwrap().tag("orders").unwrap();
    let headers = signer.sign(&request, UnixTime::from_seconds(NOW)).unwrap();
    headers.lines().fold(request, |request, (name, value)| request.with_header(name, value))
}

#[test]
fn every_check_of_an_admitted_signature_passed() {
    for gate in gates() {
        let explanation = assert_agrees(&gate, &signed());
        assert!(explanation.is_admitted(), "{explanation}");
        let last = explanation.interceptors.last().unwrap();
        assert!(last.checks.iter().all(|check| check.outcome == CheckOutcome::Passed), "{last:?}");
        assert!(explanation.to_string().contains("coverage: 3 components"), "{explanation}");
    }
}

#[test]
fn the_check_that_refused_a_signature_is_named() {
    let bare = || PlainRequest::new("POST", "/orders").with_header("client_id", "app");
    let add = |input: &str| {
        let request = bare().with_scheme("https").with_authority("api.example");
        let request = request.with_header("signature-input", format!("sig1={input}"));
        request.with_header("signature", "sig1=:AA==:")
    };
    let covered = "(\"@method\" \"@target-uri\")";
    let tagged = format!("{covered};tag=\"orders\"");
    for (request, check) in [
        (bare(), "credential"),
        (add("()"), "selection"),
        (add("();tag=\"orders\";odd"), "parameters"),
        (add("();tag=\"orders\";nonce=\"1\""), "coverage"),
        (add(&format!("{tagged};nonce=\"1\";keyid=\"k1\"")), "lifetime"),
        (add(&format!("{tagged};nonce=\"1\";keyid=\"k1\";created={NOW}")), "signature"),
        (signed().with_body("[]"), "content"),
    ] {
        for gate in gates() {
            let explanation = assert_agrees(&gate, &request);
            let last = explanation.interceptors.last().unwrap();
            let failed = last.checks.iter().find(|one| one.outcome == CheckOutcome::Failed);
            assert_eq!(failed.map(|one| one.name.as_str()), Some(check), "{explanation}");
        }
    }
}
