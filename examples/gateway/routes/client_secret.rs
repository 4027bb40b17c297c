//! Client ID Secret Encoded.

use std::error::Error;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tollgate::record::{Access, ClientState};
use tollgate::store::InMemoryClients;
use tollgate::{ClientSecretValidation, Gate};

use crate::clock::system_clock;
use crate::curl::{Curl, Route};
use crate::records::{ORDERS, Records, fresh, linked_client};
use crate::routes::RouteGroup;

const ROUTE: Route = Route { name: "client secret", path: "/client-secret" };

pub(super) fn group(records: &Records) -> Result<RouteGroup, Box<dyn Error>> {
    let secret = fresh("secret")?;
    let gate = Gate::builder(system_clock())
        .for_resource(ORDERS)
        .with(ClientSecretValidation::new(clients(records, &secret)))
        .build()?;
    Ok(RouteGroup::new(ROUTE, gate, lines(records, &secret)?))
}

/// The clients of the other routes, but with a secret; one of them is still without.
fn clients(records: &Records, secret: &str) -> InMemoryClients {
    let clients = InMemoryClients::new();
    let with_secret = |id: &str| linked_client(id).with_secret(secret.as_bytes());
    clients.add(with_secret(&records.app));
    clients.add(linked_client(&records.other));
    clients.add(with_secret(&records.disabled).with_state(ClientState::Disabled));
    clients.add(with_secret(&records.expired).with_expiry(records.hour_ago()));
    clients.add(with_secret(&records.unlinked).with_access(Access::default()));
    clients
}

fn lines(records: &Records, secret: &str) -> Result<Vec<Curl>, Box<dyn Error>> {
    let app = &records.app;
    let encoded = STANDARD.encode(format!("{app}:{secret}"));
    let refuses = |case, code| ROUTE.refuses(case, code);
    Ok(vec![
        ROUTE.admits("right").basic(app, secret),
        refuses("missing", "credential.missing"),
        refuses("unknown client", "client.unknown").basic(&fresh("stranger")?, secret),
        refuses("wrong", "client.secret_wrong").basic(app, fresh("guess")?),
        refuses("quoted", "client.secret_wrong").basic(app, format!("\"{secret}\"")),
        refuses("of a client without one", "client.secret_absent").basic(&records.other, secret),
        refuses("of a disabled client", "client.disabled").basic(&records.disabled, secret),
        refuses("of an expired client", "client.expired").basic(&records.expired, secret),
        refuses("no access", "client.not_linked").basic(&records.unlinked, secret),
        refuses("not encoded", "credential.malformed")
            .header("Authorization", format!("Basic {app}:{secret}")),
        refuses("another scheme", "credential.scheme")
            .header("Authorization", format!("Bearer {encoded}")),
        refuses("repeated", "credential.repeated")
            .header("Authorization", format!("Basic {encoded}"))
            .header("Authorization", format!("Basic {encoded}")),
    ])
}
