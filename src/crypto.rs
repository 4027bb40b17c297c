//! The one seam to cryptography: digests, HMAC, signatures and random bytes.
//!
//! `backend` is the only file that names a cryptographic library. It verifies signatures but
//! checks little about keys, so a key is checked here when it comes in, and kept in the form that
//! verification takes.

mod backend;
mod digest;
mod hmac;
mod key_error;
mod key_kind;
mod private_key;
mod public_key;
mod random;
mod signature_algorithm;
mod spki;

pub use digest::{CredentialDigest, sha256};
pub use hmac::{HmacHash, HmacKey};
pub use key_error::KeyError;
pub use key_kind::KeyKind;
pub use private_key::{PrivateKey, SigningFailed};
pub use public_key::{InvalidSignature, PublicKey};
pub use random::{RandomUnavailable, random};
pub use signature_algorithm::SignatureAlgorithm;
