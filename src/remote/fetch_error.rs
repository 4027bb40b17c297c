//! Why an answer is not believed.

use thiserror::Error;

use crate::transport::TransportUnavailable;

/// Why a server could not be asked, or its answer is not believed. No text is the server's.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FetchError {
    /// There was no answer.
    #[error("no answer: {0}")]
    Unavailable(#[from] TransportUnavailable),
    /// Another status than 200; redirects are not followed.
    #[error("status {status}")]
    Status {
        /// The status code.
        status: u16,
    },
    /// A body in a content coding (RFC 9110 section 8.4).
    #[error("the body is in a content coding")]
    Encoded,
    /// A body of another media type.
    #[error("the body is not of type {expected}")]
    MediaType {
        /// The type that was expected.
        expected: &'static str,
    },
    /// A body that is larger than any that is read.
    #[error("the body has more than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// A body that is not what was asked for.
    #[error("the body is not {expected}")]
    Malformed {
        /// What was asked for.
        expected: &'static str,
    },
    /// A signed answer whose signature does not verify, or was made by another algorithm or key.
    #[error("the signature of the answer does not verify")]
    Signature,
    /// A signed answer that is another's, or was made at another time (RFC 9701 section 5).
    #[error("the signed answer has a wrong `{member}`")]
    Envelope {
        /// The member of the JWT: `typ`, `iss`, `aud`, `iat`, `exp` or `token_introspection`.
        member: &'static str,
    },
    /// Metadata of another issuer than was asked (RFC 8414 section 3.3).
    #[error("the metadata names another issuer")]
    Issuer,
    /// Metadata without this URL, or with one that is less secure than the issuer's own.
    #[error("the metadata has no usable `{member}`")]
    Url {
        /// The member.
        member: &'static str,
    },
    /// The assertion by which the client proves who it is cannot be made.
    #[error("the assertion of the client cannot be made")]
    ClientAssertion,
    /// A set of keys none of which can be used.
    #[error("none of the keys can be used")]
    NoUsableKey,
}
