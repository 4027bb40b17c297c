//! What one decision by access token, client secret or JWT costs.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::record::{Access, Client, Grant};
use tollgate::store::{InMemoryClients, InMemoryGrants};
use tollgate::time::Lifetime;
use tollgate::{
    AccessTokenValidation, ClientSecretValidation, Element, Gate, Issuer, JwtValidation,
    ManualClock, PlainRequest, Secret, UnixTime,
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
        let gate = Gate::builder(ManualClock::at(NOW))
            .with(JwtValidation::new(Element::bearer(), issuer))
            .build()
            .unwrap();
        let header = format!("Bearer {}", key.sign(CLAIMS).unwrap());
        let request = PlainRequest::new("GET", "/").with_header("authorization", header);
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| gate.check_now(black_box(&request)).is_ok());
        });
    }
}

criterion_group!(benches, opaque, jwt);
criterion_main!(benches);
