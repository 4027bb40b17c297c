//! The testing kit: every defect causes exactly its reason, and every reason that a request can
//! cause has a defect.
#![cfg(feature = "testing")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tollgate::explanation::{Explanation, Verdict};
use tollgate::jose::{Algorithm, KeySet};
use tollgate::observation::{Observation, observer_fn};
use tollgate::store::InMemoryClients;
use tollgate::testing::{Defect, TestGate, TokenForge, UnknownDefect, expect};
use tollgate::validate::{
    DpopProofs, MAXIMUM_SKEW, OwnAuthorities, OwnUrl, UnsignedRequests, WebBotAuthValidation,
};
use tollgate::{
    ClientIdValidation, Element, Gate, JwtValidation, PlainRequest, Reason, UnixTime,
    assert_admitted, assert_refused,
};

/// Reasons that no request can cause, and why.
const WITHOUT_A_DEFECT: [(&str, &str); 3] = [
    ("client.not_identified", "no gate builds in which the client is not established before"),
    ("evidence.conflict", "no gate builds in which a fact is established twice"),
    ("host.refused", "the reason of an interceptor of a host, whose code is the host's own"),
];

#[test]
fn each_gate_admits_the_good_request() {
    let forge = TokenForge::new().unwrap();
    for kind in TestGate::ALL {
        let (gate, request) = (forge.gate(kind).unwrap(), forge.request(kind).unwrap());
        if kind == TestGate::StoreAway {
            assert_refused!(gate, request, "service.unavailable");
        } else {
            assert_admitted!(gate, request);
        }
    }
}

#[test]
fn each_defect_causes_exactly_its_reason() {
    let forge = TokenForge::new().unwrap();
    for defect in Defect::all() {
        let gate = forge.gate(defect.gate()).unwrap();
        assert_refused!(gate, forge.request_with(&defect).unwrap(), defect.code());
    }
}

/// An explanation without the one header that differs each time, by random bytes.
fn without_nonce(mut explanation: Explanation) -> Explanation {
    if let Verdict::Refused(refusal) = &mut explanation.verdict {
        refusal.headers.retain(|(name, _)| name != "dpop-nonce");
    }
    explanation
}

#[test]
fn the_explanation_of_each_defect_ends_as_its_decision() {
    let forge = TokenForge::new().unwrap();
    for defect in Defect::all() {
        let gate = forge.gate(defect.gate()).unwrap();
        let request = forge.request_with(&defect).unwrap();
        let explained: Vec<_> =
            (0..10).map(|_| without_nonce(gate.explain_now(&request))).collect();
        assert!(explained.windows(2).all(|pair| pair[0] == pair[1]), "{defect}");
        let rejection = assert_refused!(gate, request, defect.code());
        let refusal = explained[0].refusal().unwrap();
        assert_eq!(refusal.code, defect.code());
        assert_eq!(refusal.trace, gate.wording().trace(&rejection), "{defect}");
        assert_eq!(refusal.message, gate.wording().message(&rejection), "{defect}");
    }
}

#[test]
fn each_reason_that_a_request_can_cause_has_a_defect() {
    let caused: BTreeSet<_> = Defect::all().map(|defect| defect.code()).collect();
    let without = WITHOUT_A_DEFECT.map(|(code, _)| code);
    let left: Vec<_> = Reason::CODES.iter().filter(|code| !caused.contains(*code)).collect();
    assert_eq!(left, without.iter().collect::<Vec<_>>());
    assert_eq!(caused.len() + without.len(), Reason::CODES.len());
}

#[test]
fn the_forge_signs_with_every_algorithm_and_makes_each_defect_with_it() {
    assert_eq!(Algorithm::ALL.len(), if cfg!(feature = "aws-lc-rs") { 16 } else { 12 });
    for algorithm in Algorithm::ALL.iter().copied() {
        let forge = TokenForge::new().unwrap().signing_with(algorithm).unwrap();
        for gate in [TestGate::Jwt, TestGate::StrictJwt].map(|kind| forge.gate(kind).unwrap()) {
            assert_admitted!(gate, TokenForge::bearer(&forge.jwt().unwrap()));
            for defect in Defect::of_every_jwt() {
                let token = forge.jwt_with(&defect).unwrap();
                assert_refused!(gate, TokenForge::bearer(&token), defect.code());
            }
        }
    }
}

#[test]
fn a_forge_with_other_settings_makes_what_is_good_under_them() {
    let now = UnixTime::from_millis(1_900_000_000_123);
    let forge = TokenForge::new().unwrap().at(now).unwrap();
    let forge = forge.issued_by("https://a.test").for_audience("api");
    for defect in Defect::all() {
        let gate = forge.gate(defect.gate()).unwrap();
        assert_refused!(gate, forge.request_with(&defect).unwrap(), defect.code());
    }
    let claims = forge.claims();
    assert_eq!((&claims["iss"], &claims["aud"]), (&"https://a.test".into(), &"api".into()));
    for kind in TestGate::ALL.into_iter().filter(|kind| *kind != TestGate::StoreAway) {
        assert_admitted!(forge.gate(kind).unwrap(), forge.request(kind).unwrap());
    }
}

#[test]
fn each_defect_of_every_jwt_is_refused_under_the_largest_skew() {
    let forge = TokenForge::new().unwrap();
    let validation = JwtValidation::new(Element::bearer(), forge.issuer().unwrap());
    let gate = Gate::builder(forge.clock()).with(validation.skew(MAXIMUM_SKEW).unwrap());
    let gate = gate.build().unwrap();
    for defect in Defect::of_every_jwt() {
        let token = forge.jwt_with(&defect).unwrap();
        assert_refused!(gate, TokenForge::bearer(&token), defect.code());
    }
}

#[test]
fn a_span_is_refused_from_the_skew_on() {
    let forge = TokenForge::new().unwrap();
    let gate = forge.gate(TestGate::Jwt).unwrap();
    let is_admitted = |defect: Defect| {
        let request = TokenForge::bearer(&forge.jwt_with(&defect).unwrap());
        gate.check_now(&request).is_ok()
    };
    for (millis, expired, future) in
        [(29_999, true, true), (30_000, false, true), (30_001, false, false)]
    {
        let span = Duration::from_millis(millis);
        assert_eq!(is_admitted(Defect::ExpiredBy(span)), expired, "{millis}");
        assert_eq!(is_admitted(Defect::NotYetValidBy(span)), future, "{millis}");
        assert_eq!(is_admitted(Defect::IssuedInFutureBy(span)), future, "{millis}");
    }
}

#[test]
fn a_defect_is_read_as_it_is_printed() {
    let mut names = BTreeSet::new();
    for defect in Defect::all() {
        assert!(names.insert(defect.name()), "{defect} has the name of another");
        assert_eq!(defect.to_string().parse(), Ok(defect.clone()));
        assert_eq!(defect.name().parse(), Ok(defect));
    }
    for (text, printed) in [
        ("expired-by=1500ms", "expired-by=1500ms"),
        ("not-yet-valid-by=2m", "not-yet-valid-by=120s"),
        ("missing-claim=aud", "missing-claim=aud"),
    ] {
        assert_eq!(text.parse::<Defect>().unwrap().to_string(), printed);
    }
    for text in ["", "=", "Unsigned", "unsigned=1", "unsigned=", "expired-by=", "expired-by=60"] {
        assert_eq!(text.parse::<Defect>(), Err(UnknownDefect), "{text}");
    }
}

#[test]
fn any_claim_that_is_required_can_be_missing_and_any_registered_one_of_another_type() {
    let forge = TokenForge::new().unwrap();
    let gate = forge.gate(TestGate::StrictJwt).unwrap();
    for name in ["iss", "aud", "exp", "iat", "tenant", "client_id"] {
        let token = forge.jwt_with(&Defect::MissingClaim(name.into())).unwrap();
        assert_refused!(gate, TokenForge::bearer(&token), "claim.missing");
    }
    for name in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "client_id", "scope", "cnf"] {
        let token = forge.jwt_with(&Defect::WrongClaimType(name.into())).unwrap();
        assert_refused!(gate, TokenForge::bearer(&token), "claim.type");
    }
}

#[test]
fn what_is_not_a_defect_of_a_jwt_is_an_error() {
    let forge = TokenForge::new().unwrap();
    for defect in Defect::all() {
        let is_of_a_jwt = matches!(defect.gate(), TestGate::Jwt | TestGate::StrictJwt);
        assert_eq!(forge.jwt_with(&defect).is_ok(), is_of_a_jwt, "{defect}");
        assert_eq!(defect.is_of_a_jwt(), is_of_a_jwt, "{defect}");
    }
}

#[test]
fn the_prover_proves_the_bound_jwt_at_any_url_of_a_host() {
    let forge = TokenForge::new().unwrap();
    let url = OwnUrl::external("https://shop.test").unwrap();
    let proofs = DpopProofs::new(url, forge.replays()).nonces(forge.dpop_nonces().unwrap());
    let validation = JwtValidation::new(Element::bearer(), forge.issuer().unwrap()).dpop(proofs);
    let gate = Gate::builder(forge.clock()).with(validation).build().unwrap();
    let nonce = forge.dpop_nonces().unwrap().issue(forge.now()).unwrap();
    let (prover, token) = (forge.prover().unwrap().with_nonce(nonce), forge.bound_jwt().unwrap());
    let proof = prover.prove("POST", "https://shop.test/cart", &token, forge.now()).unwrap();
    let request = |target| {
        PlainRequest::new("POST", target)
            .with_header("authorization", format!("DPoP {token}"))
            .with_header("dpop", proof.as_str())
    };
    assert_refused!(gate, request("/orders"), "proof.url");
    assert_admitted!(gate, request("/cart"));
    assert_refused!(gate, request("/cart"), "proof.used");
}

#[test]
fn the_request_signer_signs_any_request_for_one_use() {
    let forge = TokenForge::new().unwrap();
    let gate = forge.gate(TestGate::HttpSignature).unwrap();
    let request = || {
        PlainRequest::new("GET", "/invoices?page=2").with_scheme("https").with_authority("api.test")
    };
    assert_refused!(gate, request(), "credential.missing");
    let headers = forge.request_signer().unwrap().sign(&request(), forge.now()).unwrap();
    let signed =
        headers.lines().fold(request(), |request, (name, value)| request.with_header(name, value));
    assert_admitted!(gate, signed);
    assert_refused!(gate, signed, "message_signature.used");
}

#[test]
fn the_agent_signer_signs_as_an_agent_that_the_forge_knows() {
    let forge = TokenForge::new().unwrap();
    let agents = forge.agents().unwrap();
    let validation = WebBotAuthValidation::new(
        OwnAuthorities::insecure_as_received(),
        agents,
        UnsignedRequests::Refuse,
    );
    let gate = Gate::builder(forge.clock()).with(validation).build().unwrap();
    let request = PlainRequest::new("GET", "/")
        .with_authority("shop.test")
        .with_header("signature-agent", format!("sig1=\"{}\"", TokenForge::AGENT));
    assert_refused!(gate, request, "agent.unsigned");
    let headers = forge.agent_signer().unwrap().sign(&request, forge.now()).unwrap();
    let signed =
        headers.lines().fold(request, |request, (name, value)| request.with_header(name, value));
    let admission = assert_admitted!(gate, signed);
    let [agent] = admission.agents().unwrap().agents() else { panic!("one agent") };
    assert_eq!(agent.url().as_str(), TokenForge::AGENT);
}

#[test]
fn the_published_keys_are_the_keys_and_hold_no_secret() {
    for algorithm in [Algorithm::Es256, Algorithm::Hs256] {
        let forge = TokenForge::new().unwrap().signing_with(algorithm).unwrap();
        let published = KeySet::from_jwks(forge.jwks().as_bytes()).unwrap();
        let secrets = if algorithm == Algorithm::Hs256 { 2 } else { 0 };
        assert_eq!(published.keys().len() + secrets, forge.keys().keys().len());
        for private in ["\"d\"", "\"k\"", "\"p\"", "\"priv\""] {
            assert!(!forge.jwks().contains(private), "{private}");
        }
    }
}

/// What a closure panics with.
fn panic_of(failing: impl FnOnce() + std::panic::UnwindSafe) -> String {
    *std::panic::catch_unwind(failing).unwrap_err().downcast::<String>().unwrap()
}

#[test]
fn an_assertion_that_fails_prints_the_explanation() {
    let late = || {
        let forge = TokenForge::new().unwrap();
        let late = Defect::ExpiredBy(Duration::from_secs(90));
        (forge.gate(TestGate::Jwt).unwrap(), forge.request_with(&late).unwrap())
    };
    let failed = "[FAILED] dates: jwt.expired: expired 90 s ago, skew 30 s";
    let not_admitted = panic_of(move || {
        let (gate, request) = late();
        assert_admitted!(gate, request);
    });
    assert!(not_admitted.starts_with("expected an admission, found jwt.expired\ngate orders"));
    assert!(not_admitted.contains(failed), "{not_admitted}");
    let otherwise = panic_of(move || {
        let (gate, request) = late();
        assert_refused!(gate, request, "jwt.audience");
    });
    assert!(otherwise.starts_with("expected jwt.audience, found jwt.expired\ngate orders"));
    assert!(otherwise.contains(failed), "{otherwise}");
    let admitted = panic_of(|| {
        let forge = TokenForge::new().unwrap();
        let gate = forge.gate(TestGate::Jwt).unwrap();
        assert_refused!(gate, forge.request(TestGate::Jwt).unwrap(), "jwt.expired");
    });
    assert!(admitted.starts_with("expected jwt.expired, found an admission\ngate orders admits"));
}

#[test]
fn an_assertion_explains_the_decision_that_it_asked_for() {
    let forge = TokenForge::new().unwrap();
    for kind in [TestGate::TimeToken, TestGate::BoundJwt, TestGate::HttpSignature] {
        let (gate, request) = (forge.gate(kind).unwrap(), forge.request(kind).unwrap());
        let unexpected = expect::refused_now(&gate, &request, "jwt.expired").unwrap_err();
        assert!(unexpected.explanation().refusal().is_none(), "{kind:?}: {unexpected}");
    }
}

#[test]
fn an_assertion_tells_observers_of_one_decision() {
    let forge = TokenForge::new().unwrap();
    let told = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&told);
    let observer = observer_fn(move |_: &Observation<'_>| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    let gate = Gate::builder(forge.clock())
        .for_resource("orders")
        .observer(observer)
        .with(ClientIdValidation::new(InMemoryClients::new()))
        .build()
        .unwrap();
    assert_refused!(gate, forge.request(TestGate::ClientId).unwrap(), "client.unknown");
    assert_eq!(told.load(Ordering::Relaxed), 1);
}

#[test]
fn nothing_that_is_secret_is_printed_by_the_forge_or_an_assertion() {
    let forge = TokenForge::new().unwrap();
    let token = forge.jwt_with(&Defect::WrongAudience).unwrap();
    let gate = forge.gate(TestGate::Jwt).unwrap();
    let refused = expect::admitted_now(&gate, &TokenForge::bearer(&token)).unwrap_err();
    let printed = format!("{forge:?} {refused} {refused:?}");
    for part in token.split('.') {
        assert!(!printed.contains(part), "{printed}");
    }
}
