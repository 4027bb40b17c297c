//! The one thing a host must do for tollgate to learn something over the network: send a request.
//!
//! Tollgate opens no socket. It builds the URL and reads the [`FetchedAnswer`]; a [`Transport`] of
//! the host sends the request, or says [`TransportUnavailable`].

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use thiserror::Error;

/// Sends GET requests.
///
/// Write `async fn get`, whether it waits or not.
///
/// ```
/// use tollgate::transport::{FetchedAnswer, Transport, TransportUnavailable};
///
/// struct Recorded;
///
/// impl Transport for Recorded {
///     async fn get(&self, url: &str) -> Result<FetchedAnswer, TransportUnavailable> {
///         match url {
///             "http://localhost:80/rweb/certificate" => Ok(FetchedAnswer::new(200, "...")),
///             _ => Err(TransportUnavailable("no such host".into())),
///         }
///     }
/// }
/// ```
///
/// # Security
/// Send the request to exactly this URL, without credentials and cookies. Do not follow redirects:
/// hand the answer with its status over, and it is refused here. Set a time limit, and stop
/// reading a body once it is longer than 64 KiB: whoever reads the answer refuses it then, and
/// the host's memory is the host's own to guard.
pub trait Transport: Send + Sync {
    /// The answer to a GET request for `url`.
    ///
    /// # Errors
    /// [`TransportUnavailable`] if there was no answer: no connection, a time limit, a reset.
    fn get(
        &self,
        url: &str,
    ) -> impl Future<Output = Result<FetchedAnswer, TransportUnavailable>> + Send;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    async fn get(&self, url: &str) -> Result<FetchedAnswer, TransportUnavailable> {
        (**self).get(url).await
    }
}

/// The answer to a GET request.
#[derive(Clone, PartialEq, Eq)]
pub struct FetchedAnswer {
    status: u16,
    content_type: Option<String>,
    body: Vec<u8>,
}

impl FetchedAnswer {
    /// Makes an answer with this status and body.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, content_type: None, body: body.into() }
    }

    /// Sets the value of its header `Content-Type`.
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The header `Content-Type`, as it was sent.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

/// The status and the length; the body may be anything.
impl fmt::Debug for FetchedAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FetchedAnswer({}, {} bytes)", self.status, self.body.len())
    }
}

/// There was no answer. The text is for the operator, so it must not quote credentials.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct TransportUnavailable(pub Cow<'static, str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_never_printed() {
        let answer = FetchedAnswer::new(200, "hidden").with_content_type("text/hidden");
        assert_eq!(format!("{answer:?}"), "FetchedAnswer(200, 6 bytes)");
    }
}
