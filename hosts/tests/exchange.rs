//! Gates are exchanged under load, and each request is judged and answered by one of them alone.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{Request, Response};
use http_body_util::BodyExt;
use tokio::task::{JoinSet, yield_now};
use tollgate::gate::ExchangeableGate;
use tollgate::observation::observer_fn;
use tollgate::record::{Access, Client};
use tollgate::store::{ClientStore, InMemoryClients, StoreUnavailable};
use tollgate::tower::GateLayer;
use tollgate::{ClientIdValidation, Gate, ManualClock, SharedGate, UnixTime, Wording};
use tower::{Layer, ServiceExt, service_fn};

const EXCHANGES: usize = 1_000;
const CALLERS: usize = 8;

/// The two gates differ in both.
const RESOURCES: [&str; 2] = ["orders", "invoices"];
const PLACES: [&str; 2] = ["orders.example", "invoices.example"];

/// Waits in the middle of a decision, for an exchange to happen there.
#[derive(Clone)]
struct Waiting(InMemoryClients);

impl ClientStore for Waiting {
    async fn find(&self, id: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        yield_now().await;
        let found = self.0.find(id).await;
        yield_now().await;
        found
    }
}

/// The gate of one resource, with its wording. Each client has access to the resource of its name.
fn gate(which: usize, decided: &Arc<[AtomicUsize; 2]>) -> SharedGate {
    let clients = InMemoryClients::new();
    for resource in RESOURCES {
        clients.add(Client::new(resource).with_access(Access::only([resource])));
    }
    let decided = Arc::clone(decided);
    Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource(RESOURCES[which])
        .wording(Wording::default().documentation(PLACES[which]))
        .observer(observer_fn(move |_| {
            decided[which].fetch_add(1, Ordering::SeqCst);
        }))
        .with(ClientIdValidation::new(Waiting(clients)))
        .build()
        .unwrap()
        .shared()
}

/// Asks as a client that one of the gates admits, and returns whether the answer is wholly of one gate.
async fn ask(layer: &GateLayer, client: usize) -> bool {
    let welcome = service_fn(|_: Request<String>| async {
        Ok::<_, Infallible>(Response::new("Welcome.".to_owned()))
    });
    let request = Request::get("/").header("client_id", RESOURCES[client]);
    let request = request.body(String::new()).unwrap();
    let response = layer.layer(welcome).oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let text = str::from_utf8(&body).unwrap();
    // Only the other gate refuses this client, so it must be the one that says so.
    match status.as_u16() {
        200 => text == "Welcome.",
        status => status == 401 && text.contains(PLACES[1 - client]),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_request_is_lost_or_judged_by_half_of_each_gate() {
    let decided = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    let gates = [gate(0, &decided), gate(1, &decided)];
    let place = ExchangeableGate::new(gates[0].clone());
    let layer = GateLayer::over_http(place.clone());
    let (answered, exchanged) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let (layer, answered, exchanged) = (layer.clone(), answered.clone(), exchanged.clone());
        callers.spawn(async move {
            let (mut asked, mut wrong) = (0, 0);
            while exchanged.load(Ordering::SeqCst) < EXCHANGES {
                wrong += usize::from(!ask(&layer, (caller + asked) % 2).await);
                answered.fetch_add(1, Ordering::SeqCst);
                asked += 1;
            }
            (asked, wrong)
        });
    }
    for exchange in 1..=EXCHANGES {
        let before = answered.load(Ordering::SeqCst);
        place.exchange(gates[exchange % 2].clone());
        // As many as there are callers, so that each exchange is followed by requests.
        while answered.load(Ordering::SeqCst) < before + CALLERS {
            yield_now().await;
        }
        exchanged.store(exchange, Ordering::SeqCst);
    }
    let counts = callers.join_all().await;
    let asked: usize = counts.iter().map(|(asked, _)| asked).sum();
    let wrong: usize = counts.iter().map(|(_, wrong)| wrong).sum();
    let [orders, invoices] = [0, 1].map(|which: usize| decided[which].load(Ordering::SeqCst));
    println!("{asked} requests, {orders} by one gate and {invoices} by the other");
    assert_eq!((orders + invoices, wrong), (asked, 0));
    assert!(orders >= EXCHANGES && invoices >= EXCHANGES);
}
