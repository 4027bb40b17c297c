//! Requests of tollgate, sent by `ureq`.

use std::io::Read;
use std::time::Duration;

use tollgate::transport::{
    Method, Transport, TransportRequest, TransportResponse, TransportUnavailable,
};
use ureq::{Agent, Body, http};

/// A [`Transport`] over `ureq`. It blocks its thread, so each request takes one of the threads that `tokio` has for that: the
/// runtime goes on meanwhile. A future that is dropped leaves its thread busy until the time limit.
#[derive(Clone, Debug)]
pub struct UreqTransport(Agent);

impl UreqTransport {
    /// `limit` is that of a whole request, its body included.
    pub fn new(limit: Duration) -> Self {
        let config = Agent::config_builder().timeout_global(Some(limit)).max_redirects(0);
        let config = config.max_redirects_will_error(false).http_status_as_error(false);
        // Where credentials go is not for the environment to say; name a proxy here.
        let config = config.proxy(None).user_agent("").accept("").accept_encoding("");
        Self(config.build().new_agent())
    }
}

impl Transport for UreqTransport {
    async fn send(
        &self,
        request: TransportRequest,
    ) -> Result<TransportResponse, TransportUnavailable> {
        let agent = self.0.clone();
        let sent = tokio::task::spawn_blocking(move || send(&agent, &request)).await;
        // The text of an error may quote what was sent.
        match sent {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(ureq::Error::Timeout(_))) => {
                Err(TransportUnavailable("no response within the time limit".into()))
            }
            Ok(Err(_)) | Err(_) => Err(TransportUnavailable("no whole response".into())),
        }
    }
}

fn send(agent: &Agent, request: &TransportRequest) -> Result<TransportResponse, ureq::Error> {
    let mut lines = http::Request::builder().method(request.method().as_str()).uri(request.url());
    for (name, value) in request.headers() {
        lines = lines.header(name, value);
    }
    let response = match request.method() {
        Method::Get => agent.run(lines.body(())?)?,
        Method::Post => agent.run(lines.body(request.body())?)?,
    };
    read(response, request.response_limit())
}

/// One byte more than the limit is enough to be refused.
fn read(response: http::Response<Body>, limit: usize) -> Result<TransportResponse, ureq::Error> {
    let (head, body) = response.into_parts();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut read = Vec::new();
    body.into_reader().take(most).read_to_end(&mut read)?;
    let handed = TransportResponse::new(head.status.as_u16(), read);
    Ok(head.headers.iter().fold(handed, |handed, (name, value)| match value.to_str() {
        Ok(value) => handed.with_header(name.as_str(), value),
        Err(_) => handed,
    }))
}
