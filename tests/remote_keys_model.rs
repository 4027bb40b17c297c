//! Keys at an issuer's server, compared with a model of one page over random histories.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use tollgate::jose::{Algorithm, SigningKey, base64url_encode};
use tollgate::remote::RemoteKeys;
use tollgate::transport::{
    ServerUrl, TransportRequest, TransportResponse, TransportUnavailable, transport_fn,
};
use tollgate::{
    Clock, Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest, Secret, UnixTime,
};

const START: i64 = 1_800_000_000_000;
const KIDS: usize = 5;

/// What the server does when it is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mood {
    Answers,
    Fails,
    IsEmpty,
}

#[derive(Clone, Debug)]
enum Step {
    Add(usize),
    Remove(usize),
    Set(Mood),
    Advance(u64),
    Present(usize),
    Refresh,
}

/// What the server is, and how often it was asked.
struct Page {
    kids: BTreeSet<usize>,
    mood: Mood,
    asked: usize,
}

/// The promise, in short: which keys serve, since when, when the server was asked last, when the set
/// is due again.
#[derive(Default)]
struct Model {
    kids: BTreeSet<usize>,
    confirmed: Option<i64>,
    asked_at: Option<i64>,
    due: i64,
    requests: usize,
}

impl Model {
    fn ask(&mut self, page: &Page, now: i64) {
        self.requests += 1;
        self.asked_at = Some(now);
        if page.mood == Mood::Answers && !page.kids.is_empty() {
            self.kids.clone_from(&page.kids);
            self.confirmed = Some(now);
        }
    }

    fn serves(&self, now: i64) -> bool {
        self.confirmed.is_some_and(|confirmed| now - confirmed < 24 * 3600 * 1000)
    }

    /// What a call with this key id gets.
    fn present(&mut self, page: &Page, kid: usize, now: i64) -> &'static str {
        let is_needed = !self.serves(now) || !self.kids.contains(&kid) || now >= self.due;
        let may_ask = self.asked_at.is_none_or(|asked| now - asked >= 30_000);
        if is_needed && may_ask {
            self.ask(page, now);
        }
        match (self.serves(now), self.kids.contains(&kid)) {
            (false, _) => "service.unavailable",
            (true, true) => "admitted",
            (true, false) => "jwt.key_unknown",
        }
    }
}

fn secret(kid: usize) -> Vec<u8> {
    format!("{kid:032}").into_bytes()
}

fn answer(page: &mut Page) -> Result<TransportResponse, TransportUnavailable> {
    page.asked += 1;
    let key = |kid: &usize| {
        format!(r#"{{"kty":"oct","kid":"{kid}","k":"{}"}}"#, base64url_encode(secret(*kid)))
    };
    match page.mood {
        Mood::Fails => Err(TransportUnavailable("down".into())),
        Mood::IsEmpty => Ok(TransportResponse::new(200, r#"{"keys":[]}"#)),
        Mood::Answers => {
            let keys = page.kids.iter().map(key).collect::<Vec<_>>().join(",");
            Ok(TransportResponse::new(200, format!(r#"{{"keys":[{keys}]}}"#)))
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let spans = prop_oneof![
        0..2_u64,
        Just(29_999),
        Just(30_000),
        0..700_000_u64,
        Just(24 * 3600 * 1000 - 1),
        Just(24 * 3600 * 1000),
    ];
    prop_oneof![
        2 => (0..KIDS).prop_map(Step::Add),
        1 => (0..KIDS).prop_map(Step::Remove),
        1 => prop_oneof![Just(Mood::Answers), Just(Mood::Fails), Just(Mood::IsEmpty)].prop_map(Step::Set),
        3 => spans.prop_map(Step::Advance),
        8 => (0..KIDS).prop_map(Step::Present),
        1 => Just(Step::Refresh),
    ]
}

/// Which verdicts the history met.
fn run(
    steps: Vec<Step>,
    runtime: &tokio::runtime::Runtime,
) -> Result<BTreeSet<&'static str>, TestCaseError> {
    let kids = BTreeSet::from([0]);
    let page = Arc::new(Mutex::new(Page { kids, mood: Mood::Answers, asked: 0 }));
    let served = Arc::clone(&page);
    let transport = transport_fn(move |_: TransportRequest| {
        let answered = answer(&mut served.lock().unwrap());
        async move {
            tokio::task::yield_now().await;
            answered
        }
    });
    let keys = RemoteKeys::at(ServerUrl::https("https://a.example/keys").unwrap(), transport);
    let issuer = Issuer::with_provider("a", "api", [Algorithm::Hs256], keys.clone()).unwrap();
    let clock = Arc::new(ManualClock::at(UnixTime::from_millis(START)));
    let validation = JwtValidation::new(Element::bearer(), issuer);
    let gate = Gate::builder(Arc::clone(&clock)).with(validation).build().unwrap();
    let requests: Vec<_> = (0..KIDS)
        .map(|kid| {
            let key = SigningKey::hmac(Algorithm::Hs256, &Secret::new(secret(kid))).unwrap();
            let claims = r#"{"iss":"a","aud":"api","exp":4000000000}"#;
            let token = key.with_id(kid.to_string()).sign(claims.as_bytes()).unwrap();
            PlainRequest::new("GET", "/").with_header("authorization", format!("Bearer {token}"))
        })
        .collect();
    let mut model = Model::default();
    let mut share = None;
    let mut met = BTreeSet::new();
    for step in steps {
        let now = clock.now();
        match step {
            Step::Add(kid) => {
                page.lock().unwrap().kids.insert(kid);
            }
            Step::Remove(kid) => {
                page.lock().unwrap().kids.remove(&kid);
            }
            Step::Set(mood) => page.lock().unwrap().mood = mood,
            Step::Advance(millis) => clock.advance(Duration::from_millis(millis)),
            Step::Refresh => {
                let _ = runtime.block_on(keys.refresh(now));
                model.ask(&page.lock().unwrap(), now.as_millis());
            }
            Step::Present(kid) => {
                let expected = model.present(&page.lock().unwrap(), kid, now.as_millis());
                let checked = runtime.block_on(gate.check(&requests[kid]));
                let code = checked.map_or_else(|no| no.reason().code(), |_| "admitted");
                prop_assert_eq!(code, expected);
                met.insert(code);
            }
        }
        prop_assert_eq!(page.lock().unwrap().asked, model.requests);
        if let Some(confirmed) = model.confirmed
            && keys.health().error.is_none()
        {
            // Drawn once for each host: 72 to 80 % of the ten minutes that an answer is fresh for.
            let due = keys.next_refresh(UnixTime::from_millis(confirmed)).as_millis();
            let share = *share.get_or_insert(due - confirmed);
            prop_assert!((432_000..=480_000).contains(&share));
            prop_assert_eq!(due, confirmed + share);
            model.due = due;
        }
    }
    Ok(met)
}

/// 400 histories of 50 steps and more.
#[test]
fn every_history_gives_the_verdicts_and_requests_of_the_model() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let histories = proptest::collection::vec(step(), 50..120);
    let counted = std::cell::Cell::new(0_usize);
    let all = std::cell::RefCell::new(BTreeSet::new());
    let outcome = runner.run(&histories, |history| {
        counted.set(counted.get() + history.len());
        all.borrow_mut().extend(run(history, &runtime)?);
        Ok(())
    });
    outcome.unwrap();
    println!("{} steps", counted.get());
    assert!(counted.get() >= 20_000);
    let all: Vec<_> = all.into_inner().into_iter().collect();
    assert_eq!(all, ["admitted", "jwt.key_unknown", "service.unavailable"]);
}
