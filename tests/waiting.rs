//! Stores that wait: on any runtime, never in synchronous code, and never by a false promise.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tollgate::gate::{Chain, ImmediateChain};
use tollgate::interceptor::Interceptor;
use tollgate::record::{Access, Client};
use tollgate::store::{ClientStore, ImmediateStore, InMemoryClients, StoreUnavailable};
use tollgate::{ClientIdValidation, Clock, Gate, ManualClock, PlainRequest, UnixTime};

/// Pending once, then ready.
struct Once(bool);

impl Future for Once {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

#[derive(Clone)]
struct Waiting(InMemoryClients);

impl ClientStore for Waiting {
    async fn find(&self, id: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        Once(false).await;
        self.0.find(id).await
    }
}

#[derive(Clone)]
struct Lying(Waiting);

impl ClientStore for Lying {
    async fn find(&self, id: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        self.0.find(id).await
    }
}

impl ImmediateStore for Lying {}

fn waiting() -> Waiting {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything));
    Waiting(clients)
}

fn request() -> PlainRequest {
    PlainRequest::new("GET", "/").with_header("client_id", "app")
}

async fn admits<C: Clock, I: Interceptor>(gate: &Gate<C, I>) -> bool {
    gate.check(&request()).await.is_ok()
}

#[tokio::test]
async fn a_waiting_store_serves_a_gate_and_a_chain_on_a_runtime() {
    let builder = || Gate::builder(ManualClock::at(UnixTime::EPOCH)).for_resource("orders");
    let gate = builder().with(ClientIdValidation::new(waiting())).build().unwrap();
    let spawned = tokio::spawn(async move { admits(&gate).await });
    assert!(spawned.await.unwrap());

    let chain = Chain::new().with(ClientIdValidation::new(waiting()));
    let gate = builder().with(chain).build().unwrap();
    let spawned = tokio::spawn(async move { admits(&gate).await });
    assert!(spawned.await.unwrap());
}

#[test]
fn a_promise_that_is_broken_is_unavailable_and_never_an_admission() {
    let builder = || Gate::builder(ManualClock::at(UnixTime::EPOCH)).for_resource("orders");
    let lying = || ClientIdValidation::new(Lying(waiting()));
    let gate = builder().with(lying()).build().unwrap();
    let chained = builder().with(ImmediateChain::new().with(lying())).build().unwrap();
    for rejection in [
        gate.check_now(&request()).unwrap_err(),
        gate.rehearse_now(&request()).unwrap_err(),
        chained.check_now(&request()).unwrap_err(),
    ] {
        assert_eq!(rejection.reason().code(), "service.unavailable");
        assert_eq!(gate.wording().response(&rejection).status, 503);
    }
}
