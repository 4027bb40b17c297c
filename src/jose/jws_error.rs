//! Why a token could not be verified.

use thiserror::Error;

use crate::json::JsonError;
use crate::rejection::Reason;

/// Why a JWS could not be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JwsError {
    /// It is larger than any that is read.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// A part cannot be read: their number, base64url, or a header without `alg`.
    #[error("malformed {part}")]
    Malformed {
        /// The part.
        part: &'static str,
    },
    /// The header is not a JSON object as tokens must have it.
    #[error("the header cannot be read: {0}")]
    Header(JsonError),
    /// It is encrypted (five parts).
    #[error("encrypted")]
    Encrypted,
    /// `alg` is `none`, in any case.
    #[error("not signed")]
    Unsigned,
    /// An algorithm that is not supported.
    #[error("unsupported algorithm")]
    AlgorithmUnsupported,
    /// An algorithm that is not among those allowed.
    #[error("algorithm not allowed")]
    AlgorithmNotAllowed,
    /// A header member that asks for what is not supported.
    #[error("the header member `{member}` is not supported")]
    HeaderUnsupported {
        /// The member.
        member: &'static str,
    },
    /// A header member that is not a string: `alg`, `kid`, `typ`, `cty` or `x5t#S256`.
    #[error("the header member `{member}` is not a string")]
    HeaderType {
        /// The member.
        member: &'static str,
    },
    /// No key has the id that the token names.
    #[error("no such key")]
    KeyUnknown,
    /// The key does not fit the algorithm.
    #[error("the key does not fit the algorithm")]
    KeyMismatch,
    /// More than one key fits.
    #[error("more than one key fits")]
    KeyAmbiguous,
    /// The signature does not verify.
    #[error("wrong signature")]
    Signature,
}

impl JsonError {
    /// The reason for which a JWT is refused whose `part` cannot be read, `header` or `payload`.
    ///
    /// ```
    /// use tollgate::jose::json_object;
    ///
    /// let error = json_object(b"[]").unwrap_err();
    /// assert_eq!(error.reason("payload").code(), "jwt.not_an_object");
    /// ```
    pub fn reason(self, part: &'static str) -> Reason {
        match self {
            Self::Malformed => Reason::JwtMalformed { part },
            Self::NotAnObject => Reason::JwtNotAnObject { part },
            Self::DuplicateMember => Reason::JwtDuplicateMember { part },
        }
    }
}

impl From<JwsError> for Reason {
    fn from(error: JwsError) -> Self {
        match error {
            JwsError::TooLarge { limit } => Self::CredentialTooLarge { limit },
            JwsError::Malformed { part } => Self::JwtMalformed { part },
            JwsError::Header(error) => error.reason("header"),
            JwsError::Encrypted => Self::JwtEncrypted,
            JwsError::Unsigned => Self::JwtUnsigned,
            JwsError::AlgorithmUnsupported => Self::JwtAlgorithmUnsupported,
            JwsError::AlgorithmNotAllowed => Self::JwtAlgorithmNotAllowed,
            JwsError::HeaderUnsupported { member } => Self::JwtHeaderUnsupported { member },
            JwsError::HeaderType { member } => Self::JwtHeaderType { member },
            JwsError::KeyUnknown => Self::JwtKeyUnknown,
            JwsError::KeyMismatch => Self::JwtKeyMismatch,
            JwsError::KeyAmbiguous => Self::JwtKeyAmbiguous,
            JwsError::Signature => Self::JwtSignature,
        }
    }
}
