//! One key of an agent.

use std::fmt;

use serde_json::{Map, Value};

use crate::crypto::{KeyError, PublicKey};
use crate::http_signature::{HttpSignatureAlgorithm, MessageKey, OF_JOSE};
use crate::jose::{Algorithm, VerifyingKey, public_jwk};
use crate::record::numeric_date;
use crate::remote::agents::printed_keys::is_printed;
use crate::time::Lifetime;

/// A key with which an agent signs, and for how long.
#[derive(Clone)]
pub struct AgentKey {
    id: String,
    key: MessageKey,
    lifetime: Lifetime,
}

/// Whether keys that RFCs print as examples are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PrintedKeys {
    Refuse,
    Admit,
}

impl AgentKey {
    /// Makes a key that serves at any time, with the algorithm of its kind.
    ///
    /// # Errors
    /// A [`KeyError`] for a shared secret, for a key that HTTP signatures have no algorithm for,
    /// and [`KeyError::Printed`] for one that an RFC prints as an example.
    pub fn new(key: &VerifyingKey) -> Result<Self, KeyError> {
        let public = key.as_public().ok_or(KeyError::AlgorithmMismatch)?;
        let key = MessageKey::public_key(public.clone())?;
        Self::of(public, key, Lifetime::unlimited(), PrintedKeys::Refuse)
    }

    /// Reads one entry of a directory (draft-ietf-webbotauth-httpsig-protocol-00 section 5.5.1).
    pub(super) fn read(jwk: &Map<String, Value>, printed: PrintedKeys) -> Result<Self, KeyError> {
        let public = public_jwk(jwk)?;
        let key = match jwk.get("alg") {
            Some(name) => MessageKey::with_algorithm(public.clone(), algorithm(name)?)?,
            None => MessageKey::public_key(public.clone())?,
        };
        let key = Self::of(&public, key, lifetime(jwk)?, printed)?;
        // Signatures name keys by their thumbprints: a `kid` that is another name leaves open which
        // key the agent means.
        match jwk.get("kid") {
            Some(named) if *named != *key.id => Err(KeyError::Jwk { member: "kid" }),
            _ => Ok(key),
        }
    }

    fn of(
        public: &PublicKey,
        key: MessageKey,
        lifetime: Lifetime,
        printed: PrintedKeys,
    ) -> Result<Self, KeyError> {
        let id = VerifyingKey::of_public(public.clone()).thumbprint();
        let id = id.ok_or(KeyError::Unsupported)?;
        match printed {
            PrintedKeys::Refuse if is_printed(&id) => Err(KeyError::Printed),
            _ => Ok(Self { id, key, lifetime }),
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

    /// The key with its one algorithm.
    pub fn message_key(&self) -> &MessageKey {
        &self.key
    }
}

/// The algorithm that `alg` names, as RFC 9421 section 6.2 or as JOSE: directories have both.
fn algorithm(name: &Value) -> Result<HttpSignatureAlgorithm, KeyError> {
    let name = name.as_str().unwrap_or_default();
    let jose = Algorithm::from_name(name);
    let is_named = |(of_jose, algorithm): &(Algorithm, HttpSignatureAlgorithm)| {
        jose == Some(*of_jose) || algorithm.name() == name
    };
    let named = OF_JOSE.into_iter().find(is_named);
    named.map(|(_, algorithm)| algorithm).ok_or(KeyError::Jwk { member: "alg" })
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
            .field("key", &self.key)
            .field("lifetime", &self.lifetime)
            .finish()
    }
}
