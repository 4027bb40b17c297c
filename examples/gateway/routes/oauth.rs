//! OAuth with opaque access tokens.

use std::error::Error;

use tollgate::record::{Access, Grant};
use tollgate::time::Lifetime;
use tollgate::{Gate, OAuthValidation};

use crate::clock::system_clock;
use crate::curl::{Curl, Route};
use crate::records::{ORDERS, Records, fresh};
use crate::routes::RouteGroup;

const ROUTE: Route = Route { name: "oauth", path: "/oauth" };

pub(super) fn group(records: &Records) -> Result<RouteGroup, Box<dyn Error>> {
    let validation = OAuthValidation::opaque(records.grants.clone(), records.clients.clone());
    let gate = Gate::builder(system_clock()).for_resource(ORDERS).with(validation).build()?;
    Ok(RouteGroup::new(ROUTE, gate, lines(records)?))
}

fn lines(records: &Records) -> Result<Vec<Curl>, Box<dyn Error>> {
    let app = &records.app;
    let elsewhere = |grant: Grant| grant.with_access(Access::only(["invoices"]));
    let over = Lifetime::until(records.hour_ago());
    let token = records.grant(app, |grant| grant)?;
    let foreign = records.grant(&records.other, |grant| grant)?;
    let expired = records.grant_within(over, app, |grant| grant)?;
    let revoked = records.grant(app, |grant| grant)?;
    records.grants.revoke(revoked.as_bytes());

    let presents = |line: Curl, id: &str, token: &str| {
        line.header("client_id", id).header("access_token", token)
    };
    let names = |case, code, id: &str| presents(ROUTE.refuses(case, code), id, &token);
    let brings = |case, code, token: &str| presents(ROUTE.refuses(case, code), app, token);
    Ok(vec![
        presents(ROUTE.admits("client id and access token"), app, &token),
        ROUTE.refuses("client id missing, and all else", "credential.missing"),
        ROUTE.refuses("client id missing", "credential.missing").header("access_token", &token),
        names("client id unknown", "client.unknown", &fresh("stranger")?),
        names("client id disabled", "client.disabled", &records.disabled),
        names("client id without access", "client.not_linked", &records.unlinked),
        ROUTE.refuses("access token missing", "credential.missing").header("client_id", app),
        brings("access token unknown", "token.unknown", &fresh("token")?),
        brings("access token expired", "token.expired", &expired),
        brings("access token revoked", "token.revoked", &revoked),
        brings("access token no access", "token.no_access", &records.grant(app, elsewhere)?),
        brings("access token of another client", "client.mismatch", &foreign),
    ])
}
