//! Cryptography behind one seam: digests, HMAC, signatures and random bytes.
//!
//! Hosts meet [`PublicKey`], [`PrivateKey`] and [`KeyError`]; the rest serves the validators.
//!
//! Each file in `backend` names one cryptographic library. These verify signatures but check little
//! about keys, so a key is checked here when it comes in, and kept in the form that verification
//! takes. Digests that they no longer offer are verified in `legacy`, behind the feature
//! `legacy-digests`.

mod backend;
mod credential_digest;
mod digest_hasher;
mod encoded_key;
mod hmac;
mod invalid_signature;
mod key_error;
mod key_kind;
mod keyed_digest;
#[cfg(feature = "legacy-digests")]
mod legacy;
mod private_key;
mod public_key;
mod random;
mod roca;
mod signature_algorithm;
mod spki;

pub use credential_digest::{CredentialDigest, sha256, sha512};
pub(crate) use digest_hasher::DigestHasher;
pub use hmac::{HmacHash, HmacKey};
pub use invalid_signature::InvalidSignature;
pub use key_error::KeyError;
pub use key_kind::KeyKind;
pub(crate) use keyed_digest::KeyedDigest;
pub use private_key::{PrivateKey, SigningFailed};
pub use public_key::PublicKey;
pub use random::{RandomUnavailable, random};
pub use signature_algorithm::SignatureAlgorithm;
