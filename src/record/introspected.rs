//! What an authorization server said of a token.

use std::sync::Arc;
use std::time::Duration;

use crate::record::claims::Claims;

/// What an authorization server said of a token (RFC 7662 section 2.2), and what must be so for the
/// token to be accepted here.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Introspected {
    claims: Arc<Claims>,
    expected: Arc<Expected>,
}

/// Whose tokens are accepted, for whom, and with which skew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) issuer: Box<str>,
    /// `None` for any.
    pub(crate) audience: Option<Box<str>>,
    pub(crate) skew: Duration,
}

impl Introspected {
    pub(crate) fn new(claims: Arc<Claims>, expected: Arc<Expected>) -> Self {
        Self { claims, expected }
    }

    pub(crate) fn claims(&self) -> &Claims {
        &self.claims
    }

    pub(crate) fn expected(&self) -> &Expected {
        &self.expected
    }
}
