//! Proofs as RFC 9449 prints them, at a gate whose tokens an authorization server answers for.
//!
//! `TOLLGATE_VECTORS` names the folder that holds `token-binding-rfc`.

#[path = "support/authorization_server.rs"]
#[allow(dead_code)]
mod authorization_server;

use std::path::PathBuf;

use authorization_server::{Answer, AuthorizationServer, Loopback};
use serde_json::Value;
use tollgate::record::{Access, Client};
use tollgate::remote::{ClientAuthentication, Introspection};
use tollgate::store::{InMemoryClients, InMemoryReplays};
use tollgate::transport::ServerUrl;
use tollgate::validate::{DpopProofs, OwnUrl};
use tollgate::{AccessTokenValidation, Element, Gate, ManualClock, PlainRequest, Secret, UnixTime};

fn vectors() -> Value {
    let folder = std::env::var_os("TOLLGATE_VECTORS").expect("TOLLGATE_VECTORS must name a folder");
    let path = PathBuf::from(folder).join("token-binding-rfc/rfc9449_dpop.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("the vectors")).expect("JSON")
}

/// What becomes of the request of a row, `after` seconds from the making of its proof.
async fn judged(
    server: &AuthorizationServer,
    row: &Value,
    token: &str,
    after: i64,
) -> &'static str {
    let endpoint = ServerUrl::insecure_http(&server.url("/introspect")).unwrap();
    let client = ClientAuthentication::secret_basic("api", Secret::new("s"));
    let source =
        Introspection::new(endpoint, "https://server.example.com", "api", client, Loopback);
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything));
    let (origin, path) = row["url"].as_str().unwrap().rsplit_once('/').unwrap();
    let url = OwnUrl::external(origin).unwrap();
    let validation = AccessTokenValidation::new(source.unwrap(), clients)
        .element(Element::bearer())
        .dpop(DpopProofs::new(url, InMemoryReplays::new(1).unwrap()));
    let now = UnixTime::from_seconds(row["iat"].as_i64().unwrap() + after);
    let gate = Gate::builder(ManualClock::at(now)).for_resource("any").with(validation);
    let request = PlainRequest::new(row["method"].as_str().unwrap(), format!("/{path}"))
        .with_header("authorization", format!("DPoP {token}"))
        .with_header("dpop", row["proof"].as_str().unwrap());
    let checked = gate.build().unwrap().check(&request).await;
    checked.map_or_else(|rejection| rejection.reason().code(), |_| "admitted")
}

#[tokio::test]
#[ignore = "reads the public vectors that TOLLGATE_VECTORS names"]
async fn the_proof_for_a_resource_is_accepted_and_those_for_a_token_endpoint_lack_ath() {
    let vectors = vectors();
    let header = vectors["bound_access_token"]["authorization_header"].as_str().unwrap();
    let token = header.strip_prefix("DPoP ").unwrap();
    let server = AuthorizationServer::start().await;
    let mut rows = 0;
    for row in vectors["proofs"].as_array().unwrap() {
        let jkt = &row["jkt"];
        let answer = format!(
            r#"{{"active":true,"client_id":"app","token_type":"DPoP","cnf":{{"jkt":{jkt}}}}}"#
        );
        server.answer("/introspect", Answer::json(answer));
        let expected: [&str; 6] = match row["ath"] {
            // Read as far as its claims, so after its signature.
            Value::Null => ["proof.claim"; 6],
            _ => [
                "proof.issued_in_future",
                "admitted",
                "admitted",
                "admitted",
                "admitted",
                "proof.too_old",
            ],
        };
        for (after, expected) in [-31, -30, 0, 1, 60, 61].into_iter().zip(expected) {
            assert_eq!(judged(&server, row, token, after).await, expected, "{after}");
        }
        rows += 1;
    }
    println!("token-binding-rfc: {rows} proofs judged at 6 instants each");
    assert_eq!(rows, 3);
}
