//! What one decision by access token, client secret, JWT, sealed token, signature or authorization
//! token costs.

use std::hint::black_box;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::json;
use tollgate::certificate::Certificate;
use tollgate::crypto::{PrivateKey, SignatureAlgorithm};
use tollgate::http_signature::{
    Component, FieldRules, MessageKey, MessageSigningKey, RequestSigner, SignatureFields,
    SignedMessage,
};
use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::record::{Access, Client, Destination, Grant};
use tollgate::store::{InMemoryClients, InMemoryGrants, InMemoryReplays};
use tollgate::time::Lifetime;
use tollgate::trust::TrustStore;
use tollgate::validate::{
    AuthorizationTokenIssuer, Coverage, CsrfGenerator, Digest, DigitalSigner, DpopProofs,
    DpopProver, HttpSignatureValidation, JudgedSignature, OwnUrl, SessionBinding, SignatureKeys,
    SigningSecrets, TimeTokenGenerator, VerifiedTokens,
};
use tollgate::{
    AccessTokenValidation, ClientIdValidation, ClientSecretValidation, CsrfValidation,
    DigitalSignatureValidation, Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest,
    ProxyAuthorization, Secret, TimeTokenValidation, UnixTime,
};

const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);
const CLAIMS: &[u8] =
    br#"{"iss":"https://a.example","aud":"api","exp":1800000060,"sub":"user","scope":"read"}"#;

fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything).with_secret(b"secret"));
    clients
}

fn opaque(criterion: &mut Criterion) {
    let grants = InMemoryGrants::new();
    let lifetime = Lifetime::until(UnixTime::from_seconds(1_800_000_060));
    grants.add(
        Grant::new(b"2YotnFZFEjr1zCsicMWpAA", "app", lifetime).with_access(Access::Everything),
    );
    let builder = || Gate::builder(ManualClock::at(NOW)).for_resource("orders");
    let by_token = builder().with(AccessTokenValidation::new(grants, clients())).build().unwrap();
    let by_secret = builder().with(ClientSecretValidation::new(clients())).build().unwrap();
    let token = PlainRequest::new("GET", "/").with_header("access_token", "2YotnFZFEjr1zCsicMWpAA");
    let secret =
        PlainRequest::new("GET", "/").with_header("authorization", "Basic YXBwOnNlY3JldA==");
    criterion.bench_function("access token", |bencher| {
        bencher.iter(|| by_token.check_now(black_box(&token)).is_ok());
    });
    criterion.bench_function("client secret", |bencher| {
        bencher.iter(|| by_secret.check_now(black_box(&secret)).is_ok());
    });
}

fn jwt(criterion: &mut Criterion) {
    let secret = Secret::new("a secret of at least 32 bytes ...");
    for (name, algorithm, key) in [
        ("jwt HS256", Algorithm::Hs256, SigningKey::hmac(Algorithm::Hs256, &secret).unwrap()),
        ("jwt ES256", Algorithm::Es256, SigningKey::generate_es256().unwrap()),
    ] {
        let keys = KeySet::of([key.verifying_key().clone()]);
        let issuer = Issuer::new("https://a.example", "api", [algorithm], keys).unwrap();
        let header = format!("Bearer {}", key.sign(CLAIMS).unwrap());
        let request = PlainRequest::new("GET", "/").with_header("authorization", header);
        for (policy, what) in
            [(VerifiedTokens::Forgotten, "never seen"), (VerifiedTokens::default(), "seen before")]
        {
            let validation = JwtValidation::new(Element::bearer(), issuer.clone());
            let validation = validation.verified_tokens(policy);
            let gate = Gate::builder(ManualClock::at(NOW)).with(validation).build().unwrap();
            criterion.bench_function(&format!("{name}, {what}"), |bencher| {
                bencher.iter(|| gate.check_now(black_box(&request)).is_ok());
            });
        }
    }
}

/// Beside the two signatures that a token and its proof have: of each the verification alone.
fn bound(criterion: &mut Criterion) {
    let issuing = SigningKey::generate_es256().unwrap();
    let keys = KeySet::of([issuing.verifying_key().clone()]);
    let issuer = Issuer::new("https://a.example", "api", [Algorithm::Es256], keys).unwrap();
    let url = OwnUrl::external("https://b.example").unwrap();
    let proofs = DpopProofs::new(url, InMemoryReplays::new(1 << 22).unwrap());
    let prover = DpopProver::new(SigningKey::generate_es256().unwrap()).unwrap();
    let claims = json!({ "iss": "https://a.example", "aud": "api", "exp": 1_800_000_060,
        "cnf": { "jkt": prover.thumbprint() } });
    let token = issuing.sign_claims(&claims).unwrap();
    let request = || {
        let proof = prover.prove("GET", "https://b.example/orders", &token, NOW).unwrap();
        PlainRequest::new("GET", "/orders")
            .with_header("authorization", format!("DPoP {token}"))
            .with_header("dpop", proof)
    };
    for (policy, what) in
        [(VerifiedTokens::Forgotten, "never seen"), (VerifiedTokens::default(), "seen before")]
    {
        let validation = JwtValidation::new(Element::bearer(), issuer.clone());
        let validation = validation.verified_tokens(policy).dpop(proofs.clone());
        let gate = Gate::builder(ManualClock::at(NOW)).with(validation).build().unwrap();
        criterion.bench_function(&format!("jwt ES256 with a proof, {what}"), |bencher| {
            bencher.iter_batched(
                request,
                |request| assert!(gate.check_now(black_box(&request)).is_ok()),
                BatchSize::SmallInput,
            );
        });
    }
    let key = PrivateKey::generate_p256().unwrap();
    let signature = key.sign(SignatureAlgorithm::EcdsaP256Sha256, token.as_bytes()).unwrap();
    let public = key.public_key();
    let verifies = || {
        let token = black_box(token.as_bytes());
        public.verify(SignatureAlgorithm::EcdsaP256Sha256, token, &signature).is_ok()
    };
    criterion.bench_function("two ES256 signatures", |bencher| {
        bencher.iter(|| verifies() && verifies());
    });
}

fn sealed(criterion: &mut Criterion) {
    let secret = Secret::new("a secret of at least 32 bytes ...");
    let secrets = || SigningSecrets::new(&secret).unwrap();
    let element = || Element::header("token").unwrap();
    let post = || PlainRequest::new("POST", "/").with_header("cookie", "session=1");

    let generator = TimeTokenGenerator::new(element(), secrets()).unwrap();
    let token = generator.generate(&post(), NOW).unwrap();
    let gate = Gate::builder(ManualClock::at(NOW))
        .with(TimeTokenValidation::new(element(), secrets()).unwrap())
        .build()
        .unwrap();
    let request = post().with_header("token", token.token());
    criterion.bench_function("time token", |bencher| {
        bencher.iter(|| gate.check_now(black_box(&request)).is_ok());
    });

    let session = || SessionBinding::cookie("session").unwrap();
    let hour = Duration::from_secs(3600);
    let generator = CsrfGenerator::new(element(), secrets(), session(), hour).unwrap();
    let gate = Gate::builder(ManualClock::at(NOW))
        .with(CsrfValidation::new(element(), secrets(), session()).unwrap())
        .build()
        .unwrap();
    let page = PlainRequest::new("GET", "/").with_header("cookie", "session=1");
    let admission = gate.check_now(&page).unwrap();
    let token = generator.generate(&page, &admission, NOW).unwrap();
    let request = post().with_header("token", token.token());
    criterion.bench_function("csrf token", |bencher| {
        bencher.iter(|| gate.check_now(black_box(&request)).is_ok());
    });
}

fn signed(criterion: &mut Criterion) {
    let pem = include_bytes!("../tests/vectors/digital_signature/private_key.pem");
    let signer = DigitalSigner::from_pem(pem, Digest::Sha256).unwrap();
    let clients = InMemoryClients::new();
    let key = signer.public_key().clone();
    clients.add(Client::new("app").with_access(Access::Everything).with_public_key(key));
    let element = Element::header("signature").unwrap();
    let gate = Gate::builder(ManualClock::at(NOW))
        .for_resource("orders")
        .with(ClientIdValidation::new(clients))
        .with(DigitalSignatureValidation::new(element, Digest::Sha256).unwrap())
        .build()
        .unwrap();
    let request = PlainRequest::new("POST", "/")
        .with_header("client_id", "app")
        .with_header("signature", signer.sign(b"body").unwrap())
        .with_body(b"body");
    criterion.bench_function("client id and digital signature", |bencher| {
        bencher.iter(|| gate.check_now(black_box(&request)).is_ok());
    });
}

/// An Ed25519 signature over a whole request, beside what `ring` alone takes over the same base.
fn message_signature(criterion: &mut Criterion) {
    let private = PrivateKey::from_pem(include_bytes!("../tests/keys/ed25519.pem")).unwrap();
    let public = private.public_key().clone();
    let coverage = Coverage::target_uri().and(Component::field("content-type").unwrap());
    let covered = coverage.clone().and(Component::CONTENT_DIGEST);
    let signing = MessageSigningKey::private_key(private).unwrap();
    let signer = RequestSigner::new("sig1", signing, covered.components().iter().cloned());
    let request = PlainRequest::new("POST", "/orders?page=1")
        .with_scheme("https")
        .with_authority("api.example")
        .with_header("content-type", "application/json")
        .with_body(b"{\"item\": 1}");
    let headers = signer.unwrap().key_id("k1").unwrap().sign(&request, NOW).unwrap();
    let request =
        headers.lines().fold(request, |request, (name, value)| request.with_header(name, value));
    let keys = SignatureKeys::named([("k1", MessageKey::public_key(public).unwrap())]).unwrap();
    let judged = JudgedSignature::Labelled("sig1".to_owned());
    let validation = HttpSignatureValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        keys,
        judged,
        coverage,
    )
    .unwrap();
    let gate = Gate::builder(ManualClock::at(NOW)).with(validation).build().unwrap();
    criterion.bench_function("message signature Ed25519", |bencher| {
        bencher.iter(|| gate.check_now(black_box(&request)).is_ok());
    });

    let message = SignedMessage::of_request(&request);
    let fields = SignatureFields::of(&message).unwrap();
    let signatures = fields.read().unwrap();
    let signature = signatures.labelled("sig1").unwrap();
    let base = signature.base(&message, &FieldRules::default()).unwrap();
    let pem = include_str!("../tests/keys/ed25519.pub.pem");
    let spki = STANDARD.decode(pem.lines().nth(1).unwrap()).unwrap();
    let key = UnparsedPublicKey::new(&ED25519, spki[spki.len() - 32..].to_vec());
    let bytes = headers.signature().split(':').nth(1).unwrap();
    let bytes = STANDARD.decode(bytes).unwrap();
    criterion.bench_function("Ed25519 by ring alone, over the signature base", |bencher| {
        bencher.iter(|| key.verify(black_box(base.as_bytes()), black_box(&bytes)).is_ok());
    });
}

fn proxy(criterion: &mut Criterion) {
    let certificate =
        Certificate::from_pem(include_bytes!("../tests/certificates/signer-p256.pem")).unwrap();
    let now = certificate.validity().not_after();
    let key = include_bytes!("../tests/certificates/signer-p256.key.pem");
    let key = PrivateKey::from_pem(key).unwrap();
    let trust = TrustStore::new();
    trust.import("management server", certificate.clone()).unwrap();
    let issuer = AuthorizationTokenIssuer::new(certificate, key).unwrap();
    let destination = Destination::parse("a.example:443").unwrap();
    let token = issuer.issue(&destination, now).unwrap();
    let element = Element::header("authorization-token").unwrap();
    let gate = Gate::builder(ManualClock::at(now))
        .with(ProxyAuthorization::new(element, trust).unwrap())
        .build()
        .unwrap();
    let request = PlainRequest::new("CONNECT", "a.example:443")
        .with_header("authorization-token", token.as_str());
    criterion.bench_function("proxy authorization", |bencher| {
        bencher.iter(|| gate.check_now(black_box(&request)).is_ok());
    });
}

criterion_group!(benches, opaque, jwt, bound, sealed, signed, message_signature, proxy);
criterion_main!(benches);
