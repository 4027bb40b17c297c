//! Signatures that work once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use tollgate::http_signature::MessageKey;
use tollgate::store::{
    Consumption, ImmediateStore, InMemoryReplays, ReplayStore, StoreUnavailable,
};
use tollgate::validate::{Coverage, HttpSignatureValidation, SignatureKeys};
use tollgate::{Gate, ManualClock, PlainRequest, UnixTime};

use crate::signed::{GOOD, NOW, code, keys, labelled, order, public_key, signed, validation};

fn once(nonce: &str) -> PlainRequest {
    signed(order(), &format!("{GOOD};nonce=\"{nonce}\""))
}

fn code_of(
    now: UnixTime,
    validation: HttpSignatureValidation<InMemoryReplays>,
    request: &PlainRequest,
) -> &'static str {
    let gate = Gate::builder(ManualClock::at(now)).with(validation).build().unwrap();
    gate.check_now(request).map_or_else(|rejection| rejection.reason().code(), |_| "admitted")
}

#[test]
fn a_nonce_works_once_whatever_else_is_signed_with_it() {
    let replays = InMemoryReplays::new(10).unwrap();
    let judge =
        |request: &PlainRequest| code_of(NOW, validation().single_use(replays.clone()), request);
    assert_eq!(judge(&once("a")), "admitted");
    assert_eq!(judge(&once("a")), "message_signature.used");
    let input = GOOD.replace("1800000000", "1800000001");
    let another = signed(order(), &format!("{input};nonce=\"a\""));
    assert_eq!(judge(&another), "message_signature.used");
    assert_eq!(judge(&once("b")), "admitted");
    assert_eq!(judge(&once("A")), "admitted");
    assert_eq!(judge(&signed(order(), GOOD)), "message_signature.parameter_missing");
}

#[test]
fn a_nonce_belongs_to_its_key() {
    let key = || MessageKey::public_key(public_key()).unwrap();
    let keys = SignatureKeys::named([("k1", key()), ("k2", key())]).unwrap();
    let replays = InMemoryReplays::new(10).unwrap();
    let validation = HttpSignatureValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        keys,
        labelled(),
        Coverage::target_uri(),
    )
    .unwrap();
    let validation = validation.single_use(replays);
    assert_eq!(code_of(NOW, validation.clone(), &once("a")), "admitted");
    let other = signed(order(), &format!("{};nonce=\"a\"", GOOD.replace("k1", "k2")));
    assert_eq!(code_of(NOW, validation, &other), "admitted");
}

#[test]
fn what_is_refused_or_rehearsed_uses_nothing_up() {
    let replays = InMemoryReplays::new(10).unwrap();
    let validation = || validation().single_use(replays.clone());
    let changed = once("a").with_body(b"changed");
    assert_eq!(code_of(NOW, validation(), &changed), "message_signature.content_digest");
    let gate = Gate::builder(ManualClock::at(NOW)).with(validation()).build().unwrap();
    assert!(gate.rehearse_now(&once("a")).is_ok());
    assert!(gate.check_now(&once("a")).is_ok());
    assert!(gate.rehearse_now(&once("a")).is_err());
}

#[test]
fn of_a_hundred_at_once_on_two_gates_one_is_admitted() {
    let replays = InMemoryReplays::new(200).unwrap();
    let gates = [(); 2].map(|()| {
        let validation = validation().single_use(replays.clone());
        Gate::builder(ManualClock::at(NOW)).with(validation).build().unwrap()
    });
    let (request, admitted) = (once("a"), AtomicUsize::new(0));
    thread::scope(|scope| {
        for number in 0..100 {
            let (gate, request, admitted) = (&gates[number % 2], &request, &admitted);
            scope.spawn(move || {
                if gate.check_now(request).is_ok() {
                    admitted.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(admitted.into_inner(), 1);
}

/// A store that tells when it was asked to forget.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<UnixTime>>>);

impl ReplayStore for Told {
    async fn consume(
        &self,
        _: &[u8; 32],
        expires: UnixTime,
        _: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        self.0.lock().unwrap().push(expires);
        Ok(Consumption::First)
    }

    async fn look(
        &self,
        _: &[u8; 32],
        _: UnixTime,
        _: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        Ok(Consumption::First)
    }
}

impl ImmediateStore for Told {}

/// The first instant at which the signature is refused without it.
#[test]
fn a_nonce_may_be_forgotten_when_its_signature_is_over_and_not_before() {
    let told = Told::default();
    let expiring = GOOD.replace(";keyid", ";expires=1800000060;keyid");
    for input in [GOOD, &expiring] {
        let request = signed(order(), &format!("{input};nonce=\"a\""));
        assert_eq!(code(validation().single_use(told.clone()), &request), "admitted");
    }
    let expected = [300_001, 60_000].map(|span| UnixTime::from_millis(NOW.as_millis() + span));
    assert_eq!(*told.0.lock().unwrap(), expected);
}

/// A nonce is kept for as long as its signature could be accepted, both ends included.
#[test]
fn a_nonce_is_remembered_until_its_signature_is_too_old() {
    let replays = InMemoryReplays::new(10).unwrap();
    let at = |offset: i64| {
        let now = UnixTime::from_millis(NOW.as_millis() + offset);
        code_of(now, validation().single_use(replays.clone()), &once("a"))
    };
    assert_eq!(at(0), "admitted");
    assert_eq!(at(300_000), "message_signature.used");
    assert_eq!(at(300_001), "message_signature.too_old");
}

#[test]
fn a_full_store_admits_nobody() {
    let replays = InMemoryReplays::new(1).unwrap();
    let judge = |nonce: &str| code_of(NOW, validation().single_use(replays.clone()), &once(nonce));
    assert_eq!(judge("a"), "admitted");
    assert_eq!(judge("b"), "service.unavailable");
}

#[test]
fn a_single_use_signature_is_judged_last() {
    let replays = InMemoryReplays::new(1).unwrap();
    let first = validation().single_use(replays);
    let later = HttpSignatureValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        keys(),
        labelled(),
        Coverage::target_uri(),
    )
    .unwrap();
    let gate = Gate::builder(ManualClock::at(NOW)).with(first).with(later);
    assert_eq!(gate.build().unwrap_err().field(), "order");
}
