//! Requests, as the host hands them in.
//!
//! Start with [`PlainRequest`] in tests, or implement [`Request`] for a type of your own; [`Body`] says
//! how much of the body the host has read.

use std::fmt;

/// One request, seen through a small window, since hosts disagree about types.
///
/// Implement it for the host's own type, or use [`PlainRequest`]. Behind the feature `http` it is
/// implemented for the types of that crate.
///
/// # Security
/// Everything is taken as it arrived. An implementation that trims, unquotes, merges or drops
/// header lines hides from tollgate what it would have refused.
pub trait Request: Sync {
    /// The method, such as `GET`.
    fn method(&self) -> &str;

    /// `http` or `https`, if the transport knows.
    fn scheme(&self) -> Option<&str>;

    /// Host and port as the caller named them: `:authority`, or that of a target in absolute form,
    /// which overrides `Host` (RFC 9112 section 3.2.2), or the one `Host` line.
    fn authority(&self) -> Option<&str>;

    /// The request target as received: path and query, nothing decoded.
    fn target(&self) -> &str;

    /// The value of the `index`-th line (from 0) with this header name, without regard to the case
    /// of the name; none from the first index past the last line on.
    fn header(&self, name: &str, index: usize) -> Option<&[u8]>;

    /// The certificate (DER) that the peer proved to hold in the TLS handshake.
    fn peer_certificate(&self) -> Option<&[u8]>;

    /// The body.
    fn body(&self) -> Body<'_>;
}

/// The body of a request, as far as the host has it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Body<'r> {
    /// The request has none.
    None,
    /// All of it.
    Buffered(&'r [u8]),
    /// There may be one, but the host has not read it.
    Unread,
}

impl fmt::Debug for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Buffered(bytes) => write!(f, "Buffered({} bytes)", bytes.len()),
            Self::Unread => f.write_str("Unread"),
        }
    }
}

/// A request that owns its parts: for tests, and for hosts without a type of their own.
///
/// ```
/// use tollgate::{PlainRequest, Request};
///
/// let request = PlainRequest::new("GET", "/orders?page=2")
///     .with_authority("api.example")
///     .with_header("client_id", "mobile-app");
/// assert_eq!(request.header("CLIENT_ID", 0), Some(&b"mobile-app"[..]));
/// assert_eq!(request.header("client_id", 1), None);
/// ```
#[derive(Clone, Default)]
pub struct PlainRequest {
    method: String,
    target: String,
    scheme: Option<String>,
    authority: Option<String>,
    headers: Vec<(String, Vec<u8>)>,
    peer_certificate: Option<Vec<u8>>,
    body: Option<Vec<u8>>,
}

impl PlainRequest {
    /// Makes a request without headers and body.
    pub fn new(method: &str, target: &str) -> Self {
        Self { method: method.to_owned(), target: target.to_owned(), ..Self::default() }
    }

    /// Sets the scheme.
    pub fn with_scheme(mut self, scheme: &str) -> Self {
        self.scheme = Some(scheme.to_owned());
        self
    }

    /// Sets the authority.
    pub fn with_authority(mut self, authority: &str) -> Self {
        self.authority = Some(authority.to_owned());
        self
    }

    /// Adds a header line.
    pub fn with_header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Sets the certificate (DER) of the peer.
    pub fn with_peer_certificate(mut self, der: impl Into<Vec<u8>>) -> Self {
        self.peer_certificate = Some(der.into());
        self
    }

    /// Sets the body.
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }
}

impl Request for PlainRequest {
    fn method(&self) -> &str {
        &self.method
    }

    fn scheme(&self) -> Option<&str> {
        self.scheme.as_deref()
    }

    fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    fn target(&self) -> &str {
        &self.target
    }

    fn header(&self, name: &str, index: usize) -> Option<&[u8]> {
        let mut lines = self.headers.iter().filter(|(line, _)| line.eq_ignore_ascii_case(name));
        lines.nth(index).map(|(_, value)| value.as_slice())
    }

    fn peer_certificate(&self) -> Option<&[u8]> {
        self.peer_certificate.as_deref()
    }

    fn body(&self) -> Body<'_> {
        self.body.as_deref().map_or(Body::None, Body::Buffered)
    }
}

/// Only counts are shown: any part of a request may be a credential.
impl fmt::Debug for PlainRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlainRequest({} header lines, redacted)", self.headers.len())
    }
}
