//! The gates of `all.toml` that judge signatures of agents as code builds them, and requests of
//! agents.

use std::time::Duration;

use tollgate::crypto::{PrivateKey, PublicKey};
use tollgate::http_signature::{Component, MessageSigningKey, RequestSigner};
use tollgate::interceptor::Interceptor;
use tollgate::jose::{Algorithm, VerifyingKey};
use tollgate::record::AgentUrl;
use tollgate::rejection::Label;
use tollgate::remote::{AgentKey, AgentKeys, FixedAgents};
use tollgate::store::InMemoryReplays;
use tollgate::validate::{
    LegacySignatureAgent, OwnAuthorities, UnsignedRequests, UnverifiableSignatures,
    WebBotAuthValidation,
};
use tollgate::{PlainRequest, UnixTime};

use crate::NOW;
use crate::code::{Built, World, bare};
use crate::requests::{Defective, altered};
use crate::support::{ED25519, ED25519_PUBLIC, P256};

const HOUR: Duration = Duration::from_secs(3600);
const NAMED: &str = r#"sig="https://crawler.example""#;

/// Each gate with its requests.
pub(crate) fn by_route() -> Vec<(&'static str, Defective)> {
    vec![("web_bot_auth", requests()), ("web_bot_auth_lenient", requests())]
}

pub(crate) fn gates(world: &World) -> Vec<(&'static str, Built)> {
    vec![
        ("web_bot_auth", bare(strict(world.replays.clone()))),
        ("web_bot_auth_lenient", bare(lenient())),
    ]
}

fn key() -> AgentKey {
    let public = PublicKey::from_pem(ED25519_PUBLIC.as_bytes()).unwrap();
    AgentKey::new(&VerifyingKey::public(public, Algorithm::EdDsa).unwrap()).unwrap()
}

pub(crate) fn crawlers() -> FixedAgents {
    let url = AgentUrl::parse("https://crawler.example").unwrap();
    FixedAgents::new().with(url, AgentKeys::of([key()]))
}

fn strict(replays: InMemoryReplays) -> impl Interceptor + Clone {
    let own = OwnAuthorities::named(["shop.example"]).unwrap();
    WebBotAuthValidation::new(own, crawlers(), UnsignedRequests::Refuse)
        .also_covered([Component::METHOD, Component::TARGET_URI])
        .unwrap()
        .maximum_lifetime(HOUR)
        .unwrap()
        .label(Label::new("Crawler Signature", "Crawler signature"))
        .single_use(replays)
}

fn lenient() -> impl Interceptor + Clone {
    let own = OwnAuthorities::insecure_as_received();
    WebBotAuthValidation::new(own, crawlers(), UnsignedRequests::Admit)
        .unverifiable(UnverifiableSignatures::InsecureAdmit)
        .legacy_signature_agent(LegacySignatureAgent::Admit)
        .insecure_maximum_lifetime(30 * 24 * HOUR)
}

fn page(authority: &str, agent: &str) -> PlainRequest {
    PlainRequest::new("GET", "/page")
        .with_scheme("https")
        .with_authority(authority)
        .with_header("signature-agent", agent)
}

fn covered(member: &str) -> Vec<Component<'static>> {
    let place = [Component::METHOD, Component::TARGET_URI, Component::AUTHORITY];
    place.into_iter().chain([Component::parse(member).unwrap()]).collect()
}

fn signer(pem: &str, member: &str) -> RequestSigner {
    of_components(pem, covered(member)).expiring_after(HOUR / 2)
}

fn of_components(pem: &str, covered: Vec<Component<'static>>) -> RequestSigner {
    let private = PrivateKey::from_pem(pem.as_bytes()).unwrap();
    let signing = MessageSigningKey::private_key(private).unwrap();
    let signer = RequestSigner::new("sig", signing, covered).unwrap();
    signer.tag("web-bot-auth").unwrap().key_id(key().id()).unwrap().with_nonces()
}

fn signed(signer: &RequestSigner, request: &PlainRequest, at: i64) -> PlainRequest {
    let headers = signer.sign(request, UnixTime::from_seconds(NOW + at)).unwrap();
    headers.lines().fold(request.clone(), |all, (name, value)| all.with_header(name, value))
}

fn requests() -> Defective {
    const MEMBER: &str = r#""signature-agent";key="sig""#;
    let good = || signer(ED25519, MEMBER);
    let shop = page("shop.example", NAMED);
    let mut requests = vec![shop.clone(), signed(&good(), &shop, 0)];
    requests.push(signed(&signer(P256, MEMBER), &shop, 0));
    requests.push(signed(&good().key_id("unknown").unwrap(), &shop, 0));
    requests.push(signed(&good().tag("other").unwrap(), &shop, 0));
    for (agent, member) in [
        (r#"sig="https://unknown.example""#, MEMBER),
        (r#"sig="https://10.0.0.1""#, MEMBER),
        (r#""https://crawler.example""#, r#""signature-agent""#),
        (NAMED, r#""signature-agent""#),
    ] {
        requests.push(signed(&signer(ED25519, member), &page("shop.example", agent), 0));
    }
    for authority in ["shop.example:443", "shop.example:8443", "other.example"] {
        requests.push(signed(&good(), &page(authority, NAMED), 0));
    }
    for left_out in covered(MEMBER) {
        let rest = covered(MEMBER).into_iter().filter(|one| *one != left_out).collect();
        let signer = of_components(ED25519, rest).expiring_after(HOUR);
        requests.push(signed(&signer, &shop, 0));
    }
    for at in [-1801, -1799, 25, 31] {
        requests.push(signed(&good(), &shop, at));
    }
    for lifetime in [HOUR, 2 * HOUR, 25 * HOUR, 31 * 24 * HOUR] {
        requests.push(signed(&good().expiring_after(lifetime), &shop, 0));
    }
    requests.push(signed(&of_components(ED25519, covered(MEMBER)), &shop, 0));
    requests.extend(tampered(&good(), &shop));
    requests
}

/// A signed request whose signature was altered.
fn tampered(signer: &RequestSigner, request: &PlainRequest) -> Defective {
    let headers = signer.sign(request, UnixTime::from_seconds(NOW)).unwrap();
    let with = |value| {
        let input = request.clone().with_header("signature-input", headers.signature_input());
        input.with_header("signature", value)
    };
    altered(headers.signature()).into_iter().map(with).collect()
}
