//! Gates that a file describes decide as those that code builds.
#![cfg(feature = "policy")]

#[path = "../support/mod.rs"]
mod support;

mod agents;
mod code;
mod errors;
mod messages;
mod proofs;
mod reading;
mod requests;
mod review;

use std::collections::BTreeMap;
use std::sync::Arc;

use tollgate::certificate::Certificate;
use tollgate::policy::{Policies, Policy};
use tollgate::{ManualClock, PlainRequest, SharedGate, UnixTime};

use code::World;

const FILE: &str = include_str!("../policies/all.toml");
const NOW: i64 = 1_800_000_000;

fn policies() -> Policies {
    toml::from_str(FILE).unwrap()
}

/// Everything that a caller and an operator see of a decision.
async fn decided(gate: &SharedGate, request: &PlainRequest) -> String {
    match gate.check(request).await {
        Ok(admission) => {
            let (client, grant) = (admission.client(), admission.grant());
            format!(
                "admitted {:?} {:?} {:?} {:?} {:?}",
                client.map(|client| client.id().to_owned()),
                grant.map(|grant| grant.client().to_owned()),
                admission.claims().map(|claims| claims.subject().map(str::to_owned)),
                admission.destination().map(ToString::to_string),
                admission.agents(),
            )
        }
        Err(rejection) => {
            let (trace, mut response) =
                (gate.wording().trace(&rejection), gate.wording().response(&rejection));
            // A fresh nonce is another one each time.
            for (_, nonce) in response.headers.iter_mut().filter(|(name, _)| *name == "dpop-nonce")
            {
                nonce.clear();
            }
            format!("{} {trace} {response:?}", rejection.reason().code())
        }
    }
}

fn built(world: &World, clock: &Arc<ManualClock>) -> BTreeMap<String, SharedGate> {
    policies().build(&world.parts(), clock).unwrap()
}

/// Every request of every route at five instants, decided by both. A token that works once is used
/// up by both alike, since each has its own stores.
#[tokio::test(flavor = "current_thread")]
async fn a_file_decides_as_the_code_does() {
    let clock = Arc::new(ManualClock::at(UnixTime::from_seconds(NOW)));
    let (from_file, from_code) = (World::new(), World::new());
    let (files, codes) = (built(&from_file, &clock), from_code.gates(&clock));
    assert_eq!(files.keys().collect::<Vec<_>>(), codes.keys().collect::<Vec<_>>());
    let (mut decisions, mut reasons) = (0, std::collections::BTreeSet::new());
    for (route, requests) in requests::by_route() {
        let mut admitted = 0;
        for offset in [0, -11, 29, 61, 4000] {
            clock.set(UnixTime::from_seconds(NOW + offset));
            for request in &requests {
                let file = decided(&files[route], request).await;
                assert_eq!(file, decided(&codes[route], request).await, "{route}: {request:?}");
                admitted += usize::from(file.starts_with("admitted"));
                reasons.insert(file.split(' ').next().unwrap().to_owned());
                decisions += 1;
            }
        }
        assert!(admitted > 0, "{route}: no request is good");
    }
    println!("{decisions} decisions, {} outcomes", reasons.len());
    assert!(decisions >= 4845, "{decisions} decisions");
    assert!(reasons.len() >= 105, "{} outcomes: {reasons:?}", reasons.len());
}

#[test]
fn a_policy_is_written_as_it_was_read_in_every_format() {
    let first = policies();
    let toml: Policies = toml::from_str(&toml::to_string(&first).unwrap()).unwrap();
    let json: Policies =
        serde_json::from_str(&serde_json::to_string_pretty(&first).unwrap()).unwrap();
    let yaml: Policies =
        serde_yaml_ng::from_str(&serde_yaml_ng::to_string(&first).unwrap()).unwrap();
    assert_eq!(toml, first);
    assert_eq!(json, first);
    assert_eq!(yaml, first);
    assert_eq!(toml::to_string(&toml).unwrap(), toml::to_string(&first).unwrap());
}

#[test]
fn the_snippet_of_the_gateway_is_an_interceptor() {
    for snippet in [
        r#"{"location":"HEADER","name":"client_id"}"#,
        r#"{"location":"ANY","name":"access_token"}"#,
    ] {
        let file = format!(r#"{{"resource":"orders","interceptors":[{snippet}]}}"#);
        let policy: Policy = serde_json::from_str(&file).unwrap();
        let clock = ManualClock::at(UnixTime::from_seconds(NOW));
        let gate = policy.build_immediate(&World::new().parts(), clock).unwrap();
        let element = gate.credential_elements()[0].clone();
        assert!(snippet.contains(&format!("\"{}\"", element.location())), "{element}");
        assert!(gate.check_now(&PlainRequest::new("GET", "/")).is_err());
    }
}

#[test]
fn thresholds_of_certificates_are_those_of_the_file() {
    let certificate =
        Certificate::from_pem(include_bytes!("../certificates/self-signed-p256.pem")).unwrap();
    let checker = policies().expiry_checker();
    let end = certificate.validity().not_after();
    let change = checker.next_change(&certificate, certificate.validity().not_before()).unwrap();
    let share = certificate.validity().lifetime().as_millis() / 20;
    let days = 14 * 86_400_000;
    let ahead = u128::try_from(end.as_millis() - change.as_millis()).unwrap();
    assert_eq!(ahead / 1000, share.max(days) / 1000);
}
