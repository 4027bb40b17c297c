//! JSON Object Signing and Encryption: the signing half, read strictly.
//!
//! This layer knows signatures, not claims: [`Jws`] verifies any payload and is usable alone.
//! [`KeySet`] holds the keys of an issuer, [`SigningKey`] makes tokens for tests and generators.
//!
//! ```
//! use tollgate::jose::{Algorithm, Jws, KeySet, SigningKey, VerifyingKey};
//! use tollgate::Secret;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let secret = Secret::new("a secret of at least 32 bytes ...");
//! let token = SigningKey::hmac(Algorithm::Hs256, &secret)?.sign(b"any bytes")?;
//!
//! let keys = KeySet::of([VerifyingKey::hmac(Algorithm::Hs256, &secret)?]);
//! assert_eq!(Jws::parse(token.as_bytes())?.verify(&keys, &[Algorithm::Hs256])?, b"any bytes");
//!
//! let changed = token.replace("YW55", "YW54");
//! assert!(Jws::parse(changed.as_bytes())?.verify(&keys, &[Algorithm::Hs256]).is_err());
//! # Ok(())
//! # }
//! ```

mod algorithm;
mod header;
mod jwk;
mod jws;
mod jws_error;
mod key;
mod key_provider;
mod key_set;
mod known_headers;
mod published;
mod rotating_keys;
mod signing_key;
mod thumbprint;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use header::Header;
pub(crate) use jwk::{Leaks, embedded_jwk, public_jwk};
pub(crate) use jws::EncodedJws;
pub use jws::Jws;
pub use jws_error::JwsError;
pub use key::VerifyingKey;
pub(crate) use key_provider::CurrentKeys;
pub use key_provider::KeyProvider;
pub(crate) use key_set::KeySetId;
pub use key_set::{DroppedKey, JWKS_KEY_LIMIT, JWKS_SIZE_LIMIT, KeySet};
pub use rotating_keys::RotatingKeys;
pub use signing_key::SigningKey;

pub use crate::encoding::{base64url_decode, base64url_encode};
pub use crate::json::{JsonError, json_object};
