//! Why nothing was extracted.

use ::http::StatusCode;
use axum_core::response::{IntoResponse, Response};
use thiserror::Error;

/// Why an extractor gave nothing, so that the handler did not run.
///
/// As a response it is its text, with status 500 or 403. Nothing of the request is in it, and no
/// value of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExtractionRejection {
    /// No gate admitted the request: the host forgot the layer (500).
    #[error("No gate admitted this request: a GateLayer must be around this route.")]
    AdmissionMissing,
    /// The gate admitted the request, and establishes no such fact: the host asks for what no
    /// interceptor of the gate gives (500).
    #[error("The gate of this route establishes no {fact}.")]
    FactMissing {
        /// What is missing: `client`, `grant` or `claims`.
        fact: &'static str,
    },
    /// The claims do not fit the type of the host (403).
    #[error("The claims of the token are not those that this route needs.")]
    ClaimsMisfit,
}

impl ExtractionRejection {
    /// The status of the response: 500 for a mistake of the host, 403 for claims that do not fit.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::AdmissionMissing | Self::FactMissing { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            Self::ClaimsMisfit => StatusCode::FORBIDDEN,
        }
    }
}

impl IntoResponse for ExtractionRejection {
    fn into_response(self) -> Response {
        (self.status(), self.to_string()).into_response()
    }
}
