//! OAuth whose access token travels as RFC 6750 has it: `Authorization: Bearer`.

use std::error::Error;

use tollgate::{Element, Gate, OAuthValidation};

use crate::clock::system_clock;
use crate::curl::{Curl, Route};
use crate::records::{ORDERS, Records, fresh};
use crate::routes::RouteGroup;

const ROUTE: Route = Route { name: "oauth bearer", path: "/oauth-bearer" };

pub(super) fn group(records: &Records) -> Result<RouteGroup, Box<dyn Error>> {
    let validation = OAuthValidation::opaque(records.grants.clone(), records.clients.clone())
        .access_token_element(Element::bearer());
    let gate = Gate::builder(system_clock()).for_resource(ORDERS).with(validation).build()?;
    Ok(RouteGroup::new(ROUTE, gate, lines(records)?))
}

fn lines(records: &Records) -> Result<Vec<Curl>, Box<dyn Error>> {
    let token = records.grant(&records.app, |grant| grant)?;
    let named = |line: Curl| line.header("client_id", &records.app);
    let authorized = |line, value: &str| named(line).header("Authorization", value);
    let refuses = |case, code| ROUTE.refuses(case, code);
    let unknown = format!("Bearer {}", fresh("token")?);
    Ok(vec![
        authorized(ROUTE.admits("client id and access token"), &format!("Bearer {token}")),
        named(refuses("access token missing", "credential.missing")),
        named(refuses("access token in another header", "credential.missing"))
            .header("access_token", &token),
        authorized(refuses("access token without scheme", "credential.scheme"), &token),
        authorized(refuses("access token unknown", "token.unknown"), &unknown),
    ])
}
