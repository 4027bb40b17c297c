//! A token as it leaves the host.

use std::fmt;

use thiserror::Error;

use crate::crypto::RandomUnavailable;

/// A new token, and the header line that takes it to the caller.
pub struct IssuedToken {
    token: String,
    line: (String, String),
}

impl IssuedToken {
    pub(super) fn new(token: String, line: (String, String)) -> Self {
        Self { token, line }
    }

    /// The token: 76 characters of base64url, to be sent back unchanged.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Name (in lower case) and value of the header line for the response: `set-cookie` for a
    /// cookie, else the header itself.
    pub fn header_line(&self) -> (&str, &str) {
        (&self.line.0, &self.line.1)
    }
}

impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuedToken({}, redacted)", self.line.0)
    }
}

/// Why no token was generated.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GenerationError {
    /// There is no session to bind the token to.
    #[error("the request belongs to no session")]
    SessionMissing,
    /// A value to mix in is absent, or appears more than once.
    #[error("the request has no single value `{name}`")]
    RequestValueMissing {
        /// The name of the value.
        name: String,
    },
    /// There are no random bytes.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}
