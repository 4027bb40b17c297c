//! Keys of the clients that earlier interceptors established.

use tollgate::http_signature::{Component, HttpSignatureAlgorithm};
use tollgate::record::{Access, Client, ClientState};
use tollgate::store::InMemoryClients;
use tollgate::validate::{Coverage, HttpSignatureValidation, SignatureKeys, VerifiedSignature};
use tollgate::{ClientIdValidation, Gate, ManualClock, PlainRequest};

use crate::signed::{GOOD, NOW, labelled, order, public_key, signed};

fn judge(
    algorithms: &[HttpSignatureAlgorithm],
    client: Client,
    request: &PlainRequest,
) -> &'static str {
    let clients = InMemoryClients::new();
    clients.add(client);
    let keys = SignatureKeys::of_client(algorithms.iter().copied()).unwrap();
    let gate = Gate::builder(ManualClock::at(NOW))
        .for_resource("orders")
        .with(ClientIdValidation::new(clients))
        .with(
            HttpSignatureValidation::new(
                tollgate::validate::OwnAuthorities::insecure_as_received(),
                keys,
                labelled(),
                Coverage::target_uri(),
            )
            .unwrap(),
        )
        .build()
        .unwrap();
    gate.check_now(request).map_or_else(|rejection| rejection.reason().code(), |_| "admitted")
}

fn client() -> Client {
    Client::new("app").with_access(Access::Everything)
}

#[test]
fn a_signature_must_be_of_the_clients_own_key() {
    let request = signed(order().with_header("client_id", "app"), GOOD);
    let own = || client().with_public_key(public_key());
    let (ed25519, p256) =
        (HttpSignatureAlgorithm::Ed25519, HttpSignatureAlgorithm::EcdsaP256Sha256);
    assert_eq!(judge(&[p256, ed25519], own(), &request), "admitted");
    assert_eq!(judge(&[p256], own(), &request), "message_signature.key_absent");
    assert_eq!(judge(&[ed25519], client(), &request), "message_signature.key_absent");
    let pem = include_bytes!("../keys/p256.pub.pem");
    let other = client().with_public_key(tollgate::crypto::PublicKey::from_pem(pem).unwrap());
    assert_eq!(judge(&[p256, ed25519], other, &request), "message_signature.signature");
    let disabled = own().with_state(ClientState::Disabled);
    assert_eq!(judge(&[ed25519], disabled, &request), "client.disabled");
}

#[test]
fn what_was_verified_is_evidence() {
    let gate = Gate::builder(ManualClock::at(NOW)).with(crate::signed::validation());
    let admission = gate.build().unwrap().check_now(&signed(order(), GOOD)).unwrap();
    let verified: &VerifiedSignature = admission.get().unwrap();
    assert_eq!((verified.label(), verified.key_id()), ("sig1", Some("k1")));
    let covered: Vec<_> = verified.components().iter().map(Component::identifier).collect();
    assert_eq!(covered, ["\"@method\"", "\"@target-uri\"", "\"content-digest\""]);
}

#[test]
fn keys_of_clients_need_a_client_and_a_resource() {
    let validation = || {
        let keys = SignatureKeys::of_client([HttpSignatureAlgorithm::Ed25519]).unwrap();
        HttpSignatureValidation::new(
            tollgate::validate::OwnAuthorities::insecure_as_received(),
            keys,
            labelled(),
            Coverage::target_uri(),
        )
        .unwrap()
    };
    let alone = Gate::builder(ManualClock::at(NOW)).for_resource("orders").with(validation());
    assert_eq!(alone.build().unwrap_err().field(), "client");
}
