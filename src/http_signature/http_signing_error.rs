//! Why a message was not signed.

use thiserror::Error;

use crate::crypto::{RandomUnavailable, SigningFailed};
use crate::http_signature::http_signature_error::HttpSignatureError;

/// Why a message was not signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HttpSigningError {
    /// The message lacks a component, or has it in a form that cannot be signed.
    #[error(transparent)]
    Request(#[from] HttpSignatureError),
    /// The body is covered, and was not read.
    #[error("the body is covered, and was not read")]
    BodyUnread,
    /// The key did not sign.
    #[error(transparent)]
    Key(#[from] SigningFailed),
    /// There are no random bytes for a nonce.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}
