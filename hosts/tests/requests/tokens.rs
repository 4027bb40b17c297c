//! Access tokens, JWTs, OAuth and the combined chain.

use serde_json::{Value, json};
use tollgate::UnixTime;
use tollgate::jose::{SigningKey, base64url_encode};
use tollgate_hosts::demo::Credentials;

use crate::support::process::NOW;
use crate::support::sent::Sent;

pub fn all() -> Vec<Sent> {
    let credentials = Credentials::new().unwrap();
    [opaque(), carried(), issued(&credentials), claimed(&credentials), oauth(&credentials)].concat()
}

fn opaque() -> Vec<Sent> {
    let bare = || Sent::get("/access-token");
    let with = |token: &str| bare().with("access_token", token);
    vec![
        with("token-of-app"),
        with("token-of-other").welcome("other"),
        bare().refused("credential.missing"),
        with("token-of-nobody").refused("token.unknown"),
        with("Bearer token-of-app").refused("token.unknown"),
        with("token-expired").refused("token.expired"),
        with("token-early").refused("token.not_yet_valid"),
        with("token-revoked").refused("token.revoked"),
        with("token-elsewhere").refused("token.no_access"),
        with("token-without-scope").refused("token.scope"),
        with("token-of-disabled").refused("client.disabled"),
        with(&"t".repeat(8 * 1024)).refused("token.unknown"),
        with(&"t".repeat(8 * 1024 + 1)).refused("credential.too_large"),
    ]
}

fn carried() -> Vec<Sent> {
    let bearer = |value: &str| Sent::get("/access-token-bearer").with("authorization", value);
    let cookie = |value: &str| Sent::get("/access-token-cookie").with("cookie", value);
    vec![
        bearer("Bearer token-of-app"),
        bearer("bearer   token-of-app"),
        bearer("token-of-app").refused("credential.scheme"),
        bearer("Bearer\ttoken-of-app").refused("credential.scheme"),
        bearer("Bearer \"token-of-app\"").refused("credential.malformed"),
        bearer("Bearer token-of-app")
            .with("authorization", "Bearer token-of-app")
            .refused("credential.repeated"),
        cookie("theme=dark; access_token=token-of-app"),
        cookie("access_token=token-expired").refused("token.expired"),
        cookie("theme=dark").with("access_token", "token-of-app").refused("credential.missing"),
    ]
}

fn jwt(token: &str) -> Sent {
    Sent::get("/jwt").with("authorization", format!("Bearer {token}"))
}

fn issued(credentials: &Credentials) -> Vec<Sent> {
    let claims = Credentials::claims(UnixTime::from_seconds(NOW));
    let by = |key: &SigningKey| key.sign_claims(&claims).unwrap();
    let none = base64url_encode(r#"{"alg":"none"}"#);
    let unsigned = format!("{none}.{}.", base64url_encode(claims.to_string()));
    let token = by(&credentials.es256);
    vec![
        jwt(&token),
        jwt(&token),
        jwt(&by(&credentials.rs256)),
        jwt(&by(&credentials.unknown)).refused("jwt.signature"),
        jwt(&unsigned).refused("jwt.unsigned"),
        jwt("not.a.token").refused("jwt.malformed"),
        Sent::get("/oauth-jwt").with("client_id", "app").with("access_token", &token),
        Sent::get("/oauth-jwt")
            .with("client_id", "other")
            .with("access_token", &token)
            .refused("client.mismatch"),
    ]
}

fn claimed(credentials: &Credentials) -> Vec<Sent> {
    let with = |claim: &str, value: Value| {
        let mut claims = Credentials::claims(UnixTime::from_seconds(NOW));
        claims[claim] = value;
        jwt(&credentials.es256.sign_claims(&claims).unwrap())
    };
    vec![
        with("client_id", json!("other")).welcome("other"),
        with("client_id", json!("unlinked")).refused("client.not_linked"),
        with("exp", json!(NOW - 3600)).refused("jwt.expired"),
        with("nbf", json!(NOW + 3600)).refused("jwt.not_yet_valid"),
        with("iss", json!("https://else.example")).refused("jwt.issuer"),
        with("aud", json!("https://else.example")).refused("jwt.audience"),
        with("scope", json!("orders.write")).refused("token.scope"),
        with("exp", json!("tomorrow")).refused("claim.type"),
    ]
}

fn oauth(credentials: &Credentials) -> Vec<Sent> {
    let now = UnixTime::from_seconds(NOW);
    let both = |path: &str, id: &str, token: &str| {
        Sent::get(path).with("client_id", id).with("access_token", token)
    };
    let proxy = |token: &str| Sent::get("/proxy").with("authorization-token", token);
    let there = credentials.proxy_token("intranet.example:443", now).unwrap();
    let hour_ago = UnixTime::from_seconds(NOW - 3600);
    let old = credentials.proxy_token("intranet.example:443", hour_ago).unwrap();
    vec![
        both("/oauth", "app", "token-of-app"),
        both("/oauth", "app", "token-of-other").refused("client.mismatch"),
        both("/oauth", "", "token-of-app").refused("credential.empty"),
        both("/combined", "app", "token-of-app"),
        both("/combined", "app", "token-of-other").refused("client.mismatch"),
        both("/combined", "stranger", "token-of-app").refused("client.unknown"),
        Sent::get("/combined").with("client_id", "app").refused("credential.missing"),
        proxy(&there).to("intranet.example:443").welcome("whoever you are"),
        proxy(&there).to("intranet.example:80").refused_with(407, "proxy.destination"),
        proxy(&old).to("intranet.example:443").refused_with(407, "proxy.token_expired"),
        proxy("a.b.c").to("intranet.example:443").refused_with(407, "jwt.malformed"),
        Sent::get("/proxy").to("intranet.example:443").refused_with(407, "credential.missing"),
        proxy(&there).refused_with(407, "proxy.destination_malformed"),
        Sent::get("http://intranet.example:443/proxy")
            .with("authorization-token", &there)
            .welcome("whoever you are")
            .only_http1(),
    ]
}
