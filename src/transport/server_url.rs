//! URLs of servers.

use std::fmt;

use crate::authority::{bracketed, host_and_port, is_host_name};
use crate::config_error::{ConfigError, Problem};

/// The longest URL, in bytes.
const LENGTH_LIMIT: usize = 2048;

/// The URL of a server that tollgate asks, such as an issuer, its keys or its introspection
/// endpoint.
///
/// Accepts when it is an absolute https URL (RFC 9110 section 4.2.2) of at most 2048 visible ASCII
/// characters, with a host and without userinfo and fragment. It is kept byte for byte.
///
/// # Errors
/// A [`ConfigError`] for anything else.
///
/// # Security
/// Whoever can answer for this URL decides what is believed, so it is https: see
/// [`insecure_http`](Self::insecure_http) for tests on loopback.
///
/// # Example
/// ```
/// use tollgate::transport::ServerUrl;
///
/// assert!(ServerUrl::https("https://issuer.example/tenant").is_ok());
/// assert!(ServerUrl::https("http://issuer.example/tenant").is_err());
/// assert!(ServerUrl::https("https://user@issuer.example/").is_err());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ServerUrl {
    url: Box<str>,
    /// The length of scheme and authority.
    origin: usize,
    schemes: Schemes,
}

/// Which schemes this URL, and those that its server names, may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Schemes {
    Https,
    HttpsAndHttp,
}

impl ServerUrl {
    /// A URL of https.
    ///
    /// # Errors
    /// A [`ConfigError`] for any other.
    pub fn https(url: &str) -> Result<Self, ConfigError> {
        Self::parse(url, Schemes::Https).ok_or_else(|| {
            let bounds = "an https URL with a host, without userinfo and fragment; for tests see \
                          `insecure_http`";
            ConfigError::new("server", "url", Problem::OutOfBounds { bounds })
        })
    }

    /// A URL of http or https, whose server may name others of either.
    ///
    /// # Errors
    /// A [`ConfigError`] for any other.
    ///
    /// # Security
    /// Anyone on the way can answer in the server's place, with keys of their own. It is for
    /// servers on loopback, and nothing checks that.
    pub fn insecure_http(url: &str) -> Result<Self, ConfigError> {
        Self::parse(url, Schemes::HttpsAndHttp).ok_or_else(|| {
            let bounds = "an http or https URL with a host, without userinfo and fragment";
            ConfigError::new("server", "url", Problem::OutOfBounds { bounds })
        })
    }

    /// The URL, as it was given.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// A URL that this server names, which must be as secure as its own.
    pub(crate) fn named_here(&self, url: &str) -> Option<Self> {
        Self::parse(url, self.schemes)
    }

    /// This URL with `segments` put between authority and path, such as `/.well-known/name`.
    pub(crate) fn with_path_inserted(&self, segments: &str) -> Option<Self> {
        let (origin, path) = self.url.split_at_checked(self.origin)?;
        self.named_here(&format!("{origin}{segments}{}", path.strip_suffix('/').unwrap_or(path)))
    }

    /// This URL with `segments` put behind its path.
    pub(crate) fn with_path_appended(&self, segments: &str) -> Option<Self> {
        let url = self.url.strip_suffix('/').unwrap_or(&self.url);
        self.named_here(&format!("{url}{segments}"))
    }

    /// Scheme and authority.
    pub(crate) fn origin(&self) -> &str {
        self.url.get(..self.origin).unwrap_or_default()
    }

    /// What follows the authority.
    pub(crate) fn path_and_query(&self) -> &str {
        self.url.get(self.origin..).unwrap_or_default()
    }

    /// Whether it has a query.
    pub(crate) fn has_query(&self) -> bool {
        self.url.contains('?')
    }

    fn parse(url: &str, schemes: Schemes) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let is_allowed = scheme.eq_ignore_ascii_case("https")
            || schemes == Schemes::HttpsAndHttp && scheme.eq_ignore_ascii_case("http");
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end)?;
        let (host, _) = host_and_port(authority)?;
        let is_host = is_host_name(host) || bracketed(host).is_some();
        let is_path = path.bytes().all(|byte| matches!(byte, b'!'..=b'~') && byte != b'#');
        let origin = url.len().checked_sub(path.len())?;
        let is_url = is_allowed && is_host && is_path && url.len() <= LENGTH_LIMIT;
        is_url.then(|| Self { url: Box::from(url), origin, schemes })
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerUrl({})", self.url)
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_urls_with_a_host_are_taken() {
        for url in [
            "https://a.example",
            "https://a.example/",
            "HTTPS://a.example:8443/b?c=d",
            "https://127.0.0.1/x",
            "https://[::1]:1/x",
        ] {
            assert!(ServerUrl::https(url).is_ok(), "{url}");
        }
        for url in [
            "http://a.example",
            "ftp://a.example",
            "https:/a.example",
            "https://",
            "https:///path",
            "https://u@a.example",
            "https://a.example:0",
            "https://a.example:x",
            "https://a.example#f",
            "https://a.example/#f",
            "https://a.example/ b",
            "https://a.example/\r\nx",
            "https://a.example\\b",
            "https://ä.example/",
            " https://a.example",
        ] {
            assert!(ServerUrl::https(url).is_err(), "{url}");
        }
        let long = format!("https://a.example/{}", "x".repeat(2048 - 18));
        assert!(ServerUrl::https(&long).is_ok());
        assert!(ServerUrl::https(&format!("{long}x")).is_err());
    }

    #[test]
    fn a_server_names_no_url_that_is_less_secure_than_its_own() {
        let https = ServerUrl::https("https://a.example").unwrap();
        assert!(https.named_here("https://b.example/keys").is_some());
        assert!(https.named_here("http://a.example/keys").is_none());
        let http = ServerUrl::insecure_http("http://127.0.0.1:80").unwrap();
        assert!(http.named_here("http://127.0.0.1:80/keys").is_some());
        assert!(http.named_here("file:///keys").is_none());
    }

    #[test]
    fn segments_are_inserted_before_a_path_and_appended_behind_it() {
        for (issuer, inserted, appended) in [
            (
                "https://a.example",
                "https://a.example/.well-known/x",
                "https://a.example/.well-known/x",
            ),
            (
                "https://a.example/",
                "https://a.example/.well-known/x",
                "https://a.example/.well-known/x",
            ),
            (
                "https://a.example/b/c",
                "https://a.example/.well-known/x/b/c",
                "https://a.example/b/c/.well-known/x",
            ),
            (
                "https://a.example/b/",
                "https://a.example/.well-known/x/b",
                "https://a.example/b/.well-known/x",
            ),
        ] {
            let issuer = ServerUrl::https(issuer).unwrap();
            assert_eq!(issuer.with_path_inserted("/.well-known/x").unwrap().as_str(), inserted);
            assert_eq!(issuer.with_path_appended("/.well-known/x").unwrap().as_str(), appended);
        }
    }
}
