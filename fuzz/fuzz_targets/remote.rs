//! What an issuer's server answers: read or refused, and no token admitted that it did not call
//! active.

#![no_main]

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tollgate::record::{Access, Client};
use tollgate::remote::{ClientAuthentication, Introspection, IssuerMetadata, RemoteKeys};
use tollgate::store::InMemoryClients;
use tollgate::transport::{ServerUrl, TransportRequest, TransportResponse, transport_fn};
use tollgate::{AccessTokenValidation, Gate, ManualClock, PlainRequest, Secret, UnixTime};

/// The outcome of what does not wait.
fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => unreachable!("nothing waits here"),
    }
}

fuzz_target!(|bytes: &[u8]| {
    let now = UnixTime::from_seconds(1_800_000_000);
    let answer = bytes.to_vec();
    let transport = transport_fn(move |_: TransportRequest| {
        let response = TransportResponse::new(200, answer.clone());
        let maximum = format!("max-age={}", answer.len());
        async move {
            Ok(response
                .with_header("content-type", "application/json")
                .with_header("cache-control", &maximum))
        }
    });
    let issuer = ServerUrl::https("https://a.example").expect("a URL");
    if let Ok(metadata) = IssuerMetadata::read(bytes, &issuer) {
        for url in [metadata.jwks_uri(), metadata.introspection_endpoint()].into_iter().flatten() {
            assert!(url.as_str().to_ascii_lowercase().starts_with("https://"));
        }
    }
    let text = String::from_utf8_lossy(bytes);
    assert!(ServerUrl::https(&text).is_err() || text.to_ascii_lowercase().starts_with("https://"));

    let keys = RemoteKeys::at(issuer.clone(), transport.clone());
    if at_once(keys.refresh(now)).is_ok() {
        assert!(keys.health().keys > 0 && keys.next_refresh(now) > now);
    }

    let client = ClientAuthentication::secret_basic("me", Secret::new("s"));
    let grants = Introspection::new(issuer, "https://a.example", "api", client, transport);
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything));
    let gate = Gate::builder(ManualClock::at(now))
        .for_resource("orders")
        .with(AccessTokenValidation::new(grants.expect("builds"), clients))
        .build()
        .expect("builds");
    let request = PlainRequest::new("GET", "/").with_header("access_token", "t");
    if at_once(gate.check(&request)).is_ok() {
        let said: Value = serde_json::from_slice(bytes).expect("it was read as JSON");
        assert_eq!(
            (&said["active"], said["client_id"].as_str().or(said["azp"].as_str())),
            (&Value::Bool(true), Some("app"),)
        );
    }
});
