//! Client ID Validation.

use std::error::Error;

use tollgate::{ClientIdValidation, Gate};

use crate::clock::system_clock;
use crate::curl::{Curl, Route};
use crate::records::{ORDERS, Records, fresh};
use crate::routes::RouteGroup;

const ROUTE: Route = Route { name: "client id", path: "/client-id" };

pub(super) fn group(records: &Records) -> Result<RouteGroup, Box<dyn Error>> {
    let gate = Gate::builder(system_clock())
        .for_resource(ORDERS)
        .with(ClientIdValidation::new(records.clients.clone()))
        .build()?;
    Ok(RouteGroup::new(ROUTE, gate, lines(records)?))
}

fn lines(records: &Records) -> Result<Vec<Curl>, Box<dyn Error>> {
    let app = &records.app;
    let presents = |line: Curl, id: &str| line.header("client_id", id);
    let refuses = |case, code, id: &str| presents(ROUTE.refuses(case, code), id);
    Ok(vec![
        presents(ROUTE.admits("registered"), app),
        ROUTE.refuses("missing", "credential.missing"),
        ROUTE.refuses("empty", "credential.empty").empty_header("client_id"),
        refuses("unknown", "client.unknown", &fresh("stranger")?),
        refuses("disabled", "client.disabled", &records.disabled),
        refuses("revoked", "client.revoked", &records.revoked),
        refuses("expired", "client.expired", &records.expired),
        refuses("no access", "client.not_linked", &records.unlinked),
        refuses("quoted", "client.unknown", &format!("\"{app}\"")),
        presents(refuses("repeated", "credential.repeated", app), app),
    ])
}
