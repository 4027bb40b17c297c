//! Certificates: read, dated, trusted by import, and replaced before they expire.
//!
//! A certificate that can be read and has not expired is not trusted by that. Trusted are those in a
//! [`TrustStore`], each under a friendly name, because somebody imported them; no chain is built.
//!
//! ```
//! use tollgate::certificate::{Certificate, ExpiryChecker};
//! use tollgate::trust::TrustStore;
//! use tollgate::UnixTime;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let pem = include_bytes!("../tests/certificates/self-signed-p256.pem");
//! let store = TrustStore::new();
//! store.import("management server", Certificate::from_pem(pem)?)?;
//!
//! let now = UnixTime::from_seconds(2_082_758_460);
//! let report = store.report(&ExpiryChecker::new(), now);
//! let entry = &report.entries()[0];
//! assert_eq!(entry.expiry().to_string(), "expired 60 s ago");
//! assert!(entry.remedy().to_string().contains("generate a new self-signed certificate"));
//! # Ok(())
//! # }
//! ```

mod bundle;
mod dates;
mod der;
mod error;
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
pub use error::CertificateError;
pub use expiry::{Expiry, ExpiryChecker};
pub use fingerprint::{Fingerprint, InvalidFingerprint};
#[cfg(feature = "generate")]
pub use generate::{CertificateRequest, Generated};
pub(crate) use name::is_printable;
pub use self_signed::SelfSigned;
pub use validity::Validity;
pub use x509::{CERTIFICATE_LIMIT, Certificate};
