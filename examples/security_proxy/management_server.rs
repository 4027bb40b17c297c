//! The management server: it signs authorization tokens and offers its certificate, over HTTP.
//!
//! A real one asks first who is calling, and whether he may connect to that destination. This one
//! is on loopback and gives a token to everybody.

use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use tollgate::certificate::{Certificate, CertificateParameters};
use tollgate::crypto::PrivateKey;
use tollgate::record::Destination;
use tollgate::validate::{ServerCertificate, ServerCertificateError};
use tollgate::{Clock, ManualClock, UnixTime};

use crate::journal::Journal;

/// The common name of the certificates that it generates.
const NAME: &str = "management.example";

/// Signs with the certificate that it has at the time, if it has one.
pub(crate) struct ManagementServer {
    clock: Arc<ManualClock>,
    journal: Journal,
    certificate: ServerCertificate,
}

impl ManagementServer {
    /// A server without a certificate.
    pub(crate) fn new(clock: Arc<ManualClock>, journal: Journal) -> Self {
        Self { clock, journal, certificate: ServerCertificate::empty() }
    }

    /// Deletes the certificate, the key with it.
    pub(crate) fn delete_certificate(&self) {
        self.certificate.delete();
    }

    /// Generates a self-signed certificate that is valid until `last`, and signs with it from now
    /// on.
    pub(crate) fn generate_certificate(
        &self,
        first: UnixTime,
        last: UnixTime,
    ) -> Result<Certificate, Box<dyn Error>> {
        let generated = CertificateParameters::new(NAME).self_sign(first, last)?;
        self.certificate.import(generated.certificate().clone(), generated.private_key()?)?;
        Ok(generated.certificate().clone())
    }

    /// Signs with this certificate and its key from now on, in place of the one that it has.
    pub(crate) fn replace_certificate(
        &self,
        certificate: Certificate,
        key: PrivateKey,
    ) -> Result<(), ServerCertificateError> {
        self.certificate.prepare(certificate, key)?;
        self.certificate.promote(self.clock.now()).map(drop)
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
    match server.certificate.current() {
        Some(certificate) => {
            let content_type = [(CONTENT_TYPE, "application/x-pem-file")];
            (content_type, certificate.to_pem()).into_response()
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
    match server.certificate.issue(&destination, server.clock.now()) {
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
