//! The forge mints tokens that are refused for exactly the defect that they have.
#![cfg(feature = "testing")]

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::time::Duration;

use tollgate::jose::Algorithm;
use tollgate::testing::{JwtDefect, TokenForge};
use tollgate::{
    Element, Gate, JwtValidation, ManualClock, PlainRequest, Reason, assert_admitted,
    assert_refused,
};

const ALGORITHMS: &[Algorithm] = &[
    Algorithm::Hs256,
    Algorithm::Hs384,
    Algorithm::Hs512,
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
    Algorithm::Ps256,
    Algorithm::Ps384,
    Algorithm::Ps512,
    Algorithm::Es256,
    Algorithm::Es384,
    #[cfg(feature = "aws-lc-rs")]
    Algorithm::Es512,
    Algorithm::EdDsa,
];

fn gate(forge: &TokenForge) -> Gate<ManualClock, JwtValidation> {
    let validation = JwtValidation::new(Element::bearer(), forge.issuer().unwrap());
    Gate::builder(forge.clock()).with(validation).build().unwrap()
}

#[test]
fn every_defect_is_refused_for_exactly_its_reason_with_every_algorithm() {
    for algorithm in ALGORITHMS {
        let forge = TokenForge::new(*algorithm).unwrap();
        let gate = gate(&forge);
        assert_admitted!(gate, forge.request(&forge.good().unwrap()));
        for defect in JwtDefect::all() {
            let token = forge.defective(&defect).unwrap();
            assert_refused!(gate, forge.request(&token), defect.code());
        }
    }
}

/// Reasons of JWTs that depend on how the gate is set, so that no token alone causes them.
const WITHOUT_DEFECT: [(&str, &str); 8] = [
    ("jwt.key_mismatch", "needs an issuer with keys of two algorithms"),
    ("jwt.key_ambiguous", "needs an issuer with two keys that fit"),
    ("jwt.type", "needs a gate that requires a type"),
    ("jwt.lifetime", "needs a gate that bounds the lifetime"),
    ("claim.value", "needs a gate that requires a value"),
    ("possession.wrong", "needs a request with another certificate"),
    ("certificate.expired", "needs an issuer with certificates"),
    ("certificate.not_yet_valid", "needs an issuer with certificates"),
];

#[test]
fn every_reason_of_a_jwt_has_a_defect_or_says_why_not() {
    let areas = ["jwt.", "claim.", "possession.", "certificate."];
    let of_jwts =
        Reason::CODES.iter().filter(|code| areas.iter().any(|area| code.starts_with(area)));
    let of_jwts: BTreeSet<&str> = of_jwts.copied().collect();
    let minted: BTreeSet<&str> = JwtDefect::all()
        .map(|defect| defect.code())
        .filter(|code| of_jwts.contains(code))
        .collect();
    let left: BTreeSet<&str> = of_jwts.difference(&minted).copied().collect();
    let listed: BTreeSet<&str> = WITHOUT_DEFECT.iter().map(|(code, _)| *code).collect();
    assert_eq!(left, listed);
}

#[test]
fn the_time_of_a_defect_is_exact() {
    let forge = TokenForge::new(Algorithm::Es256).unwrap();
    let gate = gate(&forge);
    let seconds = Duration::from_secs;
    for (defect, admitted) in [
        (JwtDefect::ExpiredBy(seconds(29)), true),
        (JwtDefect::ExpiredBy(seconds(30)), false),
        (JwtDefect::NotYetValidBy(seconds(30)), true),
        (JwtDefect::NotYetValidBy(seconds(31)), false),
        (JwtDefect::IssuedInFutureBy(seconds(30)), true),
        (JwtDefect::IssuedInFutureBy(seconds(31)), false),
    ] {
        let request = forge.request(&forge.defective(&defect).unwrap());
        assert_eq!(gate.check_now(&request).is_ok(), admitted, "{defect:?}");
    }
}

fn message(assertion: impl FnOnce() + std::panic::UnwindSafe) -> String {
    *catch_unwind(assertion).unwrap_err().downcast::<String>().unwrap()
}

#[test]
fn an_assertion_that_fails_prints_the_explanation() {
    let said = message(|| {
        let forge = TokenForge::new(Algorithm::Es256).unwrap();
        assert_admitted!(gate(&forge), PlainRequest::new("GET", "/"));
    });
    assert!(said.starts_with("not admitted:\ngate gate refuses this request at "), "{said}");
    assert!(said.contains("[FAILED] credential: credential.missing: not presented"), "{said}");
    let said = message(|| {
        let forge = TokenForge::new(Algorithm::Es256).unwrap();
        assert_refused!(gate(&forge), forge.request(&forge.good().unwrap()), "jwt.expired");
    });
    assert!(said.starts_with("not refused with jwt.expired:\ngate gate admits "), "{said}");
    let said = message(|| {
        let forge = TokenForge::new(Algorithm::Es256).unwrap();
        assert_refused!(gate(&forge), PlainRequest::new("GET", "/"), "jwt.expired");
    });
    assert!(said.starts_with("not refused with jwt.expired:\ngate gate refuses "), "{said}");
}
