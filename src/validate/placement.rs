//! Where a credential may travel.

use crate::config_error::{ConfigError, Problem};
use crate::element::Element;
use crate::location::Location;

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
