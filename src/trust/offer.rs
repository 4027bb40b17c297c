//! A certificate that was offered and is not trusted yet.

use crate::certificate::{Certificate, Fingerprint};
use crate::trust::trust_error::TrustError;

/// What a management server sent: to be looked at, and to be trusted only once its fingerprint is
/// confirmed with [`TrustStore::import_offer`](crate::trust::TrustStore::import_offer).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateOffer {
    friendly_name: Option<String>,
    certificate: Certificate,
}

impl CertificateOffer {
    pub(super) fn new(friendly_name: Option<String>, certificate: Certificate) -> Self {
        Self { friendly_name, certificate }
    }

    /// The name under which it would be trusted: the configured one, else the common name of the
    /// certificate's subject.
    pub fn friendly_name(&self) -> Option<&str> {
        self.friendly_name.as_deref().or_else(|| self.certificate.common_name())
    }

    /// Its fingerprint, for the operator to compare with what the management server shows.
    pub fn fingerprint(&self) -> Fingerprint {
        self.certificate.fingerprint()
    }

    /// The certificate, to look at.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    pub(super) fn confirm(&self, confirmed: &Fingerprint) -> Result<(), TrustError> {
        let offered = self.fingerprint();
        if offered == *confirmed {
            Ok(())
        } else {
            Err(TrustError::NotConfirmed { offered, confirmed: *confirmed })
        }
    }
}
