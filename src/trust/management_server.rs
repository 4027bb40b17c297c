//! The management server, and what it answers when asked for its certificate.

use thiserror::Error;

use crate::authority::{bracketed, is_host_name};
use crate::certificate::{Certificate, CertificateError};
use crate::config_error::{ConfigError, Problem};
use crate::rejection::{ProxyMessage, Remedy};
use crate::transport::{Transport, TransportRequest, TransportResponse, TransportUnavailable};
use crate::trust::offer::CertificateOffer;
use crate::trust::trust_store::FRIENDLY_NAME_LIMIT;

/// The largest answer that is read, in bytes (64 KiB): a certificate has a few.
pub const ANSWER_LIMIT: usize = 64 * 1024;

/// The longest servlet context, in bytes.
const CONTEXT_LIMIT: usize = 255;
/// The longest path, in bytes.
const PATH_LIMIT: usize = 1024;

/// Where the management server is, and the friendly name that its certificate will have.
///
/// Scheme, address, HTTP port and servlet context are `http`, `localhost`, 80 and `rweb` unless
/// others are set, and the path is `/certificate` under the servlet context; the friendly name is
/// the common name of the certificate's subject. The port is the management server's, not the
/// proxy's.
///
/// # Security
/// The answer is an offer, not yet trusted, over https as well: see [`CertificateOffer`].
///
/// # Example
/// ```
/// use tollgate::transport::TransportResponse;
/// use tollgate::trust::{ManagementServer, TrustStore};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = ManagementServer::new().address("management.example")?;
/// assert_eq!(server.certificate_url(), "http://management.example:80/rweb/certificate");
///
/// let pem = include_bytes!("../../tests/certificates/self-signed-p256.pem");
/// let offer = server.read_answer(&TransportResponse::new(200, *pem))?;
/// assert_eq!(offer.friendly_name(), Some("management.example"));
///
/// // The operator has compared the fingerprint with the one that the server shows.
/// let confirmed = offer.fingerprint().to_string().parse()?;
/// TrustStore::new().import_offer(&offer, &confirmed)?;
///
/// assert!(server.read_answer(&TransportResponse::new(200, "<html>Sign in</html>")).is_err());
/// # Ok(())
/// # }
/// ```
///
/// Source: the proxy's document on invalid authorization tokens (steps 5.4 and 5.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagementServer {
    scheme: UrlScheme,
    address: String,
    /// None for the default of the scheme.
    port: Option<u16>,
    path: String,
    friendly_name: Option<String>,
}

/// How the management server is asked (RFC 9110 section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum UrlScheme {
    /// Plain HTTP, at port 80 unless another is set.
    #[default]
    Http,
    /// HTTP over TLS, at port 443 unless another is set.
    Https,
}

/// Why an answer of the management server is not an offer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidCertificateAnswer {
    /// There was no answer.
    #[error("the management server did not answer: {0}")]
    Unavailable(TransportUnavailable),
    /// Another status than 200; redirects are not followed.
    #[error("the management server answered with status {status}")]
    Status {
        /// The status code.
        status: u16,
    },
    /// A body of no bytes.
    #[error("the management server answered with an empty body")]
    Empty,
    /// A body that is larger than any that is read.
    #[error("the management server answered with more than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// A page, by its type or by its first character.
    #[error("the management server answered with a page instead of a certificate")]
    Page,
    /// A body that is not exactly one certificate.
    #[error("the answer of the management server cannot be read: {0}")]
    Certificate(CertificateError),
}

impl InvalidCertificateAnswer {
    /// The documented message.
    pub fn message(&self) -> ProxyMessage {
        ProxyMessage::InvalidData
    }

    /// What the operator of the management server can do.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Unavailable(_) => Remedy::REACH_MANAGEMENT_SERVER,
            _ => self.message().remedy(),
        }
    }
}

impl ManagementServer {
    /// The server with the documented defaults.
    pub fn new() -> Self {
        let (address, path) = ("localhost".to_owned(), path_under("rweb"));
        Self { scheme: UrlScheme::Http, address, port: None, path, friendly_name: None }
    }

    /// Sets the scheme; the default is plain HTTP.
    ///
    /// # Security
    /// What comes over https is an offer as well: who answered is for the host's TLS to judge, and
    /// tollgate does not see that judgement.
    pub fn scheme(mut self, scheme: UrlScheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// Sets the address: a host name, with A-labels for other scripts, an IPv4 address, or an IPv6
    /// address with or without brackets.
    ///
    /// # Errors
    /// A [`ConfigError`] for anything else.
    pub fn address(mut self, address: &str) -> Result<Self, ConfigError> {
        self.address = match bracketed(address).or_else(|| address.parse().ok()) {
            Some(address) => format!("[{address}]"),
            None if is_host_name(address) => address.to_ascii_lowercase(),
            None => return Err(out_of_bounds("address", "a host name or an IP address")),
        };
        Ok(self)
    }

    /// Sets the port, which speaks the scheme's protocol and is not the proxy's; the default is 80,
    /// or 443 for https.
    ///
    /// # Errors
    /// A [`ConfigError`] for port 0.
    pub fn port(mut self, port: u16) -> Result<Self, ConfigError> {
        if port == 0 {
            return Err(out_of_bounds("port", "from 1 to 65535"));
        }
        self.port = Some(port);
        Ok(self)
    }

    /// Sets the path to `/certificate` under this servlet context, which is often, though not
    /// always, the directory in which the server is installed. Several segments have single slashes
    /// between them. Of this and [`path`](Self::path) the last call counts.
    ///
    /// # Errors
    /// A [`ConfigError`] if a segment is empty, `.`, `..`, or has other characters than letters,
    /// digits, `-`, `.`, `_` and `~` (RFC 3986 section 2.3).
    pub fn servlet_context(mut self, context: &str) -> Result<Self, ConfigError> {
        if context.len() > CONTEXT_LIMIT || !context.split('/').all(is_segment) {
            let bounds = "segments of letters, digits, `-`, `.`, `_` and `~`, at most 255 bytes";
            return Err(out_of_bounds("servlet_context", bounds));
        }
        self.path = path_under(context);
        Ok(self)
    }

    /// Sets the whole path, the servlet context included: from 1 to 1024 bytes that begin with a
    /// slash and may end in one.
    ///
    /// # Errors
    /// A [`ConfigError`] if it does not begin with a slash, is longer, or has a segment that is
    /// empty (but for the last), `.`, `..`, or has other characters than letters, digits, and
    /// ``-._~!$&'()*+,;=:@`` (RFC 3986 section 3.3, without percent-encoding, which can hide dots
    /// and slashes).
    pub fn path(mut self, path: &str) -> Result<Self, ConfigError> {
        if path.len() > PATH_LIMIT || !is_path(path) {
            let bounds = "a slash and segments of letters, digits and -._~!$&'()*+,;=:@, at most \
                          1024 bytes";
            return Err(out_of_bounds("path", bounds));
        }
        path.clone_into(&mut self.path);
        Ok(self)
    }

    /// Sets the friendly name.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is empty or longer than [`FRIENDLY_NAME_LIMIT`].
    pub fn friendly_name(mut self, friendly_name: &str) -> Result<Self, ConfigError> {
        if !(1..=FRIENDLY_NAME_LIMIT).contains(&friendly_name.len()) {
            return Err(out_of_bounds("friendly_name", "from 1 to 256 bytes"));
        }
        self.friendly_name = Some(friendly_name.to_owned());
        Ok(self)
    }

    /// The URL at which the certificate is offered, the port always included.
    pub fn certificate_url(&self) -> String {
        let (scheme, default_port) = match self.scheme {
            UrlScheme::Http => ("http", 80),
            UrlScheme::Https => ("https", 443),
        };
        let port = self.port.unwrap_or(default_port);
        format!("{scheme}://{}:{port}{}", self.address, self.path)
    }

    /// Asks the server for its certificate. The host sends the request, and sees to its time limit.
    ///
    /// # Errors
    /// [`InvalidCertificateAnswer`] as [`read_answer`](Self::read_answer), and if there was no
    /// answer.
    pub async fn fetch<T: Transport>(
        &self,
        transport: &T,
    ) -> Result<CertificateOffer, InvalidCertificateAnswer> {
        let request = TransportRequest::get(&self.certificate_url(), ANSWER_LIMIT);
        let answer =
            transport.send(request).await.map_err(InvalidCertificateAnswer::Unavailable)?;
        self.read_answer(&answer)
    }

    /// Reads what the server answered.
    ///
    /// Accepts when
    /// 1. the status is 200;
    /// 2. the body has from 1 to [`ANSWER_LIMIT`] bytes;
    /// 3. it is not a page: neither of the type `text/html` or `application/xhtml+xml`, nor
    ///    beginning with `<`;
    /// 4. it is exactly one certificate, in PEM or DER.
    ///
    /// # Errors
    /// [`InvalidCertificateAnswer`] for each of them.
    pub fn read_answer(
        &self,
        answer: &TransportResponse,
    ) -> Result<CertificateOffer, InvalidCertificateAnswer> {
        if answer.status() != 200 {
            return Err(InvalidCertificateAnswer::Status { status: answer.status() });
        }
        if answer.body().is_empty() {
            return Err(InvalidCertificateAnswer::Empty);
        }
        if answer.body().len() > ANSWER_LIMIT {
            return Err(InvalidCertificateAnswer::TooLarge { limit: ANSWER_LIMIT });
        }
        if is_page(answer) {
            return Err(InvalidCertificateAnswer::Page);
        }
        let certificate =
            Certificate::read(answer.body()).map_err(InvalidCertificateAnswer::Certificate)?;
        Ok(CertificateOffer::new(self.friendly_name.clone(), certificate))
    }
}

impl Default for ManagementServer {
    fn default() -> Self {
        Self::new()
    }
}

fn path_under(context: &str) -> String {
    format!("/{context}/certificate")
}

fn is_segment(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..") && segment.bytes().all(is_unreserved)
}

fn is_path(path: &str) -> bool {
    let is_allowed = |byte: u8| is_unreserved(byte) || b"!$&'()*+,;=:@".contains(&byte);
    let is_segment = |part: &str| !matches!(part, "" | "." | "..") && part.bytes().all(is_allowed);
    let Some(segments) = path.strip_prefix('/') else { return false };
    let inner = segments.strip_suffix('/').unwrap_or(segments);
    segments.is_empty() || inner.split('/').all(is_segment)
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

fn is_page(answer: &TransportResponse) -> bool {
    let media_type = answer.media_type().unwrap_or_default();
    let is_html = ["text/html", "application/xhtml+xml"]
        .iter()
        .any(|html| media_type.eq_ignore_ascii_case(html));
    is_html || answer.body().trim_ascii_start().starts_with(b"<")
}

fn out_of_bounds(field: &'static str, bounds: &'static str) -> ConfigError {
    ConfigError::new("management server", field, Problem::OutOfBounds { bounds })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &[u8] = include_bytes!("../../tests/certificates/self-signed-p256.pem");

    fn field(error: Result<ManagementServer, ConfigError>) -> String {
        error.unwrap_err().field().to_owned()
    }

    #[test]
    fn the_url_has_the_documented_defaults() {
        let url = ManagementServer::new().certificate_url();
        assert_eq!(url, "http://localhost:80/rweb/certificate");
    }

    #[test]
    fn addresses_and_contexts_cannot_reach_beyond_their_place() {
        let server = ManagementServer::new;
        for address in
            ["", "a/b", "a:80", "u@a", "a?x", "a#x", "[::1", "::1]", "[a]", "fe80::1%25en0"]
        {
            assert_eq!(field(server().address(address)), "address", "{address}");
        }
        for context in
            ["", "/", "/rweb", "rweb/", "a//b", "..", "a/../b", "a?b", "a#b", "a%2fb", "ä"]
        {
            assert_eq!(field(server().servlet_context(context)), "servlet_context", "{context}");
        }
        assert_eq!(field(server().port(0)), "port");
        assert_eq!(field(server().friendly_name("")), "friendly_name");
        assert_eq!(field(server().friendly_name(&"a".repeat(257))), "friendly_name");
        assert!(server().friendly_name(&"a".repeat(256)).is_ok());
        assert!(server().friendly_name("a").is_ok());
        assert!(server().port(1).is_ok());
        let elsewhere = server().address("[2001:DB8::1]").unwrap().port(8080).unwrap();
        let elsewhere = elsewhere.servlet_context("apps/Rweb").unwrap();
        assert_eq!(elsewhere.certificate_url(), "http://[2001:db8::1]:8080/apps/Rweb/certificate");
        let bare = server().address("::1").unwrap().certificate_url();
        assert_eq!(bare, "http://[::1]:80/rweb/certificate");
    }

    #[test]
    fn a_context_and_a_path_have_a_longest_length() {
        for (length, is_taken) in [(254, true), (255, true), (256, false)] {
            let context = ManagementServer::new().servlet_context(&"a".repeat(length));
            assert_eq!(context.is_ok(), is_taken, "{length}");
        }
        for (length, is_taken) in [(1023, true), (1024, true), (1025, false)] {
            let path = ManagementServer::new().path(&format!("/{}", "a".repeat(length - 1)));
            assert_eq!(path.is_ok(), is_taken, "{length}");
        }
    }

    #[test]
    fn the_path_is_taken_as_it_is_written_or_not_at_all() {
        let url = |path: &str| ManagementServer::new().path(path).unwrap().certificate_url();
        for path in ["/", "/certificate", "/a/b/", "/a.b/..c/-._~!$&'()*+,;=:@"] {
            assert_eq!(url(path), format!("http://localhost:80{path}"));
        }
        for path in [
            "",
            "a",
            "a/b",
            "//",
            "//a",
            "/a//b",
            "/a//",
            "/.",
            "/..",
            "/a/..",
            "/a/../b",
            "/./",
            "/../",
            "/a?b",
            "/a#b",
            "/a b",
            "/a\tb",
            "/a\r\nb",
            "/a\u{7f}",
            "/a%2e",
            "/a\\b",
            "/ä",
            "http://a/b",
            "/a[b",
            "/a\"b",
        ] {
            assert_eq!(field(ManagementServer::new().path(path)), "path", "{path:?}");
        }
        let server = ManagementServer::new().path("/elsewhere").unwrap();
        let again = server.servlet_context("apps").unwrap();
        assert_eq!(again.certificate_url(), "http://localhost:80/apps/certificate");
    }

    #[test]
    fn https_has_its_own_port_unless_one_is_set_and_gives_an_offer_all_the_same() {
        let server = ManagementServer::new().scheme(UrlScheme::Https);
        assert_eq!(server.certificate_url(), "https://localhost:443/rweb/certificate");
        let offer = server.read_answer(&TransportResponse::new(200, PEM)).unwrap();
        let other = "00".repeat(32).parse().unwrap();
        let refused = crate::trust::TrustStore::new().import_offer(&offer, &other);
        assert!(matches!(refused, Err(crate::trust::TrustError::NotConfirmed { .. })));
        let server = server.port(8443).unwrap();
        assert_eq!(server.certificate_url(), "https://localhost:8443/rweb/certificate");
        let server = server.scheme(UrlScheme::Http);
        assert_eq!(server.certificate_url(), "http://localhost:8443/rweb/certificate");
    }

    #[test]
    fn an_answer_that_is_no_certificate_is_named_for_what_it_is() {
        let read =
            |answer: TransportResponse| ManagementServer::new().read_answer(&answer).unwrap_err();
        for status in [0, 204, 301, 302, 307, 401, 404, 500] {
            assert_eq!(
                read(TransportResponse::new(status, PEM)),
                InvalidCertificateAnswer::Status { status }
            );
        }
        assert_eq!(read(TransportResponse::new(200, "")), InvalidCertificateAnswer::Empty);
        let large = TransportResponse::new(200, vec![b'a'; 10_000_000]);
        assert_eq!(read(large), InvalidCertificateAnswer::TooLarge { limit: ANSWER_LIMIT });
        let page = TransportResponse::new(200, PEM)
            .with_header("content-type", "Text/HTML; charset=utf-8");
        assert_eq!(read(page), InvalidCertificateAnswer::Page);
        assert_eq!(
            read(TransportResponse::new(200, "\r\n<!doctype html>")),
            InvalidCertificateAnswer::Page
        );
        let none = InvalidCertificateAnswer::Certificate(CertificateError::Missing);
        assert_eq!(read(TransportResponse::new(200, "none")), none);
        let twice = [PEM, PEM].concat();
        let several = InvalidCertificateAnswer::Certificate(CertificateError::Several);
        assert_eq!(read(TransportResponse::new(200, twice)), several);
        assert_eq!(
            none.message().text(),
            "A proxy server authorization token was requested from the Reflection server but \
             invalid data was received."
        );
    }

    #[test]
    fn the_answer_limit_is_inclusive() {
        let padded = |length: usize| {
            let padding = vec![b'\n'; length - PEM.len()];
            ManagementServer::new()
                .read_answer(&TransportResponse::new(200, [PEM, &padding].concat()))
        };
        assert!(padded(ANSWER_LIMIT - 1).is_ok());
        assert!(padded(ANSWER_LIMIT).is_ok());
        assert!(padded(ANSWER_LIMIT + 1).is_err());
    }

    #[test]
    fn der_is_an_answer_too_and_the_friendly_name_can_be_set() {
        let der = Certificate::from_pem(PEM).unwrap().der().to_vec();
        let server = ManagementServer::new().friendly_name("ours").unwrap();
        let offer = server.read_answer(&TransportResponse::new(200, der)).unwrap();
        assert_eq!(offer.friendly_name(), Some("ours"));
    }
}
