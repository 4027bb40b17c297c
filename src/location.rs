//! Locations: where in a request a credential may travel.
//!
//! [`Location`] is the gateway's name for the place, [`Scheme`] what comes before a credential in
//! `Authorization`; [`InvalidName`] and [`UnknownLocation`] are mistakes in naming them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Where a credential may travel, named as the gateway exports it.
///
/// As text it is that name, and only that: upper case, with underscores, without spaces.
///
/// ```
/// use tollgate::location::Location;
///
/// assert_eq!("HEADER_OR_COOKIE".parse(), Ok(Location::HeaderOrCookie));
/// assert_eq!(Location::QueryParam.to_string(), "QUERY_PARAM");
/// assert!("header".parse::<Location>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(description = "Where a credential may travel."))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Location {
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// A header or a cookie, but not both at once.
    HeaderOrCookie,
    /// A parameter of the query.
    QueryParam,
    /// A header, a cookie or a query parameter, but only one of them at once.
    Any,
}

impl Location {
    const ALL: [Self; 5] =
        [Self::Header, Self::Cookie, Self::HeaderOrCookie, Self::QueryParam, Self::Any];

    /// The exported name, such as `HEADER_OR_COOKIE`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Header => "HEADER",
            Self::Cookie => "COOKIE",
            Self::HeaderOrCookie => "HEADER_OR_COOKIE",
            Self::QueryParam => "QUERY_PARAM",
            Self::Any => "ANY",
        }
    }

    /// Whether a credential at `place` counts where this location is configured.
    pub const fn includes(self, place: Self) -> bool {
        match self {
            Self::Any => true,
            Self::HeaderOrCookie => !matches!(place, Self::QueryParam | Self::Any),
            Self::Header => matches!(place, Self::Header),
            Self::Cookie => matches!(place, Self::Cookie),
            Self::QueryParam => matches!(place, Self::QueryParam),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Reads the exported name, byte for byte.
///
/// # Errors
/// [`UnknownLocation`] for every other text, such as one in lower case.
impl FromStr for Location {
    type Err = UnknownLocation;

    fn from_str(name: &str) -> Result<Self, UnknownLocation> {
        Self::ALL.into_iter().find(|location| location.name() == name).ok_or(UnknownLocation)
    }
}

/// The text is not the name of a [`Location`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a location is HEADER, COOKIE, HEADER_OR_COOKIE, QUERY_PARAM or ANY")]
pub struct UnknownLocation;

/// An authentication scheme (RFC 9110 section 11.1) that comes before the credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Scheme {
    /// `Bearer` (RFC 6750 section 2.1).
    Bearer,
    /// `Basic` (RFC 7617).
    Basic,
}

impl Scheme {
    /// The name as the specification writes it; the case does not matter.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Basic => "Basic",
        }
    }
}

/// The scheme under which an access token was presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenScheme {
    /// `Bearer` (RFC 6750 section 2.1).
    Bearer,
    /// `DPoP` (RFC 9449 section 7.1).
    Dpop,
}

impl TokenScheme {
    /// The name as the specification writes it; the case does not matter.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
        }
    }
}

/// A name that an element cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the name of a {location} must be a token: letters, digits and !#$%&'*+-.^_`|~")]
pub struct InvalidName {
    /// The location of the element.
    pub location: Location,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_read_from_its_exact_name_only() {
        for (name, location) in [
            ("HEADER", Location::Header),
            ("COOKIE", Location::Cookie),
            ("HEADER_OR_COOKIE", Location::HeaderOrCookie),
            ("QUERY_PARAM", Location::QueryParam),
            ("ANY", Location::Any),
        ] {
            assert_eq!(name.parse(), Ok(location));
            assert_eq!(location.to_string(), name);
            for other in [name.to_lowercase(), format!(" {name}"), format!("{name} ")] {
                assert_eq!(other.parse::<Location>(), Err(UnknownLocation), "{other:?}");
            }
        }
        for other in ["", "HEADER-OR-COOKIE", "HEADERORCOOKIE", "QUERY", "HEADER,COOKIE", "BODY"] {
            assert_eq!(other.parse::<Location>(), Err(UnknownLocation), "{other:?}");
        }
    }
}
