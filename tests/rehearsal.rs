//! A rehearsal asks the same interceptors, tells what a check would, and uses nothing up.

use std::sync::{Arc, Mutex};

use tollgate::gate::ImmediateChain;
use tollgate::interceptor::{Evidence, Immediate, interceptor_fn};
use tollgate::rejection::{Checkpoint, Kind};
use tollgate::store::InMemoryReplays;
use tollgate::validate::{SigningSecrets, TimeTokenGenerator};
use tollgate::{
    Gate, ManualClock, PlainRequest, Reason, Rejection, Secret, TimeTokenValidation, UnixTime,
};

const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);

/// Whether the request passes, and the number that the host's own evidence holds, if any.
type Outcome = Result<Option<u8>, Rejection>;

/// Every way to ask a gate: `check`, `check_now`, `rehearse`, `rehearse_now`.
fn outcomes<I: Immediate>(gate: &Gate<ManualClock, I>, request: &PlainRequest) -> [Outcome; 4] {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    [
        runtime.block_on(gate.check(request)).map(|admission| admission.get().copied()),
        gate.check_now(request).map(|admission| admission.get().copied()),
        runtime.block_on(gate.rehearse(request)).map(|would| would.evidence().get().copied()),
        gate.rehearse_now(request).map(|would| would.evidence().get().copied()),
    ]
}

fn builder() -> tollgate::gate::GateBuilder<ManualClock, tollgate::gate::Nothing> {
    Gate::builder(ManualClock::at(NOW))
}

#[test]
fn every_interceptor_is_asked_and_told_whether_it_is_a_rehearsal() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let watching = |name: &'static str| {
        let seen = Arc::clone(&seen);
        interceptor_fn(name, move |call| {
            seen.lock().unwrap().push((name, call.rehearsal, call.now));
            Ok(Evidence::none())
        })
    };
    let chain = ImmediateChain::new().with(watching("second")).with(watching("third"));
    let gate = builder().with(watching("first")).with(chain).build().unwrap();
    for outcome in outcomes(&gate, &PlainRequest::new("GET", "/")) {
        assert!(outcome.is_ok());
    }
    let asked = |rehearsal| ["first", "second", "third"].map(|name| (name, rehearsal, NOW));
    let expected = [asked(false), asked(false), asked(true), asked(true)].concat();
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[test]
fn its_rejection_is_that_of_the_interceptor() {
    let refusing = interceptor_fn("refusing", |_| {
        let reason = Reason::HostRefused { code: "host.closed", kind: Kind::Forbidden };
        Err(Rejection::new(reason, Checkpoint::of("refusing")))
    });
    let gate = builder().with(refusing).build().unwrap();
    for outcome in outcomes(&gate, &PlainRequest::new("GET", "/")) {
        let rejection = outcome.unwrap_err();
        assert_eq!(rejection.reason().code(), "host.closed");
        assert_eq!(rejection.interceptor(), "refusing");
    }
}

#[test]
fn its_evidence_is_what_would_be_established() {
    let numbering = interceptor_fn("numbering", |_| Ok(Evidence::none().with(7_u8)));
    let gate = builder().with(numbering).build().unwrap();
    for outcome in outcomes(&gate, &PlainRequest::new("GET", "/")) {
        assert_eq!(outcome.unwrap(), Some(7));
    }
}

#[test]
fn what_works_once_still_works_after_any_number_of_rehearsals() {
    let secrets = SigningSecrets::new(&Secret::new(vec![1; 32])).unwrap();
    let element = tollgate::Element::header("time-token").unwrap();
    let generator = TimeTokenGenerator::new(element.clone(), secrets.clone()).unwrap();
    let validation = TimeTokenValidation::new(element, secrets).unwrap();
    let gate =
        builder().with(validation.single_use(InMemoryReplays::new(10).unwrap())).build().unwrap();
    let bare = PlainRequest::new("GET", "/");
    let issued = generator.generate(&bare, NOW).unwrap();
    let request = bare.with_header("time-token", issued.token());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for _ in 0..2 {
        assert!(gate.rehearse_now(&request).is_ok());
        assert!(runtime.block_on(gate.rehearse(&request)).is_ok());
    }
    assert!(gate.check_now(&request).is_ok());
    for outcome in outcomes(&gate, &request) {
        assert_eq!(outcome.unwrap_err().reason().code(), "time_token.used");
    }
}
