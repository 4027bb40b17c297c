//! Signatures of agents: what is attributed, what is not, and to whom.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tollgate::crypto::PrivateKey;
use tollgate::http_signature::{
    Component, ContentDigestAlgorithm, FieldRules, MessageSigningKey, RequestSigner,
    SignatureFields, SignedMessage, content_digest,
};
use tollgate::interceptor::{Immediate, Interceptor};
use tollgate::jose::{Algorithm, VerifyingKey};
use tollgate::record::{AgentStanding, AgentUrl};
use tollgate::remote::{
    AgentDirectories, AgentKey, AgentKeySource, AgentKeys, FixedAgents, KeyLookup,
};
use tollgate::store::{ImmediateStore, InMemoryReplays, StoreUnavailable};
use tollgate::transport::{TransportRequest, TransportResponse, transport_fn};
use tollgate::validate::{
    LegacySignatureAgent, OwnAuthorities, UnsignedRequests, UnverifiableSignatures,
    WebBotAuthValidation,
};
use tollgate::{Gate, ManualClock, PlainRequest, UnixTime};

const NOW: i64 = 1_800_000_000;
const TAG: &str = "web-bot-auth";

const P256: &[u8] = include_bytes!("keys/p256.pem");
const ED25519: &[u8] = include_bytes!("keys/ed25519.pem");

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(NOW + seconds)
}

fn url(name: &str) -> AgentUrl {
    AgentUrl::parse(&format!("https://{name}.example")).unwrap()
}

/// An agent with a key of its own.
struct Signer {
    name: &'static str,
    pem: &'static [u8],
    key: AgentKey,
}

impl Signer {
    fn new(name: &'static str) -> Self {
        let (pem, algorithm) = match name {
            "b" | "agent" | "unknown" => (ED25519, Algorithm::EdDsa),
            _ => (P256, Algorithm::Es256),
        };
        let public = PrivateKey::from_pem(pem).unwrap().public_key().clone();
        let key = VerifyingKey::public(public, algorithm).unwrap();
        Self { name, pem, key: AgentKey::new(&key).unwrap() }
    }

    /// The member that names it, under its own name as label.
    fn member(&self) -> String {
        format!(r#"{0}="https://{0}.example""#, self.name)
    }

    /// What signs as the draft has it.
    fn signer(&self, covered: &[&str]) -> RequestSigner {
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

    fn sign(&self) -> PlainRequest {
        self.sign_over(&request().with_header("signature-agent", self.member()))
    }

    fn sign_over(&self, request: &PlainRequest) -> PlainRequest {
        let own = format!(r#""signature-agent";key="{}""#, self.name);
        signed(&self.signer(&[r#""@authority""#, &own]), request)
    }
}

fn request() -> PlainRequest {
    PlainRequest::new("GET", "/orders").with_scheme("https").with_authority("shop.example")
}

fn signed(signer: &RequestSigner, request: &PlainRequest) -> PlainRequest {
    signed_at(signer, request, 0)
}

fn signed_at(signer: &RequestSigner, request: &PlainRequest, seconds: i64) -> PlainRequest {
    let headers = signer.sign(request, at(seconds)).unwrap();
    let lines = headers.lines();
    lines.fold(request.clone(), |request, (name, value)| request.with_header(name, value))
}

fn agents(signers: &[&Signer]) -> FixedAgents {
    signers.iter().fold(FixedAgents::new(), |agents, signer| {
        agents.with(url(signer.name), AgentKeys::of([signer.key.clone()]))
    })
}

fn validation<S: AgentKeySource>(agents: S) -> WebBotAuthValidation<S> {
    WebBotAuthValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        agents,
        UnsignedRequests::Refuse,
    )
}

fn gate<I: Immediate>(interceptor: I) -> Gate<ManualClock, impl Immediate> {
    Gate::builder(ManualClock::at(at(0))).with(interceptor).build().unwrap()
}

/// The hosts of the agents that were attributed, or the code of the refusal.
fn decided(interceptor: impl Immediate, request: &PlainRequest) -> String {
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

#[test]
fn a_signature_is_attributed_with_its_key_and_what_it_covers() {
    let a = Signer::new("a");
    let admission = gate(validation(agents(&[&a]))).check_now(&a.sign()).unwrap();
    let [agent] = admission.agents().unwrap().agents() else { panic!("one agent") };
    assert_eq!(agent.url(), &url("a"));
    assert_eq!(agent.key_id(), a.key.id());
    assert_eq!(agent.components(), [r#""@authority""#, r#""signature-agent";key="a""#]);
}

#[test]
fn row_71_a_key_is_attributed_to_no_other_agent_than_its_own() {
    let (a, b) = (Signer::new("a"), Signer::new("b"));
    let known = || validation(agents(&[&a, &b]));
    // A's key and key id, with B's URL under A's label.
    let stolen = request().with_header("signature-agent", r#"a="https://b.example""#);
    assert_eq!(decided(known(), &a.sign_over(&stolen)), "agent.key_unknown");
    // A's key under B's key id.
    let own = r#""signature-agent";key="a""#;
    let renamed = a.signer(&[r#""@authority""#, own]).key_id(b.key.id()).unwrap();
    assert_eq!(decided(known(), &signed(&renamed, &stolen)), "agent.signature");
    // A's signature with the member exchanged behind its back.
    let exchanged = PlainRequest::new("GET", "/orders").with_scheme("https");
    let headers = a.signer(&[r#""@authority""#, own]);
    let honest = request().with_header("signature-agent", a.member());
    let headers = headers.sign(&honest, at(0)).unwrap();
    let exchanged = exchanged
        .with_authority("shop.example")
        .with_header("signature-agent", r#"a="https://b.example""#)
        .with_header("signature-input", headers.signature_input())
        .with_header("signature", headers.signature());
    assert_eq!(decided(known(), &exchanged), "agent.key_unknown");
}

#[test]
fn row_71_the_member_of_the_agent_is_covered() {
    let a = Signer::new("a");
    let known = || validation(agents(&[&a]));
    let named = request().with_header("signature-agent", a.member());
    for (covered, expected) in [
        (&[r#""@authority""#, r#""signature-agent";key="a""#][..], "a.example"),
        (&[r#""@target-uri""#, r#""signature-agent";key="a""#], "a.example"),
        (&[r#""@authority""#], "agent.not_named"),
        (&[r#""@authority""#, r#""signature-agent""#], "agent.not_named"),
        (&[r#""signature-agent";key="a""#], "agent.not_covered"),
        (&[r#""@path""#, r#""signature-agent";key="a""#], "agent.not_covered"),
    ] {
        assert_eq!(decided(known(), &signed(&a.signer(covered), &named)), expected, "{covered:?}");
    }
}

#[test]
fn row_71_a_bare_string_is_read_by_option_alone() {
    let a = Signer::new("a");
    let bare = request().with_header("signature-agent", r#""https://a.example""#);
    let covered = signed(&a.signer(&[r#""@authority""#, r#""signature-agent""#]), &bare);
    let known = || validation(agents(&[&a]));
    assert_eq!(decided(known(), &covered), "agent.legacy_form");
    let legacy = || known().legacy_signature_agent(LegacySignatureAgent::Admit);
    assert_eq!(decided(legacy(), &covered), "a.example");
    let uncovered = signed(&a.signer(&[r#""@authority""#]), &bare);
    assert_eq!(decided(legacy(), &uncovered), "agent.not_named");
    assert_eq!(decided(legacy(), &a.sign()), "a.example", "the dictionary is read all the same");
}

#[test]
fn row_71_two_agents_in_one_request_are_each_judged_on_their_own() {
    let (a, b) = (Signer::new("a"), Signer::new("b"));
    let both = request().with_header("signature-agent", format!("{}, {}", a.member(), b.member()));
    let both = b.sign_over(&a.sign_over(&both));
    for (known, expected) in [
        (&[&a, &b][..], "a.example b.example"),
        (&[&a], "a.example"),
        (&[&b], "b.example"),
        (&[], "agent.unknown"),
    ] {
        assert_eq!(decided(validation(agents(known)), &both), expected);
    }
    // One that is wrong is nobody's, and takes nothing from the other.
    let broken = both.clone().with_header("signature", "a=:AAAA:");
    assert_eq!(decided(validation(agents(&[&a, &b])), &broken), "agent.malformed");
    let half = a.sign_over(
        &request().with_header("signature-agent", format!("{}, {}", a.member(), b.member())),
    );
    let half = half
        .with_header("signature-input", format!(r#"b=("@authority");tag="{TAG}""#))
        .with_header("signature", "b=:AAAA:");
    assert_eq!(decided(validation(agents(&[&a, &b])), &half), "a.example");
}

#[test]
fn a_signature_that_covers_several_agents_is_of_the_one_with_its_label() {
    let (browser, agent) = (Signer::new("browser"), Signer::new("agent"));
    let members = format!("{}, {}", agent.member(), browser.member());
    let named = request().with_header("signature-agent", members);
    let both = [
        r#""@authority""#,
        r#""signature-agent";key="agent""#,
        r#""signature-agent";key="browser""#,
    ];
    let known = || validation(agents(&[&browser, &agent]));
    assert_eq!(decided(known(), &signed(&browser.signer(&both), &named)), "browser.example");
    // Under the other's label it is not the other's.
    let headers = browser.signer(&both).sign(&named, at(0)).unwrap();
    let relabelled = |label: &str| {
        let rename = |value: &str| value.replacen("browser=", &format!("{label}="), 1);
        named
            .clone()
            .with_header("signature-input", rename(headers.signature_input()))
            .with_header("signature", rename(headers.signature()))
    };
    assert_eq!(decided(known(), &relabelled("agent")), "agent.key_unknown");
    assert_eq!(decided(known(), &relabelled("other")), "agent.not_named");
}

#[test]
fn a_label_may_change_as_long_as_one_agent_is_covered() {
    let a = Signer::new("a");
    let named = request().with_header("signature-agent", a.member());
    let signer = a.signer(&[r#""@authority""#, r#""signature-agent";key="a""#]);
    let headers = signer.sign(&named, at(0)).unwrap();
    let relabelled = named
        .with_header("signature-input", headers.signature_input().replacen("a=", "sig2=", 1))
        .with_header("signature", headers.signature().replacen("a=", "sig2=", 1));
    assert_eq!(decided(validation(agents(&[&a])), &relabelled), "a.example");
}

#[test]
fn row_72_what_is_not_the_url_of_an_agent_is_never_fetched() {
    let a = Signer::new("a");
    let transport =
        transport_fn(async |request: TransportRequest| -> Result<TransportResponse, _> {
            panic!("asked for {}", request.url())
        });
    let directories = AgentDirectories::new([], transport).unwrap().allow_unlisted(8).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for url in [
        "https://127.0.0.1",
        "https://10.0.0.1",
        "https://169.254.169.254",
        "https://192.0.2.1",
        "https://[::1]",
        "https://[fe80::1]",
        "https://0x7f.1",
        "https://2130706433",
        "https://localhost",
        "https://metadata.google.internal",
        "https://a.example:8443",
        "https://a.example/path",
        "https://a.example/.well-known/http-message-signatures-directory",
        "https://a.example?q",
        "https://a.example#f",
        "https://user@a.example",
        "http://a.example",
        "file:///etc/passwd",
        "data:application/json,{}",
    ] {
        let named = request().with_header("signature-agent", format!(r#"a="{url}""#));
        let request = a.sign_over(&named);
        let gate = Gate::builder(ManualClock::at(at(0))).with(validation(directories.clone()));
        let gate = gate.build().unwrap();
        let refused = runtime.block_on(gate.check(&request)).unwrap_err();
        assert_eq!(refused.reason().code(), "agent.url", "{url}");
    }
    assert_eq!(directories.unlisted(), 0);
}

#[test]
fn three_outcomes_are_told_apart_and_each_passes_as_the_host_says() {
    let (known, unknown) = (Signer::new("known"), Signer::new("unknown"));
    let requests = [request(), known.sign(), unknown.sign()];
    for (unsigned, unverifiable, expected) in [
        (
            UnsignedRequests::Refuse,
            UnverifiableSignatures::Refuse,
            ["agent.unsigned", "known.example", "agent.unknown"],
        ),
        (
            UnsignedRequests::Admit,
            UnverifiableSignatures::Refuse,
            ["unsigned", "known.example", "agent.unknown"],
        ),
        (
            UnsignedRequests::Refuse,
            UnverifiableSignatures::Admit,
            ["agent.unsigned", "known.example", "unverifiable"],
        ),
        (
            UnsignedRequests::Admit,
            UnverifiableSignatures::Admit,
            ["unsigned", "known.example", "unverifiable"],
        ),
    ] {
        for (request, expected) in requests.iter().zip(expected) {
            let validation = WebBotAuthValidation::new(
                tollgate::validate::OwnAuthorities::insecure_as_received(),
                agents(&[&known]),
                unsigned,
            );
            assert_eq!(decided(validation.unverifiable(unverifiable), request), expected);
        }
    }
}

#[test]
fn what_is_wrong_never_passes_as_unverifiable() {
    let a = Signer::new("a");
    let named = request().with_header("signature-agent", a.member());
    let own = r#""signature-agent";key="a""#;
    let signer = || a.signer(&[r#""@authority""#, own]);
    let open = || {
        WebBotAuthValidation::new(
            tollgate::validate::OwnAuthorities::insecure_as_received(),
            agents(&[&a]),
            UnsignedRequests::Admit,
        )
        .unverifiable(UnverifiableSignatures::Admit)
    };
    let moved = PlainRequest::new("GET", "/orders").with_authority("evil.example");
    let headers = signer().sign(&named, at(0)).unwrap();
    let moved = moved
        .with_header("signature-agent", a.member())
        .with_header("signature-input", headers.signature_input())
        .with_header("signature", headers.signature());
    for (request, expected) in [
        (moved, "agent.signature"),
        (signed_at(&signer(), &named, -60), "agent.expired"),
        (signed(&a.signer(&[own]), &named), "agent.not_covered"),
        (signed(&a.signer(&[r#""@authority""#]), &named), "agent.not_named"),
        (named.clone().with_header("signature-input", "(("), "agent.malformed"),
    ] {
        assert_eq!(decided(open(), &request), expected);
    }
}

#[test]
fn a_wrong_signature_beside_an_unverifiable_one_decides() {
    let (known, unknown) = (Signer::new("known"), Signer::new("unknown"));
    let members = format!("{}, {}", unknown.member(), known.member());
    let named = request().with_header("signature-agent", members);
    let both = unknown.sign_over(&named);
    let both = signed_at(
        &known.signer(&[r#""@authority""#, r#""signature-agent";key="known""#]),
        &both,
        -60,
    );
    let open = validation(agents(&[&known])).unverifiable(UnverifiableSignatures::Admit);
    assert_eq!(decided(open, &both), "agent.expired");
}

#[test]
fn signatures_of_other_applications_are_not_looked_at() {
    let a = Signer::new("a");
    let named = request().with_header("signature-agent", a.member());
    let own = r#""signature-agent";key="a""#;
    let other = a.signer(&[r#""@authority""#, own]).tag("other").unwrap();
    assert_eq!(decided(validation(agents(&[&a])), &signed(&other, &named)), "agent.unsigned");
    let beside = named.with_header("signature-input", "x=1").with_header("signature", "x=1");
    assert_eq!(decided(validation(agents(&[&a])), &a.sign_over(&beside)), "a.example");
}

#[test]
fn dates_are_held_at_their_boundaries() {
    let a = Signer::new("a");
    let named = request().with_header("signature-agent", a.member());
    let own = r#""signature-agent";key="a""#;
    let after = |created: i64, lifetime: u64| {
        let signer = a.signer(&[r#""@authority""#, own]);
        let signer = signer.expiring_after(Duration::from_secs(lifetime));
        decided(validation(agents(&[&a])), &signed_at(&signer, &named, created))
    };
    let day = 24 * 60 * 60;
    for (created, lifetime, expected) in [
        (0, 60, "a.example"),
        (30, 60, "a.example"),
        (31, 60, "agent.created_in_future"),
        (-59, 60, "a.example"),
        (-60, 60, "agent.expired"),
        (-61, 60, "agent.expired"),
        (0, day, "a.example"),
        (0, day + 1, "agent.lifetime"),
        (0, 0, "agent.expired"),
        (1, 0, "a.example"),
    ] {
        assert_eq!(after(created, lifetime), expected, "{created} {lifetime}");
    }
    let long = a.signer(&[r#""@authority""#, own]).expiring_after(Duration::from_secs(day + 1));
    let long = signed(&long, &named);
    let insecure =
        validation(agents(&[&a])).insecure_maximum_lifetime(Duration::from_secs(day + 1));
    assert_eq!(decided(insecure, &long), "a.example");
    let short = validation(agents(&[&a])).maximum_lifetime(Duration::from_secs(59)).unwrap();
    assert_eq!(decided(short, &a.sign()), "agent.lifetime");
}

#[test]
fn parameters_that_must_be_there_are_and_no_unknown_one_is() {
    let a = Signer::new("a");
    let input = |parameters: &str| {
        let input = format!(r#"a=("@authority" "signature-agent";key="a"){parameters}"#);
        request()
            .with_header("signature-agent", a.member())
            .with_header("signature-input", input)
            .with_header("signature", "a=:AAAA:")
    };
    let whole = format!(r#";created={NOW};expires={};keyid="k";tag="{TAG}""#, NOW + 60);
    for (without, expected) in [
        ("", "agent.key_unknown"),
        (&format!(";created={NOW}")[..], "agent.parameter"),
        (&format!(";expires={}", NOW + 60), "agent.parameter"),
        (r#";keyid="k""#, "agent.parameter"),
    ] {
        let parameters = whole.replace(without, "");
        let parameters = if without.is_empty() { &whole } else { &parameters };
        assert_eq!(decided(validation(agents(&[&a])), &input(parameters)), expected, "{without}");
    }
    for extra in [";unknown=1", ";created=1.5", ";nonce=1", r#";alg="none""#] {
        let decided = decided(validation(agents(&[&a])), &input(&format!("{whole}{extra}")));
        assert!(decided.starts_with("agent."), "{extra} {decided}");
        assert_ne!(decided, "a.example");
    }
}

#[test]
fn what_the_host_requires_is_covered() {
    let a = Signer::new("a");
    let named = request().with_header("signature-agent", a.member());
    let requiring =
        || validation(agents(&[&a])).also_covered([Component::METHOD, Component::PATH]).unwrap();
    assert_eq!(decided(requiring(), &a.sign()), "agent.not_covered");
    let own = r#""signature-agent";key="a""#;
    let covered = [r#""@authority""#, own, r#""@method""#, r#""@path""#];
    assert_eq!(decided(requiring(), &signed(&a.signer(&covered), &named)), "a.example");
}

#[test]
fn a_signature_for_another_host_is_refused() {
    let a = Signer::new("a");
    let for_host = |authority: &str| {
        let request = PlainRequest::new("GET", "/").with_scheme("https").with_authority(authority);
        a.sign_over(&request.with_header("signature-agent", a.member()))
    };
    let ours = || {
        let own = OwnAuthorities::named(["shop.example", "Shop.example:8443"]).unwrap();
        WebBotAuthValidation::new(own, agents(&[&a]), UnsignedRequests::Refuse)
    };
    for (authority, expected) in [
        ("shop.example", "a.example"),
        ("SHOP.example:443", "a.example"),
        ("shop.example:8443", "a.example"),
        ("shop.example:80", "agent.authority"),
        ("evil.example", "agent.authority"),
        ("shop.example.evil.example", "agent.authority"),
    ] {
        assert_eq!(decided(ours(), &for_host(authority)), expected, "{authority}");
    }
}

#[test]
fn a_body_whose_digest_is_covered_is_the_one_that_was_digested() {
    let a = Signer::new("a");
    let named = PlainRequest::new("POST", "/orders")
        .with_authority("shop.example")
        .with_header("signature-agent", a.member());
    let covered = [r#""@authority""#, r#""signature-agent";key="a""#, r#""content-digest""#];
    let signed = signed(&a.signer(&covered), &named.with_body(b"one"));
    let known = || validation(agents(&[&a]));
    assert_eq!(decided(known(), &signed), "a.example");
    assert_eq!(decided(known(), &signed.clone().with_body(b"two")), "agent.content_digest");
    assert_eq!(decided(known(), &signed.with_body(b"")), "agent.content_digest");
}

#[test]
fn a_body_is_compared_however_its_digest_is_covered() {
    let a = Signer::new("a");
    for digest in [
        r#""content-digest""#,
        r#""content-digest";sf"#,
        r#""content-digest";bs"#,
        r#""content-digest";key="sha-256""#,
    ] {
        let named = PlainRequest::new("POST", "/orders")
            .with_authority("shop.example")
            .with_header("signature-agent", a.member())
            .with_header("content-digest", content_digest(ContentDigestAlgorithm::Sha256, b"one"));
        let covered = [r#""@authority""#, r#""signature-agent";key="a""#, digest];
        let signed = signed(&a.signer(&covered), &named.with_body(b"one"));
        let known = || validation(agents(&[&a]));
        assert_eq!(decided(known(), &signed), "a.example", "{digest}");
        assert_eq!(decided(known(), &signed.with_body(b"two")), "agent.content_digest", "{digest}");
    }
}

#[test]
fn a_key_serves_from_nbf_to_exp() {
    let a = Signer::new("a");
    let public = PrivateKey::from_pem(a.pem).unwrap().public_key().clone();
    let jwk = VerifyingKey::public(public, Algorithm::Es256).unwrap().to_jwk().unwrap();
    let dated = |nbf: i64, exp: i64| {
        let dates = format!(r#","nbf":{},"exp":{}}}"#, NOW + nbf, NOW + exp);
        let jwk = format!("{}{dates}", jwk.strip_suffix('}').unwrap());
        let keys = AgentKeys::from_directory(format!(r#"{{"keys":[{jwk}]}}"#).as_bytes()).unwrap();
        decided(validation(FixedAgents::new().with(url("a"), keys)), &a.sign())
    };
    for (nbf, exp, expected) in [
        (-1, 1, "a.example"),
        (0, 1, "a.example"),
        (1, 2, "agent.key_not_yet_valid"),
        (-1, 0, "agent.key_expired"),
    ] {
        assert_eq!(dated(nbf, exp), expected, "{nbf} {exp}");
    }
}

#[test]
fn a_nonce_is_used_once_by_each_key_and_last_of_all() {
    let (a, b) = (Signer::new("a"), Signer::new("b"));
    let once = validation(agents(&[&a, &b])).single_use(InMemoryReplays::new(10).unwrap());
    let gate = gate(once);
    let code = |request: &PlainRequest| {
        gate.check_now(request).map_or_else(|refused| refused.reason().code(), |_| "admitted")
    };
    assert_eq!(code(&a.sign()), "agent.parameter", "without a nonce");
    let of = |signer: &Signer| {
        let own = format!(r#""signature-agent";key="{}""#, signer.name);
        let named = request().with_header("signature-agent", signer.member());
        signed(&signer.signer(&[r#""@authority""#, &own]).with_nonces(), &named)
    };
    let (first, second, other) = (of(&a), of(&a), of(&b));
    assert!(gate.rehearse_now(&first).is_ok());
    for (request, expected) in [
        (&first, "admitted"),
        (&first, "agent.used"),
        (&second, "admitted"),
        (&other, "admitted"),
        (&other, "agent.used"),
    ] {
        assert_eq!(code(request), expected);
    }
    assert_eq!(gate.rehearse_now(&second).unwrap_err().reason().code(), "agent.used");
}

/// Signed with a nonce that somebody chose.
fn signed_with_nonce(signer: &Signer, nonce: &str) -> PlainRequest {
    let (name, key_id) = (signer.name, signer.key.id());
    let input = format!(
        r#"{name}=("@authority" "signature-agent";key="{name}");created={NOW};expires={};keyid="{key_id}";nonce="{nonce}";tag="{TAG}""#,
        NOW + 60
    );
    let named = request()
        .with_header("signature-agent", signer.member())
        .with_header("signature-input", input);
    let unsigned = named.clone().with_header("signature", format!("{name}=:AAAA:"));
    let message = SignedMessage::of_request(&unsigned);
    let fields = SignatureFields::of(&message).unwrap();
    let signatures = fields.read().unwrap();
    let base = signatures.labelled(name).unwrap().base(&message, &FieldRules::default()).unwrap();
    let key = MessageSigningKey::private_key(PrivateKey::from_pem(signer.pem).unwrap()).unwrap();
    let signature = STANDARD.encode(key.sign(base.as_bytes()).unwrap());
    named.with_header("signature", format!("{name}=:{signature}:"))
}

#[test]
fn two_keys_may_use_one_nonce_once_each() {
    let (a, b) = (Signer::new("a"), Signer::new("b"));
    let once = validation(agents(&[&a, &b])).single_use(InMemoryReplays::new(10).unwrap());
    let gate = gate(once);
    for (signer, expected) in [(&a, "admitted"), (&b, "admitted"), (&a, "agent.used")] {
        let decided = gate.check_now(&signed_with_nonce(signer, "1"));
        let decided = decided.map_or_else(|refused| refused.reason().code(), |_| "admitted");
        assert_eq!(decided, expected);
    }
}

#[test]
fn more_agents_than_are_judged_are_refused_before_any_key_is_looked_up() {
    #[derive(Clone)]
    struct NeverAsked;
    impl AgentKeySource for NeverAsked {
        async fn find(
            &self,
            _: &AgentUrl,
            _: &str,
            _: UnixTime,
        ) -> Result<KeyLookup, StoreUnavailable> {
            panic!("asked")
        }
    }
    impl ImmediateStore for NeverAsked {}
    let input: Vec<_> = (0..5).map(|label| format!(r#"s{label}=();tag="{TAG}""#)).collect();
    let many = request()
        .with_header("signature-input", input.join(", "))
        .with_header("signature", "s0=:AAAA:");
    assert_eq!(decided(validation(NeverAsked), &many), "agent.too_many");
}

#[test]
fn what_cannot_be_known_is_unavailable_unless_the_host_admits_it() {
    #[derive(Clone)]
    struct Down;
    impl AgentKeySource for Down {
        async fn find(
            &self,
            _: &AgentUrl,
            _: &str,
            _: UnixTime,
        ) -> Result<KeyLookup, StoreUnavailable> {
            Err(StoreUnavailable("the directory does not answer".into()))
        }
    }
    impl ImmediateStore for Down {}
    let a = Signer::new("a");
    assert_eq!(decided(validation(Down), &a.sign()), "service.unavailable");
    let open = validation(Down).unverifiable(UnverifiableSignatures::Admit);
    assert_eq!(decided(open, &a.sign()), "unverifiable");

    // A scheme that nobody knows is no mistake of the agent, and no admission either.
    let named = PlainRequest::new("GET", "/").with_authority("shop.example");
    let named = named.with_scheme("https").with_header("signature-agent", a.member());
    let covered = [r#""@target-uri""#, r#""signature-agent";key="a""#];
    let headers = a.signer(&covered).sign(&named, at(0)).unwrap();
    let unknown = PlainRequest::new("GET", "/")
        .with_authority("shop.example")
        .with_header("signature-agent", a.member())
        .with_header("signature-input", headers.signature_input())
        .with_header("signature", headers.signature());
    let open = validation(agents(&[&a])).unverifiable(UnverifiableSignatures::Admit);
    assert_eq!(decided(open, &unknown), "service.unavailable");
}

#[test]
fn a_source_that_answers_with_another_key_is_not_believed() {
    #[derive(Clone)]
    struct Careless(AgentKey);
    impl AgentKeySource for Careless {
        async fn find(
            &self,
            _: &AgentUrl,
            _: &str,
            _: UnixTime,
        ) -> Result<KeyLookup, StoreUnavailable> {
            Ok(KeyLookup::Found(self.0.clone().into()))
        }
    }
    impl ImmediateStore for Careless {}
    let (a, b) = (Signer::new("a"), Signer::new("b"));
    assert_eq!(decided(validation(Careless(b.key.clone())), &a.sign()), "agent.key_unknown");
}

#[test]
fn headers_are_read_from_all_of_their_lines() {
    let (a, b) = (Signer::new("a"), Signer::new("b"));
    let split = request()
        .with_header("signature-agent", a.member())
        .with_header("Signature-Agent", b.member());
    assert_eq!(decided(validation(agents(&[&a, &b])), &b.sign_over(&split)), "b.example");
    // A second member of one name is not a dictionary that anyone signed.
    let doubled = a.sign().with_header("signature-agent", r#"a="https://b.example""#);
    assert_eq!(decided(validation(agents(&[&a, &b])), &doubled), "agent.malformed");
}

#[test]
fn its_description_names_what_it_reads_and_establishes() {
    use tollgate::interceptor::{Fact, Requirement};
    let a = Signer::new("a");
    let description = validation(agents(&[&a])).describe();
    let names: Vec<_> =
        description.credentials().iter().map(|element| element.name().to_owned()).collect();
    assert_eq!(names, ["signature", "signature-input", "signature-agent"]);
    assert_eq!(description.facts(), [Fact::Agents]);
    assert_eq!(description.requirements(), []);
    let once = validation(agents(&[&a])).single_use(InMemoryReplays::new(1).unwrap());
    assert_eq!(once.describe().requirements(), [Requirement::Last]);
}
