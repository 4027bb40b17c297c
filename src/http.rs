//! [`Request`] for the types of the `http` crate, and refusals as its responses (feature `http`).
//!
//! These types keep scheme, authority and path of a target apart. Below HTTP/2 a target with a
//! scheme arrived in absolute form and is put together again; from HTTP/2 on they were the
//! pseudo-headers `:scheme`, `:authority` and `:path` (RFC 9113 section 8.3.1), and the target is
//! the path. A target in absolute form is in normal form then: the scheme in lower case, an empty
//! path as `/` (RFC 9110 section 4.2.3).

mod removal;

use std::borrow::Cow;
use std::fmt;

use ::http::request::Parts;
use ::http::uri::Authority;
use ::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Uri, Version};

use crate::request::{Body, Occurrence, Request, only_host};
use crate::wording::RefusalResponse;

pub use removal::{CredentialLeft, remove_credentials};

impl Request for Parts {
    fn method(&self) -> &str {
        self.method.as_str()
    }

    fn scheme(&self) -> Option<&str> {
        self.uri.scheme_str()
    }

    fn authority(&self) -> Option<&str> {
        authority(&self.uri).or_else(|| only_host(self))
    }

    fn target(&self) -> Cow<'_, str> {
        target(&self.uri, self.version)
    }

    fn query(&self) -> Option<&str> {
        self.uri.query()
    }

    fn header(&self, name: &str, index: usize) -> Option<&[u8]> {
        header(&self.headers, name, index)
    }

    fn only_header(&self, name: &str) -> Occurrence<'_> {
        only_header(&self.headers, name)
    }

    fn peer_certificate(&self) -> Option<&[u8]> {
        None
    }

    fn body(&self) -> Body<'_> {
        Body::Unread
    }
}

/// The body counts as unread, whatever its type.
impl<B: Sync> Request for ::http::Request<B> {
    fn method(&self) -> &str {
        self.method().as_str()
    }

    fn scheme(&self) -> Option<&str> {
        self.uri().scheme_str()
    }

    fn authority(&self) -> Option<&str> {
        authority(self.uri()).or_else(|| only_host(self))
    }

    fn target(&self) -> Cow<'_, str> {
        target(self.uri(), self.version())
    }

    fn query(&self) -> Option<&str> {
        self.uri().query()
    }

    fn header(&self, name: &str, index: usize) -> Option<&[u8]> {
        header(self.headers(), name, index)
    }

    fn only_header(&self, name: &str) -> Occurrence<'_> {
        only_header(self.headers(), name)
    }

    fn peer_certificate(&self) -> Option<&[u8]> {
        None
    }

    fn body(&self) -> Body<'_> {
        Body::Unread
    }
}

/// The head of a request with what the host knows besides: scheme, body, peer certificate.
///
/// ```
/// use tollgate::http::HttpRequest;
/// use tollgate::{Body, Request};
///
/// let (parts, body) = http::Request::post("/orders").body("one").unwrap().into_parts();
/// let request = HttpRequest::new(&parts).with_scheme("https").with_body(body.as_bytes());
/// assert_eq!(request.body(), Body::Buffered(b"one"));
/// ```
#[derive(Clone, Copy)]
pub struct HttpRequest<'r> {
    parts: &'r Parts,
    scheme: Option<&'r str>,
    peer_certificate: Option<&'r [u8]>,
    body: Body<'r>,
}

impl<'r> HttpRequest<'r> {
    /// Makes a request of the head alone; the body counts as unread.
    pub fn new(parts: &'r Parts) -> Self {
        Self { parts, scheme: None, peer_certificate: None, body: Body::Unread }
    }

    /// With the scheme that the transport knows, `http` or `https`, which overrides that of the
    /// target.
    pub fn with_scheme(mut self, scheme: &'r str) -> Self {
        self.scheme = Some(scheme);
        self
    }

    /// Sets the body, which must be whole.
    pub fn with_body(mut self, body: &'r [u8]) -> Self {
        self.body = Body::Buffered(body);
        self
    }

    /// Sets the certificate (DER) that the peer proved to hold.
    pub fn with_peer_certificate(mut self, der: &'r [u8]) -> Self {
        self.peer_certificate = Some(der);
        self
    }
}

/// Nothing of the request is shown: any of it may be a credential.
impl fmt::Debug for HttpRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpRequest(redacted)")
    }
}

impl Request for HttpRequest<'_> {
    fn method(&self) -> &str {
        Request::method(self.parts)
    }

    fn scheme(&self) -> Option<&str> {
        self.scheme.or_else(|| Request::scheme(self.parts))
    }

    fn authority(&self) -> Option<&str> {
        Request::authority(self.parts)
    }

    fn target(&self) -> Cow<'_, str> {
        Request::target(self.parts)
    }

    fn query(&self) -> Option<&str> {
        Request::query(self.parts)
    }

    fn header(&self, name: &str, index: usize) -> Option<&[u8]> {
        Request::header(self.parts, name, index)
    }

    fn only_header(&self, name: &str) -> Occurrence<'_> {
        self.parts.only_header(name)
    }

    fn peer_certificate(&self) -> Option<&[u8]> {
        self.peer_certificate
    }

    fn body(&self) -> Body<'_> {
        self.body
    }
}

/// The refusal as a host sends it, with any type of body that can be made of text.
///
/// ```
/// use tollgate::wording::RefusalResponse;
///
/// let refusal = RefusalResponse { status: 401, headers: vec![], body: "no".to_owned() };
/// let response: http::Response<String> = refusal.into();
/// assert_eq!(response.status(), 401);
/// ```
impl<B: From<String>> From<RefusalResponse> for Response<B> {
    fn from(refusal: RefusalResponse) -> Self {
        let mut response = Self::new(B::from(refusal.body));
        *response.status_mut() =
            StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::UNAUTHORIZED);
        for (name, value) in refusal.headers {
            // Those that tollgate writes are valid, so none of them is ever left out.
            if let (Ok(name), Ok(value)) =
                (HeaderName::try_from(name), HeaderValue::try_from(value))
            {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

fn authority(uri: &Uri) -> Option<&str> {
    uri.authority().map(Authority::as_str)
}

/// The target as it was received; only one in absolute form must be put together.
fn target(uri: &Uri, version: Version) -> Cow<'_, str> {
    match (uri.scheme_str(), uri.authority(), uri.path_and_query()) {
        (Some(scheme), Some(authority), Some(path)) if version < Version::HTTP_2 => {
            Cow::Owned(format!("{scheme}://{authority}{}", path.as_str()))
        }
        (_, _, Some(path)) => Cow::Borrowed(path.as_str()),
        (_, authority, None) => Cow::Borrowed(authority.map_or("", Authority::as_str)),
    }
}

fn only_header<'r>(headers: &'r HeaderMap, name: &str) -> Occurrence<'r> {
    Occurrence::of(headers.get_all(name).iter().map(HeaderValue::as_bytes))
}

fn header<'r>(headers: &'r HeaderMap, name: &str, index: usize) -> Option<&'r [u8]> {
    headers.get_all(name).iter().nth(index).map(HeaderValue::as_bytes)
}
