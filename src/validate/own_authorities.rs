//! The authorities under which callers reach the host.

use crate::authority::{bracketed, host_and_port, is_host_name, is_same_authority};
use crate::config_error::{ConfigError, Problem};
use crate::request::Request;

/// The authorities under which callers reach the host: what a signed request must be for.
///
/// A request is for one of them when the authority that it names is that host, in any case or
/// spelling of an IPv6 address, and that port; a port that is not written is the one of the
/// request's scheme, of https where the host does not know that.
///
/// # Security
/// A signature covers the authority that the signer asked. Whoever receives a signed request can
/// send it on to another host under the same `Host` or `:authority`, so a host must know which
/// names are its own; see [`insecure_as_received`](Self::insecure_as_received).
///
/// # Example
/// ```
/// use tollgate::validate::OwnAuthorities;
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let own = OwnAuthorities::named(["shop.example", "shop.example:8443"])?;
/// assert!(OwnAuthorities::named(["https://shop.example"]).is_err());
/// # let _ = own;
/// # Ok(())
/// # }
/// ```
///
/// Source: RFC 9421 sections 2.2.3 and 7.2.8; RFC 9110 section 4.2; RFC 3986 section 6.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAuthorities(Authorities);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Authorities {
    Named(Vec<(String, Option<u16>)>),
    AsReceived,
}

impl OwnAuthorities {
    /// These authorities, each a host name or address, with or without a port.
    ///
    /// # Errors
    /// A [`ConfigError`] if there is none, or if one is something else.
    pub fn named<'a>(authorities: impl IntoIterator<Item = &'a str>) -> Result<Self, ConfigError> {
        let refused = |problem| ConfigError::new("own authorities", "authorities", problem);
        let bounds = "a host name or address, with or without a port";
        let mut named = Vec::new();
        for authority in authorities {
            let one = host_and_port(authority)
                .filter(|(host, _)| is_host_name(host) || bracketed(host).is_some());
            let (host, port) = one.ok_or_else(|| refused(Problem::OutOfBounds { bounds }))?;
            named.push((host.to_ascii_lowercase(), port));
        }
        if named.is_empty() {
            return Err(refused(Problem::Empty));
        }
        Ok(Self(Authorities::Named(named)))
    }

    /// Whichever authority a request names.
    ///
    /// # Security
    /// A request that was signed for another host is admitted if it is sent on with that host's
    /// name. Use it where the server in front lets only the host's own names through, or where each
    /// key signs for this host alone.
    pub fn insecure_as_received() -> Self {
        Self(Authorities::AsReceived)
    }

    /// Whether a request is for one of them.
    pub(super) fn include(&self, request: &dyn Request) -> bool {
        let Authorities::Named(named) = &self.0 else { return true };
        let Some(authority) = request.authority().and_then(host_and_port) else { return false };
        let scheme = request.scheme().unwrap_or("https");
        named.iter().any(|(host, port)| is_same_authority(scheme, (host, *port), authority))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::PlainRequest;

    #[test]
    fn a_request_is_for_a_named_host_and_port() {
        let own =
            OwnAuthorities::named(["shop.example", "Shop.example:8443", "a.example:80", "[::1]"]);
        let own = own.unwrap();
        for (scheme, authority, expected) in [
            ("https", "shop.example", true),
            ("https", "SHOP.example:443", true),
            ("https", "shop.example:8443", true),
            ("http", "shop.example:80", true),
            ("http", "shop.example:443", false),
            ("https", "shop.example:80", false),
            ("http", "a.example", true),
            ("http", "a.example:80", true),
            ("https", "a.example", false),
            ("https", "other.example", false),
            ("https", "shop.example.", false),
            ("https", "", false),
            ("https", "[0::1]:443", true),
            ("https", "[::2]", false),
        ] {
            let request =
                PlainRequest::new("GET", "/").with_scheme(scheme).with_authority(authority);
            assert_eq!(own.include(&request), expected, "{scheme} {authority}");
            assert!(OwnAuthorities::insecure_as_received().include(&request));
        }
        assert!(!own.include(&PlainRequest::new("GET", "/")));
    }

    #[test]
    fn only_host_names_are_authorities() {
        for other in ["", "https://a.example", "a.example/", "a b", "u@a.example", "a.example:0"] {
            assert!(OwnAuthorities::named([other]).is_err(), "{other}");
        }
        assert!(OwnAuthorities::named([]).is_err());
    }
}
