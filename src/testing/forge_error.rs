//! Why the forge made nothing.

use thiserror::Error;

use crate::certificate::CertificateError;
use crate::config_error::ConfigError;
use crate::crypto::{KeyError, RandomUnavailable, SigningFailed};
use crate::http_signature::{ComponentProblem, HttpSigningError};
use crate::location::InvalidName;
use crate::record::{InvalidAgentUrl, InvalidDestination};
use crate::store::RevocationsFull;
use crate::trust::TrustError;
use crate::validate::GenerationError;

/// Why the forge made nothing.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ForgeError {
    /// A test key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A test certificate cannot be read.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A gate, validator or store cannot be built, with a name or audience that is empty, say.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The name of an element cannot be used.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// The system has no random bytes to sign with.
    #[error(transparent)]
    Signing(#[from] SigningFailed),
    /// No component of a request has the name.
    #[error(transparent)]
    Component(#[from] ComponentProblem),
    /// The URL is not that of an agent.
    #[error(transparent)]
    Agent(#[from] InvalidAgentUrl),
    /// A request cannot be signed.
    #[error(transparent)]
    Request(#[from] HttpSigningError),
    /// The system has no random bytes to give.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
    /// A CSRF or time token cannot be generated.
    #[error(transparent)]
    Generation(#[from] GenerationError),
    /// A certificate cannot be trusted.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// A revocation cannot be kept.
    #[error(transparent)]
    Revocations(#[from] RevocationsFull),
    /// A destination is not a host with a port.
    #[error(transparent)]
    Destination(#[from] InvalidDestination),
    /// The defect is one of a request, which no JWT can have.
    #[error("`{defect}` is a defect of a request, which no JWT can have")]
    NotOfAJwt {
        /// The name of the defect.
        defect: &'static str,
    },
}
