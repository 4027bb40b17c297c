//! Origins as RFC 6454 writes them.

use std::fmt;
use std::net::Ipv4Addr;

use crate::authority::{
    bracketed, default_port, ends_in_number, host_and_port, is_http, is_scheme,
};
use crate::config_error::{ConfigError, Problem};

use crate::request::Request;

/// The part that mistakes in origins are found in.
pub(super) const NAME: &str = "origin check";

/// A web origin: scheme, host and port (RFC 6454 section 4).
///
/// It is parsed strictly, from the serialisation of RFC 6454 section 6.2: `scheme://host` or
/// `scheme://host:port`, and nothing more. `null`, userinfo, lists, white space, paths (a single
/// `/` too), queries, fragments, an empty port, port 0, leading zeros, empty labels and a dot at
/// the end are refused; names that are not ASCII must be A-labels. An IPv6 address is normalised to
/// the spelling that browsers send; IPv4 addresses other than four decimal numbers (`127.1`,
/// `2130706433`) are refused, since browsers never send them. Case does not matter, and the
/// default port of `http`, `https`, `ws` and `wss` is the same as none.
///
/// ```
/// use tollgate::validate::WebOrigin;
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let origin = WebOrigin::parse("https://Shop.example:443")?;
/// assert_eq!(origin, WebOrigin::parse("https://shop.example")?);
/// assert_eq!(origin.to_string(), "https://shop.example");
/// assert_ne!(origin, WebOrigin::parse("http://shop.example")?);
/// assert!(WebOrigin::parse("https://shop.example/").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WebOrigin {
    scheme: String,
    host: String,
    port: Option<u16>,
}

impl WebOrigin {
    /// Reads an origin.
    ///
    /// # Errors
    /// A [`ConfigError`] if the text is not exactly one origin.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let parts = OriginParts::parse(text)
            .ok_or_else(|| ConfigError::new(NAME, "origin", Problem::NotAnOrigin))?;
        Ok(Self {
            scheme: parts.scheme.to_ascii_lowercase(),
            host: normalised(parts.host),
            port: parts.port,
        })
    }

    fn parts(&self) -> OriginParts<'_> {
        OriginParts { scheme: &self.scheme, host: &self.host, port: self.port }
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// One or more origins.
///
/// ```
/// use tollgate::validate::Origins;
///
/// assert!(Origins::of(["https://shop.example", "https://pay.example:8443"]).is_ok());
/// assert!(Origins::of(["shop.example"]).is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins(Vec<WebOrigin>);

impl Origins {
    /// Reads these origins, each as [`WebOrigin::parse`] does.
    ///
    /// # Errors
    /// A [`ConfigError`] if there is none, or one of them is not an origin.
    pub fn of<'o>(origins: impl IntoIterator<Item = &'o str>) -> Result<Self, ConfigError> {
        let origins: Vec<_> =
            origins.into_iter().map(WebOrigin::parse).collect::<Result<_, _>>()?;
        if origins.is_empty() {
            return Err(ConfigError::new(NAME, "origins", Problem::Empty));
        }
        Ok(Self(origins))
    }

    pub(super) fn include(&self, origin: OriginParts<'_>) -> bool {
        self.0.iter().any(|one| one.parts().is_same(origin))
    }
}

/// An origin that is still where it was read.
#[derive(Clone, Copy)]
pub(super) struct OriginParts<'o> {
    scheme: &'o str,
    host: &'o str,
    /// None if it is the default of the scheme.
    port: Option<u16>,
}

impl<'o> OriginParts<'o> {
    pub(super) fn parse(text: &'o str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        is_scheme(scheme).then_some(())?;
        Self::of(scheme, authority)
    }

    fn of(scheme: &'o str, authority: &'o str) -> Option<Self> {
        let (host, port) = host_and_port(authority).filter(|(host, _)| is_host(host))?;
        let port = port.filter(|port| default_port(scheme) != Some(*port));
        Some(Self { scheme, host, port })
    }

    /// Whether it is scheme and authority of `request`; where the scheme of the request is not
    /// known, whether it is its authority under `http` or `https`.
    pub(super) fn is_of(self, request: &dyn Request) -> bool {
        let Some(authority) = request.authority() else { return false };
        let scheme = request.scheme().unwrap_or(self.scheme);
        is_http(scheme) && OriginParts::of(scheme, authority).is_some_and(|own| own.is_same(self))
    }

    fn is_same(self, other: OriginParts<'_>) -> bool {
        self.scheme.eq_ignore_ascii_case(other.scheme)
            && self.host.eq_ignore_ascii_case(other.host)
            && self.port == other.port
    }
}

/// A host as browsers write it: in lower case, an IPv6 address in its shortest form (WHATWG URL
/// section 3.5), which never has a dotted part.
fn normalised(host: &str) -> String {
    let Some(address) = bracketed(host) else { return host.to_ascii_lowercase() };
    match (address.to_ipv4_mapped(), address.segments()) {
        (Some(_), [.., high, low]) => format!("[::ffff:{high:x}:{low:x}]"),
        _ => format!("[{address}]"),
    }
}

/// An IPv6 address in brackets, an IPv4 address of four decimal numbers, or labels between single
/// dots. Browsers read a name whose last label is a number as an IPv4 address and send it in that
/// form (WHATWG URL section 3.5), so any other spelling would never match.
fn is_host(host: &str) -> bool {
    if host.starts_with('[') {
        return bracketed(host).is_some();
    }
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    host.split('.').all(is_label) && (!ends_in_number(host) || host.parse::<Ipv4Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::PlainRequest;

    #[test]
    fn an_ip_address_has_the_spelling_that_browsers_send() {
        for (written, sent) in [
            ("https://[0:0:0:0:0:0:0:1]:8443", "https://[::1]:8443"),
            ("https://[2001:DB8::0:1]", "https://[2001:db8::1]"),
            ("https://[::ffff:127.0.0.1]", "https://[::ffff:7f00:1]"),
            ("https://[1:0:0:2:0:0:0:3]", "https://[1:0:0:2::3]"),
            ("https://127.0.0.1", "https://127.0.0.1"),
        ] {
            assert_eq!(WebOrigin::parse(written).unwrap().to_string(), sent);
            let origins = Origins::of([written]).unwrap();
            assert!(origins.include(OriginParts::parse(sent).unwrap()), "{written}");
        }
        for never_sent in [
            "https://127.1",
            "https://2130706433",
            "https://0x7f.1",
            "https://0x7F000001",
            "https://a.0x",
            "https://127.0.0.01",
            "https://1.2.3.4.5",
            "https://a.example.1",
        ] {
            assert!(WebOrigin::parse(never_sent).is_err(), "{never_sent}");
        }
        for name in ["https://1a", "https://0xg", "https://a1.example", "https://1.a"] {
            assert!(WebOrigin::parse(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn only_the_serialisation_is_an_origin() {
        for text in [
            "https://a",
            "https://a.example",
            "https://a.example:1",
            "https://a.example:65535",
            "https://[::1]",
            "https://[::1]:8080",
            "https://127.0.0.1",
            "https://xn--bcher-kva.example",
            "chrome-extension://abcdef",
        ] {
            assert!(WebOrigin::parse(text).is_ok(), "{text:?}");
        }
        for text in [
            "",
            "null",
            "a.example",
            "//a.example",
            "://a",
            "1s://a",
            "https:a",
            "https://",
            "https://a/",
            "https://a?",
            "https://a#",
            "https://a/b",
            "https://u@a",
            "https://u:p@a",
            "https://a:",
            "https://a:0",
            "https://a:080",
            "https://a:+1",
            "https://a:65536",
            "https://a:1:2",
            "https://a.",
            "https://.a",
            "https://a..b",
            "https://a b",
            " https://a",
            "https://a ",
            "https://a https://b",
            "https://a,https://b",
            "https://a\\b",
            "https://a%2eb",
            "https://b\u{fc}cher",
            "https://*.a",
            "https://[::1",
            "https://::1",
            "https://[::1]a",
            "https://[::1%25eth0]",
            "https://a]",
            "https://[a]",
            "https://a\0",
        ] {
            assert!(WebOrigin::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn default_ports_and_case_are_no_difference_and_all_else_is() {
        let same = |one, other| WebOrigin::parse(one).unwrap() == WebOrigin::parse(other).unwrap();
        assert!(same("https://a:443", "https://a"));
        assert!(same("HTTP://A:80", "http://a"));
        assert!(same("ws://a:80", "ws://a"));
        assert!(same("wss://a:443", "wss://a"));
        assert!(!same("https://a:80", "https://a"));
        assert!(!same("http://a:443", "https://a"));
        assert!(!same("http://a", "https://a"));
        assert!(!same("https://a", "https://a.b"));
        assert!(!same("ftp://a:80", "ftp://a"));
    }

    #[test]
    fn our_own_origin_is_scheme_and_authority_or_authority_alone() {
        let own = |scheme: Option<&str>, authority: &str, origin| {
            let request = PlainRequest::new("POST", "/").with_authority(authority);
            let request = scheme.into_iter().fold(request, PlainRequest::with_scheme);
            OriginParts::parse(origin).unwrap().is_of(&request)
        };
        assert!(own(Some("https"), "a", "https://a"));
        assert!(own(Some("https"), "A:443", "https://a"));
        assert!(own(Some("HTTPS"), "a:8443", "https://a:8443"));
        assert!(!own(Some("https"), "a", "http://a"));
        assert!(!own(Some("http"), "a", "https://a"));
        assert!(!own(Some("https"), "a", "https://a:8443"));
        assert!(!own(Some("https"), "a:8443", "https://a"));
        assert!(own(None, "a", "http://a"));
        assert!(own(None, "a", "https://a"));
        assert!(own(None, "a:443", "https://a"));
        assert!(!own(None, "a:443", "http://a"));
        assert!(!own(None, "a", "chrome-extension://a"));
        for authority in ["", "u@a", "a.", "a:", "a/"] {
            assert!(!own(None, authority, "https://a"), "{authority:?}");
        }
        assert!(!OriginParts::parse("https://a").unwrap().is_of(&PlainRequest::new("POST", "/")));
    }
}
