//! Who is let through, by which gate, and what else the gate is told.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use axum::Router;
use axum::routing::{get as route, post};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use tokio::sync::Semaphore;
use tollgate::gate::ExchangeableGate;
use tollgate::interceptor::{Evidence, interceptor_fn};
use tollgate::record::Client;
use tollgate::rejection::Checkpoint;
use tollgate::store::{ClientStore, InMemoryClients, StoreUnavailable};
use tollgate::tower::{Credentials, GateLayer, PeerCertificate};
use tollgate::{
    Admission, Body, ClientIdValidation, Element, Gate, ManualClock, PlainRequest, Reason,
    Rejection, SharedGate, Wording,
};
use tower::{Layer, ServiceExt, service_fn};

use crate::recorder::{NOW, Recorder, answer, clients, empty, gate, gate_at, get};

#[tokio::test]
async fn an_admitted_request_reaches_the_service_with_its_admission() {
    let recorder = Recorder::default();
    let service = GateLayer::over_https(gate()).layer(recorder.service());
    let request = get("/orders?a=1").header("client_id", "app").header("x-kept", "1");
    let request = request.body(Full::new(Bytes::from("body"))).unwrap();
    let response = answer(&service, request).await;
    assert_eq!((response.status().as_u16(), response.body().as_str()), (200, "served"));
    let (parts, body) = recorder.last();
    assert_eq!((parts.uri.to_string().as_str(), &body[..]), ("/orders?a=1", &b"body"[..]));
    assert_eq!(parts.headers["x-kept"], "1");
    assert_eq!(recorder.last_client(), "app");
}

#[tokio::test]
async fn a_refused_request_gets_the_wording_and_never_reaches_the_service() {
    let recorder = Recorder::default();
    let gate = gate();
    let service = GateLayer::over_https(Arc::clone(&gate)).layer(recorder.service());
    for id in [None, Some("stranger"), Some("")] {
        let plain = PlainRequest::new("GET", "/").with_scheme("https");
        let plain = id.into_iter().fold(plain, |plain, id| plain.with_header("client_id", id));
        let rejection = gate.check(&plain).await.unwrap_err();
        let expected = gate.wording().response(&rejection);

        let request = id.into_iter().fold(get("/"), |get, id| get.header("client_id", id));
        let response = answer(&service, empty(request)).await;
        assert_eq!(response.status(), expected.status);
        assert_eq!(response.body(), &expected.body);
        assert_eq!(response.headers().len(), expected.headers.len());
        for (name, value) in &expected.headers {
            assert_eq!(response.headers()[*name], value.as_str());
        }
    }
    assert_eq!(recorder.calls(), 0);
}

struct Down;

impl ClientStore for Down {
    async fn find(&self, _: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        Err(StoreUnavailable("no connection".into()))
    }
}

#[tokio::test]
async fn where_the_store_does_not_answer_nothing_is_served() {
    let recorder = Recorder::default();
    let gate = Gate::builder(ManualClock::at(NOW))
        .for_resource("orders")
        .with(ClientIdValidation::new(Down))
        .build()
        .unwrap();
    let service = GateLayer::over_https(gate.shared()).layer(recorder.service());
    let response = answer(&service, empty(get("/").header("client_id", "app"))).await;
    assert_eq!(response.status(), 503);
    assert!(response.headers().contains_key("retry-after"));
    assert!(!response.body().contains("connection"));
    assert_eq!(recorder.calls(), 0);
}

#[tokio::test]
async fn an_error_of_the_service_is_passed_on() {
    let failing = service_fn(|_: Request<Full<Bytes>>| async {
        Err::<http::Response<Full<Bytes>>, _>("the service failed")
    });
    let request = || empty(get("/").header("client_id", "app"));
    let head_only = GateLayer::over_https(gate());
    assert_eq!(
        head_only.layer(failing).oneshot(request()).await.unwrap_err(),
        "the service failed"
    );
    let whole = head_only.buffer_bodies(10).layer(failing);
    assert_eq!(whole.oneshot(request()).await.unwrap_err(), "the service failed");
}

/// Clients that are found as soon as there is a permit.
struct Held(InMemoryClients, Arc<Semaphore>);

impl ClientStore for Held {
    async fn find(&self, id: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        let _permit = self.1.acquire().await.unwrap();
        self.0.find(id).await
    }
}

fn held(element: &str, wording: &str) -> (SharedGate, Arc<Semaphore>) {
    let permits = Arc::new(Semaphore::new(0));
    let validation = ClientIdValidation::new(Held(clients(), Arc::clone(&permits)))
        .element(Element::header(element).unwrap());
    let gate = Gate::builder(ManualClock::at(NOW))
        .for_resource("orders")
        .wording(Wording::default().documentation(wording))
        .with(validation)
        .build()
        .unwrap();
    (gate.shared(), permits)
}

fn is_waiting(future: &mut (impl Future + Unpin)) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    Pin::new(future).poll(&mut context).is_pending()
}

#[tokio::test]
async fn a_request_under_way_is_finished_by_the_gate_that_began_it() {
    let recorder = Recorder::default();
    let (old, permits) = held("x-old", "old.example");
    let place = ExchangeableGate::new(old);
    let service = GateLayer::over_https(place.clone()).layer(recorder.service());
    let request = |id: &str| empty(get("/").header("x-old", id).header("x-new", id));

    let mut admitted = Box::pin(answer(&service, request("app")));
    let mut refused = Box::pin(answer(&service, request("stranger")));
    assert!(is_waiting(&mut admitted));
    assert!(is_waiting(&mut refused));
    place.exchange(gate_at(Element::header("x-new").unwrap()));
    permits.add_permits(1);

    assert_eq!(admitted.await.status(), 200);
    let (parts, _) = recorder.last();
    assert!(!parts.headers.contains_key("x-old") && parts.headers.contains_key("x-new"));
    assert!(refused.await.body().contains("old.example"));

    assert_eq!(answer(&service, request("app")).await.status(), 200);
    let (parts, _) = recorder.last();
    assert!(parts.headers.contains_key("x-old") && !parts.headers.contains_key("x-new"));
    let refused = answer(&service, request("stranger")).await;
    assert!(!refused.body().contains("old.example"));
}

/// A gate that admits only where `is_as_expected` holds.
fn asking(is_as_expected: fn(&dyn tollgate::Request) -> bool) -> SharedGate {
    let asking = interceptor_fn("asking", move |call| {
        if is_as_expected(call.request) {
            return Ok(Evidence::none());
        }
        Err(Rejection::new(Reason::CredentialMissing, Checkpoint::of("asking")))
    });
    Gate::builder(ManualClock::at(NOW)).with(asking).build().unwrap().shared()
}

#[tokio::test]
async fn the_scheme_is_what_the_host_said_whatever_a_header_says() {
    let service = Recorder::default();
    let request = || empty(get("http://a.example/").header("x-forwarded-proto", "http"));
    let over_https = GateLayer::over_https(asking(|request| request.scheme() == Some("https")));
    assert_eq!(answer(&over_https.layer(service.service()), request()).await.status(), 200);

    let request = || empty(get("https://a.example/").header("x-forwarded-proto", "https"));
    let over_http = GateLayer::over_http(asking(|request| request.scheme() == Some("http")));
    assert_eq!(answer(&over_http.layer(service.service()), request()).await.status(), 200);
}

#[tokio::test]
async fn the_gate_sees_the_certificate_of_the_extensions() {
    let layer = GateLayer::over_https(asking(|request| request.peer_certificate() == Some(b"der")));
    let service = layer.layer(Recorder::default().service());
    let mut request = empty(get("/"));
    request.extensions_mut().insert(PeerCertificate::new(b"der".to_vec()));
    assert_eq!(answer(&service, request).await.status(), 200);
    assert_eq!(answer(&service, empty(get("/"))).await.status(), 401);
}

#[test]
fn a_certificate_is_not_printed() {
    let certificate = PeerCertificate::new(&b"hidden"[..]);
    assert_eq!(format!("{certificate:?}"), "PeerCertificate(6 bytes)");
}

#[tokio::test]
async fn the_body_is_unread_unless_the_layer_buffers() {
    let layer = GateLayer::over_https(asking(|request| request.body() == Body::Unread));
    let service = layer.layer(Recorder::default().service());
    assert_eq!(answer(&service, empty(get("/"))).await.status(), 200);
}

#[tokio::test]
async fn an_admission_from_outside_is_replaced() {
    let recorder = Recorder::default();
    let inner = GateLayer::over_https(gate_at(Element::header("x-inner").unwrap()));
    let outer = GateLayer::over_https(gate()).credentials(Credentials::Keep);
    let service = outer.layer(inner.layer(recorder.service()));
    let request = empty(get("/").header("client_id", "app").header("x-inner", "other"));
    assert_eq!(service.clone().oneshot(request).await.unwrap().status(), 200);
    assert_eq!(recorder.last_client(), "other");

    let request = empty(get("/").header("client_id", "app"));
    assert_eq!(service.oneshot(request).await.unwrap().status(), 401);
    assert_eq!(recorder.calls(), 1);
}

#[tokio::test]
async fn a_router_of_axum_is_guarded_with_and_without_its_body() {
    async fn name(axum::Extension(admission): axum::Extension<Admission>) -> String {
        admission.client().unwrap().id().to_owned()
    }
    async fn echo(body: String) -> String {
        body
    }
    let app = Router::new()
        .route("/name", route(name).layer(GateLayer::over_http(gate())))
        .route("/echo", post(echo).layer(GateLayer::over_http(gate()).buffer_bodies(5)));
    let asking = |request: http::request::Builder, body: &'static str| {
        let request = request.body(axum::body::Body::from(body)).unwrap();
        let app = app.clone();
        async move {
            let response = app.oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            (status, axum::body::to_bytes(response.into_body(), 1000).await.unwrap())
        }
    };
    let known = |request: http::request::Builder| request.header("client_id", "app");
    assert_eq!(asking(known(get("/name")), "").await, (200, Bytes::from("app")));
    assert_eq!(asking(get("/name"), "").await.0, 401);
    assert_eq!(asking(known(Request::post("/echo")), "12345").await, (200, Bytes::from("12345")));
    assert_eq!(asking(known(Request::post("/echo")), "123456").await.0, 413);
    assert_eq!(asking(Request::post("/echo"), "12345").await.0, 401);
}
