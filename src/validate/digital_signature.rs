//! Digital Signature.

mod content;
mod digest;
mod signer;
mod validation;

pub use content::SignedContent;
pub use digest::Digest;
pub use signer::DigitalSigner;
pub use validation::DigitalSignatureValidation;
