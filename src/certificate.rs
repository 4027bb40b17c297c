//! Certificates: read strictly, dated to the second, and warned about before they expire.
//!
//! Start with [`Certificate`]. [`ExpiryChecker`] answers with an [`Expiry`]: not yet valid, valid,
//! expires soon or expired, each with its distance in time. A certificate that can be read and has
//! not expired is not trusted by that; see [`trust`](crate::trust).

mod bundle;
mod certificate_error;
mod dates;
mod expiry;
mod fingerprint;
#[cfg(feature = "generate")]
mod generate;
mod name;
mod renewal;
mod self_signed;
mod validity;
mod x509;

pub use bundle::BUNDLE_LIMIT;
pub use certificate_error::CertificateError;
pub use expiry::{Expiry, ExpiryChecker};
pub use fingerprint::{Fingerprint, InvalidFingerprint};
#[cfg(feature = "generate")]
pub use generate::{CertificateParameters, CertificateRequest, CertificateWithKey, Subject};
pub(crate) use name::is_printable;
pub use self_signed::SelfSigned;
pub use validity::Validity;
pub use x509::{CERTIFICATE_LIMIT, Certificate};
