//! Agents that sign, and gates that judge what they signed.

use std::time::Duration;

use tollgate::crypto::PrivateKey;
use tollgate::http_signature::{Component, MessageSigningKey, RequestSigner};
use tollgate::interceptor::Immediate;
use tollgate::jose::{Algorithm, VerifyingKey};
use tollgate::record::{AgentStanding, AgentUrl};
use tollgate::remote::{AgentKey, AgentKeySource, AgentKeys, FixedAgents};
use tollgate::validate::{OwnAuthorities, UnsignedRequests, WebBotAuthValidation};
use tollgate::{Gate, ManualClock, PlainRequest, UnixTime};

pub(crate) const NOW: i64 = 1_800_000_000;

pub(crate) const TAG: &str = "web-bot-auth";

pub(crate) const P256: &[u8] = include_bytes!("../keys/p256.pem");

pub(crate) const ED25519: &[u8] = include_bytes!("../keys/ed25519.pem");

pub(crate) fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(NOW + seconds)
}

pub(crate) fn url(name: &str) -> AgentUrl {
    AgentUrl::parse(&format!("https://{name}.example")).unwrap()
}

/// An agent with a key of its own.
pub(crate) struct Signer {
    pub(crate) name: &'static str,
    pub(crate) pem: &'static [u8],
    pub(crate) key: AgentKey,
}

impl Signer {
    pub(crate) fn new(name: &'static str) -> Self {
        let (pem, algorithm) = match name {
            "b" | "agent" | "unknown" => (ED25519, Algorithm::EdDsa),
            _ => (P256, Algorithm::Es256),
        };
        let public = PrivateKey::from_pem(pem).unwrap().public_key().clone();
        let key = VerifyingKey::public(public, algorithm).unwrap();
        Self { name, pem, key: AgentKey::new(&key).unwrap() }
    }

    /// The member that names it, under its own name as label.
    pub(crate) fn member(&self) -> String {
        format!(r#"{0}="https://{0}.example""#, self.name)
    }

    /// What signs as the draft has it.
    pub(crate) fn signer(&self, covered: &[&str]) -> RequestSigner {
        let components = covered.iter().map(|component| Component::parse(component).unwrap());
        let key = PrivateKey::from_pem(self.pem).unwrap();
        let key = MessageSigningKey::private_key(key).unwrap();
        RequestSigner::new(self.name, key, components)
            .unwrap()
            .key_id(self.key.id())
            .unwrap()
            .tag(TAG)
            .unwrap()
            .expiring_after(Duration::from_secs(60))
    }

    pub(crate) fn sign(&self) -> PlainRequest {
        self.sign_over(&request().with_header("signature-agent", self.member()))
    }

    pub(crate) fn sign_over(&self, request: &PlainRequest) -> PlainRequest {
        let own = format!(r#""signature-agent";key="{}""#, self.name);
        signed(&self.signer(&[r#""@authority""#, &own]), request)
    }
}

pub(crate) fn request() -> PlainRequest {
    PlainRequest::new("GET", "/orders").with_scheme("https").with_authority("shop.example")
}

pub(crate) fn signed(signer: &RequestSigner, request: &PlainRequest) -> PlainRequest {
    signed_at(signer, request, 0)
}

pub(crate) fn signed_at(
    signer: &RequestSigner,
    request: &PlainRequest,
    seconds: i64,
) -> PlainRequest {
    let headers = signer.sign(request, at(seconds)).unwrap();
    let lines = headers.lines();
    lines.fold(request.clone(), |request, (name, value)| request.with_header(name, value))
}

pub(crate) fn agents(signers: &[&Signer]) -> FixedAgents {
    signers.iter().fold(FixedAgents::new(), |agents, signer| {
        agents.with(url(signer.name), AgentKeys::of([signer.key.clone()]))
    })
}

pub(crate) fn validation<S: AgentKeySource>(agents: S) -> WebBotAuthValidation<S> {
    WebBotAuthValidation::new(
        OwnAuthorities::insecure_as_received(),
        agents,
        UnsignedRequests::Refuse,
    )
}

pub(crate) fn gate<I: Immediate>(interceptor: I) -> Gate<ManualClock, impl Immediate> {
    Gate::builder(ManualClock::at(at(0))).with(interceptor).build().unwrap()
}

/// The hosts of the agents that were attributed, or the code of the refusal.
pub(crate) fn decided(interceptor: impl Immediate, request: &PlainRequest) -> String {
    match gate(interceptor).check_now(request) {
        Err(rejection) => rejection.reason().code().to_owned(),
        Ok(admission) => match admission.agents().unwrap() {
            AgentStanding::Unsigned => "unsigned".to_owned(),
            AgentStanding::Unverifiable => "unverifiable".to_owned(),
            AgentStanding::Verified(agents) => {
                let hosts: Vec<_> = agents.iter().map(|agent| agent.url().host()).collect();
                hosts.join(" ")
            }
        },
    }
}
