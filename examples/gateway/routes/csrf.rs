//! CSRF Validation, and the CSRF Generator in the answers to those who may ask for a page.

use std::error::Error;

use axum::Extension;
use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::get;
use tollgate::validate::{
    CsrfGenerator, Origins, SessionBinding, SigningSecrets, TimeTokenGenerator,
};
use tollgate::{
    Admission, Clock, CsrfValidation, Element, Gate, OriginCheck, PlainRequest, UnixTime,
};

use crate::clock::system_clock;
use crate::curl::{Curl, Route};
use crate::issuing::issuing;
use crate::records::{HALF_AN_HOUR, Records, altered, fresh, fresh_secrets};
use crate::routes::{RouteGroup, welcome};

const ROUTE: Route = Route { name: "csrf", path: "/csrf" };
const NAME: &str = "csrf_token";
const SESSION: &str = "session";
const PARTNER: &str = "https://partner.example";

pub(super) fn group(records: &Records) -> Result<RouteGroup, Box<dyn Error>> {
    let (secrets, element) = (fresh_secrets()?, Element::header(NAME)?);
    let session = SessionBinding::cookie(SESSION)?;
    let generator =
        CsrfGenerator::new(element.clone(), secrets.clone(), session.clone(), HALF_AN_HOUR)?;
    let lines = lines(records, &generator, secrets.clone())?;
    let check = OriginCheck::new().trusted(Origins::of([PARTNER])?);
    let validation = CsrfValidation::new(element, secrets, session)?.origin_check(check);
    let gate = Gate::builder(system_clock()).with(validation).build()?;
    let handlers = get(page).post(welcome).with_state(generator);
    Ok(RouteGroup::serving(handlers, ROUTE, gate, lines))
}

/// Brings a token for the session of the caller, to be sent back with what changes something.
async fn page(
    State(generator): State<CsrfGenerator>,
    Extension(admission): Extension<Admission>,
    parts: Parts,
) -> Response {
    let issued = generator.generate(&parts, &admission, system_clock().now());
    issuing(issued, "Welcome, here is your token.\n")
}

fn lines(
    records: &Records,
    generator: &CsrfGenerator,
    secrets: SigningSecrets,
) -> Result<Vec<Curl>, Box<dyn Error>> {
    let session = fresh("session")?;
    let token_of = |session: &str, now: UnixTime| {
        generator
            .generate_for_session(session.as_bytes(), now)
            .map(|issued| issued.token().to_owned())
    };
    let token = token_of(&session, records.now)?;
    let foreign = token_of(&fresh("session")?, records.now)?;
    let expired = token_of(&session, records.hour_ago())?;
    let time_token = TimeTokenGenerator::new(generator.element().clone(), secrets)?
        .generate(&PlainRequest::new("GET", ROUTE.path), records.now)?;

    let within = |line: Curl| line.cookies(format!("{SESSION}={session}"));
    let posts = |line: Curl, token: &str| within(line).post().header(NAME, token);
    let refuses = |case, code, token: &str| posts(ROUTE.refuses(case, code), token);
    let page = within(ROUTE.admits("page"));
    let mut lines = vec![
        page.clone(),
        within(ROUTE.admits("token of the page")).post().header_from(NAME, &page),
        posts(ROUTE.admits("generated"), &token),
        within(ROUTE.refuses("missing", "csrf.missing")).post(),
        within(ROUTE.refuses("missing under another method", "csrf.missing"))
            .header("X-HTTP-Method-Override", "DELETE"),
        within(ROUTE.refuses("empty", "credential.empty")).post().empty_header(NAME),
        ROUTE.refuses("no session", "csrf.session_missing").post().header(NAME, &token),
        refuses("of another session", "csrf.signature", &foreign),
        refuses("altered", "csrf.signature", &altered(&token)),
        refuses("expired", "csrf.expired", &expired),
        refuses("quoted", "csrf.malformed", &format!("\"{token}\"")),
        refuses("repeated", "credential.repeated", &token).header(NAME, &token),
        refuses("a time token", "csrf.signature", time_token.token()),
    ];
    lines.extend(origins(|line| posts(line, &token)));
    Ok(lines)
}

/// The right token each time, from elsewhere.
fn origins(posts: impl Fn(Curl) -> Curl) -> [Curl; 5] {
    let refuses = |case| posts(ROUTE.refuses(case, "csrf.foreign_origin"));
    [
        posts(ROUTE.admits("from a page of ours")).header("Sec-Fetch-Site", "same-origin"),
        posts(ROUTE.admits("from a trusted origin")).header("Origin", PARTNER),
        refuses("from a foreign origin").header("Origin", "https://evil.example"),
        refuses("from an origin that hides").header("Origin", "null"),
        refuses("from another site").header("Sec-Fetch-Site", "cross-site"),
    ]
}
