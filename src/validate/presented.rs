//! The credential of one call, and refusals that know about it.

use crate::element::{Element, Location};
use crate::interceptor::Call;
use crate::reading::{self, Credential};
use crate::rejection::{ConfigError, Origin, Problem, Reason, Rejection};

/// One credential as a call presents it to the validator that `origin` describes.
pub(super) struct Presented<'a> {
    origin: &'a Origin,
    credential: Credential<'a>,
}

impl<'a> Presented<'a> {
    /// Reads the credential from the element of `origin`.
    pub(super) fn read(origin: &'a Origin, call: &Call<'a>) -> Result<Self, Rejection> {
        let Some(element) = origin.element() else {
            return Err(Rejection::new(Reason::CredentialMissing, origin.clone()));
        };
        match reading::read(call.request, element) {
            Ok(credential) => Ok(Self { origin, credential }),
            Err(error) => Err(error.into_rejection(origin.clone())),
        }
    }

    /// The credential.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.credential.as_bytes()
    }

    /// The credential as text.
    pub(super) fn as_str(&self) -> Option<&str> {
        self.credential.as_str()
    }

    /// Refuses it.
    pub(super) fn refused(&self, reason: Reason) -> Rejection {
        let origin = self.origin.clone();
        Rejection::new(reason, origin.found(self.credential.location(), self.as_bytes()))
    }
}

/// Where tokens travel that the host gave to a browser.
pub(super) const HEADER_OR_COOKIE: &[Location] =
    &[Location::Header, Location::Cookie, Location::HeaderOrCookie];

/// The element of `part`, if its credential may travel there.
pub(super) fn element_in(
    allowed: &[Location],
    part: &'static str,
    element: Element,
) -> Result<Element, ConfigError> {
    let location = element.location();
    if allowed.contains(&location) {
        Ok(element)
    } else {
        Err(ConfigError::new(part, "element", Problem::LocationNotAllowed { location }))
    }
}
