//! Signatures that do not verify.

use thiserror::Error;

/// The signature is not one that this key made over this message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the signature does not verify")]
pub struct InvalidSignature;
