//! Closures as transports.

use std::fmt;

use crate::transport::contract::{Transport, TransportUnavailable};
use crate::transport::request::TransportRequest;
use crate::transport::response::TransportResponse;

/// Makes a [`Transport`] of a closure that returns a future.
///
/// A closure that captures a client clones it for each request:
/// ```
/// use std::time::Duration;
/// use tollgate::transport::{
///     TransportRequest, TransportResponse, TransportUnavailable, transport_fn,
/// };
///
/// # #[derive(Clone)]
/// # struct HttpClient;
/// # impl HttpClient {
/// #     async fn send(&self, _: TransportRequest) -> TransportResponse {
/// #         TransportResponse::new(503, "")
/// #     }
/// # }
/// let client = HttpClient;
/// let transport = transport_fn(move |request: TransportRequest| {
///     let client = client.clone();
///     async move {
///         tokio::time::timeout(Duration::from_secs(5), client.send(request))
///             .await
///             .map_err(|_| TransportUnavailable("no answer in 5 s".into()))
///     }
/// });
/// # let _ = transport;
/// ```
///
/// # Security
/// The closure has the duties that [`Transport`] lists.
pub fn transport_fn<F, R>(send: F) -> TransportFn<F>
where
    F: Fn(TransportRequest) -> R + Send + Sync,
    R: Future<Output = Result<TransportResponse, TransportUnavailable>> + Send,
{
    TransportFn(send)
}

/// A closure that sends requests; see [`transport_fn`].
#[derive(Clone, Copy)]
pub struct TransportFn<F>(F);

impl<F, R> Transport for TransportFn<F>
where
    F: Fn(TransportRequest) -> R + Send + Sync,
    R: Future<Output = Result<TransportResponse, TransportUnavailable>> + Send,
{
    async fn send(
        &self,
        request: TransportRequest,
    ) -> Result<TransportResponse, TransportUnavailable> {
        (self.0)(request).await
    }
}

impl<F> fmt::Debug for TransportFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TransportFn")
    }
}
