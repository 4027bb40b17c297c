//! The management server: it signs authorization tokens and offers its certificate, over HTTP.
//!
//! A real one asks first who is calling, and whether he may connect to that destination. This one
//! is on loopback and gives a token to everybody.

use std::error::Error;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use tollgate::certificate::{Certificate, CertificateRequest};
use tollgate::crypto::PrivateKey;
use tollgate::record::Destination;
use tollgate::{AuthorizationTokenIssuer, Clock, ConfigError, ManualClock, UnixTime};

use crate::journal::Journal;

/// The common name of the certificates that it generates.
const NAME: &str = "management.example";

/// Signs with the certificate that it has at the time, if it has one.
pub(crate) struct ManagementServer {
    clock: Arc<ManualClock>,
    journal: Journal,
    identity: RwLock<Option<Arc<Identity>>>,
}

struct Identity {
    certificate: Certificate,
    issuer: AuthorizationTokenIssuer,
}

impl ManagementServer {
    /// A server without a certificate.
    pub(crate) fn new(clock: Arc<ManualClock>, journal: Journal) -> Self {
        Self { clock, journal, identity: RwLock::new(None) }
    }

    /// Deletes the certificate, the key with it.
    pub(crate) fn delete_certificate(&self) {
        self.set(None);
    }

    /// Generates a self-signed certificate that is valid until `last`, and signs with it from now
    /// on.
    pub(crate) fn generate_certificate(
        &self,
        first: UnixTime,
        last: UnixTime,
    ) -> Result<Certificate, Box<dyn Error>> {
        let generated = CertificateRequest::new(NAME, first, last).self_sign()?;
        let key = PrivateKey::from_pkcs8_der(generated.key().expose())?;
        self.import_certificate(generated.certificate().clone(), key)?;
        Ok(generated.certificate().clone())
    }

    /// Signs with this certificate and its key from now on.
    pub(crate) fn import_certificate(
        &self,
        certificate: Certificate,
        key: PrivateKey,
    ) -> Result<(), ConfigError> {
        let issuer = AuthorizationTokenIssuer::new(certificate.clone(), key)?;
        self.set(Some(Arc::new(Identity { certificate, issuer })));
        Ok(())
    }

    fn set(&self, identity: Option<Arc<Identity>>) {
        *self.identity.write().unwrap_or_else(PoisonError::into_inner) = identity;
    }

    fn identity(&self) -> Option<Arc<Identity>> {
        self.identity.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What the server answers to, under its servlet context.
pub(crate) fn routes(server: Arc<ManagementServer>) -> Router {
    Router::new()
        .route("/rweb/certificate", get(certificate))
        .route("/rweb/token", get(token))
        .with_state(server)
}

async fn certificate(State(server): State<Arc<ManagementServer>>) -> Response {
    match server.identity() {
        Some(identity) => {
            let content_type = [(CONTENT_TYPE, "application/x-pem-file")];
            (content_type, identity.certificate.to_pem()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn token(State(server): State<Arc<ManagementServer>>, RawQuery(query): RawQuery) -> Response {
    // Host names, addresses and ports need no percent-encoding in a query.
    let destination = query.as_deref().and_then(|query| query.strip_prefix("destination="));
    let Some(Ok(destination)) = destination.map(Destination::parse) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let Some(identity) = server.identity() else {
        server.journal.note("management server: no token: there is no certificate");
        return page();
    };
    match identity.issuer.issue(&destination, server.clock.now()) {
        // A cache would hand one caller's token to others.
        Ok(token) => {
            let fields = [(CONTENT_TYPE, "text/plain"), (CACHE_CONTROL, "no-store")];
            (fields, token.as_str().to_owned()).into_response()
        }
        Err(error) => {
            server.journal.note(format_args!("management server: no token: {error}"));
            server.journal.note(format_args!("management server: remedy: {}", error.remedy()));
            page()
        }
    }
}

/// What such servers say when something is wrong. The reason is for the operator.
fn page() -> Response {
    let page = Html("<!doctype html><title>Error</title><p>Something went wrong.");
    (StatusCode::INTERNAL_SERVER_ERROR, page).into_response()
}
