//! Asks the gate, and readies the request for the service.

use ::http::Response;
use ::http::request::Parts;

use crate::gate::ExchangeableGate;
use crate::gate::shared::SharedGate;
use crate::http::{HttpRequest, remove_credentials};
use crate::rejection::{Checkpoint, Reason, Rejection};
use crate::tower::peer_certificate::PeerCertificate;

/// What happens to the credentials of a request that was admitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Credentials {
    /// They are taken out, so that the service never sees them.
    #[default]
    Remove,
    /// They stay, for a service that judges them too.
    Keep,
}

/// A gate with what the layer knows besides.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    pub(super) gate: ExchangeableGate,
    pub(super) scheme: &'static str,
    pub(super) credentials: Credentials,
}

impl Guard {
    /// The guard of one request, with the gate that is in the place now.
    pub(super) fn current(&self) -> RequestGuard {
        let Self { scheme, credentials, .. } = *self;
        RequestGuard { gate: self.gate.current(), scheme, credentials }
    }
}

/// The guard of one request.
pub(super) struct RequestGuard {
    gate: SharedGate,
    scheme: &'static str,
    credentials: Credentials,
}

impl RequestGuard {
    /// Readies the head for the service.
    ///
    /// # Errors
    /// The response, if the request is refused.
    pub(super) async fn admit(
        &self,
        parts: &mut Parts,
        body: Option<&[u8]>,
    ) -> Result<(), Response<String>> {
        let admitted = self.judge(parts, body).await;
        admitted.map_err(|rejection| self.gate.wording().response(&rejection).into())
    }

    fn request<'r>(&self, parts: &'r Parts, body: Option<&'r [u8]>) -> HttpRequest<'r> {
        let request = request_of(parts).with_scheme(self.scheme);
        body.into_iter().fold(request, HttpRequest::with_body)
    }

    async fn judge(&self, parts: &mut Parts, body: Option<&[u8]>) -> Result<(), Rejection> {
        let admission = self.gate.check(&self.request(parts, body)).await?;
        if self.credentials == Credentials::Remove {
            remove_credentials(parts, self.gate.credential_elements()).map_err(|left| {
                Rejection::new(
                    Reason::Unavailable { what: left.to_string().into() },
                    Checkpoint::of("gate layer"),
                )
            })?;
        }
        parts.extensions.insert(admission);
        Ok(())
    }
}

/// The head with the certificate of the peer, if the acceptor put it into the extensions.
pub(super) fn request_of(parts: &Parts) -> HttpRequest<'_> {
    let certificate = parts.extensions.get().map(PeerCertificate::as_der);
    certificate.into_iter().fold(HttpRequest::new(parts), HttpRequest::with_peer_certificate)
}
