//! Sets of keys, and which key of a set a token means.

use serde_json::Value;

use crate::config_error::{ConfigError, Problem};
use crate::crypto::KeyError;
use crate::jose::algorithm::Algorithm;
use crate::jose::error::JwsError;
use crate::jose::json::json_object;
use crate::jose::jwk;
use crate::jose::key::VerifyingKey;

/// The keys of one issuer.
///
/// A token with a `kid` means the key with this id, or where the document has no such id, the keys
/// without one; a token without `kid` may mean any. Of those, exactly one must fit the algorithm.
/// Where
/// a key that could not be read has the same id and `kty`, nobody can tell which of the two is
/// meant, and neither is.
///
/// ```
/// use tollgate::jose::KeySet;
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let keys = KeySet::from_jwks(br#"{"keys": [
///     {"kty": "OKP", "crv": "Ed25519", "kid": "1",
///      "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
///     {"kty": "OKP", "crv": "Ed448", "kid": "2", "x": "AA"}
/// ]}"#)?;
/// assert_eq!(keys.keys().len(), 1);
/// assert_eq!(keys.dropped()[0].key_id.as_deref(), Some("2"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<VerifyingKey>,
    dropped: Vec<DroppedKey>,
    /// `kid` and `kty` of the dropped keys that were meant to verify and could not be read.
    broken: Vec<(String, String)>,
}

/// A key of a document that is not used, and why; the others serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DroppedKey {
    /// Its position in the document, from 0.
    pub index: usize,
    /// Its id, if it has one.
    pub key_id: Option<String>,
    /// Why it is dropped.
    pub error: KeyError,
}

impl KeySet {
    /// These keys.
    pub fn of(keys: impl IntoIterator<Item = VerifyingKey>) -> Self {
        Self { keys: keys.into_iter().collect(), ..Self::default() }
    }

    /// Reads a JWKS document (RFC 7517 section 5), key by key: one that cannot be used is dropped
    /// with its reason, and so is a symmetric key beside asymmetric ones.
    ///
    /// # Errors
    /// A [`ConfigError`] if the document is no JSON object, or has no array `keys`.
    pub fn from_jwks(json: &[u8]) -> Result<Self, ConfigError> {
        let malformed = |expected| {
            ConfigError::new("key set", "keys", Problem::Key(KeyError::Malformed { expected }))
        };
        let mut document = json_object(json).map_err(|_| malformed("a JSON object"))?;
        let Some(Value::Array(entries)) = document.remove("keys") else {
            return Err(malformed("an array of JWKs"));
        };
        let is_mixed = entries.iter().any(is_symmetric) && !entries.iter().all(is_symmetric);
        let mut set = Self::default();
        for (index, entry) in entries.into_iter().enumerate() {
            set.add(index, entry, is_mixed);
        }
        Ok(set)
    }

    /// The keys that are used.
    pub fn keys(&self) -> &[VerifyingKey] {
        &self.keys
    }

    /// The keys that do not, each with its reason.
    pub fn dropped(&self) -> &[DroppedKey] {
        &self.dropped
    }

    fn add(&mut self, index: usize, entry: Value, is_mixed: bool) {
        let text = |name| entry.get(name).and_then(Value::as_str).map(str::to_owned);
        let (key_id, key_type) = (text("kid"), text("kty"));
        let key = match entry {
            entry if is_mixed && is_symmetric(&entry) => Err(KeyError::SymmetricBesideAsymmetric),
            Value::Object(object) => jwk::read_object(object),
            _ => Err(KeyError::Malformed { expected: "a JWK" }),
        };
        match key {
            Ok(key) => self.keys.push(key),
            Err(error) => {
                if is_broken(error) {
                    self.broken.extend(key_id.clone().zip(key_type));
                }
                self.dropped.push(DroppedKey { index, key_id, error });
            }
        }
    }

    /// The one key that a token with this `kid` and algorithm means.
    pub(super) fn select(
        &self,
        key_id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<&VerifyingKey, JwsError> {
        let is_named = key_id.is_some_and(|id| self.names(id));
        let is_meant = |key: &&VerifyingKey| match key_id {
            Some(_) if is_named => key.id() == key_id,
            Some(_) => key.id().is_none(),
            None => true,
        };
        let mut meant = self.keys.iter().filter(is_meant).peekable();
        if meant.peek().is_none() {
            return Err(JwsError::KeyUnknown);
        }
        let mut fitting = meant.filter(|key| key.fits(algorithm));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) if !self.has_broken_twin(only, algorithm) => Ok(only),
            (None, _) => Err(JwsError::KeyMismatch),
            (Some(_), _) => Err(JwsError::KeyAmbiguous),
        }
    }

    fn has_broken_twin(&self, key: &VerifyingKey, algorithm: Algorithm) -> bool {
        self.broken
            .iter()
            .any(|(key_id, key_type)| key.id() == Some(key_id) && key_type == algorithm.key_type())
    }

    /// Whether the document has this id, if only at a key that was dropped.
    fn names(&self, key_id: &str) -> bool {
        let serving = self.keys.iter().map(VerifyingKey::id);
        let dropped = self.dropped.iter().map(|key| key.key_id.as_deref());
        serving.chain(dropped).any(|id| id == Some(key_id))
    }
}

/// Whether a key was dropped for what it is made of, not because it is meant for something else.
fn is_broken(error: KeyError) -> bool {
    match error {
        KeyError::Unsupported
        | KeyError::AlgorithmMismatch
        | KeyError::SymmetricBesideAsymmetric => false,
        KeyError::Jwk { member } => !["alg", "use", "key_ops"].contains(&member),
        _ => true,
    }
}

fn is_symmetric(entry: &Value) -> bool {
    entry.get("kty").and_then(Value::as_str) == Some("oct")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "-ebuDNsVZ2iJtoZ-akfXTSCt4UO2cruLCsbWlBinggE";

    fn set(other: &str) -> KeySet {
        let json = format!(r#"{{"keys":[{{"kty":"oct","kid":"1","k":"{GOOD}"}},{other}]}}"#);
        KeySet::from_jwks(json.as_bytes()).unwrap()
    }

    #[test]
    fn a_key_whose_twin_cannot_be_read_is_ambiguous_and_others_are_not() {
        let selected = |other: &str| set(other).select(Some("1"), Algorithm::Hs256).err();
        // The last character has bits that should be zero.
        let unreadable = GOOD.replace("ggE", "ggF");
        let twin = format!(r#"{{"kty":"oct","kid":"1","k":"{unreadable}"}}"#);
        assert_eq!(selected(&twin), Some(JwsError::KeyAmbiguous));
        let short = r#"{"kty":"oct","kid":"1","k":"AAAA"}"#;
        assert_eq!(selected(short), Some(JwsError::KeyAmbiguous));
        for harmless in [
            format!(r#"{{"kty":"oct","kid":"2","k":"{unreadable}"}}"#),
            format!(r#"{{"kty":"oct","kid":"1","use":"enc","k":"{GOOD}"}}"#),
            format!(r#"{{"kty":"oct","kid":"1","alg":"A256KW","k":"{GOOD}"}}"#),
            r#"{"kty":"oct","k":"AAAA"}"#.to_owned(),
        ] {
            assert_eq!(set(&harmless).dropped().len(), 1, "{harmless}");
            assert_eq!(selected(&harmless), None, "{harmless}");
        }
    }
}
