//! How often a decision allocates. The target is alone in its process, with one thread a test.

#[path = "support/counting.rs"]
mod counting;

use std::cell::Cell;
use std::time::Duration;

use serde_json::json;
use tollgate::crypto::CredentialDigest;
use tollgate::interceptor::{Evidence, Immediate, interceptor_fn};
use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::record::{Access, Client, Grant};
use tollgate::store::{
    InMemoryClients, InMemoryGrants, InMemoryReplays, InMemoryRevocations, Revocation,
};
use tollgate::time::Lifetime;
use tollgate::validate::{
    CsrfGenerator, DpopProofs, DpopProver, OwnUrl, SessionBinding, SigningSecrets,
    TimeTokenGenerator, VerifiedTokens,
};
use tollgate::{
    AccessTokenValidation, ClientIdValidation, CsrfValidation, Element, Gate, Issuer,
    JwtValidation, ManualClock, OAuthValidation, PlainRequest, Secret, TimeTokenValidation,
    UnixTime,
};

use crate::counting::COUNT;

fn allocations(decide: impl FnOnce() -> bool, admitted: bool) -> usize {
    let before = COUNT.with(Cell::get);
    let decided = decide();
    let after = COUNT.with(Cell::get);
    assert_eq!(decided, admitted);
    after - before
}

fn counted<I: Immediate>(
    gate: &Gate<ManualClock, I>,
    request: &PlainRequest,
    admitted: bool,
) -> usize {
    allocations(|| gate.check_now(request).is_ok(), admitted)
}

const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);

fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::only(["orders"])));
    clients
}

fn grants() -> InMemoryGrants {
    let grants = InMemoryGrants::new();
    let lifetime = Lifetime::until(UnixTime::from_seconds(1_800_000_060));
    grants.add(Grant::new(b"token", "app", lifetime).with_access(Access::Everything));
    grants
}

fn request() -> PlainRequest {
    PlainRequest::new("GET", "/?client=app")
        .with_header("client_id", "app")
        .with_header("cookie", "a=1; session=app")
        .with_header("access_token", "token")
}

#[test]
fn admission_by_client_id_allocates_nothing() {
    for element in [
        Element::header("client_id"),
        Element::cookie("session"),
        Element::query_param("client"),
        Element::any("client_id"),
    ] {
        let gate = Gate::builder(ManualClock::at(NOW))
            .for_resource("orders")
            .with(ClientIdValidation::new(clients()).element(element.unwrap()))
            .build()
            .unwrap();
        assert_eq!(counted(&gate, &request(), true), 0);
    }
}

#[test]
fn admission_by_access_token_allocates_nothing() {
    let gate = Gate::builder(ManualClock::at(NOW))
        .for_resource("orders")
        .with(AccessTokenValidation::new(grants(), clients()))
        .build()
        .unwrap();
    assert_eq!(counted(&gate, &request(), true), 0);
}

#[test]
fn admission_by_seven_interceptors_allocates_nothing() {
    let pass = || interceptor_fn("pass", |_| Ok(Evidence::none()));
    let gate = Gate::builder(ManualClock::at(NOW))
        .for_resource("orders")
        .with(ClientIdValidation::new(clients()))
        .with(AccessTokenValidation::new(grants(), clients()))
        .with(ClientIdValidation::new(clients()).element(Element::cookie("session").unwrap()))
        .with(ClientIdValidation::new(clients()).element(Element::query_param("client").unwrap()))
        .with(pass())
        .with(pass())
        .with(pass())
        .build()
        .unwrap();
    assert_eq!(counted(&gate, &request(), true), 0);
}

#[test]
fn admission_by_oauth_with_an_opaque_token_allocates_nothing() {
    let gate = Gate::builder(ManualClock::at(NOW))
        .for_resource("orders")
        .with(OAuthValidation::opaque(grants(), clients()))
        .build()
        .unwrap();
    assert_eq!(counted(&gate, &request(), true), 0);
}

fn secrets() -> SigningSecrets {
    SigningSecrets::new(&Secret::new("a secret of at least 32 bytes ...")).unwrap()
}

#[test]
fn admission_by_time_token_allocates_nothing() {
    let element = || Element::header("x-time").unwrap();
    let generator = TimeTokenGenerator::new(element(), secrets()).unwrap();
    let request = request();
    let issued = generator.generate(&request, NOW).unwrap();
    let request = request.with_header("x-time", issued.token());
    let validation = TimeTokenValidation::new(element(), secrets()).unwrap();
    let gate = Gate::builder(ManualClock::at(NOW)).with(validation).build().unwrap();
    assert_eq!(counted(&gate, &request, true), 0);
}

#[test]
fn admission_by_csrf_token_allocates_nothing() {
    let session = || SessionBinding::cookie("session").unwrap();
    let header = || Element::header("x-csrf").unwrap();
    let cookie = || Element::cookie("csrf").unwrap();
    let life = Duration::from_secs(60);
    let generator = CsrfGenerator::new(header(), secrets(), session(), life).unwrap();
    let issued = generator.generate_for_session(b"app", NOW).unwrap();
    let request = PlainRequest::new("POST", "/")
        .with_authority("a.example")
        .with_scheme("https")
        .with_header("origin", "https://a.example")
        .with_header("cookie", format!("session=app; csrf={}", issued.token()))
        .with_header("x-csrf", issued.token());
    for validation in [
        CsrfValidation::new(header(), secrets(), session()),
        CsrfValidation::double_submit(cookie(), header(), secrets(), session()),
    ] {
        let gate = Gate::builder(ManualClock::at(NOW)).with(validation.unwrap()).build().unwrap();
        assert_eq!(counted(&gate, &request, true), 0);
    }
}

#[test]
fn refusal_allocates_a_small_fixed_number_of_times() {
    let gate = Gate::builder(ManualClock::at(NOW))
        .for_resource("orders")
        .with(ClientIdValidation::new(clients()))
        .build()
        .unwrap();
    let stranger = PlainRequest::new("GET", "/").with_header("client_id", "stranger");
    assert_eq!(counted(&gate, &stranger, false), 1);
    assert_eq!(counted(&gate, &PlainRequest::new("GET", "/"), false), 1);
}

/// A gate for JWTs, and its requests: each with another token of the same key.
fn by_jwt(
    policy: VerifiedTokens,
) -> (Gate<ManualClock, JwtValidation>, impl Fn(usize) -> PlainRequest) {
    let (validation, request) = jwts(policy);
    (Gate::builder(ManualClock::at(NOW)).with(validation).build().unwrap(), request)
}

fn jwts(policy: VerifiedTokens) -> (JwtValidation, impl Fn(usize) -> PlainRequest) {
    let secret = Secret::new("a secret of at least 32 bytes ...");
    let key = SigningKey::hmac(Algorithm::Hs256, &secret).unwrap().with_id("1");
    let keys = KeySet::of([key.verifying_key().clone()]);
    let issuer = Issuer::new("https://a.example", "api", [Algorithm::Hs256], keys).unwrap();
    let validation = JwtValidation::new(Element::bearer(), issuer).verified_tokens(policy);
    let request = move |id| {
        let claims = format!(
            r#"{{"iss":"https://a.example","aud":["api","other"],"exp":1800000060,"sub":"user",
            "jti":"{id}","scope":"read write","azp":"app","nbf":1700000000,"iat":1700000000,
            "roles":["a",{{"b":1}}]}}"#
        );
        let token = key.sign(claims.as_bytes()).unwrap();
        PlainRequest::new("GET", "/").with_header("authorization", format!("Bearer {token}"))
    };
    (validation, request)
}

/// Three: the payload, the list of its members, the `Arc` of the claims. The first token of a key brings
/// its header, and memory for verified tokens grows until it is full.
#[test]
fn admission_by_jwt_allocates_for_its_claims_only() {
    let (gate, request) = by_jwt(VerifiedTokens::Forgotten);
    assert!(gate.check_now(&request(0)).is_ok());
    for id in [1, 2, 1] {
        assert_eq!(counted(&gate, &request(id), true), 3);
    }
    let (gate, request) = by_jwt(VerifiedTokens::Remembered { at_most: 64 });
    assert!((0..300).all(|id| gate.check_now(&request(id)).is_ok()));
    assert_eq!(counted(&gate, &request(300), true), 3);
}

#[test]
fn admission_by_a_jwt_that_was_seen_before_allocates_nothing() {
    let (gate, request) = by_jwt(VerifiedTokens::default());
    for id in 0..3 {
        assert!(gate.check_now(&request(id)).is_ok());
        assert_eq!(counted(&gate, &request(id), true), 0);
    }
    assert_eq!(counted(&gate, &request(0), true), 0);
}

#[test]
fn a_look_up_in_a_store_of_revocations_allocates_nothing() {
    let (validation, request) = jwts(VerifiedTokens::default());
    let (store, until) = (InMemoryRevocations::new(10), UnixTime::from_seconds(1_800_000_090));
    let issuer: Box<str> = "https://a.example".into();
    let id = |id: &str| Revocation::Id { issuer: issuer.clone(), id: id.into() };
    for revocation in [
        id("other"),
        Revocation::Token(CredentialDigest::of(b"other")),
        Revocation::ClientBefore { client: "app".into(), instant: UnixTime::EPOCH },
        Revocation::IssuerBefore { issuer: issuer.clone(), instant: UnixTime::EPOCH },
    ] {
        store.revoke(revocation, until).unwrap();
    }
    let validation = validation.revocations(store);
    let gate = Gate::builder(ManualClock::at(NOW)).with(validation).build().unwrap();
    assert!(gate.check_now(&request(0)).is_ok());
    assert_eq!(counted(&gate, &request(0), true), 0);
}

/// For both dictionaries, the components, the signature base, the digest and the evidence; `ring` verifies
/// Ed25519 without any.
#[test]
fn admission_by_message_signature_allocates_for_what_is_signed() {
    use tollgate::crypto::{PrivateKey, PublicKey};
    use tollgate::http_signature::{
        Component, ContentDigestAlgorithm, MessageKey, MessageSigningKey, RequestSigner,
        content_digest,
    };
    use tollgate::validate::{Coverage, HttpSignatureValidation, JudgedSignature, SignatureKeys};

    let private = PrivateKey::from_pem(include_bytes!("keys/ed25519.pem")).unwrap();
    let covered = Coverage::target_parts().and(Component::CONTENT_DIGEST);
    let components = covered.and(Component::field("content-type").unwrap());
    let key = MessageSigningKey::private_key(private).unwrap();
    let signer = RequestSigner::new("sig1", key, components.components().iter().cloned()).unwrap();
    let body = b"{\"item\": 1}";
    let request = PlainRequest::new("POST", "/orders?page=1")
        .with_authority("api.example")
        .with_header("content-type", "application/json")
        .with_header("content-digest", content_digest(ContentDigestAlgorithm::Sha256, body))
        .with_body(body);
    let headers = signer.key_id("k1").unwrap().sign(&request, NOW).unwrap();
    let request =
        headers.lines().fold(request, |request, (name, value)| request.with_header(name, value));

    let public = PublicKey::from_pem(include_bytes!("keys/ed25519.pub.pem")).unwrap();
    let keys = SignatureKeys::named([("k1", MessageKey::public_key(public).unwrap())]).unwrap();
    let judged = JudgedSignature::Labelled("sig1".to_owned());
    let validation = HttpSignatureValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        keys,
        judged,
        components,
    )
    .unwrap();
    let gate = Gate::builder(ManualClock::at(NOW)).with(validation).build().unwrap();
    assert!(gate.check_now(&request).is_ok());
    assert_eq!(counted(&gate, &request, true), 33);
}

/// Each proof brings a key of its own: its header with the members of the key, and their canonical
/// form for the thumbprint, are most of it.
#[test]
fn admission_by_a_proof_allocates_for_its_header_and_claims_only() {
    let issuing = SigningKey::generate_es256().unwrap();
    let keys = KeySet::of([issuing.verifying_key().clone()]);
    let issuer = Issuer::new("https://a.example", "api", [Algorithm::Es256], keys).unwrap();
    let url = OwnUrl::external("https://api.example").unwrap();
    let proofs = DpopProofs::new(url, InMemoryReplays::new(16).unwrap());
    let validation = JwtValidation::new(Element::bearer(), issuer).dpop(proofs);
    let gate = Gate::builder(ManualClock::at(NOW)).with(validation).build().unwrap();
    let prover = DpopProver::new(SigningKey::generate_es256().unwrap()).unwrap();
    let claims = json!({ "iss": "https://a.example", "aud": "api", "exp": 1_800_000_060,
        "cnf": { "jkt": prover.thumbprint() } });
    let token = issuing.sign_claims(&claims).unwrap();
    let request = || {
        let proof = prover.prove("GET", "https://api.example/orders", &token, NOW).unwrap();
        PlainRequest::new("GET", "/orders")
            .with_header("authorization", format!("DPoP {token}"))
            .with_header("dpop", proof)
    };
    assert!(gate.check_now(&request()).is_ok());
    // aws-lc-rs keeps what it reads of a key.
    let expected = if cfg!(feature = "aws-lc-rs") { 65 } else { 63 };
    for _ in 0..3 {
        assert_eq!(counted(&gate, &request(), true), expected);
    }
}
