//! Records in memory: every change is seen by the next call, from any thread, and nothing is lost
//! in JSON.

use std::thread;

use tollgate::crypto::CredentialDigest;
use tollgate::record::{Access, Client, ClientState, Grant, Scopes};
use tollgate::store::{InMemoryClients, InMemoryGrants};
use tollgate::time::Lifetime;
use tollgate::{
    AccessTokenValidation, AnyResource, ClientIdValidation, Gate, ManualClock, PlainRequest,
    UnixTime,
};

const EXPIRY: UnixTime = UnixTime::from_millis(1_800_000_000_123);

fn admits(clients: &InMemoryClients, id: &str) -> bool {
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource(AnyResource)
        .with(ClientIdValidation::new(clients.clone()))
        .build()
        .unwrap();
    gate.check_now(&PlainRequest::new("GET", "/").with_header("client_id", id)).is_ok()
}

fn code(clients: &InMemoryClients, grants: &InMemoryGrants, token: &str) -> &'static str {
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource(AnyResource)
        .with(AccessTokenValidation::new(grants.clone(), clients.clone()))
        .build()
        .unwrap();
    let request = PlainRequest::new("GET", "/").with_header("access_token", token);
    gate.check_now(&request).map_or_else(|rejection| rejection.reason().code(), |_| "admitted")
}

#[test]
fn every_change_is_seen_by_the_next_call() {
    let clients = InMemoryClients::new();
    assert!(!admits(&clients, "app"));
    assert!(clients.add(Client::new("app")).is_none());
    assert!(admits(&clients, "app"));
    let replaced = clients.add(Client::new("app").with_state(ClientState::Disabled));
    assert_eq!(replaced.unwrap().state(), ClientState::Enabled);
    assert!(!admits(&clients, "app"));
    clients.add(Client::new("app"));

    let grants = InMemoryGrants::new();
    assert_eq!(code(&clients, &grants, "t"), "token.unknown");
    grants.add(Grant::new(b"t", "app", Lifetime::unlimited()));
    assert_eq!(code(&clients, &grants, "t"), "admitted");
    assert!(grants.revoke(b"t"));
    assert_eq!(code(&clients, &grants, "t"), "token.revoked");
    assert!(grants.remove(b"t"));
    assert_eq!(code(&clients, &grants, "t"), "token.unknown");
    assert!(!grants.remove(b"t"));
}

#[test]
fn expired_records_are_removed_at_their_expiry_and_not_before() {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_expiry(EXPIRY));
    let grants = InMemoryGrants::new();
    grants.add(Grant::new(b"t", "app", Lifetime::until(EXPIRY)));
    let at = |offset| UnixTime::from_millis(EXPIRY.as_millis() + offset);

    clients.remove_expired(at(-1));
    grants.remove_expired(at(-1));
    assert!(admits(&clients, "app"));
    assert_eq!(code(&clients, &grants, "t"), "admitted");

    grants.remove_expired(at(0));
    assert_eq!(code(&clients, &grants, "t"), "token.unknown");
    clients.remove_expired(at(0));
    assert!(!admits(&clients, "app"));
}

#[test]
fn json_loses_nothing_and_holds_no_credential() {
    let clients = InMemoryClients::new();
    clients.add(
        Client::new("b\u{0}\"ü")
            .with_access(Access::only(["orders", "invoices"]))
            .with_secret(b"hidden"),
    );
    clients.add(
        Client::new("a")
            .with_access(Access::Everything)
            .with_expiry(EXPIRY)
            .with_state(ClientState::Disabled),
    );
    let json = clients.to_json().unwrap();
    assert!(!json.contains("hidden"));
    assert!(json.contains("2027-01-15T08:00:00.123Z"));
    assert_eq!(InMemoryClients::from_json(&json).unwrap().to_json().unwrap(), json);

    let grants = InMemoryGrants::new();
    let lifetime = Lifetime::until(EXPIRY).starting(UnixTime::EPOCH);
    let grant = Grant::new(b"hidden", "a", lifetime)
        .with_access(Access::only(["orders"]))
        .with_scopes(Scopes::of(["read", "write"]))
        .revoked();
    grants.add(grant);
    let json = grants.to_json().unwrap();
    assert!(!json.contains("hidden"));
    assert_eq!(InMemoryGrants::from_json(&json).unwrap().to_json().unwrap(), json);
}

#[test]
fn a_record_says_nothing_by_default() {
    let digest = serde_json::to_string(&CredentialDigest::of(b"t")).unwrap();
    let json = format!(r#"[{{"token": {digest}, "client": "app", "lifetime": {{}}}}]"#);
    let grants = InMemoryGrants::from_json(&json).unwrap();
    let clients = InMemoryClients::from_json(r#"[{"id": "app"}]"#).unwrap();
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .with(AccessTokenValidation::new(grants, clients))
        .build()
        .unwrap();
    let request = PlainRequest::new("GET", "/").with_header("access_token", "t");
    assert_eq!(gate.check_now(&request).unwrap_err().reason().code(), "token.no_access");
}

#[test]
fn many_threads_may_change_and_ask_at_once() {
    let clients = InMemoryClients::new();
    thread::scope(|scope| {
        for number in 0..8 {
            let clients = clients.clone();
            scope.spawn(move || {
                let id = format!("client-{number}");
                for _ in 0..200 {
                    clients.add(Client::new(&id));
                    assert!(admits(&clients, &id));
                    assert!(clients.remove(&id));
                    assert!(!admits(&clients, &id));
                }
            });
        }
    });
    assert_eq!(clients.to_json().unwrap(), "[]");
}
