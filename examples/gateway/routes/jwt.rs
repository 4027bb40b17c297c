//! JWT Validation.

use std::error::Error;

use serde_json::{Value, json};
use tollgate::jose::{Algorithm, KeySet, SigningKey, base64url_encode};
use tollgate::record::Scopes;
use tollgate::{Element, Gate, Issuer, JwtValidation};

use crate::clock::system_clock;
use crate::curl::{Curl, Route};
use crate::records::{ORDERS, Records};
use crate::routes::RouteGroup;

const ROUTE: Route = Route { name: "jwt", path: "/jwt" };
const ISSUER: &str = "https://issuer.example";
const AUDIENCE: &str = "https://api.example";
const KEY_ID: &str = "current";
const SCOPE: &str = "orders.read";

pub(super) fn group(records: &Records) -> Result<RouteGroup, Box<dyn Error>> {
    let key = SigningKey::generate_es256()?.with_id(KEY_ID);
    let keys = KeySet::of([key.verifying_key().clone()]);
    let issuer = Issuer::new(ISSUER, AUDIENCE, [Algorithm::Es256], keys)?;
    let validation = JwtValidation::new(Element::bearer(), issuer)
        .clients(records.clients.clone())
        .scopes(Scopes::of([SCOPE]));
    let gate = Gate::builder(system_clock()).for_resource(ORDERS).with(validation).build()?;
    Ok(RouteGroup::new(ROUTE, gate, lines(records, &key)?))
}

fn lines(records: &Records, key: &SigningKey) -> Result<Vec<Curl>, Box<dyn Error>> {
    let claims = json!({
        "iss": ISSUER,
        "aud": AUDIENCE,
        "exp": records.in_an_hour().as_seconds(),
        "client_id": records.app,
        "scope": SCOPE,
    });
    let mut lines = carried_and_signed(key, &claims)?;
    lines.extend(claiming_otherwise(records, key, &claims)?);
    Ok(lines)
}

/// The same claims each time.
fn carried_and_signed(key: &SigningKey, claims: &Value) -> Result<Vec<Curl>, Box<dyn Error>> {
    let claims = claims.to_string();
    let token = key.sign(claims.as_bytes())?;
    let forged = SigningKey::generate_es256()?.with_id(KEY_ID).sign(claims.as_bytes())?;
    let rotated = SigningKey::generate_es256()?.with_id("next").sign(claims.as_bytes())?;
    let header = base64url_encode(r#"{"alg": "none"}"#);
    let unsigned = format!("{header}.{}.", base64url_encode(&claims));
    let refuses = |case, code, token: &str| bearer(ROUTE.refuses(case, code), token);
    Ok(vec![
        bearer(ROUTE.admits("signed"), &token),
        ROUTE.refuses("missing", "credential.missing"),
        ROUTE.refuses("without scheme", "credential.scheme").header("Authorization", &token),
        refuses("wrong signature", "jwt.signature", &forged),
        refuses("unknown key", "jwt.key_unknown", &rotated),
        refuses("unsigned", "jwt.unsigned", &unsigned),
        refuses("malformed", "jwt.malformed", "not.a.token"),
        refuses("quoted", "credential.malformed", &format!("\"{token}\"")),
        bearer(refuses("repeated", "credential.repeated", &token), &token),
    ])
}

/// One claim is another, each time.
fn claiming_otherwise(
    records: &Records,
    key: &SigningKey,
    claims: &Value,
) -> Result<Vec<Curl>, Box<dyn Error>> {
    let refuses = |case, code, claim: &str, value: Value| {
        let mut claims = claims.clone();
        claims[claim] = value;
        let token = key.sign(claims.to_string().as_bytes());
        token.map(|token| bearer(ROUTE.refuses(case, code), &token))
    };
    let past = json!(records.hour_ago().as_seconds());
    let future = json!(records.in_an_hour().as_seconds());
    Ok(vec![
        refuses("wrong issuer", "jwt.issuer", "iss", json!("https://else.example"))?,
        refuses("wrong audience", "jwt.audience", "aud", json!("https://else.example"))?,
        refuses("expired", "jwt.expired", "exp", past)?,
        refuses("not yet valid", "jwt.not_yet_valid", "nbf", future)?,
        refuses("expiry of the wrong type", "claim.type", "exp", json!("tomorrow"))?,
        refuses("insufficient scope", "token.scope", "scope", json!("orders.write"))?,
        refuses("of a disabled client", "client.disabled", "client_id", json!(records.disabled))?,
        refuses("no access", "client.not_linked", "client_id", json!(records.unlinked))?,
    ])
}

fn bearer(line: Curl, token: &str) -> Curl {
    line.header("Authorization", format!("Bearer {token}"))
}
