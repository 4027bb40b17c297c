//! An outgoing request.

use std::fmt;

use crate::secret::Secret;

/// The methods that are used (RFC 9110 section 9.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET, without a body.
    Get,
    /// POST, with a body.
    Post,
}

impl Method {
    /// The name, as it is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// One request that a [`Transport`](crate::transport::Transport) sends as it is.
///
/// # Security
/// Headers and body may hold credentials, and `Debug` shows neither.
pub struct TransportRequest {
    method: Method,
    url: Box<str>,
    headers: Vec<(&'static str, Secret)>,
    body: Secret,
    response_limit: usize,
}

impl TransportRequest {
    /// A GET request for `url`, whose response may have `response_limit` bytes of body.
    pub fn get(url: &str, response_limit: usize) -> Self {
        Self {
            method: Method::Get,
            url: Box::from(url),
            headers: Vec::new(),
            body: Secret::new(""),
            response_limit,
        }
    }

    /// A POST request for `url` with this body, whose response may have `response_limit` bytes of
    /// body.
    pub fn post(url: &str, content_type: &str, body: Secret, response_limit: usize) -> Self {
        let request = Self { method: Method::Post, body, ..Self::get(url, response_limit) };
        request.with_header("content-type", content_type)
    }

    /// Adds a header line; names are in lower case.
    pub fn with_header(mut self, name: &'static str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name, Secret::new(value)));
        self
    }

    /// The method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The absolute URL, without userinfo and fragment.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The header lines in order, with names in lower case. `Host` and `Content-Length` are the
    /// transport's own.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        self.headers.iter().map(|(name, value)| (*name, value.expose()))
    }

    /// The body, which is empty for GET.
    pub fn body(&self) -> &[u8] {
        self.body.expose()
    }

    /// The largest body of a response that is accepted, in bytes.
    pub fn response_limit(&self) -> usize {
        self.response_limit
    }
}

/// Only method and URL are shown.
impl fmt::Debug for TransportRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TransportRequest({} {})", self.method.as_str(), self.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_and_body_are_never_printed() {
        let url = "https://a.example/introspect";
        let request = TransportRequest::post(url, "text/plain", Secret::new("hidden"), 10)
            .with_header("authorization", "hidden");
        assert_eq!(format!("{request:?}"), "TransportRequest(POST https://a.example/introspect)");
    }
}
