//! Why a certificate did not become trusted.

use thiserror::Error;

use crate::certificate::Fingerprint;

/// Why a [`TrustStore`](crate::trust::TrustStore) was left as it was.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TrustError {
    /// Another certificate has this friendly name; replace it, or choose another name.
    #[error("{friendly_name:?} is the friendly name of another certificate, {fingerprint}")]
    NameTaken {
        /// The friendly name.
        friendly_name: String,
        /// The fingerprint of the certificate that has it.
        fingerprint: Fingerprint,
    },
    /// No certificate has this friendly name.
    #[error("there is no certificate with the friendly name {friendly_name:?}")]
    NameUnknown {
        /// The friendly name.
        friendly_name: String,
    },
    /// No friendly name was given, and the certificate's subject has no common name either.
    #[error("a friendly name is needed")]
    NameMissing,
    /// The friendly name is longer than any that is kept.
    #[error("the friendly name has more than {limit} bytes")]
    NameTooLong {
        /// The limit, in bytes of UTF-8.
        limit: usize,
    },
    /// The fingerprint that was confirmed is not that of the certificate that was offered.
    #[error("{confirmed} was confirmed, but {offered} was offered")]
    NotConfirmed {
        /// What the management server offered.
        offered: Fingerprint,
        /// What the operator confirmed.
        confirmed: Fingerprint,
    },
    /// The store has as many certificates, or as many bytes of them, as it takes.
    #[error("the trust store is full")]
    Full,
}
