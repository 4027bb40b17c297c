//! The gates of `all.toml` that judge message signatures as code builds them, and signed requests.

use std::sync::Arc;
use std::time::Duration;

use tollgate::crypto::{PrivateKey, PublicKey};
use tollgate::http_signature::{
    Component, HttpSignatureAlgorithm, MessageKey, MessageSigningKey, RequestSigner,
};
use tollgate::rejection::Label;
use tollgate::store::InMemoryReplays;
use tollgate::validate::{
    Coverage, HttpSignatureValidation, JudgedSignature, OwnAuthorities, SignatureKeys,
};
use tollgate::{ClientIdValidation, Gate, ManualClock, PlainRequest, SharedGate, UnixTime};

use crate::NOW;
use crate::code::{Built, World, bare};
use crate::requests::{Defective, altered};
use crate::support::{ED25519, P256, P256_PUBLIC, RSA};

/// Each gate with its requests.
pub(crate) fn by_route() -> Vec<(&'static str, Defective)> {
    vec![
        ("http_signature", of_partner()),
        ("http_signature_of_client", of_client()),
        ("http_signature_anywhere", of_partner()),
    ]
}

pub(crate) fn gates(world: &World) -> Vec<(&'static str, Built)> {
    let clients = world.clients.clone();
    let of_client = move |clock: &Arc<ManualClock>| -> SharedGate {
        let gate = Gate::builder(Arc::clone(clock)).for_resource("orders");
        let gate = gate.with(ClientIdValidation::new(clients.clone()));
        gate.with(client_signature()).build().unwrap().shared()
    };
    vec![
        ("http_signature", bare(partner_signature(world.nonces.clone()))),
        ("http_signature_of_client", Box::new(of_client)),
        ("http_signature_anywhere", bare(anywhere())),
    ]
}

pub(crate) fn partners() -> SignatureKeys {
    let key = PublicKey::from_pem(P256_PUBLIC.as_bytes()).unwrap();
    SignatureKeys::named([("partner-1", MessageKey::public_key(key).unwrap())]).unwrap()
}

fn partner_signature(nonces: InMemoryReplays) -> HttpSignatureValidation<InMemoryReplays> {
    let own = OwnAuthorities::named(["api.example", "api.example:8443"]).unwrap();
    let judged = JudgedSignature::Labelled("sig1".to_owned());
    let coverage = Coverage::target_uri().and(idempotency()).and(urgency());
    HttpSignatureValidation::new(own, partners(), judged, coverage)
        .unwrap()
        .maximum_age(Duration::from_secs(60))
        .unwrap()
        .skew(Duration::from_secs(10))
        .unwrap()
        .required_expires()
        .required_tag("orders")
        .unwrap()
        .label(Label::new("Partner Signature", "Partner signature"))
        .single_use(nonces)
}

fn client_signature() -> HttpSignatureValidation {
    let own = OwnAuthorities::named(["api.example"]).unwrap();
    let algorithms = [HttpSignatureAlgorithm::RsaV15Sha256, HttpSignatureAlgorithm::Ed25519];
    let keys = SignatureKeys::of_client(algorithms).unwrap();
    let judged = JudgedSignature::Tagged("orders".to_owned());
    HttpSignatureValidation::new(own, keys, judged, Coverage::target_parts()).unwrap()
}

fn anywhere() -> HttpSignatureValidation {
    let own = OwnAuthorities::insecure_as_received();
    let judged = JudgedSignature::OfKey("partner-1".to_owned());
    let coverage = Coverage::insecure_only([Component::METHOD, Component::PATH]).unwrap();
    HttpSignatureValidation::new(own, partners(), judged, coverage).unwrap()
}

fn idempotency() -> Component<'static> {
    Component::field("idempotency-key").unwrap()
}

fn urgency() -> Component<'static> {
    Component::parse("\"priority\";key=\"u\"").unwrap()
}

fn covered() -> Vec<Component<'static>> {
    vec![
        Component::METHOD,
        Component::TARGET_URI,
        Component::PATH,
        Component::CONTENT_DIGEST,
        idempotency(),
        urgency(),
    ]
}

fn private(pem: &str) -> MessageSigningKey {
    MessageSigningKey::private_key(PrivateKey::from_pem(pem.as_bytes()).unwrap()).unwrap()
}

fn order(authority: &str, body: &str) -> PlainRequest {
    PlainRequest::new("POST", "/orders?page=1")
        .with_scheme("https")
        .with_authority(authority)
        .with_header("idempotency-key", "1")
        .with_header("priority", "u=1, i")
        .with_body(body)
}

/// What is sent with the signature of an order that was made so many seconds later.
fn signed(signer: &RequestSigner, sent: PlainRequest, at: i64) -> PlainRequest {
    let authority = tollgate::Request::authority(&sent).unwrap_or_default().to_owned();
    let headers = signer.sign(&order(&authority, "one"), UnixTime::from_seconds(NOW + at)).unwrap();
    headers.lines().fold(sent, |request, (name, value)| request.with_header(name, value))
}

fn of_partner() -> Defective {
    let minutes = Duration::from_secs(300);
    let bare = |label: &str, covered: Vec<Component<'static>>, pem: &str| {
        RequestSigner::new(label, private(pem), covered).unwrap()
    };
    let named = |signer: RequestSigner, id: &str, tag: &str| {
        signer.key_id(id).unwrap().tag(tag).unwrap().expiring_after(minutes).with_nonces()
    };
    let good = || named(bare("sig1", covered(), P256), "partner-1", "orders");
    let host = "api.example";
    let sent = || order(host, "one");
    let mut requests = vec![sent(), signed(&good(), sent(), 0)];
    for signer in [
        named(bare("sig2", covered(), P256), "partner-1", "orders"),
        named(bare("sig1", covered(), P256), "partner-9", "orders"),
        named(bare("sig1", covered(), P256), "partner-1", "invoices"),
        named(bare("sig1", covered(), ED25519), "partner-1", "orders"),
        bare("sig1", covered(), P256).key_id("partner-1").unwrap().tag("orders").unwrap(),
        bare("sig1", covered(), P256).key_id("partner-1").unwrap().with_nonces(),
        good().naming_algorithm(),
    ] {
        requests.push(signed(&signer, sent(), 0));
    }
    let expiring = bare("sig1", covered(), P256).expiring_after(minutes);
    requests.push(signed(&expiring.key_id("partner-1").unwrap(), sent(), 0));
    for left_out in covered() {
        let rest = covered().into_iter().filter(|one| *one != left_out).collect();
        requests.push(signed(&named(bare("sig1", rest, P256), "partner-1", "orders"), sent(), 0));
    }
    for at in [-70, -55, 15, 25, 40] {
        requests.push(signed(&good(), sent(), at));
    }
    for authority in ["api.example:8443", "other.example", "api.example:443"] {
        requests.push(signed(&good(), order(authority, "one"), 0));
    }
    requests.push(signed(&good(), order(host, "two"), 0));
    requests.extend(tampered(&good()));
    requests
}

/// A signed order whose signature was altered.
fn tampered(signer: &RequestSigner) -> Defective {
    let sent = order("api.example", "one");
    let headers = signer.sign(&sent, UnixTime::from_seconds(NOW)).unwrap();
    let with = |value| {
        sent.clone()
            .with_header("content-digest", headers.content_digest().unwrap_or_default())
            .with_header("signature-input", headers.signature_input())
            .with_header("signature", value)
    };
    altered(headers.signature()).into_iter().map(with).collect()
}

fn of_client() -> Defective {
    let rsa = |algorithm| {
        let key = PrivateKey::from_pem(RSA.as_bytes()).unwrap();
        MessageSigningKey::with_algorithm(key, algorithm).unwrap()
    };
    let parts = || {
        let place = [Component::AUTHORITY, Component::PATH, Component::QUERY];
        let all = [Component::METHOD, Component::CONTENT_DIGEST].into_iter().chain(place);
        all.collect::<Vec<_>>()
    };
    let v15 = HttpSignatureAlgorithm::RsaV15Sha256;
    let signer = |key, covered: Vec<_>, tag: &str| {
        RequestSigner::new("any", key, covered).unwrap().tag(tag).unwrap()
    };
    let by = |client: &str| order("api.example", "one").with_header("client_id", client);
    let good = || signer(rsa(v15), parts(), "orders");
    let mut requests: Defective = ["app", "vector", "off", "elsewhere", "nobody", "brief"]
        .map(|client| signed(&good(), by(client), 0))
        .to_vec();
    for signer in [
        signer(rsa(HttpSignatureAlgorithm::RsaPssSha512), parts(), "orders"),
        signer(private(P256), parts(), "orders"),
        signer(rsa(v15), parts(), "invoices"),
        signer(rsa(v15), covered(), "orders"),
    ] {
        requests.push(signed(&signer, by("app"), 0));
    }
    for left_out in parts() {
        let rest = parts().into_iter().filter(|one| *one != left_out).collect();
        requests.push(signed(&signer(rsa(v15), rest, "orders"), by("app"), 0));
    }
    let foreign = order("other.example", "one").with_header("client_id", "app");
    requests.push(signed(&good(), foreign, 0));
    requests.push(signed(&good(), order("api.example", "one"), 0));
    requests
}
