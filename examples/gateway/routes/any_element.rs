//! Access Token Validation of an element that the user named, wherever it travels.

use std::error::Error;

use tollgate::{AccessTokenValidation, Element, Gate};

use crate::clock::system_clock;
use crate::curl::{Curl, Route};
use crate::records::{ORDERS, Records};
use crate::routes::RouteGroup;

const ROUTE: Route = Route { name: "any element", path: "/any-element" };
const NAME: &str = "partner_token";

pub(super) fn group(records: &Records) -> Result<RouteGroup, Box<dyn Error>> {
    let validation = AccessTokenValidation::new(records.grants.clone(), records.clients.clone())
        .element(Element::any(NAME)?);
    let gate = Gate::builder(system_clock()).for_resource(ORDERS).with(validation).build()?;
    Ok(RouteGroup::new(ROUTE, gate, lines(records)?))
}

fn lines(records: &Records) -> Result<Vec<Curl>, Box<dyn Error>> {
    let token = records.grant(&records.app, |grant| grant)?;
    let cookie = format!("{NAME}={token}");
    Ok(vec![
        ROUTE.admits("header").header(NAME, &token),
        ROUTE.admits("cookie").cookies(format!("theme=dark; {cookie}")),
        ROUTE.admits("query parameter").query("page", 2).query(NAME, &token),
        ROUTE.refuses("missing", "credential.missing"),
        ROUTE.refuses("quoted cookie", "token.unknown").cookies(format!("{NAME}=\"{token}\"")),
        ROUTE
            .refuses("query parameter with a line break", "credential.malformed")
            .query(NAME, format!("{token}%0A")),
        ROUTE
            .refuses("repeated cookie", "credential.repeated")
            .cookies(format!("{cookie}; {cookie}")),
        ROUTE
            .refuses("header and query parameter", "credential.repeated")
            .header(NAME, &token)
            .query(NAME, &token),
    ])
}
