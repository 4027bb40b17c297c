//! HTTP message signatures (RFC 9421) and digests of bodies (RFC 9530), as pure functions.
//!
//! [`SignatureFields`] are the two headers of a message, [`MessageSignature`] is one signature in
//! them, which [`verify`](MessageSignature::verify) compares with the message under a
//! [`MessageKey`]. [`RequestSigner`] makes one. [`HttpSignatureValidation`] decides about requests
//! by them; used alone, these functions judge neither which [`Component`]s a signature covers nor
//! when it was made.
//!
//! ```
//! use tollgate::http_signature::{FieldRules, MessageKey, SignatureFields, SignedMessage};
//! use tollgate::{PlainRequest, Secret};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let secret = [7; 32];
//! # use tollgate::UnixTime;
//! # use tollgate::http_signature::{Component, MessageSigningKey, RequestSigner};
//! # let key = MessageSigningKey::shared_secret(&Secret::new(secret))?;
//! # let signer = RequestSigner::new("sig1", key, [Component::METHOD, Component::PATH])?;
//! # let unsigned = PlainRequest::new("GET", "/orders");
//! # let headers = signer.sign(&unsigned, UnixTime::from_seconds(1_800_000_000))?;
//! # let (input, signature) = (headers.signature_input(), headers.signature());
//! let request = PlainRequest::new("GET", "/orders")
//!     .with_header("signature-input", input)
//!     .with_header("signature", signature);
//! let message = SignedMessage::of_request(&request);
//! let fields = SignatureFields::of(&message)?;
//! let signatures = fields.read()?;
//! let signature = signatures.labelled("sig1")?;
//!
//! let key = MessageKey::shared_secret(&Secret::new(secret))?;
//! assert!(signature.verify(&message, &key, &FieldRules::default()).is_ok());
//!
//! let other = PlainRequest::new("GET", "/invoices");
//! let other = SignedMessage::of_request(&other);
//! assert!(signature.verify(&other, &key, &FieldRules::default()).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! [`HttpSignatureValidation`]: crate::validate::HttpSignatureValidation

mod accept_signature;
mod component;
mod content_digest;
mod derived;
mod field_rules;
mod field_value;
mod http_signature_algorithm;
mod http_signature_error;
mod http_signing_error;
mod message_key;
mod message_signature;
mod message_signing_key;
mod query_values;
mod request_signer;
mod signature_base;
mod signature_parameters;
mod signed_headers;
mod signed_message;
mod signing;

pub(crate) use accept_signature::{ASKED_LABEL, accept_signature};
pub use component::Component;
pub use content_digest::{
    ContentDigestAlgorithm, ContentDigestError, content_digest, verify_content_digest,
};
pub use field_rules::{FieldRules, FieldType, ObsoleteFolding};
pub use http_signature_algorithm::HttpSignatureAlgorithm;
pub(crate) use http_signature_algorithm::OF_JOSE;
pub use http_signature_error::{ComponentProblem, HttpSignatureError};
pub use http_signing_error::HttpSigningError;
pub use message_key::MessageKey;
pub(crate) use message_signature::MAXIMUM_COMPONENTS;
pub use message_signature::{MessageSignature, MessageSignatures, SignatureFields};
pub use message_signing_key::MessageSigningKey;
pub use request_signer::RequestSigner;
pub use signature_parameters::SignatureParameters;
pub use signed_headers::SignedHeaders;
pub use signed_message::SignedMessage;
pub(crate) use signing::{signature_header, signed};
