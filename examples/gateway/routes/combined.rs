//! Two interceptors in order: the client names itself, and its token must be its own.

use std::error::Error;

use tollgate::{AccessTokenValidation, ClientIdValidation, Gate};

use crate::clock::system_clock;
use crate::curl::{Curl, Route};
use crate::records::{ORDERS, Records, fresh};
use crate::routes::RouteGroup;

const ROUTE: Route = Route { name: "combined", path: "/combined" };

pub(super) fn group(records: &Records) -> Result<RouteGroup, Box<dyn Error>> {
    let (clients, grants) = (records.clients.clone(), records.grants.clone());
    let gate = Gate::builder(system_clock())
        .for_resource(ORDERS)
        .with(ClientIdValidation::new(clients.clone()))
        .with(AccessTokenValidation::new(grants, clients))
        .build()?;
    Ok(RouteGroup::new(ROUTE, gate, lines(records)?))
}

fn lines(records: &Records) -> Result<Vec<Curl>, Box<dyn Error>> {
    let app = &records.app;
    let token = records.grant(app, |grant| grant)?;
    let foreign = records.grant(&records.other, |grant| grant)?;
    let presents = |line: Curl, id: &str, token: &str| {
        line.header("client_id", id).header("access_token", token)
    };
    let refuses =
        |case, code, id: &str, token: &str| presents(ROUTE.refuses(case, code), id, token);
    Ok(vec![
        presents(ROUTE.admits("client id and access token"), app, &token),
        ROUTE.refuses("client id missing", "credential.missing").header("access_token", &token),
        refuses("client id unknown", "client.unknown", &fresh("stranger")?, &token),
        ROUTE.refuses("access token missing", "credential.missing").header("client_id", app),
        refuses("access token unknown", "token.unknown", app, &fresh("token")?),
        refuses("access token of another client", "client.mismatch", app, &foreign),
    ])
}
