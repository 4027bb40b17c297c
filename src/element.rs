//! Elements: where a credential travels, and under what name.

use std::fmt;
use std::sync::Arc;

use crate::ascii::is_token;
use crate::location::{InvalidName, Location, Scheme};

/// Where a credential travels and under what name: `HEADER client_id`, say.
///
/// ```
/// use tollgate::location::Location;
/// use tollgate::Element;
///
/// # fn main() -> Result<(), tollgate::location::InvalidName> {
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
    /// The value has the same grammar as behind [`bearer`](Self::bearer): one or more spaces, then
    /// a `token68` (RFC 9110 section 11.4).
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
        if !is_token(name) {
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
