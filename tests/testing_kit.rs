//! The testing kit: every defect causes exactly its reason, and every reason that a request can
//! cause has a defect.
#![cfg(feature = "testing")]

use std::collections::BTreeSet;

use tollgate::testing::{Defect, TestGate, TokenForge};
use tollgate::{Reason, assert_admitted, assert_refused};

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

#[test]
fn each_reason_that_a_request_can_cause_has_a_defect() {
    let caused: BTreeSet<_> = Defect::all().map(|defect| defect.code()).collect();
    let without = WITHOUT_A_DEFECT.map(|(code, _)| code);
    let left: Vec<_> = Reason::CODES.iter().filter(|code| !caused.contains(*code)).collect();
    assert_eq!(left, without.iter().collect::<Vec<_>>());
    assert_eq!(caused.len() + without.len(), Reason::CODES.len());
}
