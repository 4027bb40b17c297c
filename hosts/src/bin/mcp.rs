//! An MCP server over HTTP: JSON-RPC on `/mcp` for holders of a JWT, and the document that tells clients where
//! such a token comes from (RFC 9728).
//!
//! ```text
//! cargo run -p tollgate-hosts --bin mcp [port] [unix seconds]
//! ```
//!
//! The guard is [`Guard`]; the other gates of this package are here as well.

use std::error::Error;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header::CONTENT_TYPE, request::Parts};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tollgate::http::HttpRequest;
use tollgate::jose::{Algorithm, KeySet};
use tollgate::protected_resource::{BearerMethod, ProtectedResource};
use tollgate::record::Scopes;
use tollgate::tower::GateLayer;
use tollgate::wording::StatusPolicy;
use tollgate::{
    Admission, ConfigError, Element, Gate, Issuer, JwtValidation, OriginCheck, SharedGate, Wording,
};
use tollgate_hosts::demo::{BODY_LIMIT, Credentials, Demo, DemoClock, ISSUER, SCOPE, welcome};

/// Lets holders of a token in, and those whose token has the scope to the tool.
struct Guard {
    resource: ProtectedResource,
    all: SharedGate,
    tool: SharedGate,
}

impl Guard {
    fn new(url: &str, keys: KeySet, clock: DemoClock) -> Result<Self, ConfigError> {
        let scopes = Scopes::of([SCOPE]);
        // Only since it is on loopback: elsewhere the URL is https, and the constructor `new`.
        let resource = ProtectedResource::insecure_http(url, ISSUER)?
            .bearer_methods_supported([BearerMethod::Header])
            .scopes_supported(&scopes)?;
        let issuer = Issuer::for_protected_resource(ISSUER, &resource, [Algorithm::Es256], keys)?;
        let tokens = JwtValidation::new(Element::bearer(), issuer);
        let gate = |tokens| {
            let gate = Gate::builder(clock).protected_resource(&resource);
            let wording = Wording::default().status_policy(StatusPolicy::Standard);
            gate.wording(wording).with(OriginCheck::new()).with(tokens).build()
        };
        let (all, tool) = (gate(tokens.clone())?.shared(), gate(tokens.scopes(scopes))?.shared());
        Ok(Self { resource, all, tool })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let demo = Demo::start()?;
    let url = format!("http://{}/mcp", demo.listener.local_addr()?);
    let keys = KeySet::of([Credentials::new()?.es256.verifying_key().clone()]);
    let guard = Arc::new(Guard::new(&url, keys, demo.clock)?);
    let path = guard.resource.well_known_path().to_owned();
    let mcp = Router::new().route("/mcp", post(answer)).route(&path, get(metadata));
    let others = demo.gates.shared().fold(mcp.with_state(guard), |router, (path, gate)| {
        let layer = GateLayer::over_http(gate).buffer_bodies(BODY_LIMIT);
        router.route(path, any(async |admission: Admission| welcome(&admission)).layer(layer))
    });
    axum::serve(demo.tokio_listener()?, others).await?;
    Ok(())
}

/// For everyone: whoever asks has no token yet.
async fn metadata(State(guard): State<Arc<Guard>>) -> impl IntoResponse {
    ([(CONTENT_TYPE, ProtectedResource::MEDIA_TYPE)], guard.resource.json())
}

async fn answer(State(guard): State<Arc<Guard>>, parts: Parts, body: Bytes) -> Response {
    let message: Value = serde_json::from_slice(&body).unwrap_or_default();
    let gate = if message["method"] == "tools/call" { &guard.tool } else { &guard.all };
    match gate.check(&HttpRequest::new(&parts).with_scheme("http").with_body(&body)).await {
        Err(rejection) => Response::from(gate.wording().response(&rejection)),
        Ok(_) if message.get("id").is_none() => StatusCode::ACCEPTED.into_response(),
        Ok(admission) => Json(reply(&message, &admission)).into_response(),
    }
}

fn reply(message: &Value, admission: &Admission) -> Value {
    let result = match (message["method"].as_str(), message["params"]["name"].as_str()) {
        (Some("initialize"), _) => json!({
            "protocolVersion": "2025-06-18",
            "capabilities": { "tools": {} },
            "serverInfo": { "name": "tollgate-hosts", "version": "0.0.0" },
        }),
        (Some("tools/list"), _) => json!({
            "tools": [{ "name": "greet", "inputSchema": { "type": "object" } }],
        }),
        (Some("tools/call"), Some("greet")) => json!({
            "content": [{ "type": "text", "text": welcome(admission) }],
        }),
        _ => {
            let error = json!({ "code": -32601, "message": "no such method or tool" });
            return json!({ "jsonrpc": "2.0", "id": message["id"], "error": error });
        }
    };
    json!({ "jsonrpc": "2.0", "id": message["id"], "result": result })
}
