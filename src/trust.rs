//! Certificates that are trusted because somebody imported them, each under a friendly name.
//!
//! Start with [`TrustStore`]: it holds exactly what was imported, builds no chain, and remembers
//! what it replaced. [`Report`] lists its certificates, soonest expiry first; [`ManagementServer`]
//! fetches a certificate over the network, as an offer that waits for confirmation.
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

mod management_server;
mod offer;
mod prometheus;
mod report;
mod saved;
mod trust_error;
mod trust_store;
mod trusted;

pub use management_server::{ANSWER_LIMIT, InvalidCertificateAnswer, ManagementServer, UrlScheme};
pub use offer::CertificateOffer;
pub use report::{Report, ReportEntry};
pub use saved::STORE_FILE_LIMIT;
pub use trust_error::TrustError;
pub use trust_store::{FRIENDLY_NAME_LIMIT, TRUSTED_LIMIT, TRUSTED_SIZE_LIMIT, TrustStore};
pub use trusted::{Fate, Former, Recognition, TrustedCertificate};
