//! Properties of CSRF tokens and time tokens: they pass within their life, and never changed.

use std::time::Duration;

use proptest::prelude::*;
use tollgate::validate::{
    CsrfGenerator, RequestValue, SessionBinding, SigningSecrets, TimeTokenGenerator,
};
use tollgate::{
    CsrfValidation, Element, Gate, ManualClock, PlainRequest, Secret, TimeTokenValidation, UnixTime,
};

const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn element() -> Element {
    Element::header("token").unwrap()
}

fn secrets(bytes: &[u8; 32]) -> SigningSecrets {
    SigningSecrets::new(&Secret::new(bytes.as_slice())).unwrap()
}

fn at(millis: i64) -> UnixTime {
    UnixTime::from_millis(millis)
}

/// Generator and validator of CSRF tokens for one session.
#[derive(Debug)]
struct Csrf {
    secret: [u8; 32],
    session: Vec<u8>,
    seconds: u64,
}

impl Csrf {
    fn session(&self) -> SessionBinding {
        let session = self.session.clone();
        SessionBinding::session_fn(move |_| Some(session.clone()))
    }

    fn token(&self, now: i64) -> String {
        let life = Duration::from_secs(self.seconds);
        let generator =
            CsrfGenerator::new(element(), secrets(&self.secret), self.session(), life).unwrap();
        generator.generate_for_session(&self.session, at(now)).unwrap().token().to_owned()
    }

    fn admits(&self, token: &[u8], now: i64) -> bool {
        let validation =
            CsrfValidation::new(element(), secrets(&self.secret), self.session()).unwrap();
        let gate = Gate::builder(ManualClock::at(at(now))).with(validation).build().unwrap();
        gate.check_now(&PlainRequest::new("POST", "/").with_header("token", token)).is_ok()
    }
}

/// Generator and validator of time tokens for one mixed-in value.
#[derive(Debug)]
struct Time {
    secret: [u8; 32],
    value: Vec<u8>,
    millis: u64,
}

impl Time {
    fn value(&self) -> RequestValue {
        let value = self.value.clone();
        RequestValue::request_fn("value", move |_| Some(value.clone()))
    }

    fn token(&self, now: i64) -> String {
        let generator =
            TimeTokenGenerator::new(element(), secrets(&self.secret)).unwrap().mixing(self.value());
        generator.generate(&PlainRequest::new("GET", "/"), at(now)).unwrap().token().to_owned()
    }

    fn admits(&self, token: &[u8], now: i64) -> bool {
        let validation = TimeTokenValidation::new(element(), secrets(&self.secret))
            .unwrap()
            .mixing(self.value())
            .time_to_live(Duration::from_millis(self.millis))
            .unwrap();
        let gate = Gate::builder(ManualClock::at(at(now))).with(validation).build().unwrap();
        gate.check_now(&PlainRequest::new("POST", "/").with_header("token", token)).is_ok()
    }
}

prop_compose! {
    fn csrf()(
        secret in any::<[u8; 32]>(),
        session in prop::collection::vec(any::<u8>(), 1..64),
        seconds in 1_u64..=34_560_000,
    ) -> Csrf {
        Csrf { secret, session, seconds }
    }
}

prop_compose! {
    fn time()(
        secret in any::<[u8; 32]>(),
        value in prop::collection::vec(any::<u8>(), 0..64),
        millis in 1_u64..=100_000_000,
    ) -> Time {
        Time { secret, value, millis }
    }
}

/// The token with one of its 456 bits flipped: six a digit, so each is another digit.
fn flipped(token: &str, bit: usize) -> Vec<u8> {
    let mut bytes = token.as_bytes().to_vec();
    let digit = &mut bytes[bit / 6];
    let value = DIGITS.iter().position(|one| one == digit).unwrap();
    *digit = DIGITS[value ^ (1 << (bit % 6))];
    bytes
}

const INSTANTS: std::ops::Range<i64> = 0..4_000_000_000_000;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_csrf_token_passes_within_its_life_and_never_after(
        csrf in csrf(), now in INSTANTS, share in 0.0..1.0_f64, after in 0_i64..1_000_000_000_000,
    ) {
        let token = csrf.token(now);
        let life = i64::try_from(csrf.seconds).unwrap() * 1000;
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
        let within = ((life as f64) * share) as i64;
        prop_assert!(csrf.admits(token.as_bytes(), now));
        prop_assert!(csrf.admits(token.as_bytes(), now + within));
        prop_assert!(csrf.admits(token.as_bytes(), now + life - 1));
        prop_assert!(!csrf.admits(token.as_bytes(), now + life));
        prop_assert!(!csrf.admits(token.as_bytes(), now + life + after));
    }

    #[test]
    fn a_time_token_passes_within_its_life_and_never_before_or_after(
        time in time(), now in INSTANTS, share in 0.0..1.0_f64, beyond in 0_i64..1_000_000_000_000,
    ) {
        let token = time.token(now);
        let life = i64::try_from(time.millis).unwrap();
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
        let within = ((life as f64) * share) as i64;
        prop_assert!(time.admits(token.as_bytes(), now));
        prop_assert!(time.admits(token.as_bytes(), now + within));
        prop_assert!(time.admits(token.as_bytes(), now + life - 1));
        prop_assert!(!time.admits(token.as_bytes(), now + life));
        prop_assert!(!time.admits(token.as_bytes(), now + life + beyond));
        prop_assert!(!time.admits(token.as_bytes(), now - 1 - beyond));
    }

    #[test]
    fn one_flipped_bit_anywhere_refuses_a_token(
        csrf in csrf(), time in time(), now in INSTANTS, bit in 0_usize..76 * 6, raw in 0_u32..8,
    ) {
        for (token, of_csrf) in [(csrf.token(now), true), (time.token(now), false)] {
            let admits = |token: &[u8]| {
                if of_csrf { csrf.admits(token, now) } else { time.admits(token, now) }
            };
            prop_assert!(admits(token.as_bytes()));
            prop_assert!(!admits(&flipped(&token, bit)));
            let mut text = token.into_bytes();
            text[bit / 6] ^= 1 << raw;
            prop_assert!(!admits(&text));
        }
    }

    #[test]
    fn no_other_session_value_or_secret_fits(
        csrf in csrf(), time in time(), now in INSTANTS, byte in any::<u8>(), bit in 0_usize..256,
    ) {
        let (token, timed) = (csrf.token(now), time.token(now));
        let mut longer = Csrf { session: csrf.session.clone(), ..csrf };
        longer.session.push(byte);
        prop_assert!(!longer.admits(token.as_bytes(), now));
        let mut mixed = Time { value: time.value.clone(), ..time };
        mixed.value.push(byte);
        prop_assert!(!mixed.admits(timed.as_bytes(), now));
        let mut secret = csrf.secret;
        secret[bit / 8] ^= 1 << (bit % 8);
        let other = Csrf { secret, ..csrf };
        prop_assert!(!other.admits(token.as_bytes(), now));
    }

    #[test]
    fn anything_else_is_refused(csrf in csrf(), time in time(), bytes in any::<Vec<u8>>()) {
        prop_assert!(!csrf.admits(&bytes, 0));
        prop_assert!(!time.admits(&bytes, 0));
    }
}
