//! What one decision by client id costs, admitted and refused, alone and behind six others.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tollgate::interceptor::{Evidence, interceptor_fn};
use tollgate::record::{Access, Client};
use tollgate::store::InMemoryClients;
use tollgate::{ClientIdValidation, Gate, ManualClock, PlainRequest, UnixTime};

fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    for number in 0..10_000 {
        clients.add(Client::new(&format!("client-{number}")).with_access(Access::only(["orders"])));
    }
    clients
}

fn client_id(criterion: &mut Criterion) {
    let builder = || Gate::builder(ManualClock::at(UnixTime::EPOCH)).for_resource("orders");
    let pass = || interceptor_fn("pass", |_| Ok(Evidence::none()));
    let alone = builder().with(ClientIdValidation::new(clients())).build().unwrap();
    let seventh = builder()
        .with(pass())
        .with(pass())
        .with(pass())
        .with(pass())
        .with(pass())
        .with(pass())
        .with(ClientIdValidation::new(clients()))
        .build()
        .unwrap();
    let known = PlainRequest::new("GET", "/").with_header("client_id", "client-5000");
    let stranger = PlainRequest::new("GET", "/").with_header("client_id", "stranger");

    let mut group = criterion.benchmark_group("client id");
    group.bench_function("admitted", |bencher| {
        bencher.iter(|| alone.check_now(black_box(&known)).is_ok());
    });
    group.bench_function("admitted as the seventh", |bencher| {
        bencher.iter(|| seventh.check_now(black_box(&known)).is_ok());
    });
    group.bench_function("refused", |bencher| {
        bencher.iter(|| alone.check_now(black_box(&stranger)).is_err());
    });
    group.finish();
}

criterion_group!(benches, client_id);
criterion_main!(benches);
