//! A gate that a struct holds decides as the gate that it was made of.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tollgate::interceptor::{Evidence, Immediate, interceptor_fn};
use tollgate::record::{Access, Client, Destination};
use tollgate::rejection::{Checkpoint, Kind};
use tollgate::store::InMemoryClients;
use tollgate::{
    ClientIdValidation, Gate, ImmediateSharedGate, ManualClock, PlainRequest, Reason, Rejection,
    SharedGate, UnixTime, Wording,
};

struct Host {
    waiting: SharedGate,
    immediate: ImmediateSharedGate,
}

fn wait<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::only(["orders"])));
    clients.add(Client::new("other").with_access(Access::only(["invoices"])));
    clients
}

fn gate() -> Gate<ManualClock, impl Immediate> {
    Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .wording(Wording::default().documentation("developers.example"))
        .with(ClientIdValidation::new(clients()))
        .with(interceptor_fn("numbered", |_| Ok(Evidence::none().with(7_u8))))
        .build()
        .unwrap()
}

#[test]
fn a_held_gate_decides_as_the_one_that_it_was_made_of() {
    fn can_be_held<T: Clone + Send + Sync + 'static>(_: &T) {}
    let original = gate();
    let host = Host { waiting: gate().shared(), immediate: gate().shared_immediate() };
    can_be_held(&host.waiting);
    can_be_held(&host.immediate);
    for (id, expected) in [
        ("app", Ok(Some(7))),
        ("other", Err("client.not_linked")),
        ("stranger", Err("client.unknown")),
    ] {
        let request = PlainRequest::new("GET", "/").with_header("client_id", id);
        for decided in [
            original.check_now(&request),
            host.immediate.clone().check_now(&request),
            wait(host.immediate.check(&request)),
            wait(host.waiting.clone().check(&request)),
        ] {
            match decided {
                Ok(admission) => {
                    assert_eq!(Ok(admission.get::<u8>().copied()), expected);
                    assert_eq!(admission.client().unwrap().id(), id);
                }
                Err(refused) => {
                    assert_eq!(Err(refused.reason().code()), expected);
                    assert_eq!(refused.interceptor(), "client id validation");
                    let message = original.wording().message(&refused);
                    assert_eq!(host.waiting.wording().message(&refused), message);
                    assert_eq!(host.immediate.wording().message(&refused), message);
                }
            }
        }
        for rehearsed in
            [host.immediate.rehearse_now(&request), wait(host.waiting.rehearse(&request))]
        {
            let rehearsed = rehearsed.map(|rehearsal| rehearsal.evidence().get::<u8>().copied());
            assert_eq!(rehearsed.map_err(|refused| refused.reason().code()), expected);
        }
    }
}

#[test]
fn a_held_gate_asks_the_clock_of_the_gate() {
    let clock = Arc::new(ManualClock::at(UnixTime::EPOCH));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let watching = || {
        let seen = Arc::clone(&seen);
        interceptor_fn("watching", move |call| {
            seen.lock().unwrap().push(call.now);
            Ok(Evidence::none())
        })
    };
    let immediate = Gate::builder(Arc::clone(&clock)).with(watching()).build().unwrap();
    let immediate = immediate.shared_immediate();
    let waiting = Gate::builder(Arc::clone(&clock)).with(watching()).build().unwrap().shared();
    let request = PlainRequest::new("GET", "/");
    immediate.check_now(&request).unwrap();
    clock.advance(Duration::from_secs(5));
    wait(waiting.check(&request)).unwrap();
    assert_eq!(*seen.lock().unwrap(), [UnixTime::EPOCH, UnixTime::from_seconds(5)]);
}

#[test]
fn a_contradiction_in_a_held_gate_blames_the_interceptor() {
    let contradicting = interceptor_fn("contradicting", |_| {
        Ok(Evidence::of_client(Arc::new(Client::new("other"))))
    });
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .with(ClientIdValidation::new(clients()))
        .with(contradicting)
        .build()
        .unwrap()
        .shared_immediate();
    let request = PlainRequest::new("GET", "/").with_header("client_id", "app");
    let refused = gate.check_now(&request).unwrap_err();
    assert_eq!(refused.reason(), &Reason::ClientMismatch);
    assert_eq!(refused.interceptor(), "contradicting");
}

#[test]
fn a_later_interceptor_sees_the_destination() {
    let destination = Arc::new(Destination::parse("a.example:443").unwrap());
    let establishing = interceptor_fn("establishing", move |call| {
        assert_eq!(call.destination(), None);
        Ok(Evidence::none().with_destination(Arc::clone(&destination)))
    });
    let port_only = interceptor_fn("port", |call| match call.destination() {
        Some(destination) if destination.port() == 443 => Ok(Evidence::none()),
        _ => {
            let reason = Reason::HostRefused { code: "port.closed", kind: Kind::Forbidden };
            Err(Rejection::new(reason, Checkpoint::of("port")))
        }
    });
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .with(establishing)
        .with(interceptor_fn("between", |_| Ok(Evidence::none())))
        .with(port_only)
        .build()
        .unwrap();
    let admission = gate.check_now(&PlainRequest::new("GET", "/")).unwrap();
    assert_eq!(admission.destination().unwrap().to_string(), "a.example:443");
}
