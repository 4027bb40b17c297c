//! Sends one request, and judges the form of its answer.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

use crate::remote::fetch_error::FetchError;
use crate::transport::{Transport, TransportRequest, TransportResponse, TransportUnavailable};

/// The largest metadata or set of keys that is read, in bytes (512 KiB).
pub(super) const DOCUMENT_LIMIT: usize = 512 * 1024;

/// Sends `request` and hands over the answer, if it can be read at all.
///
/// Accepts status 200, and 304 where the request has `If-None-Match`; no content coding; a body
/// within the request's limit.
pub(super) async fn fetch(
    transport: &impl Transport,
    request: TransportRequest,
) -> Result<TransportResponse, FetchError> {
    let limit = request.response_limit();
    let is_conditional = request.headers().any(|(name, _)| name == "if-none-match");
    let request = request.with_header("accept-encoding", "identity");
    let sent = AssertUnwindSafe(transport.send(request)).catch_unwind().await;
    let panicked = |_| Err(TransportUnavailable("the transport panicked".into()));
    let response = sent.unwrap_or_else(panicked)?;
    match response.status() {
        200 => {}
        304 if is_conditional => return Ok(response),
        status => return Err(FetchError::Status { status }),
    }
    let coding = response.header("content-encoding").map(str::trim).unwrap_or_default();
    if !coding.is_empty() && !coding.eq_ignore_ascii_case("identity") {
        return Err(FetchError::Encoded);
    }
    if response.body().len() > limit {
        return Err(FetchError::TooLarge { limit });
    }
    Ok(response)
}
