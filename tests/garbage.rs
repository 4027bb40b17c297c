//! Whatever arrives, the gate decides: it never panics, and never admits by accident.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::json;
use tollgate::http_signature::{Component, MessageKey};
use tollgate::interceptor::{AnyResource, Immediate};
use tollgate::jose::{Algorithm, Jws, KeySet, SigningKey, VerifyingKey, json_object};
use tollgate::record::{Access, Client};
use tollgate::store::{InMemoryClients, InMemoryGrants, InMemoryReplays};
use tollgate::structured_field::{Dictionary, DuplicateKeys, Item, List};
use tollgate::validate::{
    Coverage, DpopProofs, DpopProver, HttpSignatureValidation, JudgedSignature, OwnUrl,
    SignatureKeys,
};
use tollgate::{
    AccessTokenValidation, ClientIdValidation, ClientSecretValidation, Element, Gate, Issuer,
    JwtValidation, ManualClock, PlainRequest, Secret, UnixTime,
};

fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything).with_secret(b"secret"));
    clients
}

fn jwt(element: Element) -> JwtValidation {
    let key = SigningKey::generate_es256().unwrap();
    let keys = KeySet::of([key.verifying_key().clone()]);
    let issuer = Issuer::new("https://a.example", "api", [Algorithm::Es256], keys).unwrap();
    JwtValidation::new(element, issuer)
}

fn signed() -> HttpSignatureValidation {
    let key = MessageKey::shared_secret(&Secret::new([7; 32])).unwrap();
    let keys = SignatureKeys::named([("k1", key)]).unwrap();
    let judged = JudgedSignature::Labelled("sig1".to_owned());
    let coverage = Coverage::insecure_only([Component::METHOD]).unwrap();
    HttpSignatureValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        keys,
        judged,
        coverage,
    )
    .unwrap()
}

static BOUND: LazyLock<(SigningKey, DpopProver)> = LazyLock::new(|| {
    let prover = DpopProver::new(SigningKey::generate_es256().unwrap()).unwrap();
    (SigningKey::generate_es256().unwrap(), prover)
});

fn proofs() -> DpopProofs<InMemoryReplays> {
    DpopProofs::new(
        OwnUrl::external("https://a.example").unwrap(),
        InMemoryReplays::new(1).unwrap(),
    )
}

fn admits(interceptor: impl Immediate, request: &PlainRequest) -> bool {
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource(AnyResource)
        .with(interceptor)
        .build()
        .unwrap();
    match gate.check_now(request) {
        Ok(_) => true,
        Err(rejection) => {
            let response = gate.wording().response(&rejection);
            assert!(matches!(response.status, 401));
            assert!(!gate.wording().trace(&rejection).is_empty());
            false
        }
    }
}

/// The same bytes wherever a credential may travel.
fn everywhere(bytes: &[u8], text: &str) -> Vec<PlainRequest> {
    let get = |target: &str| PlainRequest::new("GET", target);
    let cookie = [b"app=", bytes].concat();
    vec![
        get("/").with_header("app", bytes),
        get("/").with_header("cookie", cookie),
        get("/").with_header("cookie", bytes),
        get("/").with_header("authorization", bytes),
        get("/").with_header("authorization", [b"Bearer ", bytes].concat()),
        get("/").with_header("authorization", [b"Basic ", bytes].concat()),
        get(&format!("/?app={text}")),
        get(&format!("/?{text}")),
        get(text),
    ]
}

proptest! {
    #[test]
    fn garbage_in_every_element_is_refused(bytes: Vec<u8>, text: String) {
        let any = || Element::any("app").unwrap();
        for request in everywhere(&bytes, &text) {
            prop_assert!(!admits(ClientIdValidation::new(clients()).element(any()), &request)
                || bytes == b"app" || text.contains("app"));
            prop_assert!(!admits(ClientSecretValidation::new(clients()), &request));
            let grants = InMemoryGrants::new();
            let token = AccessTokenValidation::new(grants, clients()).element(any());
            prop_assert!(!admits(token, &request));
            prop_assert!(!admits(jwt(any()), &request));
            prop_assert!(!admits(jwt(Element::bearer()), &request));
            prop_assert!(!admits(jwt(Element::bearer()).dpop(proofs()), &request));
        }
    }

    #[test]
    fn garbage_is_not_a_proof(bytes: Vec<u8>, text: String, form in "[A-Za-z0-9_.-]{0,80}") {
        let (key, prover) = &*BOUND;
        let keys = KeySet::of([key.verifying_key().clone()]);
        let issuer = Issuer::new("https://a.example", "api", [Algorithm::Es256], keys).unwrap();
        let claims = json!({ "iss": "https://a.example", "aud": "api", "exp": 60,
            "cnf": { "jkt": prover.thumbprint() } });
        let token = key.sign_claims(&claims).unwrap();
        let bound = PlainRequest::new("GET", &text)
            .with_header("authorization", format!("DPoP {token}"));
        let validation = || JwtValidation::new(Element::bearer(), issuer.clone()).dpop(proofs());
        for garbage in [bytes.as_slice(), text.as_bytes(), form.as_bytes()] {
            prop_assert!(!admits(validation(), &bound.clone().with_header("dpop", garbage)));
        }
        let proof = prover.prove("GET", &text, &token, UnixTime::EPOCH).unwrap();
        prop_assert!(!admits(validation(), &bound.with_header("dpop", proof)));
    }

    #[test]
    fn garbage_is_no_token_key_or_object(bytes: Vec<u8>, text in "[A-Za-z0-9_.-]{0,80}") {
        prop_assert!(Jws::parse(&bytes).is_err());
        prop_assert!(Jws::parse(text.as_bytes()).is_err());
        prop_assert!(VerifyingKey::from_jwk(&bytes).is_err());
        prop_assert!(VerifyingKey::from_pem(&bytes, Algorithm::Rs256).is_err());
        prop_assert!(VerifyingKey::from_der(&bytes, Algorithm::Es256).is_err());
        prop_assert!(KeySet::from_jwks(&bytes).is_err());
        let _ = json_object(&bytes);
    }

    #[test]
    fn garbage_is_no_structured_field_that_changes_when_it_is_written(
        bytes: Vec<u8>,
        text in "[a-z0-9*\"\\\\;=,:()?@%. \t-]{0,60}",
    ) {
        for text in [&bytes[..], text.as_bytes()] {
            for duplicates in [DuplicateKeys::Refuse, DuplicateKeys::Overwrite] {
                if let Ok(list) = List::parse(text, duplicates) {
                    let written = list.serialize().unwrap();
                    prop_assert!(List::parse(written.as_bytes(), duplicates).unwrap() == list);
                }
                if let Ok(dictionary) = Dictionary::parse(text, duplicates) {
                    let written = dictionary.serialize().unwrap();
                    let again = Dictionary::parse(written.as_bytes(), duplicates).unwrap();
                    prop_assert!(again == dictionary);
                }
                if let Ok(item) = Item::parse(text, duplicates) {
                    let written = item.serialize().unwrap();
                    prop_assert!(Item::parse(written.as_bytes(), duplicates).unwrap() == item);
                }
            }
        }
    }

    #[test]
    fn garbage_is_no_message_signature(
        bytes: Vec<u8>,
        components in "[a-z@\"; =()-]{0,40}",
        parameters in "[a-z0-9\";=]{0,40}",
    ) {
        let input = format!("sig1=({components});{parameters}");
        for (input, signature) in [
            (&bytes[..], &b"sig1=:AA==:"[..]),
            (input.as_bytes(), b"sig1=:AA==:"),
            (input.as_bytes(), &bytes),
        ] {
            let request = PlainRequest::new("GET", "/").with_scheme("https");
            let request = request.with_authority("a.example").with_header("a", bytes.clone());
            let request = request.with_header("signature-input", input);
            prop_assert!(!admits(signed(), &request.with_header("signature", signature)));
        }
    }

    #[test]
    fn an_id_is_admitted_if_and_only_if_it_is_the_one_that_is_kept(
        kept in "[ -~]{1,20}",
        sent in "[ -~]{1,20}",
    ) {
        let clients = InMemoryClients::new();
        clients.add(Client::new(&kept).with_access(Access::Everything));
        let header = |id: &str| PlainRequest::new("GET", "/").with_header("client_id", id);
        prop_assert!(admits(ClientIdValidation::new(clients.clone()), &header(&kept)));
        prop_assert_eq!(admits(ClientIdValidation::new(clients), &header(&sent)), kept == sent);
    }
}
