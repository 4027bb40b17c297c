//! OAuth whose access tokens are JWTs.

use std::error::Error;

use serde_json::{Value, json};
use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::{Gate, Issuer, OAuthValidation};

use crate::clock::system_clock;
use crate::curl::{Curl, Route};
use crate::records::{ORDERS, Records, fresh};
use crate::routes::RouteGroup;

const ROUTE: Route = Route { name: "oauth jwt", path: "/oauth-jwt" };
const ISSUER: &str = "https://issuer.example";
const AUDIENCE: &str = "https://api.example";

pub(super) fn group(records: &Records) -> Result<RouteGroup, Box<dyn Error>> {
    let key = SigningKey::generate_es256()?;
    let keys = KeySet::of([key.verifying_key().clone()]);
    let issuer = Issuer::new(ISSUER, AUDIENCE, [Algorithm::Es256], keys)?;
    let validation = OAuthValidation::jwt(issuer, records.clients.clone());
    let gate = Gate::builder(system_clock()).for_resource(ORDERS).with(validation).build()?;
    Ok(RouteGroup::new(ROUTE, gate, lines(records, &key)?))
}

fn lines(records: &Records, key: &SigningKey) -> Result<Vec<Curl>, Box<dyn Error>> {
    let app = &records.app;
    let claims = json!({
        "iss": ISSUER,
        "aud": AUDIENCE,
        "exp": records.in_an_hour().as_seconds(),
        "client_id": app,
    });
    let token = key.sign_claims(&claims)?;
    let forged = SigningKey::generate_es256()?.sign_claims(&claims)?;
    let presents = |line: Curl, id: &str, token: &str| {
        line.header("client_id", id).header("access_token", token)
    };
    let brings = |case, code, token: &str| presents(ROUTE.refuses(case, code), app, token);
    let claiming = |case, code, claim: &str, value: Value| {
        let mut claims = claims.clone();
        claims[claim] = value;
        key.sign_claims(&claims).map(|token| brings(case, code, &token))
    };
    let unknown =
        presents(ROUTE.refuses("client id unknown", "client.unknown"), &fresh("stranger")?, &token);
    let elsewhere = json!("https://else.example");
    let past = json!(records.hour_ago().as_seconds());
    Ok(vec![
        presents(ROUTE.admits("client id and access token"), app, &token),
        ROUTE.refuses("client id missing", "credential.missing").header("access_token", &token),
        unknown,
        ROUTE.refuses("access token missing", "credential.missing").header("client_id", app),
        brings("access token malformed", "jwt.malformed", "not.a.token"),
        brings("access token forged", "jwt.signature", &forged),
        claiming("access token expired", "jwt.expired", "exp", past)?,
        claiming("access token for elsewhere", "jwt.audience", "aud", elsewhere)?,
        claiming(
            "access token of another client",
            "client.mismatch",
            "client_id",
            json!(records.other),
        )?,
    ])
}
