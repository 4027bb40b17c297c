//! Access Token Validation.

use std::error::Error;

use tollgate::record::{Access, Grant, Scopes};
use tollgate::time::Lifetime;
use tollgate::{AccessTokenValidation, Gate};

use crate::clock::system_clock;
use crate::curl::{Curl, Route};
use crate::records::{ORDERS, Records, fresh};
use crate::routes::RouteGroup;

const ROUTE: Route = Route { name: "access token", path: "/access-token" };
const SCOPE: &str = "orders.read";

pub(super) fn group(records: &Records) -> Result<RouteGroup, Box<dyn Error>> {
    let validation = AccessTokenValidation::new(records.grants.clone(), records.clients.clone())
        .scopes(Scopes::of([SCOPE]));
    let gate = Gate::builder(system_clock()).for_resource(ORDERS).with(validation).build()?;
    Ok(RouteGroup::new(ROUTE, gate, lines(records)?))
}

fn lines(records: &Records) -> Result<Vec<Curl>, Box<dyn Error>> {
    let app = &records.app;
    let scoped = |grant: Grant| grant.with_scopes(Scopes::of([SCOPE]));
    let elsewhere = |grant| scoped(grant).with_access(Access::only(["invoices"]));
    let over = Lifetime::until(records.hour_ago());
    let later = Lifetime::unlimited().starting(records.in_an_hour());
    let token = records.grant(app, scoped)?;
    let expired = records.grant_within(over, app, scoped)?;
    let early = records.grant_within(later, app, scoped)?;
    let revoked = records.grant(app, scoped)?;
    records.grants.revoke(revoked.as_bytes());

    let presents = |line: Curl, token: &str| line.header("access_token", token);
    let refuses = |case, code, token: &str| presents(ROUTE.refuses(case, code), token);
    let refuses_of = |case, code, client: &str| {
        records.grant(client, scoped).map(|token| refuses(case, code, &token))
    };
    Ok(vec![
        presents(ROUTE.admits("granted"), &token),
        ROUTE.refuses("missing", "credential.missing"),
        ROUTE.refuses("empty", "credential.empty").empty_header("access_token"),
        refuses("unknown", "token.unknown", &fresh("token")?),
        refuses("expired", "token.expired", &expired),
        refuses("not yet valid", "token.not_yet_valid", &early),
        refuses("revoked", "token.revoked", &revoked),
        refuses("no access", "token.no_access", &records.grant(app, elsewhere)?),
        refuses("insufficient scope", "token.scope", &records.grant(app, |grant| grant)?),
        refuses_of("of a disabled client", "client.disabled", &records.disabled)?,
        refuses_of("of a removed client", "client.unknown", &fresh("removed")?)?,
        refuses_of("of a client without access", "client.not_linked", &records.unlinked)?,
        refuses("quoted", "token.unknown", &format!("\"{token}\"")),
        refuses("after a scheme", "token.unknown", &format!("Bearer {token}")),
        presents(refuses("repeated", "credential.repeated", &token), &token),
    ])
}
