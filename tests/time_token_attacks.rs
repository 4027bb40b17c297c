//! Attacks on the time token validator, checked and rehearsed: rows 51 and 52 of the catalogue.

use std::time::Duration;

use tollgate::interceptor::Immediate;
use tollgate::store::InMemoryReplays;
use tollgate::validate::{RequestValue, SigningSecrets, TimeTokenGenerator};
use tollgate::{Element, Gate, ManualClock, PlainRequest, Secret, TimeTokenValidation, UnixTime};

const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);

fn secret(byte: u8) -> Secret {
    Secret::new(vec![byte; 32])
}

fn secrets() -> SigningSecrets {
    SigningSecrets::new(&secret(1)).unwrap()
}

fn header(name: &str) -> Element {
    Element::header(name).unwrap()
}

fn generator() -> TimeTokenGenerator {
    TimeTokenGenerator::new(header("time-token"), secrets()).unwrap()
}

fn validation() -> TimeTokenValidation {
    TimeTokenValidation::new(header("time-token"), secrets()).unwrap()
}

fn value(name: &str) -> RequestValue {
    RequestValue::element(header(name))
}

fn get() -> PlainRequest {
    PlainRequest::new("GET", "/")
}

fn presenting(request: &PlainRequest, generator: &TimeTokenGenerator) -> PlainRequest {
    let issued = generator.generate(request, NOW).unwrap();
    request.clone().with_header("time-token", issued.token())
}

/// The code of the refusal, the same whether rehearsed or checked.
fn code<I: Immediate>(gate: &Gate<ManualClock, I>, request: &PlainRequest) -> &'static str {
    let code = |decided: Result<_, tollgate::Rejection>| {
        decided.map_or_else(|rejection| rejection.reason().code(), |()| "admitted")
    };
    let (rehearsed, checked) =
        (gate.rehearse_now(request).map(drop), gate.check_now(request).map(drop));
    let codes = (code(rehearsed), code(checked));
    assert_eq!(codes.0, codes.1, "a rehearsal tells what a check does");
    codes.1
}

fn code_after(
    millis: i64,
    validation: TimeTokenValidation,
    request: &PlainRequest,
) -> &'static str {
    let now = UnixTime::from_millis(NOW.as_millis() + millis);
    code(&Gate::builder(ManualClock::at(now)).with(validation).build().unwrap(), request)
}

#[test]
fn row_51_bytes_never_move_from_one_value_into_the_next() {
    let made = generator().mixing(value("one")).mixing(value("two"));
    let judging = || validation().mixing(value("one")).mixing(value("two"));
    let with = |one: &str, two: &str| get().with_header("one", one).with_header("two", two);
    let token = made.generate(&with("a", "bc"), NOW).unwrap().token().to_owned();
    let presented = |request: PlainRequest| request.with_header("time-token", &*token);
    assert_eq!(code_after(0, judging(), &presented(with("a", "bc"))), "admitted");
    for (one, two) in [("ab", "c"), ("abc", "b"), ("bc", "a"), ("a", "b"), ("a", "bcd")] {
        let request = presented(with(one, two));
        assert_eq!(code_after(0, judging(), &request), "time_token.signature", "{one}|{two}");
    }
    // Put together without lengths, names and values of both read `oneatwotwob`.
    let around = made.generate(&with("a", "twob"), NOW).unwrap();
    let shifted = with("atwo", "b").with_header("time-token", around.token());
    assert_eq!(code_after(0, judging(), &shifted), "time_token.signature");
    let swapped = || validation().mixing(value("two")).mixing(value("one"));
    assert_eq!(code_after(0, swapped(), &presented(with("a", "bc"))), "time_token.signature");
    assert_eq!(code_after(0, validation(), &presented(with("a", "bc"))), "time_token.signature");
}

#[test]
fn row_51_the_lifetime_is_half_open_to_the_millisecond() {
    let request = presenting(&get(), &generator());
    for (millis, expected) in [
        (-1, "time_token.issued_in_future"),
        (0, "admitted"),
        (1, "admitted"),
        (29_999, "admitted"),
        (30_000, "time_token.expired"),
        (30_001, "time_token.expired"),
    ] {
        assert_eq!(code_after(millis, validation(), &request), expected, "{millis}");
    }
    for (millis, expected) in [(499, "admitted"), (500, "time_token.expired")] {
        let short = validation().time_to_live(Duration::from_millis(500)).unwrap();
        assert_eq!(code_after(millis, short, &request), expected, "{millis}");
    }
}

#[test]
fn row_51_another_element_value_or_key_is_refused() {
    let request = presenting(&get(), &generator());
    let token = generator().generate(&get(), NOW).unwrap();
    for name in ["other-token", "Time-Token"] {
        let other = TimeTokenValidation::new(header(name), secrets()).unwrap();
        let renamed = get().with_header(name, token.token());
        assert_eq!(code_after(0, other, &renamed), "time_token.signature", "{name}");
    }

    let bound = generator().mixing(value("user"));
    let request_of = |user: &str| get().with_header("user", user).with_header("account", user);
    let of_ann = presenting(&request_of("ann"), &bound);
    let by_user = || validation().mixing(value("user"));
    assert_eq!(code_after(0, by_user(), &of_ann), "admitted");
    let by_account = validation().mixing(value("account"));
    assert_eq!(code_after(0, by_account, &of_ann), "time_token.signature");
    let issued = bound.generate(&request_of("ann"), NOW).unwrap();
    let of_bob = request_of("bob").with_header("time-token", issued.token());
    assert_eq!(code_after(0, by_user(), &of_bob), "time_token.signature");
    let twice = of_ann.clone().with_header("user", "ann");
    assert_eq!(code_after(0, by_user(), &twice), "time_token.value_missing");
    assert_eq!(code_after(0, by_user(), &request), "time_token.value_missing");

    let new = || SigningSecrets::new(&secret(2)).unwrap();
    let judging = |secrets| TimeTokenValidation::new(header("time-token"), secrets).unwrap();
    assert_eq!(code_after(0, judging(new()), &request), "time_token.signature");
    let rotated = new().also_verifying(&secret(1)).unwrap();
    assert_eq!(code_after(0, judging(rotated), &request), "admitted");
}

#[test]
fn only_the_one_spelling_of_a_token_passes() {
    let issued = generator().generate(&get(), NOW).unwrap();
    let token = issued.token();
    for spelling in [
        token[..75].to_owned(),
        token[1..].to_owned(),
        format!("{token}="),
        format!("{token}A"),
        format!(" {token}"),
        format!("{token}\n"),
        format!("\"{token}\""),
        "A".repeat(76),
    ] {
        let request = get().with_header("time-token", &*spelling);
        assert_eq!(code_after(0, validation(), &request), "time_token.malformed", "{spelling:?}");
    }
    let twice = get().with_header("time-token", token).with_header("time-token", token);
    assert_eq!(code_after(0, validation(), &twice), "credential.repeated");
    assert_eq!(code_after(0, validation(), &get()), "credential.missing");
}

#[test]
fn row_52_a_token_works_once_and_a_full_store_refuses() {
    let clock = ManualClock::at(NOW);
    let gate = Gate::builder(&clock)
        .with(validation().single_use(InMemoryReplays::new(2).unwrap()))
        .build()
        .unwrap();
    let code = |request: &PlainRequest| {
        gate.check_now(request).map_or_else(|rejection| rejection.reason().code(), |_| "admitted")
    };
    let [first, second, third] = [(); 3].map(|()| presenting(&get(), &generator()));
    assert_eq!(code(&first), "admitted");
    assert_eq!(code(&first), "time_token.used");
    assert_eq!(code(&second), "admitted");
    assert_eq!(code(&third), "service.unavailable");
    assert_eq!(code(&first), "time_token.used");

    let refusal = gate.check_now(&third).unwrap_err();
    assert_eq!(gate.wording().response(&refusal).status, 503);
    assert_eq!(
        gate.wording().trace(&refusal),
        "Time token in HEADER time-token COULD NOT BE CHECKED; rejecting call \
         [service.unavailable: the replay store is full]"
    );

    clock.advance(Duration::from_millis(29_999));
    assert_eq!(code(&third), "service.unavailable");
    clock.advance(Duration::from_millis(1));
    assert_eq!(code(&first), "time_token.expired");
    let later = generator().generate(&get(), NOW.saturating_add(Duration::from_millis(1))).unwrap();
    assert_eq!(code(&get().with_header("time-token", later.token())), "admitted");
}

#[test]
fn what_is_refused_is_not_used_up() {
    let clock = ManualClock::at(NOW.saturating_sub(Duration::from_millis(1)));
    let gate = Gate::builder(&clock)
        .with(validation().single_use(InMemoryReplays::new(1).unwrap()))
        .build()
        .unwrap();
    let request = presenting(&get(), &generator());
    assert!(gate.check_now(&request).is_err());
    assert!(gate.rehearse_now(&request).is_err());
    clock.set(NOW);
    assert!(gate.rehearse_now(&request).is_ok());
    assert!(gate.check_now(&request).is_ok());
    assert!(gate.check_now(&request).is_err());
}
