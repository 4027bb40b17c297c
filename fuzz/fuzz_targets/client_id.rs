//! Client ids from everywhere in a request: admitted if and only if a client has exactly this id.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tollgate::record::{Access, Client};
use tollgate::store::InMemoryClients;
use tollgate::{
    ClientIdValidation, ClientSecretValidation, Element, Gate, ManualClock, PlainRequest, UnixTime,
};

fuzz_target!(|bytes: &[u8]| {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::only(["orders"])).with_secret(b"secret"));
    let target = String::from_utf8_lossy(bytes);
    let builder = || Gate::builder(ManualClock::at(UnixTime::EPOCH)).for_resource("orders");

    let any = Element::any("id").expect("a token");
    let by_id = builder()
        .with(ClientIdValidation::new(clients.clone()).element(any))
        .build()
        .expect("complete");
    let header = PlainRequest::new("GET", "/").with_header("id", bytes);
    assert_eq!(by_id.check_now(&header).is_ok(), bytes == b"app");
    for request in [
        PlainRequest::new("GET", "/").with_header("cookie", bytes),
        PlainRequest::new("GET", &target),
    ] {
        match by_id.check_now(&request) {
            Ok(admission) => assert_eq!(admission.client().map(Client::id), Some("app")),
            Err(rejection) => assert!(!by_id.wording().trace(&rejection).is_empty()),
        }
    }

    let by_secret = builder().with(ClientSecretValidation::new(clients)).build().expect("complete");
    let header = PlainRequest::new("GET", "/").with_header("authorization", bytes);
    if by_secret.check_now(&header).is_ok() {
        assert!(bytes.to_ascii_lowercase().starts_with(b"basic "));
    }
});
