//! Clients and grants, each in a state that it can be in.

use std::sync::Arc;
use std::time::Duration;

use tollgate::UnixTime;
use tollgate::crypto::PublicKey;
use tollgate::record::{Access, Client, ClientState, Grant, Scopes};
use tollgate::store::{
    ClientStore, ImmediateStore, InMemoryClients, InMemoryGrants, StoreUnavailable,
};
use tollgate::time::Lifetime;

use crate::demo::credentials::{SCOPE, SECRET};

/// What the gates guard.
pub const ORDERS: &str = "orders";

const HOUR: Duration = Duration::from_secs(60 * 60);

/// What is registered with every host. The clients are `app` and `other`, and `disabled`, `revoked`, `expired`
/// and `unlinked` by their state; the tokens are `token-of-CLIENT` of the first three, and `token-expired`,
/// `token-early`, `token-revoked`, `token-elsewhere` and `token-without-scope` of `app`.
#[derive(Clone, Debug)]
pub struct Records {
    /// The clients.
    pub clients: InMemoryClients,
    /// What was granted to them.
    pub grants: InMemoryGrants,
}

impl Records {
    /// Makes them anew; what has expired did so an hour before `now`. `app` signs with `key`.
    pub fn at(now: UnixTime, key: PublicKey) -> Self {
        Self { clients: clients(now, key), grants: grants(now) }
    }
}

fn clients(now: UnixTime, key: PublicKey) -> InMemoryClients {
    let linked = |id| Client::new(id).with_access(Access::only([ORDERS]));
    let clients = InMemoryClients::new();
    for client in [
        linked("app").with_secret(SECRET.as_bytes()).with_public_key(key),
        linked("other"),
        linked("disabled").with_state(ClientState::Disabled),
        linked("revoked").with_state(ClientState::Revoked),
        linked("expired").with_expiry(now.saturating_sub(HOUR)),
        Client::new("unlinked"),
    ] {
        clients.add(client);
    }
    clients
}

fn grants(now: UnixTime) -> InMemoryGrants {
    let lasting = Lifetime::until(now.saturating_add(24 * HOUR));
    let over = Lifetime::until(now.saturating_sub(HOUR));
    let early = Lifetime::unlimited().starting(now.saturating_add(HOUR));
    let of = |client, token: &str, lifetime| {
        let grant = Grant::new(token.as_bytes(), client, lifetime);
        grant.with_access(Access::only([ORDERS])).with_scopes(Scopes::of([SCOPE]))
    };
    let grants = InMemoryGrants::new();
    for grant in [
        of("app", "token-of-app", lasting),
        of("other", "token-of-other", lasting),
        of("disabled", "token-of-disabled", lasting),
        of("app", "token-expired", over),
        of("app", "token-early", early),
        of("app", "token-revoked", lasting).revoked(),
        of("app", "token-elsewhere", lasting).with_access(Access::only(["invoices"])),
        of("app", "token-without-scope", lasting).with_scopes(Scopes::default()),
    ] {
        grants.add(grant);
    }
    grants
}

/// The store of a host whose database is away. It says so at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct OutOfReach;

impl ClientStore for OutOfReach {
    async fn find(&self, _: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        Err(StoreUnavailable("the client database is out of reach".into()))
    }
}

impl ImmediateStore for OutOfReach {}
