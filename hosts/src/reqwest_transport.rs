//! Requests of tollgate, sent by `reqwest`.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Response, retry};
use tollgate::transport::{
    Method, Transport, TransportRequest, TransportResponse, TransportUnavailable,
};

/// A [`Transport`] over `reqwest`. It needs a runtime of `tokio` with time and network, and adds
/// `Accept: */*` where a request has no `Accept`.
#[derive(Clone, Debug)]
pub struct ReqwestTransport(Client);

impl ReqwestTransport {
    /// `limit` is that of a whole request, its body included. Makes `ring` the provider of `rustls`
    /// for the process, unless the host has chosen one.
    ///
    /// # Errors
    /// If the system's root certificates cannot be read.
    pub fn new(limit: Duration) -> reqwest::Result<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().redirect(Policy::none()).retry(retry::never());
        // Without HTTP_PROXY: the environment must not choose who sees credentials. Name a proxy here.
        client.no_proxy().timeout(limit).build().map(Self)
    }
}

impl Transport for ReqwestTransport {
    async fn send(
        &self,
        request: TransportRequest,
    ) -> Result<TransportResponse, TransportUnavailable> {
        let mut sent = match request.method() {
            Method::Get => self.0.get(request.url()),
            Method::Post => self.0.post(request.url()).body(request.body().to_vec()),
        };
        for (name, value) in request.headers() {
            sent = sent.header(name, value);
        }
        let response = sent.send().await.map_err(|error| unavailable(&error))?;
        read(response, request.response_limit()).await.map_err(|error| unavailable(&error))
    }
}

/// One byte more than the limit is enough to be refused.
async fn read(mut response: Response, limit: usize) -> reqwest::Result<TransportResponse> {
    let mut body = Vec::new();
    while body.len() <= limit
        && let Some(chunk) = response.chunk().await?
    {
        let room = limit.saturating_add(1).saturating_sub(body.len());
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    let handed = TransportResponse::new(response.status().as_u16(), body);
    let lines = response.headers().iter();
    Ok(lines.fold(handed, |handed, (name, value)| match value.to_str() {
        Ok(value) => handed.with_header(name.as_str(), value),
        Err(_) => handed,
    }))
}

/// The kind alone: the text of an error may quote what was sent.
fn unavailable(error: &reqwest::Error) -> TransportUnavailable {
    TransportUnavailable(match () {
        () if error.is_timeout() => "no response within the time limit".into(),
        () if error.is_connect() => "no connection".into(),
        () => "no whole response".into(),
    })
}
