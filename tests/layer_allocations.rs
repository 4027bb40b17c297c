//! How often a request allocates behind a layer, beside the direct check. The target is alone in its
//! process, with one thread a test.

#![cfg(feature = "tower")]

#[path = "support/counting.rs"]
mod counting;
#[path = "support/silent.rs"]
mod silent;

use std::cell::Cell;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use http::Request;
use http::request::Parts;
use tollgate::http::HttpRequest;
use tollgate::record::{Access, Client};
use tollgate::store::InMemoryClients;
use tollgate::tower::{Credentials, GateLayer};
use tollgate::{ClientIdValidation, Element, Gate, ManualClock, SharedGate, UnixTime};
use tower::{Layer, Service};

use crate::counting::COUNT;
use crate::silent::Silent;

/// What a future that answers at once gives, and how often it allocated, made included.
fn counted<F: Future>(make: impl FnOnce() -> F) -> (F::Output, usize) {
    let before = COUNT.with(Cell::get);
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(output) = pin!(make()).poll(&mut context) else { panic!("it waited") };
    (output, COUNT.with(Cell::get) - before)
}

fn gate(element: Element) -> SharedGate {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything));
    Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .with(ClientIdValidation::new(clients).element(element))
        .build()
        .unwrap()
        .shared()
}

fn directly(gate: &SharedGate, parts: &Parts) -> usize {
    let request = HttpRequest::new(parts).with_scheme("https");
    let (admitted, count) = counted(|| gate.check(&request));
    assert!(admitted.is_ok());
    count
}

fn behind(layer: &GateLayer, parts: Parts) -> usize {
    let mut service = layer.layer(Silent);
    let request = Request::from_parts(parts, ());
    let (response, count) = counted(|| service.call(request));
    assert_eq!(response.unwrap().status(), 200);
    count
}

fn parts(with_other_extensions: bool) -> Parts {
    let request = Request::get("/?key=app&a=1")
        .header("client_id", "app")
        .header("cookie", "session=app; a=1");
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    if with_other_extensions {
        parts.extensions.insert(7_u8);
    }
    parts
}

/// Beside the one of a shared gate: the future of the layer, and the admission in the extensions; in
/// those that are empty, their table too. Then what the removal writes anew.
#[test]
fn a_layer_allocates_for_its_future_and_the_admission_only() {
    let removed = [
        (Element::header("client_id"), 0),
        // The list of lines, the line, and its memory cut to what is left.
        (Element::cookie("session"), 3),
        // The target, and its memory cut to what is left.
        (Element::query_param("key"), 2),
    ];
    for (element, removal) in removed {
        let gate = gate(element.unwrap());
        assert_eq!(directly(&gate, &parts(true)), 1);
        let removing = GateLayer::over_https(gate);
        let keeping = removing.clone().credentials(Credentials::Keep);
        // The first gate that a thread takes out of its place brings the thread's own record.
        behind(&keeping, parts(true));
        assert_eq!(behind(&keeping, parts(true)), 1 + 2);
        assert_eq!(behind(&keeping, parts(false)), 1 + 4);
        assert_eq!(behind(&removing, parts(true)) - 3, removal);
    }
}
