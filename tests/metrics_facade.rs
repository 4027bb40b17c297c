//! What the metrics observer and the gauges hand to a recorder.
#![cfg(feature = "metrics")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use tollgate::certificate::{Certificate, ExpiryChecker};
use tollgate::interceptor::Shadow;
use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::metrics::{self, MetricsObserver};
use tollgate::record::{Access, Client};
use tollgate::remote::RemoteKeys;
use tollgate::store::{InMemoryClients, InMemoryReplays, ReplayStore};
use tollgate::transport::{ServerUrl, TransportResponse, transport_fn};
use tollgate::trust::TrustStore;
use tollgate::{
    ClientIdValidation, Element, Gate, Issuer, JwtValidation, ManualClock, OriginCheck,
    PlainRequest, UnixTime,
};

/// Every metric as text, `name{label=value,…}`, with its value. Each must have been described.
fn recorded(act: impl FnOnce()) -> BTreeMap<String, DebugValue> {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    ::metrics::with_local_recorder(&recorder, || {
        metrics::describe();
        act();
    });
    let metrics = snapshotter.snapshot().into_vec().into_iter();
    metrics
        .map(|(key, _, text, value)| {
            assert!(text.is_some(), "{key:?} is not described");
            let key = key.key();
            let labels: Vec<_> =
                key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            (format!("{}{{{}}}", key.name(), labels.join(",")), value)
        })
        .collect()
}

fn gauge(value: f64) -> DebugValue {
    DebugValue::Gauge(value.into())
}

#[test]
fn decisions_are_counted_by_gate_interceptor_outcome_and_reason() {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything));
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .observer(MetricsObserver)
        .with(ClientIdValidation::new(clients.clone()))
        .with(Shadow::of(
            ClientIdValidation::new(clients).element(Element::header("second").unwrap()),
        ))
        .build()
        .unwrap();
    let get = || PlainRequest::new("GET", "/");
    let metrics = recorded(|| {
        for _ in 0..2 {
            assert!(gate.check_now(&get().with_header("client_id", "app")).is_ok());
        }
        assert!(gate.check_now(&get().with_header("client_id", "no")).is_err());
    });
    let count = |interceptor: &str, outcome: &str, reason: &str| {
        let labels =
            format!("gate=orders,interceptor={interceptor},outcome={outcome},reason={reason}");
        metrics.get(&format!("tollgate_decisions_total{{{labels}}}"))
    };
    assert_eq!(count("", "admitted", ""), Some(&DebugValue::Counter(2)));
    let name = "client id validation";
    assert_eq!(count(name, "refused", "client.unknown"), Some(&DebugValue::Counter(1)));
    assert_eq!(count(name, "shadowed", "credential.missing"), Some(&DebugValue::Counter(2)));
    assert_eq!(metrics.len(), 3, "{metrics:?}");
}

#[test]
fn decisions_are_timed_once_each_where_the_gate_has_a_clock() {
    let asked = std::sync::Mutex::new(Instant::now());
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .observer(MetricsObserver)
        .timed_by(move || {
            let mut asked = asked.lock().unwrap();
            *asked += Duration::from_millis(250);
            *asked
        })
        .with(Shadow::of(ClientIdValidation::new(InMemoryClients::new())))
        .with(OriginCheck::new())
        .for_resource("orders")
        .build()
        .unwrap();
    let metrics = recorded(|| assert!(gate.check_now(&PlainRequest::new("GET", "/")).is_ok()));
    let histogram = &metrics["tollgate_decision_seconds{gate=orders,outcome=admitted}"];
    // The shadow's refusal asked the clock once before.
    assert_eq!(*histogram, DebugValue::Histogram(vec![0.5.into()]));
}

#[test]
fn the_figures_of_remembered_tokens_are_set() {
    let key = SigningKey::generate_es256().unwrap();
    let keys = KeySet::of([key.verifying_key().clone()]);
    let issuer = Issuer::new("https://a.example", "api", [Algorithm::Es256], keys).unwrap();
    let validation = JwtValidation::new(Element::bearer(), issuer);
    let remembered = validation.remembered_tokens();
    let clock = ManualClock::at(UnixTime::from_seconds(1_800_000_000));
    let gate = Gate::builder(clock).with(validation).build().unwrap();
    let token = key.sign(br#"{"iss":"https://a.example","aud":"api","exp":1800000060}"#).unwrap();
    let request =
        PlainRequest::new("GET", "/").with_header("authorization", format!("Bearer {token}"));
    for _ in 0..3 {
        assert!(gate.check_now(&request).is_ok());
    }
    let metrics = recorded(|| metrics::record_remembered_tokens("jwt", &remembered));
    let figure =
        |name: &str| &metrics[&format!("tollgate_remembered_token{name}{{validator=jwt}}")];
    assert_eq!(*figure("s"), gauge(1.0));
    assert_eq!(*figure("_hits_total"), DebugValue::Counter(2));
    assert_eq!(*figure("_misses_total"), DebugValue::Counter(1));
    assert_eq!(*figure("_evictions_total"), DebugValue::Counter(0));
}

#[tokio::test]
async fn the_fill_of_a_store_of_used_ids_is_set() {
    let store = InMemoryReplays::new(3).unwrap();
    for id in [[1; 32], [2; 32], [1; 32]] {
        let expires = UnixTime::from_seconds(9);
        store.consume(&id, expires, UnixTime::EPOCH).await.unwrap();
    }
    let metrics = recorded(|| metrics::record_used_ids("time token", &store));
    assert_eq!(metrics["tollgate_used_ids{store=time token}"], gauge(2.0));
    assert_eq!(metrics["tollgate_used_ids_limit{store=time token}"], gauge(3.0));
}

#[tokio::test]
async fn the_age_of_an_issuers_keys_is_set_once_there_are_some() {
    let key = SigningKey::generate_es256().unwrap();
    let jwks = KeySet::of([key.verifying_key().clone()]).to_jwks();
    let transport = transport_fn(move |_| {
        let jwks = jwks.clone();
        async move {
            Ok(TransportResponse::new(200, jwks).with_header("content-type", "application/json"))
        }
    });
    let url = ServerUrl::https("https://a.example/keys").unwrap();
    let keys = RemoteKeys::at(url, transport);
    let at = UnixTime::from_seconds;
    let metrics = recorded(|| metrics::record_keys("a", &keys.health(), at(10)));
    assert_eq!(metrics.len(), 1, "{metrics:?}");
    assert_eq!(metrics["tollgate_key_set_serving{issuer=a}"], gauge(0.0));

    keys.refresh(at(10)).await.unwrap();
    let metrics = recorded(|| metrics::record_keys("a", &keys.health(), at(70)));
    assert_eq!(metrics["tollgate_key_set_serving{issuer=a}"], gauge(1.0));
    assert_eq!(metrics["tollgate_key_set_age_seconds{issuer=a}"], gauge(60.0));
}

#[test]
fn the_end_of_each_certificate_is_set() {
    let pem = include_bytes!("../examples/security_proxy/certificates/ca-signed.pem");
    let certificate = Certificate::from_pem(pem).unwrap();
    let ends = certificate.validity().not_after().as_seconds();
    let fingerprint = certificate.fingerprint().to_string();
    let trust = TrustStore::new();
    trust.import("server", certificate).unwrap();
    let report = trust.report(&ExpiryChecker::new(), UnixTime::EPOCH);
    let metrics = recorded(|| metrics::record_certificates(&report));
    let labels = format!("friendly_name=server,fingerprint={fingerprint}");
    #[allow(clippy::cast_precision_loss)]
    let expected = gauge(ends as f64);
    assert_eq!(metrics[&format!("tollgate_certificate_not_after_seconds{{{labels}}}")], expected);
}
