//! Elements: where a credential travels, and under what name.
//!
//! Start with [`Element`], which names a header, cookie or query parameter; [`Location`] is the
//! gateway's name for the place, [`Scheme`] what comes before the credential in `Authorization`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use thiserror::Error;

/// Where a credential may travel, named as the gateway exports it.
///
/// As text it is that name, and only that: upper case, with underscores, without spaces.
///
/// ```
/// use tollgate::Location;
///
/// assert_eq!("HEADER_OR_COOKIE".parse(), Ok(Location::HeaderOrCookie));
/// assert_eq!(Location::QueryParam.to_string(), "QUERY_PARAM");
/// assert!("header".parse::<Location>().is_err());
/// ```
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
    pub fn header(name: impl AsRef<str>) -> Result<Self, InvalidName> {
        Self::named_token(name.as_ref(), Location::Header)
    }

    /// A cookie; its name is compared byte for byte.
    ///
    /// # Errors
    /// [`InvalidName`] if the name is not a token (RFC 6265 section 4.1.1).
    pub fn cookie(name: impl AsRef<str>) -> Result<Self, InvalidName> {
        Self::named_token(name.as_ref(), Location::Cookie)
    }

    /// A header or a cookie of the same name; both at once count as repeated.
    ///
    /// # Errors
    /// [`InvalidName`] if the name is not a token.
    pub fn header_or_cookie(name: impl AsRef<str>) -> Result<Self, InvalidName> {
        Self::named_token(name.as_ref(), Location::HeaderOrCookie)
    }

    /// A parameter of the query; its name is compared byte for byte, after decoding.
    ///
    /// # Errors
    /// [`InvalidName`] if the name is not a token.
    pub fn query_param(name: impl AsRef<str>) -> Result<Self, InvalidName> {
        Self::named_token(name.as_ref(), Location::QueryParam)
    }

    /// A header, a cookie or a query parameter of the same name; two of them count as repeated.
    ///
    /// # Errors
    /// [`InvalidName`] if the name is not a token.
    pub fn any(name: impl AsRef<str>) -> Result<Self, InvalidName> {
        Self::named_token(name.as_ref(), Location::Any)
    }

    /// The header `Authorization` with the scheme `Bearer` taken off.
    ///
    /// The value is `Bearer`, in any case, then one or more spaces, then the token: letters, digits
    /// and `-._~+/`, at the end any number of `=`. That is the grammar of RFC 6750 section 2.1,
    /// `"Bearer" 1*SP b64token`; its example has a single space. A tab, a trailing space or a value
    /// without a space is refused.
    pub fn bearer() -> Self {
        Self {
            name: Arc::from("Authorization"),
            location: Location::Header,
            scheme: Some(Scheme::Bearer),
        }
    }

    /// The header `Authorization` with the scheme `Basic` taken off (RFC 7617 section 2).
    ///
    /// The value has the same grammar as behind [`bearer`](Self::bearer): one or more spaces, then a
    /// `token68` (RFC 9110 section 11.4).
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
    pub fn basic_in(name: impl AsRef<str>) -> Result<Self, InvalidName> {
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
    fn the_name_may_be_text_of_any_kind() {
        let name = String::from("token");
        assert_eq!(Element::cookie(&name), Element::cookie("token"));
        assert_eq!(Element::basic_in(Arc::<str>::from("token")), Element::basic_in(name));
    }

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

    #[test]
    fn every_byte_of_a_name_is_a_tchar() {
        for byte in 0..=u8::MAX {
            let listed = b"!#$%&'*+-.^_`|~".contains(&byte);
            let expected = listed || char::from(byte).is_ascii_alphanumeric();
            let name = char::from(byte).to_string();
            assert_eq!(Element::header(&name).is_ok(), expected, "{byte:#04x}");
        }
    }

    #[test]
    fn an_element_says_what_it_was_built_as() {
        let shown = |element: Element| (element.to_string(), element.scheme());
        assert_eq!(shown(Element::header("t").unwrap()), ("HEADER t".to_owned(), None));
        assert_eq!(shown(Element::any("t").unwrap()), ("ANY t".to_owned(), None));
        assert_eq!(shown(Element::query_param("t").unwrap()), ("QUERY_PARAM t".to_owned(), None));
        let authorization = "HEADER Authorization".to_owned();
        assert_eq!(shown(Element::bearer()), (authorization.clone(), Some(Scheme::Bearer)));
        assert_eq!(shown(Element::basic()), (authorization, Some(Scheme::Basic)));
        let basic = Element::basic_in("t").unwrap();
        assert_eq!(shown(basic), ("HEADER t".to_owned(), Some(Scheme::Basic)));
    }

    #[test]
    fn compound_locations_include_their_places_only() {
        use Location::{Any, Cookie, Header, HeaderOrCookie, QueryParam};
        let included =
            |outer: Location| [Header, Cookie, QueryParam].map(|place| outer.includes(place));
        for (outer, inner, expected) in
            [(HeaderOrCookie, HeaderOrCookie, true), (HeaderOrCookie, Any, false)]
        {
            assert_eq!(outer.includes(inner), expected, "{outer} {inner}");
        }
        assert_eq!(included(Any), [true, true, true]);
        assert_eq!(included(HeaderOrCookie), [true, true, false]);
        assert_eq!(included(Header), [true, false, false]);
        assert_eq!(included(Cookie), [false, true, false]);
        assert_eq!(included(QueryParam), [false, false, true]);
    }
}
