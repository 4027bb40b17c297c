//! What one request costs behind a layer, beside the direct check.

#[path = "../tests/support/silent.rs"]
mod silent;

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use http::request::Parts;
use http::{Request, Response};
use tollgate::http::HttpRequest;
use tollgate::record::{Access, Client};
use tollgate::store::InMemoryClients;
use tollgate::tower::{Credentials, GateLayer};
use tollgate::{ClientIdValidation, Gate, ManualClock, SharedGate, UnixTime};
use tower::{Layer, Service};

use crate::silent::Silent;

fn gate() -> SharedGate {
    let clients = InMemoryClients::new();
    for number in 0..10_000 {
        clients.add(Client::new(&format!("client-{number}")).with_access(Access::only(["orders"])));
    }
    Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .with(ClientIdValidation::new(clients))
        .build()
        .unwrap()
        .shared()
}

fn parts(client: &str) -> Parts {
    let request = Request::get("/orders?page=2")
        .header("client_id", client)
        .header("accept", "application/json")
        .header("user-agent", "benchmark");
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    parts.extensions.insert(7_u8);
    parts
}

fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("everything answers at once"),
    }
}

/// The decision alone; the head is dropped later.
fn check(gate: &SharedGate, parts: Parts) -> (bool, Parts) {
    let request = HttpRequest::new(&parts).with_scheme("https");
    let is_admitted = at_once(gate.check(black_box(&request))).is_ok();
    (is_admitted, parts)
}

/// What a host without the layer writes: the admission into the extensions, or the refusal as a
/// response.
fn by_hand(gate: &SharedGate, mut parts: Parts) -> Response<String> {
    let checked = at_once(gate.check(&HttpRequest::new(&parts).with_scheme("https")));
    match checked {
        Ok(admission) => {
            parts.extensions.insert(admission);
            drop(black_box(Request::from_parts(parts, ())));
            Response::new(String::new())
        }
        Err(rejection) => gate.wording().response(&rejection).into(),
    }
}

fn layer(criterion: &mut Criterion) {
    let gate = gate();
    let removing = GateLayer::over_https(gate.clone());
    let keeping = removing.clone().credentials(Credentials::Keep);
    for (name, client) in [("admitted", "client-5000"), ("refused", "stranger")] {
        let mut group = criterion.benchmark_group(format!("request, {name}"));
        let parts = || parts(client);
        group.bench_function("check alone", |bencher| {
            bencher.iter_batched(parts, |parts| check(&gate, parts), BatchSize::SmallInput);
        });
        group.bench_function("by hand", |bencher| {
            bencher.iter_batched(parts, |parts| by_hand(&gate, parts), BatchSize::SmallInput);
        });
        for (name, layer) in [("layer, keeping", &keeping), ("layer, removing", &removing)] {
            let mut service = layer.layer(Silent);
            let request = || Request::from_parts(parts(), ());
            group.bench_function(name, |bencher| {
                let run = |request| at_once(service.call(black_box(request)));
                bencher.iter_batched(request, run, BatchSize::SmallInput);
            });
        }
        group.finish();
    }
}

criterion_group!(benches, layer);
criterion_main!(benches);
