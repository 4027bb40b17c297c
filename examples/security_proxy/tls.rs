//! TLS between client and proxy, with ring underneath.

use std::error::Error;
use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, UnixTime};
use tokio_rustls::rustls::time_provider::TimeProvider;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};
use tollgate::certificate::{Certificate, CertificateWithKey};
use tollgate::{Clock, ManualClock};

/// The proxy's end, which shows this certificate.
pub(crate) fn acceptor(
    identity: &CertificateWithKey,
    clock: &Arc<ManualClock>,
) -> Result<TlsAcceptor, Box<dyn Error>> {
    let key = PrivatePkcs8KeyDer::from(identity.key().expose().to_vec());
    let config = ServerConfig::builder_with_details(Arc::new(default_provider()), time(clock))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![der(identity.certificate())], key.into())?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// The client's end, which trusts a proxy that shows this certificate.
pub(crate) fn connector(
    proxy: &Certificate,
    clock: &Arc<ManualClock>,
) -> Result<TlsConnector, Box<dyn Error>> {
    let mut roots = RootCertStore::empty();
    roots.add(der(proxy))?;
    let config = ClientConfig::builder_with_details(Arc::new(default_provider()), time(clock))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// The injected clock, for rustls to judge certificates by.
#[derive(Debug)]
struct InjectedTime(Arc<ManualClock>);

impl TimeProvider for InjectedTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now().as_seconds()).ok()?;
        Some(UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds)))
    }
}

fn time(clock: &Arc<ManualClock>) -> Arc<InjectedTime> {
    Arc::new(InjectedTime(Arc::clone(clock)))
}

fn der(certificate: &Certificate) -> CertificateDer<'static> {
    certificate.der().to_vec().into()
}
