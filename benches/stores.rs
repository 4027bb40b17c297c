//! What a decision costs by the size of its stores, and by the number of interceptors before it.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use tollgate::interceptor::{Evidence, Immediate, interceptor_fn};
use tollgate::record::{Access, Client, Grant};
use tollgate::store::{InMemoryClients, InMemoryGrants};
use tollgate::time::Lifetime;
use tollgate::{
    AccessTokenValidation, ClientIdValidation, Gate, ManualClock, OAuthValidation, PlainRequest,
    UnixTime,
};

const CLIENTS: usize = 1_000;

fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    for number in 0..CLIENTS {
        clients.add(Client::new(&format!("client-{number}")).with_access(Access::Everything));
    }
    clients
}

fn grants(count: usize) -> InMemoryGrants {
    let grants = InMemoryGrants::new();
    let lifetime = Lifetime::until(UnixTime::from_seconds(1_800_000_000));
    for number in 0..count {
        let client = format!("client-{}", number % CLIENTS);
        let grant = Grant::new(format!("token-{number}").as_bytes(), &client, lifetime);
        grants.add(grant.with_access(Access::Everything));
    }
    grants
}

/// Requests for tokens all over the store.
fn requests(count: usize) -> impl Iterator<Item = PlainRequest> {
    (0..1024).map(move |index| index * 7919 % count).map(|number| {
        PlainRequest::new("GET", "/")
            .with_header("client_id", format!("client-{}", number % CLIENTS))
            .with_header("access_token", format!("token-{number}"))
    })
}

fn gate<I: Immediate>(validation: I) -> Gate<ManualClock, impl Immediate> {
    let builder = Gate::builder(ManualClock::at(UnixTime::EPOCH)).for_resource("orders");
    builder.with(validation).build().unwrap()
}

fn sizes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("access token by grants");
    for count in [1_000, 100_000, 1_000_000] {
        let gate = gate(AccessTokenValidation::new(grants(count), clients()));
        let requests: Vec<_> = requests(count).collect();
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            let mut turn = requests.iter().cycle();
            bencher.iter(|| gate.check_now(black_box(turn.next().unwrap())).is_ok());
        });
    }
    group.finish();
}

fn oauth(criterion: &mut Criterion) {
    let gate = gate(OAuthValidation::opaque(grants(1_000), clients()));
    let request = requests(1_000).next().unwrap();
    criterion.bench_function("oauth, opaque", |bencher| {
        bencher.iter(|| gate.check_now(black_box(&request)).is_ok());
    });
}

fn gates(criterion: &mut Criterion) {
    let builder = || Gate::builder(ManualClock::at(UnixTime::EPOCH)).for_resource("orders");
    let pass = || interceptor_fn("pass", |_| Ok(Evidence::none()));
    let last = || ClientIdValidation::new(clients());
    let one = builder().with(last()).build().unwrap();
    let three = builder().with(pass()).with(pass()).with(last()).build().unwrap();
    let six =
        builder().with(pass()).with(pass()).with(pass()).with(pass()).with(pass()).with(pass());
    let seven = six.with(last()).build().unwrap();
    let request = PlainRequest::new("GET", "/").with_header("client_id", "client-500");
    let mut group = criterion.benchmark_group("client id behind");
    group.bench_function("nothing", |b| b.iter(|| one.check_now(black_box(&request)).is_ok()));
    group.bench_function("two", |b| b.iter(|| three.check_now(black_box(&request)).is_ok()));
    group.bench_function("six", |b| b.iter(|| seven.check_now(black_box(&request)).is_ok()));
    group.finish();
}

criterion_group!(benches, sizes, oauth, gates);
criterion_main!(benches);
