//! Client ids and client secrets.

use tollgate_hosts::demo::SECRET;

use crate::support::sent::Sent;

pub fn all() -> Vec<Sent> {
    [ids(), places(), secrets()].concat()
}

fn ids() -> Vec<Sent> {
    let bare = || Sent::get("/client-id");
    let named = |id: &str| bare().with("client_id", id);
    vec![
        named("app"),
        named("other").welcome("other"),
        bare().with("Client_ID", "app"),
        named(" \t app \t").only_http1(),
        bare().refused("credential.missing"),
        bare().with("client-id", "app").refused("credential.missing"),
        named("").refused("credential.empty"),
        named("stranger").refused("client.unknown"),
        named("APP").refused("client.unknown"),
        named("\"app\"").refused("client.unknown"),
        named("a\tpp").refused("client.unknown"),
        named("app, app").refused("client.unknown"),
        named("disabled").refused("client.disabled"),
        named("revoked").refused("client.revoked"),
        named("expired").refused("client.expired"),
        named("unlinked").refused("client.not_linked"),
        named("app").with("client_id", "app").refused("credential.repeated"),
        named("app").with("CLIENT_ID", "other").refused("credential.repeated"),
        Sent::get("/unavailable").with("client_id", "app").refused_with(503, "service.unavailable"),
        Sent::get("/nowhere").with("client_id", "app").no_gate(),
    ]
}

fn places() -> Vec<Sent> {
    let at = |query: &str| Sent::get(format!("/client-id-anywhere{query}"));
    let cookie = |cookies: &str| at("").with("cookie", cookies);
    vec![
        at("").with("client_id", "app"),
        at("?page=2&client_id=app"),
        at("?client_id=%61%70p"),
        cookie("client_id=app"),
        cookie("theme=dark; client_id=app; lang=en"),
        cookie("theme=dark").with("cookie", "client_id=app"),
        cookie("a=; =; ;; client_id=app"),
        at("?client_id=").refused("credential.empty"),
        at("?client_id=app%0A").refused("client.unknown"),
        at("?client_id=a+pp").refused("client.unknown"),
        cookie("client_id=\"app\"").refused("client.unknown"),
        cookie("Client_Id=app").refused("credential.missing"),
        cookie("client_id=app; client_id=app").refused("credential.repeated"),
        cookie("client_id=app").with("cookie", "client_id=other").refused("credential.repeated"),
        cookie("client_id=app").with("client_id", "app").refused("credential.repeated"),
        at("?client_id=app&client_id=app").refused("credential.repeated"),
        at("?client_id=app").with("client_id", "app").refused("credential.repeated"),
    ]
}

fn secrets() -> Vec<Sent> {
    // `app:` and the secret, the secret of another spelling, and no colon.
    let right = "YXBwOnRoZS1zZWNyZXQtb2YtYXBw";
    assert_eq!(SECRET, "the-secret-of-app");
    let bare = || Sent::get("/client-secret");
    let basic = |encoded: &str| bare().with("authorization", format!("Basic {encoded}"));
    vec![
        basic(right),
        basic("YXBwOlRoZS1zZWNyZXQtb2YtYXBw").refused("client.secret_wrong"),
        basic("YXBw").refused("credential.malformed"),
        basic("app:the-secret-of-app").refused("credential.malformed"),
        bare().refused("credential.missing"),
        bare().with("authorization", format!("Bearer {right}")).refused("credential.scheme"),
        basic(right).with("Authorization", format!("Basic {right}")).refused("credential.repeated"),
    ]
}
