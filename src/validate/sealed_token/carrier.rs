//! The header line in which a token goes to the caller.

use std::time::Duration;

use crate::ascii::strip_prefix_in_any_case;
use crate::config_error::{ConfigError, Problem};
use crate::element::Element;
use crate::location::Location;
use crate::time::seconds_rounded_up;
use crate::validate::sealed_token::issued::IssuedToken;

/// `SameSite` of a cookie (RFC 6265bis section 5.6.7). `None` is not offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SameSite {
    /// The browser sends it with requests of the same site only.
    #[default]
    Strict,
    /// The browser sends it with navigations from other sites too.
    Lax,
}

/// Whether scripts of the page may read a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScriptAccess {
    /// Scripts may read it, so that they can repeat it in a header.
    Allow,
    /// Scripts may not read it: `HttpOnly`.
    Deny,
}

/// How a token cookie is set: always with `Path=/` and `Max-Age`, never with `Domain`, and with
/// `Secure` unless a name with `insecure` said otherwise.
///
/// ```
/// use tollgate::validate::{CookieAttributes, SameSite, ScriptAccess};
///
/// let attributes =
///     CookieAttributes::new(ScriptAccess::Deny).same_site(SameSite::Lax).host_prefix();
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CookieAttributes {
    same_site: SameSite,
    script_access: ScriptAccess,
    prefix: Prefix,
    secure: Secure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Prefix {
    AsNamed,
    Host,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Secure {
    Required,
    Omitted,
}

impl CookieAttributes {
    /// Sets `Secure` and `SameSite=Strict`, and `HttpOnly` if scripts may not read it.
    pub fn new(script_access: ScriptAccess) -> Self {
        Self {
            same_site: SameSite::Strict,
            script_access,
            prefix: Prefix::AsNamed,
            secure: Secure::Required,
        }
    }

    /// Sets `SameSite`; the default is `Strict`.
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// Puts `__Host-` before the name, unless it is there: then no other host, subdomains
    /// included, can set the cookie (RFC 6265bis section 4.1.3.2).
    pub fn host_prefix(mut self) -> Self {
        self.prefix = Prefix::Host;
        self
    }

    /// Leaves `Secure` out, for hosts that are reached over plain HTTP.
    ///
    /// # Security
    /// Anyone on the network path can read the token, or set another.
    pub fn insecure_without_secure(mut self) -> Self {
        self.secure = Secure::Omitted;
        self
    }
}

/// An element that a generator writes, a header or a cookie, and how.
#[derive(Clone, Debug)]
pub(in crate::validate) struct Carrier {
    part: &'static str,
    element: Element,
    attributes: CookieAttributes,
}

/// As long as browsers keep a cookie (RFC 6265bis section 5.5); nothing else that is given out
/// lives longer either.
pub(in crate::validate) const LONGEST_KEPT: Duration = Duration::from_secs(400 * 24 * 60 * 60);

impl Carrier {
    /// `HEADER` or `COOKIE`; a generator has to know which.
    pub(in crate::validate) fn new(
        part: &'static str,
        element: Element,
        script_access: ScriptAccess,
    ) -> Result<Self, ConfigError> {
        match element.location() {
            Location::Header | Location::Cookie if element.scheme().is_none() => {
                Ok(Self { part, element, attributes: CookieAttributes::new(script_access) })
            }
            location => Err(not_allowed(part, location)),
        }
    }

    pub(in crate::validate) fn cookie(
        mut self,
        attributes: CookieAttributes,
    ) -> Result<Self, ConfigError> {
        if self.element.location() != Location::Cookie {
            return Err(not_allowed(self.part, self.element.location()));
        }
        if attributes.prefix == Prefix::Host && !has_prefix(self.element.name(), HOST_PREFIX) {
            self.element = Element::cookie(format!("{HOST_PREFIX}{}", self.element.name()))?;
        }
        if attributes.secure == Secure::Omitted && must_be_secure(self.element.name()) {
            return Err(ConfigError::new(self.part, "cookie", Problem::PrefixNeedsSecure));
        }
        self.attributes = attributes;
        Ok(self)
    }

    pub(in crate::validate) fn element(&self) -> &Element {
        &self.element
    }

    /// `token` in its header line; a cookie is kept for `lifetime`, rounded up to whole seconds.
    pub(in crate::validate) fn issue(&self, token: String, lifetime: Duration) -> IssuedToken {
        let line = match self.element.location() {
            Location::Cookie => ("set-cookie".to_owned(), self.set_cookie(&token, lifetime)),
            _ => (self.element.name().to_ascii_lowercase(), token.clone()),
        };
        IssuedToken::new(token, line)
    }

    fn set_cookie(&self, token: &str, lifetime: Duration) -> String {
        let seconds = seconds_rounded_up(lifetime);
        let secure = match self.attributes.secure {
            Secure::Required => "; Secure",
            Secure::Omitted => "",
        };
        let same_site = match self.attributes.same_site {
            SameSite::Strict => "Strict",
            SameSite::Lax => "Lax",
        };
        let http_only = match self.attributes.script_access {
            ScriptAccess::Allow => "",
            ScriptAccess::Deny => "; HttpOnly",
        };
        let name = self.element.name();
        format!(
            "{name}={token}; Path=/{secure}; SameSite={same_site}; Max-Age={seconds}{http_only}"
        )
    }
}

fn not_allowed(part: &'static str, location: Location) -> ConfigError {
    ConfigError::new(part, "element", Problem::LocationNotAllowed { location })
}

const HOST_PREFIX: &str = "__Host-";

/// Browsers compare the prefixes without regard to case.
fn has_prefix(name: &str, prefix: &str) -> bool {
    strip_prefix_in_any_case(name.as_bytes(), prefix).is_some()
}

/// Browsers drop a cookie of such a name without `Secure`.
fn must_be_secure(name: &str) -> bool {
    has_prefix(name, HOST_PREFIX) || has_prefix(name, "__Secure-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::placement::{HEADER_OR_COOKIE, element_in};

    const LIFE: Duration = Duration::from_millis(30_001);

    fn carrier(element: Element) -> Carrier {
        Carrier::new("test", element, ScriptAccess::Allow).unwrap()
    }

    fn line(carrier: &Carrier) -> String {
        let issued = carrier.issue("T".to_owned(), LIFE);
        let (name, value) = issued.header_line();
        format!("{name}: {value}")
    }

    #[test]
    fn a_generator_knows_the_header_or_cookie_that_it_writes() {
        let made = |element| Carrier::new("test", element, ScriptAccess::Allow);
        assert!(made(Element::header("t").unwrap()).is_ok());
        assert!(made(Element::cookie("t").unwrap()).is_ok());
        for element in [
            Element::bearer(),
            Element::basic(),
            Element::header_or_cookie("t").unwrap(),
            Element::query_param("t").unwrap(),
            Element::any("t").unwrap(),
        ] {
            let location = element.location();
            let error = made(element).unwrap_err();
            assert_eq!(error.problem(), &Problem::LocationNotAllowed { location });
        }
    }

    #[test]
    fn a_cookie_is_secure_and_strict_unless_said_otherwise() {
        let cookie = carrier(Element::cookie("csrf").unwrap());
        let set = |attributes| line(&cookie.clone().cookie(attributes).unwrap());
        let read = CookieAttributes::new(ScriptAccess::Allow);
        assert_eq!(
            line(&cookie),
            "set-cookie: csrf=T; Path=/; Secure; SameSite=Strict; Max-Age=31"
        );
        assert_eq!(
            set(CookieAttributes::new(ScriptAccess::Deny).same_site(SameSite::Lax)),
            "set-cookie: csrf=T; Path=/; Secure; SameSite=Lax; Max-Age=31; HttpOnly"
        );
        assert_eq!(
            set(read.insecure_without_secure()),
            "set-cookie: csrf=T; Path=/; SameSite=Strict; Max-Age=31"
        );
        assert_eq!(
            set(read.host_prefix()),
            "set-cookie: __Host-csrf=T; Path=/; Secure; SameSite=Strict; Max-Age=31"
        );
    }

    #[test]
    fn a_prefixed_name_needs_secure_and_is_prefixed_once() {
        let insecure = CookieAttributes::new(ScriptAccess::Allow).insecure_without_secure();
        for name in ["__Host-t", "__host-t", "__Secure-t"] {
            let error = carrier(Element::cookie(name).unwrap()).cookie(insecure).unwrap_err();
            assert_eq!(error.problem(), &Problem::PrefixNeedsSecure, "{name}");
        }
        let plain = carrier(Element::cookie("t").unwrap());
        assert!(plain.cookie(insecure.host_prefix()).is_err());
        let prefixed = carrier(Element::cookie("__Host-t").unwrap());
        let prefixed = prefixed.cookie(CookieAttributes::new(ScriptAccess::Deny).host_prefix());
        assert_eq!(prefixed.unwrap().element().name(), "__Host-t");
    }

    #[test]
    fn a_header_carries_the_bare_token_and_takes_no_cookie_attributes() {
        let header = carrier(Element::header("X-Token").unwrap());
        assert_eq!(line(&header), "x-token: T");
        assert!(header.cookie(CookieAttributes::new(ScriptAccess::Deny)).is_err());
    }

    #[test]
    fn only_headers_and_cookies_carry_tokens() {
        let elements = [
            (Element::header("t"), true, true),
            (Element::cookie("t"), true, true),
            (Element::header_or_cookie("t"), false, true),
            (Element::query_param("t"), false, false),
            (Element::any("t"), false, false),
        ];
        for (element, written, read) in elements {
            let element = element.unwrap();
            let carrier = Carrier::new("test", element.clone(), ScriptAccess::Allow);
            assert_eq!(carrier.is_ok(), written, "{element}");
            let allowed = element_in(HEADER_OR_COOKIE, "test", element.clone());
            assert_eq!(allowed.is_ok(), read, "{element}");
        }
    }

    #[test]
    fn an_issued_token_is_never_printed() {
        let issued = carrier(Element::cookie("c").unwrap()).issue("hidden".to_owned(), LIFE);
        assert_eq!(format!("{issued:?}"), "IssuedToken(set-cookie, redacted)");
    }
}
