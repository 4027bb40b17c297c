//! The certificate of a peer, on its way from the acceptor to the gate.

use std::fmt;

use bytes::Bytes;

/// The certificate (DER) that the peer proved to hold in the TLS handshake: an extension of the
/// request, which a [`GateLayer`](crate::tower::GateLayer) or
/// [`TokenLayer`](crate::tower::TokenLayer) hands on as
/// [`Request::peer_certificate`](crate::Request::peer_certificate).
///
/// # Security
/// Put it there only from the handshake of the very connection: never from a header, and never a
/// certificate whose key the peer did not prove to hold. Clones share the bytes, so that one per
/// connection serves all of its requests.
///
/// # Example
/// ```
/// use tollgate::tower::PeerCertificate;
///
/// let mut request = http::Request::get("/").body(()).unwrap();
/// request.extensions_mut().insert(PeerCertificate::new(vec![0x30, 0x00]));
/// let certificate = request.extensions().get::<PeerCertificate>().unwrap();
/// assert_eq!(certificate.as_der(), [0x30, 0x00]);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct PeerCertificate(Bytes);

impl PeerCertificate {
    /// Makes the extension of a certificate in DER.
    pub fn new(der: impl Into<Bytes>) -> Self {
        Self(der.into())
    }

    /// The certificate in DER.
    pub fn as_der(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for PeerCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PeerCertificate({} bytes)", self.0.len())
    }
}
