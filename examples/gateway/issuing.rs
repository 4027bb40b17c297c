//! A CSRF token or time token in an answer. This is what a host copies.

use axum::http::StatusCode;
use axum::response::{AppendHeaders, IntoResponse, Response};
use tollgate::validate::{GenerationError, IssuedToken};

/// `page` with the header line that takes the token to the caller.
pub(crate) fn issuing(
    issued: Result<IssuedToken, GenerationError>,
    page: impl IntoResponse,
) -> Response {
    match issued {
        // A cache would hand one caller's token to others. Appended, since a page may set more
        // cookies than this one.
        Ok(issued) => {
            let lines = [("cache-control", "no-store"), issued.header_line()];
            (AppendHeaders(lines), page).into_response()
        }
        Err(error @ GenerationError::Random(_)) => {
            eprintln!("no token: {error}");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        // The request lacks what the token would be bound to: its session, or a value.
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}
