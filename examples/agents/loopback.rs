//! Names of this story, which no name server knows.

use std::collections::HashMap;
use std::net::SocketAddr;

use tollgate::record::AgentUrl;
use tollgate::transport::{Transport, TransportRequest, TransportResponse, TransportUnavailable};

use crate::plain_http::PlainHttp;

/// Sends requests for agents to where they are on loopback, over plain HTTP. A host has its HTTP
/// client in this place, which resolves names, refuses private addresses, and verifies certificates.
pub(crate) struct Loopback(pub(crate) HashMap<AgentUrl, SocketAddr>);

impl Transport for Loopback {
    async fn send(
        &self,
        request: TransportRequest,
    ) -> Result<TransportResponse, TransportUnavailable> {
        let mut agents = self.0.iter();
        let Some((agent, address)) = agents.find(|(agent, _)| agent.directory() == request.url())
        else {
            return Err(TransportUnavailable("no such host".into()));
        };
        let url = agent.directory().replace(agent.as_str(), &format!("http://{address}"));
        PlainHttp.send(TransportRequest::get(&url, request.response_limit())).await
    }
}
