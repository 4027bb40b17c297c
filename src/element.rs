//! Elements: where a credential travels, and under what name.
//!
//! Start with [`Element`], which names a header, cookie or query parameter; [`Location`] is the
//! gateway's name for the place, [`Scheme`] what comes before the credential in `Authorization`.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;

/// Where a credential may travel, named as the gateway exports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// An authentication scheme (RFC 9110 section 11.1) that comes before the credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// Where a credential travels and under what name: `HEADER client_id`, say.
///
/// ```
/// use tollgate::{Element, Location};
///
/// # fn main() -> Result<(), tollgate::element::InvalidName> {
/// let element = Element::header_or_cookie("access_token")?;
/// assert_eq!(element.location(), Location::HeaderOrCookie);
/// assert_eq!(element.to_string(), "HEADER_OR_COOKIE access_token");
/// assert!(Element::header("access token").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Element {
    name: Arc<str>,
    location: Location,
    scheme: Option<Scheme>,
}

impl Element {
    /// A header; its name is compared without regard to case.
    ///
    /// # Errors
    /// [`InvalidName`] if the name is not a token (RFC 9110 section 5.6.2).
    pub fn header(name: &str) -> Result<Self, InvalidName> {
        Self::named_token(name, Location::Header)
    }

    /// A cookie; its name is compared byte for byte.
    ///
    /// # Errors
    /// [`InvalidName`] if the name is not a token (RFC 6265 section 4.1.1).
    pub fn cookie(name: &str) -> Result<Self, InvalidName> {
        Self::named_token(name, Location::Cookie)
    }

    /// A header or a cookie of the same name; both at once count as repeated.
    ///
    /// # Errors
    /// [`InvalidName`] if the name is not a token.
    pub fn header_or_cookie(name: &str) -> Result<Self, InvalidName> {
        Self::named_token(name, Location::HeaderOrCookie)
    }

    /// A parameter of the query; its name is compared byte for byte, after decoding.
    ///
    /// # Errors
    /// [`InvalidName`] if the name is not a token.
    pub fn query_param(name: &str) -> Result<Self, InvalidName> {
        Self::named_token(name, Location::QueryParam)
    }

    /// A header, a cookie or a query parameter of the same name; two of them count as repeated.
    ///
    /// # Errors
    /// [`InvalidName`] if the name is not a token.
    pub fn any(name: &str) -> Result<Self, InvalidName> {
        Self::named_token(name, Location::Any)
    }

    /// Reads the header `Authorization` without its scheme `Bearer` (RFC 6750 section 2.1).
    pub fn bearer() -> Self {
        Self {
            name: Arc::from("Authorization"),
            location: Location::Header,
            scheme: Some(Scheme::Bearer),
        }
    }

    /// Reads the header `Authorization` without its scheme `Basic` (RFC 7617).
    pub fn basic() -> Self {
        Self {
            name: Arc::from("Authorization"),
            location: Location::Header,
            scheme: Some(Scheme::Basic),
        }
    }

    /// Reads a header of another name without its scheme `Basic`.
    ///
    /// # Errors
    /// [`InvalidName`] if the name is not a token.
    pub fn basic_in(name: &str) -> Result<Self, InvalidName> {
        Ok(Self { scheme: Some(Scheme::Basic), ..Self::header(name)? })
    }

    /// The name of the header, cookie or parameter.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it may travel.
    pub fn location(&self) -> Location {
        self.location
    }

    /// The authentication scheme that must come before the credential.
    pub fn scheme(&self) -> Option<Scheme> {
        self.scheme
    }

    /// An element whose name is a token because a document says so.
    pub(crate) fn documented(name: &'static str, location: Location) -> Self {
        Self { name: Arc::from(name), location, scheme: None }
    }

    fn named_token(name: &str, location: Location) -> Result<Self, InvalidName> {
        if name.is_empty() || !name.bytes().all(is_token_byte) {
            return Err(InvalidName { location });
        }
        Ok(Self { name: Arc::from(name), location, scheme: None })
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.location, self.name)
    }
}

/// A name that an element cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the name of a {location} must be a token: letters, digits and !#$%&'*+-.^_`|~")]
pub struct InvalidName {
    /// The location of the element.
    pub location: Location,
}

/// `tchar` of RFC 9110 section 5.6.2.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tokens() {
        for name in ["", "a b", "a;b", "a=b", "a:b", "ä", "a\n", "\"a\""] {
            assert!(Element::any(name).is_err(), "{name:?}");
        }
        assert!(Element::cookie("__Host-csrf.token_1").is_ok());
    }

    #[test]
    fn compound_locations_include_their_places_only() {
        use Location::{Any, Cookie, Header, HeaderOrCookie, QueryParam};
        let included =
            |outer: Location| [Header, Cookie, QueryParam].map(|place| outer.includes(place));
        assert_eq!(included(Any), [true, true, true]);
        assert_eq!(included(HeaderOrCookie), [true, true, false]);
        assert_eq!(included(Header), [true, false, false]);
        assert_eq!(included(Cookie), [false, true, false]);
        assert_eq!(included(QueryParam), [false, false, true]);
    }
}
