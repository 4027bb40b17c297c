//! An explanation decides as a check does, and leaves everything as it was.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use tollgate::explanation::{CheckOutcome, Explanation};
use tollgate::gate::ImmediateChain;
use tollgate::interceptor::{
    Call, Description, Enforcement, Evidence, Immediate, Interceptor, Shadow, interceptor_fn,
};
use tollgate::observation::observer_fn;
use tollgate::record::Scopes;
use tollgate::store::InMemoryReplays;
use tollgate::validate::{SigningSecrets, TimeTokenGenerator};
use tollgate::{
    AccessTokenValidation, ClientIdValidation, ClientSecretValidation, Element, Gate,
    ImmediateSharedGate, ManualClock, OAuthValidation, OriginCheck, PlainRequest, Rejection,
    Secret, TimeTokenValidation, UnixTime,
};

use crate::cases::{NOW, bearer, cases, clients, csrf, gate, get, grants, jwt, signature};

#[track_caller]
pub(crate) fn assert_agrees(gate: &ImmediateSharedGate, request: &PlainRequest) -> Explanation {
    let explanation = gate.explain_now(request);
    let checked = gate.check_now(request);
    assert_eq!(explanation.is_admitted(), checked.is_ok());
    if let (Some(refusal), Err(rejection)) = (explanation.refusal(), &checked) {
        let wording = gate.wording();
        let response = wording.response(rejection);
        assert_eq!(refusal.code, rejection.reason().code());
        assert_eq!(refusal.trace, wording.trace(rejection));
        assert_eq!(refusal.message, wording.message(rejection));
        assert_eq!((refusal.status, &refusal.body), (response.status, &response.body));
    }
    assert_consistent(&explanation);
    explanation
}

/// At most one enforced interceptor failed, the last that was asked, and it names one failed check.
fn assert_consistent(explanation: &Explanation) {
    let enforced =
        explanation.interceptors.iter().filter(|one| one.enforcement == Enforcement::Enforce);
    let outcomes: Vec<_> = enforced.map(|one| one.outcome).collect();
    let passed = outcomes.iter().take_while(|one| **one == CheckOutcome::Passed).count();
    let rest: Vec<_> = outcomes.iter().skip(passed).collect();
    match rest.split_first() {
        None => assert!(explanation.is_admitted()),
        Some((first, others)) => {
            assert_eq!(**first, CheckOutcome::Failed);
            assert!(others.iter().all(|one| **one == CheckOutcome::NotRun));
            assert!(!explanation.is_admitted());
        }
    }
    for one in &explanation.interceptors {
        let failed = one.checks.iter().filter(|check| check.outcome == CheckOutcome::Failed);
        assert_eq!(failed.count(), usize::from(one.outcome == CheckOutcome::Failed), "{one:?}");
    }
}

fn gates() -> Vec<ImmediateSharedGate> {
    let chain = ImmediateChain::new;
    vec![
        gate(chain().with(ClientIdValidation::new(clients()))),
        gate(chain().with(ClientSecretValidation::new(clients()))),
        gate(chain().with(AccessTokenValidation::new(grants(), clients()))),
        gate(chain().with(OAuthValidation::opaque(grants(), clients()))),
        gate(chain().with(ClientIdValidation::new(clients())).with(jwt())),
        gate(chain().with(jwt().scopes(Scopes::of(["read"])))),
        gate(chain().with(jwt().clients(clients()))),
        gate(chain().with(csrf()).with(OriginCheck::new())),
        gate(chain().with(ClientIdValidation::new(clients())).with(signature())),
    ]
}

#[test]
fn explanations_of_typical_failures_agree_with_the_check() {
    for case in cases() {
        assert_agrees(&case.gate, &case.request);
    }
}

#[test]
fn every_check_of_an_admitted_request_passed() {
    let gate = gate(ImmediateChain::new().with(ClientIdValidation::new(clients())).with(jwt()));
    let request = bearer("api", NOW + 60).with_header("client_id", "app");
    let explanation = assert_agrees(&gate, &request);
    for one in &explanation.interceptors {
        assert!(!one.checks.is_empty());
        assert!(one.checks.iter().all(|check| check.outcome == CheckOutcome::Passed), "{one:?}");
    }
    assert!(explanation.to_string().contains("audience: api"), "{explanation}");
}

fn outcomes(explanation: &Explanation) -> Vec<(&str, CheckOutcome)> {
    let checks = explanation.interceptors.iter().flat_map(|one| &one.checks);
    checks.map(|check| (check.name.as_str(), check.outcome)).collect()
}

#[test]
fn a_check_that_an_admitted_request_needs_not_is_told_from_one_behind_a_failure() {
    let gate = gate(ImmediateChain::new().with(csrf()));
    let safe = assert_agrees(&gate, &get());
    let names = ["origin", "credential", "session", "signature", "lifetime", "repetition"];
    let (method, rest) = (("method", CheckOutcome::Passed), CheckOutcome::NotNeeded);
    assert_eq!(outcomes(&safe), [&[method][..], &names.map(|name| (name, rest))].concat());
    assert!(safe.to_string().contains("   [not needed] session\n"), "{safe}");
    let post = PlainRequest::new("POST", "/").with_header("origin", "https://foreign.example");
    let refused = assert_agrees(&gate, &post);
    let not_run = names[1..].iter().map(|name| (*name, CheckOutcome::NotRun));
    let passed = [method, ("origin", CheckOutcome::Failed)].into_iter();
    assert_eq!(outcomes(&refused), passed.chain(not_run).collect::<Vec<_>>());
}

/// An interceptor of a host with the checks `a`, `b` and `c`, of which it skips the first two.
struct Skipping;

impl Interceptor for Skipping {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        call.note("c", || "passed".to_owned());
        Ok(Evidence::none())
    }

    fn describe(&self) -> Description {
        Description::of("skipping").making(["a", "b", "c"])
    }
}

impl Immediate for Skipping {}

#[test]
fn a_check_before_one_that_passed_was_not_needed() {
    let explanation = assert_agrees(&gate(ImmediateChain::new().with(Skipping)), &get());
    let skipped = CheckOutcome::NotNeeded;
    let expected = [("a", skipped), ("b", skipped), ("c", CheckOutcome::Passed)];
    assert_eq!(outcomes(&explanation), expected);
}

#[test]
fn the_text_is_its_lines_and_each_check_has_its_own() {
    for case in cases() {
        let explanation = case.gate.explain_now(&case.request);
        let lines = explanation.lines();
        let printed: String = lines.iter().map(|line| line.to_string() + "\n").collect();
        assert_eq!(printed, explanation.to_string());
        let marked: Vec<_> = lines.iter().filter_map(|line| line.outcome).collect();
        let checks: Vec<_> = outcomes(&explanation).iter().map(|(_, outcome)| *outcome).collect();
        assert_eq!(marked, checks);
    }
}

/// A chain that reads a credential itself.
struct Demanding(ImmediateChain);

impl Interceptor for Demanding {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        self.0.intercept(call).await
    }

    fn describe(&self) -> Description {
        self.0.describe().reads(Element::header("x-own").unwrap())
    }
}

impl Immediate for Demanding {}

#[test]
fn a_review_and_an_explanation_number_alike() {
    let chain = ImmediateChain::new().with(ClientIdValidation::new(clients())).with(jwt());
    let gate = gate(ImmediateChain::new().with(Demanding(chain)).with(OriginCheck::new()));
    let request = bearer("api", NOW + 60).with_header("client_id", "app");
    let explanation = assert_agrees(&gate, &request).to_string();
    let numbered = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.starts_with(|first: char| first.is_numeric()));
        lines.map(|line| line.split([':', '(']).next().unwrap().trim_end().to_owned()).collect()
    };
    let names = ["1. client id validation", "2. jwt validation", "3. origin check"];
    assert_eq!(numbered(&explanation), names);
    assert_eq!(numbered(&gate.describe().to_string()), names);
}

#[test]
fn an_interceptor_of_a_host_notes_what_it_likes() {
    let own = interceptor_fn("own", |call| {
        call.note("weekday", || "a Friday".to_owned());
        Ok(Evidence::none())
    });
    let explanation = assert_agrees(&gate(ImmediateChain::new().with(own)), &get());
    let check = &explanation.interceptors[0].checks[0];
    assert_eq!((check.name.as_str(), check.detail.as_deref()), ("weekday", Some("a Friday")));
}

#[test]
fn a_note_stays_on_its_line() {
    let own = interceptor_fn("own", |call| {
        call.note("key", || "of the key k\n   [FAILED] signature\u{1b}[0m".to_owned());
        Ok(Evidence::none())
    });
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH)).named("g\n1.").with(own).build();
    let text = gate.unwrap().explain_now(&get()).to_string();
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.contains("[ok] key: of the key k?   [FAILED] signature?[0m\n"), "{text}");
}

#[test]
fn notes_are_not_even_made_where_nobody_asks() {
    let made = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&made);
    let own = interceptor_fn("own", move |call| {
        call.note("weekday", || {
            count.fetch_add(1, Ordering::Relaxed);
            String::new()
        });
        Ok(Evidence::none())
    });
    let builder = Gate::builder(ManualClock::at(UnixTime::EPOCH)).observer(observer_fn(|_| {}));
    let gate = builder.with(own).build().unwrap();
    assert!(gate.check_now(&get()).is_ok());
    assert!(gate.rehearse_now(&get()).is_ok());
    assert_eq!(made.load(Ordering::Relaxed), 0);
    assert!(gate.explain_now(&get()).is_admitted());
    assert_eq!(made.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_gate_that_waits_explains_itself_alike() {
    for case in cases() {
        assert_eq!(case.gate.explain(&case.request).await, case.gate.explain_now(&case.request));
    }
}

#[test]
fn ten_explanations_change_nothing() {
    let secrets = SigningSecrets::new(&Secret::new("a secret of at least 32 bytes ...")).unwrap();
    let element = Element::header("time").unwrap();
    let replays = InMemoryReplays::new(4).unwrap();
    let generator = TimeTokenGenerator::new(element.clone(), secrets.clone()).unwrap();
    let once = TimeTokenValidation::new(element, secrets).unwrap().single_use(replays.clone());
    let validation = jwt();
    let remembered = validation.remembered_tokens();
    let told = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&told);
    let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(NOW)))
        .observer(observer_fn(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        }))
        .with(validation)
        .with(once)
        .build()
        .unwrap();
    let issued = generator.generate(&get(), UnixTime::from_seconds(NOW)).unwrap();
    let request = bearer("api", NOW + 60).with_header("time", issued.token());
    let state = || (remembered.figures(), replays.figures(), told.load(Ordering::Relaxed));
    let explain_ten_times = |admitted: bool| {
        let before = state();
        let first = gate.explain_now(&request);
        for _ in 0..9 {
            assert_eq!(gate.explain_now(&request), first);
        }
        assert_eq!(first.is_admitted(), admitted, "{first}");
        assert_eq!(state(), before);
    };
    explain_ten_times(true);
    assert!(gate.check_now(&request).is_ok(), "the token was not used up");
    explain_ten_times(false);
    assert!(gate.check_now(&request).is_err());
}

const NAMES: &[&str] =
    &["client_id", "access_token", "authorization", "cookie", "origin", "signature"];

fn header() -> impl Strategy<Value = (String, String)> {
    let values = prop_oneof![
        Just("app".to_owned()),
        Just("late".to_owned()),
        Just("read-only".to_owned()),
        Just("Basic YXBwOnNlY3JldA==".to_owned()),
        Just("session=1".to_owned()),
        Just("https://shop.example".to_owned()),
        "Bearer [a-zA-Z0-9._-]{0,40}",
        "[ -~]{0,20}",
    ];
    (prop::sample::select(NAMES).prop_map(str::to_owned), values)
}

proptest! {
    #[test]
    fn whatever_arrives_is_explained_as_it_is_decided(
        headers in prop::collection::vec(header(), 0..5),
        post in any::<bool>(),
        token in (prop::sample::select(&["api", "other"][..]), -40_i64..40, any::<bool>()),
    ) {
        let (audience, expires, with_token) = token;
        let method = if post { "POST" } else { "GET" };
        let mut request = PlainRequest::new(method, "/orders").with_body("one");
        for (name, value) in headers {
            request = request.with_header(name, value);
        }
        if with_token {
            let claims = format!(
                r#"{{"iss":"https://issuer.example","aud":"{audience}","exp":{}}}"#,
                NOW + expires,
            );
            let token = crate::cases::key().sign(claims.as_bytes()).unwrap();
            request = request.with_header("authorization", format!("Bearer {token}"));
        }
        for gate in gates() {
            assert_agrees(&gate, &request);
        }
    }
}

#[test]
fn what_a_shadow_passes_over_is_not_run_and_shifts_nothing() {
    let by =
        |name: &str| ClientIdValidation::new(clients()).element(Element::header(name).unwrap());
    let shadow = Shadow::of(ImmediateChain::new().with(by("first")).with(by("second")));
    let chain = ImmediateChain::new().with(shadow).with(by("third")).with(by("fourth"));
    let gate = gate(chain);
    let request = |third: &str| get().with_header("third", third).with_header("fourth", "stranger");
    let (failed, not_run, passed) =
        (CheckOutcome::Failed, CheckOutcome::NotRun, CheckOutcome::Passed);
    for (third, expected) in [
        ("stranger", [failed, not_run, failed, not_run]),
        ("app", [failed, not_run, passed, failed]),
    ] {
        let explanation = assert_agrees(&gate, &request(third));
        let outcomes: Vec<_> = explanation.interceptors.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, expected, "{explanation}");
    }
}
