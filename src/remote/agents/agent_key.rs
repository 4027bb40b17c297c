//! One key of an agent.

use std::fmt;

use serde_json::{Map, Value};

use crate::crypto::{KeyError, PublicKey, SignatureAlgorithm};
use crate::jose::{VerifyingKey, public_jwk};
use crate::record::numeric_date;
use crate::remote::agents::printed_keys::is_printed;
use crate::time::Lifetime;

/// The names that `alg` may have: those of HTTP signatures (RFC 9421 section 6.2), and those by
/// which JOSE calls the same algorithms, since directories have them too.
const ALGORITHMS: [(&str, SignatureAlgorithm); 11] = [
    ("ed25519", SignatureAlgorithm::Ed25519),
    ("rsa-pss-sha512", SignatureAlgorithm::RsaPssSha512),
    ("rsa-v1_5-sha256", SignatureAlgorithm::RsaPkcs1Sha256),
    ("ecdsa-p256-sha256", SignatureAlgorithm::EcdsaP256Sha256),
    ("ecdsa-p384-sha384", SignatureAlgorithm::EcdsaP384Sha384),
    ("EdDSA", SignatureAlgorithm::Ed25519),
    ("Ed25519", SignatureAlgorithm::Ed25519),
    ("PS512", SignatureAlgorithm::RsaPssSha512),
    ("RS256", SignatureAlgorithm::RsaPkcs1Sha256),
    ("ES256", SignatureAlgorithm::EcdsaP256Sha256),
    ("ES384", SignatureAlgorithm::EcdsaP384Sha384),
];

/// A key with which an agent signs, and for how long.
#[derive(Clone)]
pub struct AgentKey {
    id: String,
    key: PublicKey,
    algorithm: Option<SignatureAlgorithm>,
    lifetime: Lifetime,
}

/// Whether keys that RFCs print as examples are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PrintedKeys {
    Refuse,
    Accept,
}

impl AgentKey {
    /// Makes a key that serves at any time.
    ///
    /// # Errors
    /// A [`KeyError`] for a shared secret, for a key that HTTP signatures have no algorithm for,
    /// and [`KeyError::Printed`] for one that an RFC prints as an example.
    pub fn new(key: &VerifyingKey) -> Result<Self, KeyError> {
        let public = key.as_public().ok_or(KeyError::AlgorithmMismatch)?;
        let id = key.thumbprint().ok_or(KeyError::AlgorithmMismatch)?;
        Self { id, key: public.clone(), algorithm: None, lifetime: Lifetime::unlimited() }
            .checked(PrintedKeys::Refuse)
    }

    /// Reads one entry of a directory (RFC 7517 section 4; the draft's section on its format).
    pub(super) fn read(jwk: &Map<String, Value>, printed: PrintedKeys) -> Result<Self, KeyError> {
        let key = public_jwk(jwk)?;
        let id = VerifyingKey::of_public(key.clone()).thumbprint().ok_or(KeyError::Unsupported)?;
        // `kid` is the thumbprint, where it is there; a directory that labels its keys otherwise
        // does not say which one it means.
        if jwk.get("kid").is_some_and(|named| *named != *id) {
            return Err(KeyError::Jwk { member: "kid" });
        }
        let lifetime = lifetime(jwk)?;
        let key = Self { id, key, algorithm: None, lifetime }.checked(printed)?;
        match jwk.get("alg") {
            Some(name) => key.bound_to(name),
            None => Ok(key),
        }
    }

    /// Its thumbprint, which signatures name as `keyid`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When it may verify: `nbf <= now < exp`.
    pub fn lifetime(&self) -> Lifetime {
        self.lifetime
    }

    /// The key itself.
    pub fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// The one algorithm to which its directory binds it.
    pub fn algorithm(&self) -> Option<SignatureAlgorithm> {
        self.algorithm
    }

    fn checked(self, printed: PrintedKeys) -> Result<Self, KeyError> {
        if !ALGORITHMS.iter().any(|(_, one)| one.key_kind() == self.key.kind()) {
            return Err(KeyError::Unsupported);
        }
        match printed {
            PrintedKeys::Refuse if is_printed(&self.id) => Err(KeyError::Printed),
            _ => Ok(self),
        }
    }

    fn bound_to(mut self, name: &Value) -> Result<Self, KeyError> {
        let named = ALGORITHMS.iter().find(|(one, _)| name == one);
        let (_, algorithm) = named.ok_or(KeyError::Jwk { member: "alg" })?;
        if algorithm.key_kind() != self.key.kind() {
            return Err(KeyError::AlgorithmMismatch);
        }
        self.algorithm = Some(*algorithm);
        Ok(self)
    }
}

/// The half-open lifetime of `nbf` and `exp`, in seconds.
fn lifetime(jwk: &Map<String, Value>) -> Result<Lifetime, KeyError> {
    let date = |member| match jwk.get(member) {
        None => Ok(None),
        Some(written) => match numeric_date(&written.to_string()) {
            Some(date) => Ok(Some(date)),
            None => Err(KeyError::Jwk { member }),
        },
    };
    let lifetime = date("exp")?.map_or(Lifetime::unlimited(), Lifetime::until);
    Ok(date("nbf")?.map_or(lifetime, |not_before| lifetime.starting(not_before)))
}

impl fmt::Debug for AgentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentKey")
            .field("id", &self.id)
            .field("kind", &self.key.kind())
            .field("algorithm", &self.algorithm)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}
