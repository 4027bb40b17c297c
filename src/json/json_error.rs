//! Why a text is not JSON as it is read here.

use thiserror::Error;

/// Why a text is not a JSON object as tokens must have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JsonError {
    /// It is not JSON (RFC 8259), or nested more than 16 deep.
    #[error("not JSON, or nested too deep")]
    Malformed,
    /// It is JSON, but not an object.
    #[error("not an object")]
    NotAnObject,
    /// A member appears twice in one object.
    #[error("a member appears twice")]
    DuplicateMember,
}
