//! Why a certificate was not read.

use thiserror::Error;

/// Why bytes are not taken for a certificate, or for several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// It is larger than any that is read.
    #[error("the certificate has more than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes of DER.
        limit: usize,
    },
    /// The text or file is larger than any that is read.
    #[error("the bundle has more than {limit} bytes")]
    BundleTooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// It is not DER, nested more than 16 deep, or followed by something else.
    #[error("not one DER element, or nested too deep")]
    Encoding,
    /// It is DER, but not a certificate.
    #[error("not an X.509 certificate")]
    Structure,
    /// A version that is not v1, v2 or v3.
    #[error("unknown version")]
    Version,
    /// The dates are not written as RFC 5280 section 4.1.2.5 has them.
    #[error("the dates cannot be read")]
    Dates,
    /// The text is not PEM, or its base64 cannot be read.
    #[error("the PEM text cannot be read")]
    Pem,
    /// There is no certificate.
    #[error("there is no certificate")]
    Missing,
    /// There are several certificates where one is expected.
    #[error("there is more than one certificate")]
    Several,
}
