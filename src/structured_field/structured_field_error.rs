//! Why a structured field cannot be read or written.

use thiserror::Error;

/// Why a structured field cannot be read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StructuredFieldError {
    /// It is larger than any that is parsed.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// There are more members, items or parameters than are read.
    #[error("more than {limit} members")]
    TooManyMembers {
        /// The limit.
        limit: usize,
    },
    /// It does not have the form of a structured field of this type.
    #[error("malformed at byte {position}")]
    Malformed {
        /// Where, from 0.
        position: usize,
    },
    /// A dictionary or parameters have one key twice.
    #[error("a key appears twice")]
    DuplicateKey,
    /// A value that no structured field can have.
    #[error("a value that no structured field can have")]
    Unserializable,
}
