//! The validator of agents' signatures as every validator is: how it is built, what it says, what
//! it does where something is missing.

use std::time::Duration;

use proptest::prelude::*;
use tollgate::crypto::PrivateKey;
use tollgate::explanation::CheckOutcome;
use tollgate::http_signature::{Component, MessageSigningKey, RequestSigner};
use tollgate::interceptor::{Evidence, Immediate, interceptor_fn};
use tollgate::jose::{Algorithm, VerifyingKey};
use tollgate::record::AgentUrl;
use tollgate::rejection::Label;
use tollgate::remote::{AgentKey, AgentKeys, FixedAgents};
use tollgate::store::{
    Consumption, ImmediateStore, InMemoryReplays, ReplayStore, StoreUnavailable,
};
use tollgate::validate::{UnsignedRequests, UnverifiableSignatures, WebBotAuthValidation};
use tollgate::wording::StatusPolicy;
use tollgate::{ConfigError, Gate, ManualClock, PlainRequest, UnixTime, Wording};

const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);
const MARK: &str = "s3cr3t-marker-of-this-very-test-01";

fn key() -> AgentKey {
    let private = PrivateKey::from_pem(include_bytes!("keys/ed25519.pem")).unwrap();
    let key = VerifyingKey::public(private.public_key().clone(), Algorithm::EdDsa).unwrap();
    AgentKey::new(&key).unwrap()
}

fn agents() -> FixedAgents {
    let agent = AgentUrl::parse("https://crawler.example").unwrap();
    FixedAgents::new().with(agent, AgentKeys::of([key()]))
}

fn validation() -> WebBotAuthValidation<FixedAgents> {
    WebBotAuthValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        agents(),
        UnsignedRequests::Refuse,
    )
}

fn gate<I: Immediate>(interceptor: I) -> Gate<ManualClock, impl Immediate> {
    Gate::builder(ManualClock::at(NOW)).with(interceptor).build().unwrap()
}

fn code(interceptor: impl Immediate, request: &PlainRequest) -> &'static str {
    let gate = gate(interceptor);
    gate.check_now(request).map_or_else(|refused| refused.reason().code(), |_| "admitted")
}

fn unsigned() -> PlainRequest {
    PlainRequest::new("GET", "/orders").with_authority("shop.example")
}

fn signed() -> PlainRequest {
    let private = PrivateKey::from_pem(include_bytes!("keys/ed25519.pem")).unwrap();
    let own = Component::parse(r#""signature-agent";key="sig""#).unwrap();
    let key_of_signer = MessageSigningKey::private_key(private).unwrap();
    let signer = RequestSigner::new("sig", key_of_signer, [Component::AUTHORITY, own])
        .unwrap()
        .key_id(key().id())
        .unwrap()
        .tag("web-bot-auth")
        .unwrap()
        .expiring_after(Duration::from_secs(60))
        .with_nonces();
    let named = unsigned().with_header("signature-agent", r#"sig="https://crawler.example""#);
    let headers = signer.sign(&named, NOW).unwrap();
    headers.lines().fold(named.clone(), |request, (name, value)| request.with_header(name, value))
}

fn field<T>(built: Result<T, ConfigError>) -> String {
    built.map_or_else(|error| error.field().to_owned(), |_| "built".to_owned())
}

#[test]
fn mistakes_are_found_where_they_are_written() {
    for (millis, expected) in [
        (999, "maximum_lifetime"),
        (1000, "built"),
        (86_400_000, "built"),
        (86_400_001, "maximum_lifetime"),
    ] {
        assert_eq!(field(validation().maximum_lifetime(Duration::from_millis(millis))), expected);
    }
    let component = |identifier| Component::parse(identifier).unwrap();
    assert_eq!(field(validation().also_covered([Component::METHOD])), "built");
    assert_eq!(field(validation().also_covered([Component::STATUS])), "also_covered");
    assert_eq!(field(validation().also_covered([component(r#""@method";req"#)])), "also_covered");

    let once = validation().single_use(InMemoryReplays::new(1).unwrap());
    let pass = interceptor_fn("pass", |_| Ok(Evidence::none()));
    let built = Gate::builder(ManualClock::at(NOW)).with(once).with(pass).build();
    assert_eq!(field(built), "order");
    let twice = Gate::builder(ManualClock::at(NOW)).with(validation()).with(validation()).build();
    assert_eq!(field(twice), "agents");
}

#[test]
fn a_refusal_says_what_to_sign_and_never_why() {
    let standard = Wording::default().status_policy(StatusPolicy::Standard);
    let gate = Gate::builder(ManualClock::at(NOW)).with(validation()).wording(standard);
    let gate = gate.build().unwrap();
    let asked = "sig1=(\"@authority\" \"signature-agent\";key=\"sig1\");created;expires;\
                 tag=\"web-bot-auth\"";
    for (request, status) in [
        (unsigned(), 403),
        (signed().with_header("signature", "x=:AAAA:").with_header("signature-input", "((("), 400),
    ] {
        let refused = gate.check_now(&request).unwrap_err();
        let response = gate.wording().response(&refused);
        assert_eq!(response.status, status);
        assert_eq!(response.header("accept-signature"), Some(asked));
        assert!(!response.body.contains("agent."), "{}", response.body);
    }
    let documented = Gate::builder(ManualClock::at(NOW)).with(validation()).build().unwrap();
    let refused = documented.check_now(&unsigned()).unwrap_err();
    let wording = documented.wording();
    assert_eq!(wording.response(&refused).status, 401);
    assert_eq!(
        wording.message(&refused),
        "Agent Signature in the request, identified by HEADER signature, is invalid. \
         Check docs.sensedia.com"
    );
    assert_eq!(
        wording.trace(&refused),
        "Agent signature in HEADER signature HAS NOT BEEN FOUND \
         (causes: is invalid, expired, or revoked); rejecting call \
         [agent.unsigned: not signed by an agent]"
    );
}

#[test]
fn it_is_called_as_the_host_says() {
    let ours = validation().label(Label::new("Our Key", "Our key"));
    let gate = gate(ours);
    let refused = gate.check_now(&unsigned()).unwrap_err();
    assert!(gate.wording().message(&refused).starts_with("Our Key in the request"));
    assert!(gate.wording().trace(&refused).starts_with("Our key in HEADER"));
}

/// A store of nonces that is away.
#[derive(Clone, Copy)]
struct Away;

impl ReplayStore for Away {
    async fn consume(
        &self,
        _: &[u8; 32],
        _: UnixTime,
        _: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        Err(StoreUnavailable("the store does not answer".into()))
    }

    async fn look(
        &self,
        id: &[u8; 32],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        self.consume(id, expires, now).await
    }
}

impl ImmediateStore for Away {}

#[test]
fn a_store_of_nonces_that_does_not_answer_or_is_full_admits_nobody() {
    let open = || validation().unverifiable(UnverifiableSignatures::InsecureAdmit);
    assert_eq!(code(open().single_use(Away), &signed()), "service.unavailable");
    let full = gate(open().single_use(InMemoryReplays::new(1).unwrap()));
    assert!(full.check_now(&signed()).is_ok());
    let refused = full.check_now(&signed()).unwrap_err();
    assert_eq!(refused.reason().code(), "service.unavailable");
    let response = full.wording().response(&refused);
    assert_eq!((response.status, response.header("accept-signature")), (503, None));
}

#[test]
fn an_explanation_names_the_check_that_refused() {
    let tampered = PlainRequest::new("GET", "/").with_authority("evil.example");
    let original = signed();
    let header = |name: &str| tollgate::Request::header(&original, name, 0).unwrap().to_vec();
    let tampered = ["signature-agent", "signature-input", "signature"]
        .into_iter()
        .fold(tampered, |request, name| request.with_header(name, header(name)));
    let short = || validation().maximum_lifetime(Duration::from_secs(1)).unwrap();
    let nobody = WebBotAuthValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        FixedAgents::new(),
        UnsignedRequests::Refuse,
    );
    for (gate, request, failed) in [
        (explained(validation()), unsigned(), Some("signed")),
        (explained(validation()), tampered, Some("signature")),
        (explained(short()), signed(), Some("lifetime")),
        (explained(nobody), signed(), Some("key")),
        (explained(validation()), signed(), None),
    ] {
        let explanation = gate.explain_now(&request);
        let checks = &explanation.interceptors[0].checks;
        let found = checks.iter().find(|check| check.outcome == CheckOutcome::Failed);
        assert_eq!(found.map(|check| check.name.as_str()), failed, "{explanation}");
        assert_eq!(explanation.is_admitted(), gate.check_now(&request).is_ok());
        if failed.is_none() {
            assert!(checks.iter().all(|check| check.outcome == CheckOutcome::Passed));
        }
    }
}

#[test]
fn an_explanation_tells_a_signature_with_another_tag_from_none() {
    let own = tollgate::validate::OwnAuthorities::insecure_as_received();
    let gate = explained(WebBotAuthValidation::new(own, agents(), UnsignedRequests::Admit));
    let other = unsigned()
        .with_header("signature-input", r#"a=("@method");tag="web-bot""#)
        .with_header("signature", "a=:AAAA:");
    let noted = |request: &PlainRequest| {
        let explanation = gate.explain_now(request);
        explanation.interceptors[0].checks[0].detail.clone().unwrap()
    };
    let nobody = "by no agent, which is allowed";
    assert_eq!(noted(&unsigned()), nobody);
    assert_eq!(noted(&other), format!("{nobody}; signatures with another tag do not count"));
}

fn explained(interceptor: impl Immediate + 'static) -> tollgate::ImmediateSharedGate {
    gate_of(interceptor).shared_immediate()
}

fn gate_of<I: Immediate>(interceptor: I) -> Gate<ManualClock, I> {
    Gate::builder(ManualClock::at(NOW)).with(interceptor).build().unwrap()
}

#[test]
fn nothing_of_the_caller_is_said() {
    let expires = NOW.as_seconds() + 60;
    let created = NOW.as_seconds();
    let inputs = [
        format!("{MARK}=();tag=\"web-bot-auth\""),
        format!("sig=(\"{MARK}\");tag=\"web-bot-auth\""),
        format!(
            "sig=(\"@authority\" \"{MARK}\" \"signature-agent\";key=\"sig\");created={created}\
             ;expires={expires};keyid=\"{MARK}\";nonce=\"{MARK}\";tag=\"web-bot-auth\""
        ),
        MARK.to_owned(),
        format!("{MARK}((("),
    ];
    let named = [
        format!("sig=\"https://{MARK}.example\""),
        format!("sig=\"{MARK}\""),
        format!("{MARK}=\"https://crawler.example\""),
        "sig=\"https://crawler.example\"".to_owned(),
        format!("\"{MARK}\""),
    ];
    for input in &inputs {
        for agent in &named {
            let request = unsigned()
                .with_header(MARK, MARK)
                .with_header("signature-agent", agent.as_str())
                .with_header("signature-input", input.as_str())
                .with_header("signature", "sig=:AAAA:");
            let gate = gate(validation());
            let refused = gate.check_now(&request).unwrap_err();
            let (wording, explanation) = (gate.wording(), gate.explain_now(&request));
            let response = wording.response(&refused);
            let said = format!(
                "{refused:?} {refused} {:?} {} {} {response:?} {explanation} {explanation:?}",
                refused.reason(),
                wording.message(&refused),
                wording.trace(&refused),
            );
            assert!(!said.contains(MARK), "{said}");
        }
    }
    let admission = gate(validation()).check_now(&signed()).unwrap();
    let said = format!("{admission:?} {:?} {:?}", validation(), agents());
    assert!(!said.contains("signature-agent\""), "{said}");
}

proptest! {
    #[test]
    fn garbage_is_refused_and_never_a_panic(
        input: Vec<u8>,
        signature: Vec<u8>,
        agent: Vec<u8>,
        text in "[a-z=(\");:@ -]{0,60}",
    ) {
        let tagged = format!("sig=({text});tag=\"web-bot-auth\"");
        for input in [&input[..], text.as_bytes(), tagged.as_bytes()] {
            for signature in [&signature[..], b"sig=:AAAA:"] {
                for agent in [&agent[..], text.as_bytes()] {
                    let request = unsigned()
                        .with_header("signature-input", input)
                        .with_header("signature", signature)
                        .with_header("signature-agent", agent);
                    prop_assert_ne!(code(validation(), &request), "admitted");
                }
            }
        }
    }
}
