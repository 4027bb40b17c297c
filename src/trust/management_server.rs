//! The management server, and what it answers when asked for its certificate.

use std::net::Ipv6Addr;

use thiserror::Error;

use crate::certificate::{Certificate, CertificateError};
use crate::config_error::{ConfigError, Problem};
use crate::record::is_host_name;
use crate::rejection::{ProxyMessage, Remedy};
use crate::transport::{FetchedAnswer, Transport, TransportUnavailable};
use crate::trust::offer::CertificateOffer;
use crate::trust::trust_store::FRIENDLY_NAME_LIMIT;

/// The largest answer that is read, in bytes (64 KiB): a certificate has a few.
pub const ANSWER_LIMIT: usize = 64 * 1024;

/// The longest servlet context, in bytes.
const CONTEXT_LIMIT: usize = 255;

/// Where the management server is, and the friendly name that its certificate will have.
///
/// Address, HTTP port and servlet context are `localhost`, 80 and `rweb` unless others are set; the
/// friendly name is the common name of the certificate's subject. The port is the management
/// server's, not the proxy's.
///
/// # Security
/// The answer comes over plain HTTP and is an offer, not yet trusted: see [`CertificateOffer`].
///
/// # Example
/// ```
/// use tollgate::trust::{ManagementServer, TrustStore};
/// use tollgate::transport::FetchedAnswer;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = ManagementServer::new().address("management.example")?;
/// assert_eq!(server.certificate_url(), "http://management.example:80/rweb/certificate");
///
/// let pem = include_bytes!("../../tests/certificates/self-signed-p256.pem");
/// let offer = server.read_answer(&FetchedAnswer::new(200, *pem))?;
/// assert_eq!(offer.friendly_name(), Some("management.example"));
///
/// // The operator has compared the fingerprint with the one that the server shows.
/// let confirmed = offer.fingerprint().to_string().parse()?;
/// TrustStore::new().import_offer(&offer, &confirmed)?;
///
/// assert!(server.read_answer(&FetchedAnswer::new(200, "<html>Sign in</html>")).is_err());
/// # Ok(())
/// # }
/// ```
///
/// Source: the proxy's document on invalid authorization tokens (steps 5.4 and 5.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagementServer {
    address: String,
    port: u16,
    context: String,
    friendly_name: Option<String>,
}

/// Why an answer of the management server is not an offer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidAnswer {
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

impl InvalidAnswer {
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
        let (address, context) = ("localhost".to_owned(), "rweb".to_owned());
        Self { address, port: 80, context, friendly_name: None }
    }

    /// At this address: a host name, with A-labels for other scripts, an IPv4 address, or an IPv6
    /// address with or without brackets.
    ///
    /// # Errors
    /// A [`ConfigError`] for anything else.
    pub fn address(mut self, address: &str) -> Result<Self, ConfigError> {
        let unbracketed = address.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
        self.address = match unbracketed.unwrap_or(address).parse::<Ipv6Addr>() {
            Ok(address) => format!("[{address}]"),
            Err(_) if is_host_name(address) => address.to_ascii_lowercase(),
            Err(_) => return Err(out_of_bounds("address", "a host name or an IP address")),
        };
        Ok(self)
    }

    /// At this port, which speaks HTTP and is not the proxy's.
    ///
    /// # Errors
    /// A [`ConfigError`] for port 0.
    pub fn port(mut self, port: u16) -> Result<Self, ConfigError> {
        if port == 0 {
            return Err(out_of_bounds("port", "from 1 to 65535"));
        }
        self.port = port;
        Ok(self)
    }

    /// Under this servlet context, the first part of the URL's path; it is often, though not
    /// always, the directory in which the server is installed. Several segments stand with single
    /// slashes between them.
    ///
    /// # Errors
    /// A [`ConfigError`] if a segment is empty, `.`, `..`, or has other characters than letters,
    /// digits, `-`, `.`, `_` and `~` (RFC 3986 section 2.3).
    pub fn servlet_context(mut self, context: &str) -> Result<Self, ConfigError> {
        if context.len() > CONTEXT_LIMIT || !context.split('/').all(is_segment) {
            let bounds = "segments of letters, digits, `-`, `.`, `_` and `~`, at most 255 bytes";
            return Err(out_of_bounds("servlet_context", bounds));
        }
        context.clone_into(&mut self.context);
        Ok(self)
    }

    /// Under this friendly name.
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
        format!("http://{}:{}/{}/certificate", self.address, self.port, self.context)
    }

    /// Asks the server for its certificate. The host sends the request, and sees to its time limit.
    ///
    /// # Errors
    /// [`InvalidAnswer`] as [`read_answer`](Self::read_answer), and if there was no answer.
    pub async fn fetch<T: Transport>(
        &self,
        transport: &T,
    ) -> Result<CertificateOffer, InvalidAnswer> {
        let url = self.certificate_url();
        let answer = transport.get(&url).await.map_err(InvalidAnswer::Unavailable)?;
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
    /// [`InvalidAnswer`] for each of them.
    pub fn read_answer(&self, answer: &FetchedAnswer) -> Result<CertificateOffer, InvalidAnswer> {
        if answer.status() != 200 {
            return Err(InvalidAnswer::Status { status: answer.status() });
        }
        if answer.body().is_empty() {
            return Err(InvalidAnswer::Empty);
        }
        if answer.body().len() > ANSWER_LIMIT {
            return Err(InvalidAnswer::TooLarge { limit: ANSWER_LIMIT });
        }
        if is_page(answer) {
            return Err(InvalidAnswer::Page);
        }
        let certificate = Certificate::read(answer.body()).map_err(InvalidAnswer::Certificate)?;
        Ok(CertificateOffer::new(self.friendly_name.clone(), certificate))
    }
}

impl Default for ManagementServer {
    fn default() -> Self {
        Self::new()
    }
}

fn is_segment(segment: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    !matches!(segment, "" | "." | "..") && segment.bytes().all(is_unreserved)
}

fn is_page(answer: &FetchedAnswer) -> bool {
    let media_type = answer.content_type().and_then(|value| value.split(';').next());
    let media_type = media_type.unwrap_or_default().trim();
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
        let elsewhere = server().address("[2001:DB8::1]").unwrap().port(8080).unwrap();
        let elsewhere = elsewhere.servlet_context("apps/Rweb").unwrap();
        assert_eq!(elsewhere.certificate_url(), "http://[2001:db8::1]:8080/apps/Rweb/certificate");
        let bare = server().address("::1").unwrap().certificate_url();
        assert_eq!(bare, "http://[::1]:80/rweb/certificate");
    }

    #[test]
    fn an_answer_that_is_no_certificate_is_named_for_what_it_is() {
        let read =
            |answer: FetchedAnswer| ManagementServer::new().read_answer(&answer).unwrap_err();
        for status in [0, 204, 301, 302, 307, 401, 404, 500] {
            assert_eq!(read(FetchedAnswer::new(status, PEM)), InvalidAnswer::Status { status });
        }
        assert_eq!(read(FetchedAnswer::new(200, "")), InvalidAnswer::Empty);
        let large = FetchedAnswer::new(200, vec![b'a'; 10_000_000]);
        assert_eq!(read(large), InvalidAnswer::TooLarge { limit: ANSWER_LIMIT });
        let page = FetchedAnswer::new(200, PEM).with_content_type("Text/HTML; charset=utf-8");
        assert_eq!(read(page), InvalidAnswer::Page);
        assert_eq!(read(FetchedAnswer::new(200, "\r\n<!doctype html>")), InvalidAnswer::Page);
        let none = InvalidAnswer::Certificate(CertificateError::Missing);
        assert_eq!(read(FetchedAnswer::new(200, "none")), none);
        let twice = [PEM, PEM].concat();
        let several = InvalidAnswer::Certificate(CertificateError::Several);
        assert_eq!(read(FetchedAnswer::new(200, twice)), several);
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
            ManagementServer::new().read_answer(&FetchedAnswer::new(200, [PEM, &padding].concat()))
        };
        assert!(padded(ANSWER_LIMIT - 1).is_ok());
        assert!(padded(ANSWER_LIMIT).is_ok());
        assert!(padded(ANSWER_LIMIT + 1).is_err());
    }

    #[test]
    fn der_is_an_answer_too_and_the_friendly_name_can_be_set() {
        let der = Certificate::from_pem(PEM).unwrap().der().to_vec();
        let server = ManagementServer::new().friendly_name("ours").unwrap();
        let offer = server.read_answer(&FetchedAnswer::new(200, der)).unwrap();
        assert_eq!(offer.friendly_name(), Some("ours"));
    }
}
