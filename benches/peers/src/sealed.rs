//! Time tokens and CSRF tokens.

use std::time::Duration;

use ring::hmac::{HMAC_SHA256, Key, sign};
use tollgate::interceptor::Immediate;
use tollgate::validate::{CsrfGenerator, SessionBinding, SigningSecrets, TimeTokenGenerator};
use tollgate::{CsrfValidation, Element, PlainRequest, Secret, TimeTokenValidation};

use crate::case::{Case, Goal};
use crate::harness::{Bench, Repeated};
use crate::records::gate;
use crate::tokens::NOW;

const PEER: &str = "one HMAC-SHA-256 of 60 bytes";
const HEADER: &str = "x-token";
const SECRET: &str = "a secret of at least 32 bytes ...";

pub fn measure(bench: &mut Bench) {
    let goal = || Goal::ratio(2.0).and_allocations(0);
    bench.compare(Case::new("time token, admitted", PEER, goal()), || {
        let validation = TimeTokenValidation::new(element(), secrets()).expect("a header");
        let generator = TimeTokenGenerator::new(element(), secrets()).expect("a header");
        let issued = generator.generate(&post(), NOW).expect("random bytes");
        (Repeated::of(admitting(validation, issued.token())), Repeated::of(hmac()))
    });
    bench.compare(Case::new("CSRF token, admitted", PEER, goal()), || {
        let session = || SessionBinding::cookie("session").expect("a name");
        let validation = CsrfValidation::new(element(), secrets(), session()).expect("a header");
        let hour = Duration::from_hours(1);
        let generator =
            CsrfGenerator::new(element(), secrets(), session(), hour).expect("a header");
        let issued = generator.generate_for_session(b"4f1c09a7", NOW).expect("random bytes");
        (Repeated::of(admitting(validation, issued.token())), Repeated::of(hmac()))
    });
}

fn element() -> Element {
    Element::header(HEADER).expect("a name")
}

fn secrets() -> SigningSecrets {
    SigningSecrets::new(&Secret::new(SECRET)).expect("long enough")
}

fn post() -> PlainRequest {
    PlainRequest::new("POST", "/orders").with_header("cookie", "session=4f1c09a7")
}

fn admitting<I: Immediate>(validation: I, token: &str) -> impl FnMut() -> bool + use<I> {
    let gate = gate(validation);
    let changed = if token.ends_with('A') { "B" } else { "A" };
    let forged = format!("{}{changed}", &token[..token.len() - 1]);
    assert!(gate.check_now(&post().with_header(HEADER, forged)).is_err());
    let request = post().with_header(HEADER, token);
    move || gate.check_now(&request).is_ok()
}

fn hmac() -> impl FnMut() -> bool {
    let (key, message) = (Key::new(HMAC_SHA256, SECRET.as_bytes()), [7; 60]);
    move || sign(&key, &message).as_ref().len() == 32
}
