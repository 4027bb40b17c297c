//! A response.

use std::fmt;

/// The response to one request, as it arrived.
///
/// ```
/// use tollgate::transport::TransportResponse;
///
/// let response = TransportResponse::new(200, "{}")
///     .with_header("Content-Type", "application/json; charset=utf-8");
/// assert_eq!(response.media_type(), Some("application/json"));
/// assert_eq!(response.header("etag"), None);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct TransportResponse {
    status: u16,
    headers: Vec<(Box<str>, Box<str>)>,
    body: Vec<u8>,
}

impl TransportResponse {
    /// Makes a response with this status and body.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    /// Adds a header line. Only `Content-Type`, `Content-Encoding`, `Cache-Control` and `ETag` are
    /// looked at; others may be left out.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((Box::from(name), Box::from(value)));
        self
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The first header line of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.headers.iter();
        lines.find(|(line, _)| line.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }

    /// The type in `Content-Type`, without its parameters.
    pub fn media_type(&self) -> Option<&str> {
        self.header("content-type")?.split(';').next().map(str::trim)
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

/// The status and the length; the rest may be anything.
impl fmt::Debug for TransportResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TransportResponse({}, {} bytes)", self.status, self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_never_printed() {
        let response = TransportResponse::new(200, "hidden").with_header("etag", "hidden");
        assert_eq!(format!("{response:?}"), "TransportResponse(200, 6 bytes)");
    }
}
