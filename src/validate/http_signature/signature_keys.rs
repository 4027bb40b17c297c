//! Where keys come from.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::config_error::{ConfigError, Problem};
use crate::http_signature::{HttpSignatureAlgorithm, MessageKey};
use crate::record::Client;
use crate::rejection::{MessageSignatureReason, Reason};

const PART: &str = "signature keys";

/// The keys that signatures are verified with.
#[derive(Clone, Debug)]
pub struct SignatureKeys(SignatureKeySource);

#[derive(Clone, Debug)]
enum SignatureKeySource {
    Named(HashMap<Box<str>, MessageKey>),
    OfClient(Vec<HttpSignatureAlgorithm>),
}

impl SignatureKeys {
    /// Keys by their ids: a signature must name one in `keyid`, byte for byte.
    ///
    /// # Errors
    /// A [`ConfigError`] if there are none, or if two have one id.
    pub fn named<N: Into<Box<str>>>(
        keys: impl IntoIterator<Item = (N, MessageKey)>,
    ) -> Result<Self, ConfigError> {
        let mut named = HashMap::new();
        for (id, key) in keys {
            let id = id.into();
            if named.contains_key(&id) {
                let name = id.into();
                return Err(ConfigError::new(PART, "keys", Problem::Duplicate { name }));
            }
            named.insert(id, key);
        }
        if named.is_empty() {
            return Err(ConfigError::new(PART, "keys", Problem::Empty));
        }
        Ok(Self(SignatureKeySource::Named(named)))
    }

    /// The public key of the client that an earlier interceptor established, with the one of these
    /// algorithms that fits it. `keyid` is not looked at.
    ///
    /// # Errors
    /// A [`ConfigError`] if there are none, if `hmac-sha256` is among them, or if both of RSA are.
    pub fn of_client(
        algorithms: impl IntoIterator<Item = HttpSignatureAlgorithm>,
    ) -> Result<Self, ConfigError> {
        let algorithms: Vec<_> = algorithms.into_iter().collect();
        let refused = |problem| Err(ConfigError::new(PART, "algorithms", problem));
        let has = |algorithm| algorithms.contains(&algorithm);
        if algorithms.is_empty() {
            return refused(Problem::Empty);
        }
        let both =
            has(HttpSignatureAlgorithm::RsaPssSha512) && has(HttpSignatureAlgorithm::RsaV15Sha256);
        if both || has(HttpSignatureAlgorithm::HmacSha256) {
            let bounds = "algorithms of public keys, one of RSA at most";
            return refused(Problem::OutOfBounds { bounds });
        }
        Ok(Self(SignatureKeySource::OfClient(algorithms)))
    }

    /// Whether they are those of clients that earlier interceptors establish.
    pub(super) fn are_of_clients(&self) -> bool {
        matches!(self.0, SignatureKeySource::OfClient(_))
    }

    /// The key that a signature must be of.
    pub(super) fn find(
        &self,
        key_id: Option<&str>,
        client: Option<&Client>,
    ) -> Result<Cow<'_, MessageKey>, Reason> {
        let reason = match &self.0 {
            SignatureKeySource::Named(keys) => match key_id.map(|id| keys.get(id)) {
                Some(Some(key)) => return Ok(Cow::Borrowed(key)),
                Some(None) => MessageSignatureReason::KeyUnknown,
                None => MessageSignatureReason::ParameterMissing { name: "keyid" },
            },
            SignatureKeySource::OfClient(algorithms) => {
                let client = client.ok_or(Reason::ClientNotIdentified)?;
                if let Some(key) = key_of(client, algorithms) {
                    return Ok(Cow::Owned(key));
                }
                MessageSignatureReason::KeyAbsent
            }
        };
        Err(Reason::MessageSignature(reason))
    }
}

fn key_of(client: &Client, algorithms: &[HttpSignatureAlgorithm]) -> Option<MessageKey> {
    let key = client.public_key()?;
    let mut fitting = algorithms.iter();
    fitting.find_map(|algorithm| MessageKey::with_algorithm(key.clone(), *algorithm).ok())
}
