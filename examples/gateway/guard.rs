//! A tollgate in front of axum routes. This is what a host copies.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tollgate::http::HttpRequest;
use tollgate::interceptor::Interceptor;
use tollgate::{Clock, Gate};

/// The largest body that is read, in bytes. Reading without a limit would let anyone fill the
/// memory, and without a credential too.
const BODY_LIMIT: usize = 64 * 1024;

/// Lets requests through to `routes` only if `gate` admits them.
pub(crate) fn guarded<C, I>(routes: Router, gate: Gate<C, I>) -> Router
where
    C: Clock + 'static,
    I: Interceptor + 'static,
{
    routes.layer(from_fn_with_state(Arc::new(gate), guard))
}

/// Asks the gate, then either hands the request on with its admission, for handlers to extract, or
/// answers for them.
async fn guard<C: Clock, I: Interceptor>(
    State(gate): State<Arc<Gate<C, I>>>,
    request: Request,
    next: Next,
) -> Response {
    // A signature may cover the body, so the gate sees all of it. Where no interceptor looks at
    // the body, `gate.check(&parts)` decides on the head alone and nothing is buffered.
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    // The scheme is known to the transport only, and this server speaks no TLS. Behind something that
    // does, say "https": the origin check of a CSRF validation compares it with what browsers send.
    let seen = HttpRequest::new(&parts).with_scheme("http").with_body(&bytes);
    match gate.check(&seen).await {
        Ok(admission) => {
            let mut request = Request::from_parts(parts, Body::from(bytes));
            request.extensions_mut().insert(admission);
            next.run(request).await
        }
        Err(rejection) => {
            // The reason is for the operator. The caller gets the wording and nothing else.
            eprintln!("{}", gate.wording().trace(&rejection));
            eprintln!("  remedy: {}", rejection.remedy());
            gate.wording().response(&rejection).into()
        }
    }
}
