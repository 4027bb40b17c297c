//! Why a payload is not a set of claims.

use crate::json::JsonError;

/// Why a payload is not a set of claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClaimsError {
    /// It is not a JSON object as tokens must have it.
    Json(JsonError),
    /// A registered claim has another type than its specification says.
    Type {
        /// The claim.
        name: &'static str,
    },
}
