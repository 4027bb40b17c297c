//! Requests, as the host hands them in.
//!
//! Start with [`PlainRequest`] in tests, or implement [`Request`] for a type of your own; [`Body`]
//! says how much of the body the host has read.

use std::borrow::Cow;
use std::fmt;

use crate::authority::is_scheme;

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

    /// `http` or `https`, if the transport knows, else of a target in absolute form.
    fn scheme(&self) -> Option<&str>;

    /// Host and port as the caller named them: those of a target in absolute or authority form,
    /// which override `Host` (RFC 9112 section 3.2.2), else `:authority`, else the one `Host` line.
    /// Several `Host` lines name none.
    fn authority(&self) -> Option<&str>;

    /// The request target as received, in one of the forms of RFC 9112 section 3.2, nothing
    /// decoded: `/path?query`, `http://host/path` as a proxy is asked, `host:port` of CONNECT, or
    /// `*`.
    ///
    /// HTTP/2 and HTTP/3 have no absolute form: their target is `:path`, of CONNECT `:authority`
    /// (RFC 9113 section 8.3.1, 8.5).
    fn target(&self) -> Cow<'_, str>;

    /// The query of the target, without `?` and a fragment, nothing decoded; none if there is no
    /// `?`.
    fn query(&self) -> Option<&str>;

    /// The value of the `index`-th line (from 0) with this header name, without regard to the case
    /// of the name; none from the first index past the last line on.
    fn header(&self, name: &str, index: usize) -> Option<&[u8]>;

    /// Returns the only line with this name. Override it where one pass is cheaper than two
    /// look-ups, with [`Occurrence::of`].
    ///
    /// # Security
    /// `Once` for a name that has two lines lets a second credential pass.
    fn only_header(&self, name: &str) -> Occurrence<'_> {
        Occurrence::of((0..).map_while(|index| self.header(name, index)))
    }

    /// The certificate (DER) that the peer proved to hold in the TLS handshake.
    fn peer_certificate(&self) -> Option<&[u8]>;

    /// The body.
    fn body(&self) -> Body<'_>;
}

/// How often a header appears, and its value if that is once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Occurrence<'r> {
    /// No line has this name.
    Absent,
    /// One line has it, with this value.
    Once(&'r [u8]),
    /// Several lines have it.
    Repeated,
}

impl<'r> Occurrence<'r> {
    /// How often a header appears that has these lines; at most two are asked for.
    pub fn of(lines: impl IntoIterator<Item = &'r [u8]>) -> Self {
        let mut lines = lines.into_iter();
        match (lines.next(), lines.next()) {
            (None, _) => Self::Absent,
            (Some(value), None) => Self::Once(value),
            (Some(_), Some(_)) => Self::Repeated,
        }
    }
}

/// Only how often: a value may be a credential.
impl fmt::Debug for Occurrence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "Absent",
            Self::Once(_) => "Once(redacted)",
            Self::Repeated => "Repeated",
        })
    }
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
    /// A request without headers and body, with its target as received.
    pub fn new(method: impl AsRef<str>, target: impl AsRef<str>) -> Self {
        let owned = |text: &str| text.to_owned();
        Self { method: owned(method.as_ref()), target: owned(target.as_ref()), ..Self::default() }
    }

    /// With the scheme that the transport knows, which overrides that of the target.
    pub fn with_scheme(mut self, scheme: impl AsRef<str>) -> Self {
        self.scheme = Some(scheme.as_ref().to_owned());
        self
    }

    /// With this `:authority`; a target that names an authority itself overrides it.
    pub fn with_authority(mut self, authority: impl AsRef<str>) -> Self {
        self.authority = Some(authority.as_ref().to_owned());
        self
    }

    /// Adds a header line.
    pub fn with_header(mut self, name: impl AsRef<str>, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.as_ref().to_owned(), value.into()));
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
        self.scheme.as_deref().or_else(|| scheme_and_authority(&self.target).0)
    }

    fn authority(&self) -> Option<&str> {
        let named = scheme_and_authority(&self.target).1.or(self.authority.as_deref());
        named.or_else(|| only_host(self))
    }

    fn target(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.target)
    }

    fn query(&self) -> Option<&str> {
        let (before_fragment, _) = self.target.split_once('#').unwrap_or((&self.target, ""));
        before_fragment.split_once('?').map(|(_, query)| query)
    }

    fn header(&self, name: &str, index: usize) -> Option<&[u8]> {
        let mut lines = self.headers.iter().filter(|(line, _)| is_same_name(line, name));
        lines.nth(index).map(|(_, value)| value.as_slice())
    }

    fn only_header(&self, name: &str) -> Occurrence<'_> {
        let lines = self.headers.iter().filter(|(line, _)| is_same_name(line, name));
        Occurrence::of(lines.map(|(_, value)| value.as_slice()))
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

/// Whether two names of headers are the same; most are written as they are asked for.
fn is_same_name(line: &str, name: &str) -> bool {
    line == name || line.eq_ignore_ascii_case(name)
}

/// The value of the one `Host` line, if it is printable; two of them name none.
pub(crate) fn only_host(request: &impl Request) -> Option<&str> {
    match request.only_header("host") {
        Occurrence::Once(host) if host.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~')) => {
            str::from_utf8(host).ok()
        }
        _ => None,
    }
}

/// What a target names besides its path: in absolute form both, in authority form the authority.
fn scheme_and_authority(target: &str) -> (Option<&str>, Option<&str>) {
    match target.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => {
            (Some(scheme), rest.split(['/', '?', '#']).next())
        }
        _ if target.is_empty() || target.contains(['/', '?', '#', '*']) => (None, None),
        _ => (None, Some(target)),
    }
}
