//! Time Token Validation whose tokens work once.

use std::error::Error;

use axum::routing::get;
use tollgate::interceptor::Immediate;
use tollgate::store::InMemoryReplays;
use tollgate::validate::{SigningSecrets, TimeTokenGenerator};
use tollgate::{Clock, ConfigError, Element, Gate, PlainRequest, TimeTokenValidation};

use crate::clock::system_clock;
use crate::curl::{Curl, Route};
use crate::records::{HALF_AN_HOUR, Records, fresh_secrets};
use crate::routes::{RouteGroup, time_token};

const ROUTE: Route = Route { name: "time token once", path: "/time-token-once" };
const PAGE: Route = Route { name: "time token once page", path: "/time-token-once-page" };
const NAME: &str = "time_token";
/// How many tokens may be used while they live.
const ROOM: u32 = 10_000;

pub(super) fn group(records: &Records) -> Result<RouteGroup, Box<dyn Error>> {
    let (secrets, element) = (fresh_secrets()?, Element::header(NAME)?);
    let generator =
        TimeTokenGenerator::new(element.clone(), secrets.clone())?.time_to_live(HALF_AN_HOUR)?;
    let gate = gate(element, secrets, InMemoryReplays::new(ROOM)?)?;
    let lines = lines(records, &generator)?;
    let handlers = get(time_token::page).with_state(generator);
    Ok(RouteGroup::new(ROUTE, gate, lines).with_open(PAGE, handlers))
}

/// A gate that replaces another one must get a clone of its store, or used tokens work again.
fn gate(
    element: Element,
    secrets: SigningSecrets,
    used: InMemoryReplays,
) -> Result<Gate<impl Clock + 'static, impl Immediate + 'static>, ConfigError> {
    let validation =
        TimeTokenValidation::new(element, secrets)?.time_to_live(HALF_AN_HOUR)?.single_use(used);
    Gate::builder(system_clock()).with(validation).build()
}

fn lines(records: &Records, generator: &TimeTokenGenerator) -> Result<Vec<Curl>, Box<dyn Error>> {
    let issued = generator.generate(&PlainRequest::new("GET", PAGE.path), records.now)?;
    let presents = |line: Curl| line.header(NAME, issued.token());
    let page = PAGE.admits("page");
    Ok(vec![
        page.clone(),
        ROUTE.admits("token of the page").header_from(NAME, &page),
        presents(ROUTE.refuses("used before", "time_token.used"))
            .after(&presents(ROUTE.admits("used once"))),
    ])
}
