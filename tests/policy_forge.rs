//! Gates that a policy file describes decide on every defect of the testing kit as its own gates do.
#![cfg(all(feature = "policy", feature = "testing"))]

use tollgate::policy::{Parts, Policies};
use tollgate::testing::{Defect, TestCertificate, TestGate, TokenForge};
use tollgate::{ImmediateSharedGate, PlainRequest};

const FILE: &str = include_str!("policies/forge.toml");

/// Gates that the file does not describe, and why.
const WITHOUT_A_ROUTE: [(TestGate, &str); 1] =
    [(TestGate::StoreAway, "its store is away, whatever describes it")];

/// The route of a gate, if the file describes it.
fn route(kind: TestGate) -> Option<&'static str> {
    Some(match kind {
        TestGate::ClientId => "client_id",
        TestGate::ClientSecret => "client_secret",
        TestGate::AccessToken => "access_token",
        TestGate::Jwt => "jwt",
        TestGate::StrictJwt => "strict_jwt",
        TestGate::OAuth => "oauth",
        TestGate::Csrf => "csrf",
        TestGate::TimeToken => "time_token",
        TestGate::DigitalSignature => "digital_signature",
        TestGate::ProxyAuthorization => "proxy_authorization",
        TestGate::BoundJwt => "bound_jwt",
        TestGate::HttpSignature => "http_signature",
        TestGate::HttpSignatureOfClient => "http_signature_of_client",
        TestGate::WebBotAuth => "web_bot_auth",
        _ => return None,
    })
}

fn described(forge: &TokenForge, route: &str) -> ImmediateSharedGate {
    let parts = Parts::new()
        .clients("default", forge.clients())
        .grants("default", forge.grants())
        .keys("forge", forge.keys().clone())
        .secrets("forge", forge.signing_secrets().unwrap())
        .replays("forge", forge.replays())
        .agents("forge", forge.agents().unwrap())
        .signature_keys("forge", forge.signature_keys().unwrap())
        .revocations("forge", forge.revocations().unwrap())
        .trust("forge", forge.trust())
        .certificate("expired", TestCertificate::Expired.certificate().unwrap())
        .certificate("future", TestCertificate::Future.certificate().unwrap());
    let table: toml::Table = toml::from_str(FILE).unwrap();
    let policies = Policies::read(table).unwrap();
    policies.gate(route).unwrap().build_immediate(&parts, forge.clock()).unwrap()
}

fn decided(gate: &ImmediateSharedGate, request: &PlainRequest) -> Result<(), (String, String)> {
    gate.check_now(request).map(|_| ()).map_err(|rejection| {
        let wording = gate.wording();
        let mut response = wording.response(&rejection);
        // A fresh nonce is another one each time.
        for (_, nonce) in response.headers.iter_mut().filter(|(name, _)| *name == "dpop-nonce") {
            nonce.clear();
        }
        (wording.trace(&rejection), format!("{response:?}"))
    })
}

#[test]
fn every_gate_has_a_route_or_a_reason_to_have_none() {
    for kind in TestGate::ALL {
        let has_reason = WITHOUT_A_ROUTE.iter().any(|(without, _)| *without == kind);
        assert!(route(kind).is_some() != has_reason, "{kind:?}");
    }
}

#[test]
fn every_good_request_is_admitted_by_both() {
    for kind in TestGate::ALL {
        let Some(route) = route(kind) else { continue };
        let forge = TokenForge::new().unwrap();
        let request = forge.request(kind).unwrap();
        assert_eq!(decided(&described(&forge, route), &request), Ok(()), "{kind:?}");
    }
}

#[test]
fn every_defect_is_refused_in_the_same_words_by_both() {
    let mut compared = 0;
    for defect in Defect::all() {
        let Some(route) = route(defect.gate()) else { continue };
        let forge = TokenForge::new().unwrap();
        let request = forge.request_with(&defect).unwrap();
        let (file, code) = (described(&forge, route), forge.gate(defect.gate()).unwrap());
        let refused = decided(&file, &request);
        assert!(refused.is_err(), "{defect}");
        assert_eq!(refused, decided(&code, &request), "{defect}");
        compared += 1;
    }
    println!("{compared} defects compared");
    assert!(compared >= 142, "{compared}");
}
