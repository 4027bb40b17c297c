//! What one decision by the signature of an agent costs, its keys being known.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use tollgate::crypto::PrivateKey;
use tollgate::http_signature::{Component, MessageSigningKey, RequestSigner};
use tollgate::jose::{Algorithm, VerifyingKey};
use tollgate::record::AgentUrl;
use tollgate::remote::{AgentKey, AgentKeys, FixedAgents};
use tollgate::validate::{UnsignedRequests, WebBotAuthValidation};
use tollgate::{Gate, ManualClock, PlainRequest, UnixTime};

const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);

fn agents(criterion: &mut Criterion) {
    let private = PrivateKey::from_pem(include_bytes!("../tests/keys/ed25519.pem")).unwrap();
    let public = VerifyingKey::public(private.public_key().clone(), Algorithm::EdDsa).unwrap();
    let key = AgentKey::new(&public).unwrap();
    let own = Component::parse(r#""signature-agent";key="sig1""#).unwrap();
    let signing = MessageSigningKey::private_key(private).unwrap();
    let signer = RequestSigner::new("sig1", signing, [Component::AUTHORITY, own])
        .unwrap()
        .key_id(key.id())
        .unwrap()
        .tag("web-bot-auth")
        .unwrap()
        .expiring_after(Duration::from_secs(60));
    let agent = AgentUrl::parse("https://crawler.example").unwrap();
    let known = FixedAgents::new().with(agent, AgentKeys::of([key]));
    let gate = Gate::builder(ManualClock::at(NOW))
        .with(WebBotAuthValidation::new(
            tollgate::validate::OwnAuthorities::insecure_as_received(),
            known,
            UnsignedRequests::Admit,
        ))
        .build()
        .unwrap();
    let unsigned = PlainRequest::new("GET", "/").with_authority("shop.example");
    let named =
        unsigned.clone().with_header("signature-agent", r#"sig1="https://crawler.example""#);
    let headers = signer.sign(&named, NOW).unwrap();
    let visit =
        headers.lines().fold(named, |request, (name, value)| request.with_header(name, value));
    for (what, request) in [("signed by an agent, Ed25519", visit), ("not signed", unsigned)] {
        criterion.bench_function(what, |bencher| {
            bencher.iter(|| gate.check_now(black_box(&request)).is_ok());
        });
    }
}

criterion_group!(benches, agents);
criterion_main!(benches);
