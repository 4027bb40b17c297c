//! Certificates that are trusted because somebody imported them, each under a friendly name.
//!
//! No chain is built: [`TrustStore`] holds exactly what was imported, reports on it, soonest expiry
//! first, and remembers what it replaced. [`ManagementServer`] imports over the network.

mod management_server;
mod offer;
mod prometheus;
mod report;
mod saved;
mod trust_error;
mod trust_store;
mod trusted;

pub use management_server::{ANSWER_LIMIT, InvalidAnswer, ManagementServer, UrlScheme};
pub use offer::CertificateOffer;
pub use report::{Report, ReportEntry};
pub use saved::STORE_FILE_LIMIT;
pub use trust_error::TrustError;
pub use trust_store::{FRIENDLY_NAME_LIMIT, TRUSTED_LIMIT, TRUSTED_SIZE_LIMIT, TrustStore};
pub use trusted::{Fate, Former, Recognition, TrustedCertificate};
