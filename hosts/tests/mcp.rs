//! What a client of the MCP server sees, from its first request to the tool.

mod support;

use serde_json::{Value, json};
use tollgate::UnixTime;
use tollgate_hosts::demo::{Credentials, FOREIGN_ORIGIN};

use crate::support::answer::{Answer, ask};
use crate::support::process::{Host, NOW};
use crate::support::sent::Sent;

/// A token for this server, with this scope.
fn token(host: &Host, scope: &str) -> String {
    let mut claims = Credentials::claims(UnixTime::from_seconds(NOW));
    claims["aud"] = json!(format!("http://{}/mcp", host.address));
    claims["scope"] = json!(scope);
    Credentials::new().unwrap().es256.sign_claims(&claims).unwrap()
}

fn call(method: &str, params: &Value) -> Sent {
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    Sent::post("/mcp").with("content-type", "application/json").body(message.to_string())
}

fn with_token(sent: Sent, token: &str) -> Vec<u8> {
    sent.with("authorization", format!("Bearer {token}")).to_http1()
}

fn challenge(answer: &Answer) -> &str {
    let line = answer.headers.iter().find(|(name, _)| name == "www-authenticate");
    line.map_or("", |(_, value)| value)
}

#[test]
fn a_client_without_a_token_is_led_to_the_authorization_server() {
    let host = Host::start(env!("CARGO_BIN_EXE_mcp"));
    let refused = ask(host.address, &call("initialize", &json!({})).to_http1());
    assert_eq!(refused.status, 401);
    let place = format!("http://{}/.well-known/oauth-protected-resource/mcp", host.address);
    assert!(challenge(&refused).contains(&format!("resource_metadata=\"{place}\"")), "{refused:?}");

    let target = place.strip_prefix(&format!("http://{}", host.address)).unwrap();
    let document = ask(host.address, &Sent::get(target).to_http1());
    let document: Value = serde_json::from_str(&document.body).unwrap();
    assert_eq!(document["resource"], format!("http://{}/mcp", host.address));
    assert_eq!(document["authorization_servers"], json!(["https://issuer.example"]));
}

#[test]
fn a_token_opens_the_server_and_its_scope_the_tool() {
    let host = Host::start(env!("CARGO_BIN_EXE_mcp"));
    let (scoped, bare) = (token(&host, "orders.read"), token(&host, "email"));
    let greet = || call("tools/call", &json!({ "name": "greet", "arguments": {} }));
    let result = |sent, token: &str| {
        let answer = ask(host.address, &with_token(sent, token));
        assert_eq!(answer.status, 200, "{answer:?}");
        serde_json::from_str::<Value>(&answer.body).unwrap()
    };
    let begun = result(call("initialize", &json!({})), &bare);
    assert_eq!(begun["result"]["serverInfo"]["name"], "tollgate-hosts");
    assert_eq!(
        result(call("tools/list", &json!({})), &bare)["result"]["tools"][0]["name"],
        "greet"
    );
    let greeting = result(greet(), &scoped);
    assert_eq!(greeting["result"]["content"][0]["text"], "Welcome, whoever you are.");
    let other = call("tools/call", &json!({ "name": "delete" }));
    assert_eq!(result(other, &scoped)["error"]["code"], -32601);

    let refused = ask(host.address, &with_token(greet(), &bare));
    assert_eq!(refused.status, 403);
    assert!(challenge(&refused).contains("error=\"insufficient_scope\""), "{refused:?}");
    assert!(challenge(&refused).contains("scope=\"orders.read\""), "{refused:?}");
    assert!(host.stop().is_empty(), "the guard has no observer");
}

#[test]
fn a_token_for_another_server_and_a_foreign_page_are_refused() {
    let host = Host::start(env!("CARGO_BIN_EXE_mcp"));
    let claims = Credentials::claims(UnixTime::from_seconds(NOW));
    let elsewhere = Credentials::new().unwrap().es256.sign_claims(&claims).unwrap();
    let refused = ask(host.address, &with_token(call("initialize", &json!({})), &elsewhere));
    assert_eq!(refused.status, 401);

    let page = call("initialize", &json!({})).with("origin", FOREIGN_ORIGIN);
    let refused = ask(host.address, &with_token(page, &token(&host, "orders.read")));
    assert_eq!(refused.status, 403);
}
