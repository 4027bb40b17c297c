//! What handlers of Axum are given, and what happens where there is nothing to give.

#![cfg(feature = "axum")]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use tollgate::axum::{ExtractionRejection, TypedClaims};
use tollgate::interceptor::{Evidence, interceptor_fn};
use tollgate::record::{Access, Claims, Client, Grant};
use tollgate::time::Lifetime;
use tollgate::tower::GateLayer;
use tollgate::{Admission, Gate, ManualClock, UnixTime};
use tower::ServiceExt;

#[derive(Deserialize)]
struct Staff {
    department: String,
}

async fn admission(admission: Admission) -> String {
    admission.client().map_or("nobody", Client::id).to_owned()
}

async fn client(client: Client) -> String {
    client.id().to_owned()
}

async fn maybe_client(client: Option<Client>) -> String {
    client.map_or("nobody".to_owned(), |client| client.id().to_owned())
}

async fn grant(grant: Grant) -> String {
    grant.client().to_owned()
}

async fn maybe_grant(grant: Option<Grant>) -> String {
    grant.map_or("none".to_owned(), |grant| grant.client().to_owned())
}

async fn claims(TypedClaims(staff): TypedClaims<Staff>) -> String {
    staff.department
}

async fn maybe_claims(claims: Option<TypedClaims<Staff>>) -> String {
    claims.map_or("none".to_owned(), |TypedClaims(staff)| staff.department)
}

fn routes() -> Router {
    Router::new()
        .route("/admission", get(admission))
        .route("/client", get(client))
        .route("/client/maybe", get(maybe_client))
        .route("/grant", get(grant))
        .route("/grant/maybe", get(maybe_grant))
        .route("/claims", get(claims))
        .route("/claims/maybe", get(maybe_claims))
}

/// The routes behind a gate that establishes this.
fn behind(evidence: Evidence) -> Router {
    let interceptor = interceptor_fn("establishing", move |_| Ok(evidence.clone()));
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH)).with(interceptor).build().unwrap();
    routes().layer(GateLayer::over_https(gate.shared()))
}

async fn answer(app: &Router, path: &str) -> (u16, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 1000).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn app() -> Evidence {
    let grant = Grant::new(b"token", "app", Lifetime::until(UnixTime::from_seconds(60)));
    let client = Client::new("app").with_access(Access::Everything);
    Evidence::of_client(Arc::new(client)).with_grant(Arc::new(grant))
}

fn claiming(claims: &Value) -> Evidence {
    let claims: Map<String, Value> = claims.as_object().unwrap().clone();
    app().with_claims(Arc::new(Claims::new(claims)))
}

#[tokio::test]
async fn a_handler_is_given_what_the_gate_established() {
    let all = behind(claiming(&json!({"department": "sales", "sub": "x"})));
    for (path, expected) in [
        ("/admission", "app"),
        ("/client", "app"),
        ("/client/maybe", "app"),
        ("/grant", "app"),
        ("/grant/maybe", "app"),
        ("/claims", "sales"),
        ("/claims/maybe", "sales"),
    ] {
        assert_eq!(answer(&all, path).await, (200, expected.to_owned()), "{path}");
    }
}

#[tokio::test]
async fn what_the_gate_does_not_establish_is_none_or_a_mistake_of_the_host() {
    let nothing = behind(Evidence::none());
    for (path, expected) in [
        ("/admission", (200, "nobody")),
        ("/client", (500, "The gate of this route establishes no client.")),
        ("/client/maybe", (200, "nobody")),
        ("/grant", (500, "The gate of this route establishes no grant.")),
        ("/grant/maybe", (200, "none")),
        ("/claims", (500, "The gate of this route establishes no claims.")),
        ("/claims/maybe", (200, "none")),
    ] {
        let (status, text) = answer(&nothing, path).await;
        assert_eq!((status, text.as_str()), expected, "{path}");
    }
}

#[tokio::test]
async fn without_a_gate_no_handler_runs_not_even_for_none() {
    for path in [
        "/admission",
        "/client",
        "/client/maybe",
        "/grant",
        "/grant/maybe",
        "/claims",
        "/claims/maybe",
    ] {
        let (status, text) = answer(&routes(), path).await;
        assert_eq!(status, 500, "{path}");
        let expected = "No gate admitted this request: a GateLayer must be around this route.";
        assert_eq!(text, expected);
    }
}

#[tokio::test]
async fn claims_that_do_not_fit_are_forbidden_and_not_quoted() {
    for claims in [
        json!({"department": {"hidden": 1}}),
        json!({"department": 7_777_777}),
        json!({"other": "hidden"}),
    ] {
        let app = behind(claiming(&claims));
        for path in ["/claims", "/claims/maybe"] {
            let (status, text) = answer(&app, path).await;
            assert_eq!(status, 403);
            assert_eq!(text, "The claims of the token are not those that this route needs.");
        }
    }
}

#[test]
fn claims_are_not_printed() {
    assert_eq!(format!("{:?}", TypedClaims("hidden")), "TypedClaims(redacted)");
    assert_eq!(format!("{:?}", ExtractionRejection::ClaimsMisfit), "ClaimsMisfit");
}
