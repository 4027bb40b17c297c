//! What a transport must do.

use std::borrow::Cow;
use std::sync::Arc;

use thiserror::Error;

use crate::transport::request::TransportRequest;
use crate::transport::response::TransportResponse;

/// Sends requests of tollgate.
///
/// Write `async fn send`, whether it waits or not.
///
/// ```
/// use tollgate::transport::{
///     Transport, TransportRequest, TransportResponse, TransportUnavailable,
/// };
///
/// struct Recorded;
///
/// impl Transport for Recorded {
///     async fn send(
///         &self,
///         request: TransportRequest,
///     ) -> Result<TransportResponse, TransportUnavailable> {
///         match request.url() {
///             "https://issuer.example/jwks" => Ok(TransportResponse::new(200, r#"{"keys":[]}"#)),
///             _ => Err(TransportUnavailable("no such host".into())),
///         }
///     }
/// }
/// ```
///
/// # Security
/// 1. Send the request to exactly its URL with exactly its headers and body, and no cookies.
/// 2. Verify the server's certificate for an https URL. Others are asked only where the host took
///    one by [`ServerUrl::insecure_http`](crate::transport::ServerUrl::insecure_http).
/// 3. Do not follow redirects: hand the response with its status over, and it is refused here.
/// 4. Do not decode a content coding.
/// 5. Set a time limit: tollgate has no clock that could end a request.
/// 6. Stop reading a body once it is longer than [`TransportRequest::response_limit`] says, and
///    hand over what was read: it is refused here, and the memory is the host's own to guard.
/// 7. Never log a request's headers or body: they hold credentials.
pub trait Transport: Send + Sync {
    /// The response to `request`, whatever its status.
    ///
    /// # Errors
    /// [`TransportUnavailable`] if there was none: no connection, a time limit, a reset, half a
    /// response.
    fn send(
        &self,
        request: TransportRequest,
    ) -> impl Future<Output = Result<TransportResponse, TransportUnavailable>> + Send;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    async fn send(
        &self,
        request: TransportRequest,
    ) -> Result<TransportResponse, TransportUnavailable> {
        (**self).send(request).await
    }
}

/// There was no response. The text is for the operator, so it must not quote credentials.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct TransportUnavailable(pub Cow<'static, str>);
