//! Time Token Validation, and the Time Token Generator in the answer of another route.

use std::error::Error;

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::get;
use tollgate::validate::{
    CsrfGenerator, RequestValue, SessionBinding, SigningSecrets, TimeTokenGenerator,
};
use tollgate::{Clock, Element, Gate, PlainRequest, TimeTokenValidation, UnixTime};

use crate::clock::system_clock;
use crate::curl::{Curl, Route};
use crate::issuing::issuing;
use crate::records::{HALF_AN_HOUR, Records, altered, fresh_secrets};
use crate::routes::RouteGroup;

const ROUTE: Route = Route { name: "time token", path: "/time-token" };
const PAGE: Route = Route { name: "time token page", path: "/time-token-page" };
const NAME: &str = "time_token";
/// What is mixed in: a token works on the device that it was issued to.
const DEVICE: &str = "device";

pub(super) fn group(records: &Records) -> Result<RouteGroup, Box<dyn Error>> {
    let (secrets, element) = (fresh_secrets()?, Element::header(NAME)?);
    let device = RequestValue::element(Element::header(DEVICE)?);
    let generator = TimeTokenGenerator::new(element.clone(), secrets.clone())?
        .time_to_live(HALF_AN_HOUR)?
        .mixing(device.clone());
    let lines = lines(records, &generator, secrets.clone())?;
    let validation =
        TimeTokenValidation::new(element, secrets)?.time_to_live(HALF_AN_HOUR)?.mixing(device);
    let gate = Gate::builder(system_clock()).with(validation).build()?;
    let handlers = get(page).with_state(generator);
    Ok(RouteGroup::new(ROUTE, gate, lines).with_open(PAGE, handlers))
}

/// Brings a token, to be sent back soon.
pub(super) async fn page(State(generator): State<TimeTokenGenerator>, parts: Parts) -> Response {
    let issued = generator.generate(&parts, system_clock().now());
    issuing(issued, "Welcome, here is your token.\n")
}

fn lines(
    records: &Records,
    generator: &TimeTokenGenerator,
    secrets: SigningSecrets,
) -> Result<Vec<Curl>, Box<dyn Error>> {
    let device = |name: &str| PlainRequest::new("GET", PAGE.path).with_header(DEVICE, name);
    let token_at = |now: UnixTime| {
        generator.generate(&device("phone"), now).map(|issued| issued.token().to_owned())
    };
    let token = token_at(records.now)?;
    let foreign = generator.generate(&device("tablet"), records.now)?;
    let csrf_token = csrf_token(records, secrets)?;

    let on_phone = |line: Curl| line.header(DEVICE, "phone");
    let presents = |line: Curl, token: &str| on_phone(line).header(NAME, token);
    let refuses = |case, code, token: &str| presents(ROUTE.refuses(case, code), token);
    let page = on_phone(PAGE.admits("page"));
    Ok(vec![
        page.clone(),
        on_phone(ROUTE.admits("token of the page")).header_from(NAME, &page),
        presents(ROUTE.admits("generated"), &token),
        on_phone(ROUTE.refuses("missing", "credential.missing")),
        on_phone(ROUTE.refuses("empty", "credential.empty")).empty_header(NAME),
        refuses("altered", "time_token.signature", &altered(&token)),
        refuses("quoted", "time_token.malformed", &format!("\"{token}\"")),
        refuses("expired", "time_token.expired", &token_at(records.hour_ago())?),
        refuses(
            "of another clock",
            "time_token.issued_in_future",
            &token_at(records.in_an_hour())?,
        ),
        refuses("of another device", "time_token.signature", foreign.token()),
        ROUTE.refuses("without a device", "time_token.value_missing").header(NAME, &token),
        refuses("a CSRF token", "time_token.signature", &csrf_token),
        refuses("repeated", "credential.repeated", &token).header(NAME, &token),
    ])
}

/// A CSRF token under the same secrets and the same name.
fn csrf_token(records: &Records, secrets: SigningSecrets) -> Result<String, Box<dyn Error>> {
    let (element, session) = (Element::header(NAME)?, SessionBinding::cookie("session")?);
    let generator = CsrfGenerator::new(element, secrets, session, HALF_AN_HOUR)?;
    Ok(generator.generate_for_session(b"phone", records.now)?.token().to_owned())
}
