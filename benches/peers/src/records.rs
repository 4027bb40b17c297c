//! Clients and grants, and a gate of one validator that looks them up.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use tollgate::interceptor::Immediate;
use tollgate::record::{Access, Client, Grant};
use tollgate::store::{InMemoryClients, InMemoryGrants};
use tollgate::time::Lifetime;
use tollgate::{Gate, ManualClock, UnixTime};

use crate::tokens::NOW;

pub const RESOURCE: &str = "orders";
/// So many that no two threads ask for the record of one client all the time.
pub const CLIENTS: usize = 1000;
/// How many records are asked for in turn where memory is not what is measured.
pub const IN_TURN: usize = 64;

/// A gate of one validator.
pub fn gate<I: Immediate>(validator: I) -> Gate<ManualClock, I> {
    Gate::builder(ManualClock::at(NOW))
        .for_resource(RESOURCE)
        .with(validator)
        .build()
        .expect("builds")
}

pub fn client_id(number: usize) -> String {
    format!("client-{number}")
}

/// 43 characters, as servers make them of 256 random bits.
pub fn access_token(number: usize) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, &number.to_be_bytes()))
}

pub fn client(id: &str) -> Client {
    Client::new(id).with_access(Access::only([RESOURCE]))
}

pub fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    for number in 0..CLIENTS {
        clients.add(client(&client_id(number)));
    }
    clients
}

/// Grants of all clients in turn.
pub fn grants(count: usize) -> InMemoryGrants {
    let grants = InMemoryGrants::new();
    let lifetime = Lifetime::until(UnixTime::from_millis(NOW.as_millis() + 60_000));
    for number in 0..count {
        let (token, client) = (access_token(number), client_id(number % CLIENTS));
        let grant = Grant::new(token.as_bytes(), &client, lifetime);
        grants.add(grant.with_access(Access::Everything));
    }
    grants
}
