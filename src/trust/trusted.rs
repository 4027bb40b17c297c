//! Certificates that are trusted, or were once.

use std::sync::Arc;

use crate::certificate::{Certificate, Fingerprint};

/// A trusted certificate and the name it is trusted under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedCertificate {
    pub(super) friendly_name: Arc<str>,
    pub(super) certificate: Certificate,
}

/// A certificate that was trusted once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Former {
    pub(super) friendly_name: Arc<str>,
    pub(super) fingerprint: Fingerprint,
    pub(super) fate: Fate,
}

/// What became of a former certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Another one took its friendly name.
    Replaced,
    /// It was removed.
    Removed,
}

/// What a [`TrustStore`](crate::trust::TrustStore) knows of a fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognition {
    /// The certificate is trusted; its dates are yet to be judged.
    Trusted(Arc<TrustedCertificate>),
    /// The certificate was trusted once and no longer is.
    Former(Arc<Former>),
    /// The certificate was never imported, as far as is remembered.
    Unknown,
}

impl TrustedCertificate {
    /// The name it is trusted under; where it has several, the first in the order of their bytes.
    pub fn friendly_name(&self) -> &str {
        &self.friendly_name
    }

    /// The certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }
}

impl Former {
    /// The name it was trusted under.
    pub fn friendly_name(&self) -> &str {
        &self.friendly_name
    }

    /// Its fingerprint.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// What became of it.
    pub fn fate(&self) -> Fate {
        self.fate
    }
}

impl Fate {
    pub(super) const ALL: [Self; 2] = [Self::Replaced, Self::Removed];

    /// A word for traces and saved stores.
    pub fn code(self) -> &'static str {
        match self {
            Self::Replaced => "replaced",
            Self::Removed => "removed",
        }
    }
}
