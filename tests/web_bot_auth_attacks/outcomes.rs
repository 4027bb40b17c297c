//! Which requests pass, and what is not believed.

use tollgate::interceptor::Interceptor;
use tollgate::record::AgentUrl;
use tollgate::remote::{AgentKey, AgentKeySource, KeyLookup};
use tollgate::store::{ImmediateStore, InMemoryReplays, StoreUnavailable};
use tollgate::validate::{
    OwnAuthorities, UnsignedRequests, UnverifiableSignatures, WebBotAuthValidation,
};
use tollgate::{PlainRequest, UnixTime};

use crate::signer::{Signer, TAG, agents, at, decided, request, signed, signed_at, validation};

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
            UnverifiableSignatures::InsecureAdmit,
            ["agent.unsigned", "known.example", "unverifiable"],
        ),
        (
            UnsignedRequests::Admit,
            UnverifiableSignatures::InsecureAdmit,
            ["unsigned", "known.example", "unverifiable"],
        ),
    ] {
        for (request, expected) in requests.iter().zip(expected) {
            let validation = WebBotAuthValidation::new(
                OwnAuthorities::insecure_as_received(),
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
            OwnAuthorities::insecure_as_received(),
            agents(&[&a]),
            UnsignedRequests::Admit,
        )
        .unverifiable(UnverifiableSignatures::InsecureAdmit)
    };
    let moved = PlainRequest::new("GET", "/orders").with_authority("evil.example");
    let headers = signer().sign(&named, at(0)).unwrap();
    let moved = moved
        .with_header("signature-agent", a.member())
        .with_header("signature-input", headers.signature_input())
        .with_header("signature", headers.signature());
    let bare = request().with_header("signature-agent", r#""https://a.example""#);
    let legacy = || a.signer(&[r#""@authority""#, r#""signature-agent""#]);
    assert_eq!(decided(open(), &signed(&legacy(), &bare)), "unverifiable");
    for (request, expected) in [
        (signed_at(&legacy(), &bare, -60), "agent.expired"),
        (signed(&a.signer(&[r#""@authority""#]), &bare), "agent.not_named"),
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
    let open = validation(agents(&[&known])).unverifiable(UnverifiableSignatures::InsecureAdmit);
    assert_eq!(decided(open, &both), "agent.expired");
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
    let open = validation(Down).unverifiable(UnverifiableSignatures::InsecureAdmit);
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
    let open = validation(agents(&[&a])).unverifiable(UnverifiableSignatures::InsecureAdmit);
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
