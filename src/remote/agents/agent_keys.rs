//! The keys of one agent.

use std::sync::Arc;

use serde_json::Value;

use crate::config_error::{ConfigError, Problem};
use crate::crypto::KeyError;
use crate::jose::{DroppedKey, Leaks, json_object};
use crate::record::AgentUrl;
use crate::remote::agents::agent_key::{AgentKey, PrintedKeys};
use crate::remote::agents::directory_signature::proven;
use crate::remote::fetch_error::FetchError;
use crate::remote::known_keys::KeyDocument;
use crate::time::UnixTime;
use crate::transport::TransportResponse;

const PART: &str = "agent keys";

/// The type of a directory (draft-ietf-webbotauth-httpsig-protocol-00 section 8.2.1).
pub(super) const MEDIA_TYPE: &str = "application/http-message-signatures-directory+json";

/// How large a directory may be: 40 RSA keys of 8192 bits fit in. It is less than for issuers,
/// since agents that nobody listed may have one.
const SIZE_LIMIT: usize = 64 * 1024;

/// How many keys a directory may have, usable or not.
const KEY_LIMIT: usize = 64;

/// How many dropped keys are listed, so that what a host logs stays short.
const LISTED_DROPPED_KEYS: usize = 32;

const NOT_A_DIRECTORY: FetchError = FetchError::Malformed { expected: "a directory of keys" };

/// The keys of one agent, by their thumbprints.
///
/// ```
/// use tollgate::jose::SigningKey;
/// use tollgate::remote::{AgentKey, AgentKeys};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = AgentKey::new(SigningKey::generate_es256()?.verifying_key())?;
/// let keys = AgentKeys::of([key.clone()]);
/// assert!(keys.find(key.id()).is_some());
/// assert!(keys.find("another").is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct AgentKeys {
    keys: Vec<Arc<AgentKey>>,
    dropped: Vec<DroppedKey>,
}

impl AgentKeys {
    /// Makes a set of these keys.
    pub fn of(keys: impl IntoIterator<Item = AgentKey>) -> Self {
        Self { keys: keys.into_iter().map(Arc::new).collect(), dropped: Vec::new() }
    }

    /// Reads a directory of at most 64 KiB and 64 keys, key by key. Its `nbf` and `exp` bind a
    /// key, in seconds; so does `alg`.
    ///
    /// A key that cannot be used is dropped with its reason, and the others serve. Dropped is a
    /// key with private members, in any other entry too; a shared secret; one whose `kid` is not
    /// its thumbprint; one that has no algorithm among those of HTTP signatures; and one that an
    /// RFC prints as an example.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is larger, or not a JSON object with an array `keys`.
    ///
    /// # Security
    /// A directory that somebody else handed over says nothing about whose keys these are: take it
    /// from the agent itself.
    ///
    /// Source: RFC 7517 section 5; draft-ietf-webbotauth-httpsig-protocol-00 section 5.5.1.
    pub fn from_directory(json: &[u8]) -> Result<Self, ConfigError> {
        Self::read_directory(json, PrintedKeys::Refuse).ok_or_else(not_a_directory)
    }

    /// As [`from_directory`](Self::from_directory), and takes keys that RFCs print as examples.
    ///
    /// # Errors
    /// As [`from_directory`](Self::from_directory).
    ///
    /// # Security
    /// Everybody can sign with such a key. It is for the test vectors of the draft.
    pub fn insecure_from_directory(json: &[u8]) -> Result<Self, ConfigError> {
        Self::read_directory(json, PrintedKeys::Admit).ok_or_else(not_a_directory)
    }

    /// Reads a directory that somebody else handed on, with the header lines of the response in
    /// which the agent served it: those of its keys that signed that response.
    ///
    /// A key is taken when a signature by it has the tag `http-message-signatures-directory`,
    /// covers `"@authority";req` and `content-digest`, and verifies for the agent's own host;
    /// `created <= now < expires`; and the body is the one that was digested.
    ///
    /// # Errors
    /// [`FetchError::Malformed`] if it is not a directory, and [`FetchError::Signature`] if none of
    /// its keys signed it.
    ///
    /// # Security
    /// It is as new as its signatures: a key that the agent has taken away since is taken until
    /// they expire. What was fetched from the agent itself needs no such proof.
    ///
    /// Source: draft-ietf-webbotauth-httpsig-protocol-00 section 5.5.3 and appendix B.1.
    pub fn from_signed_directory(
        agent: &AgentUrl,
        headers: &[(&str, &[u8])],
        body: &[u8],
        now: UnixTime,
    ) -> Result<Self, FetchError> {
        Self::read_directory(body, PrintedKeys::Refuse)
            .ok_or(NOT_A_DIRECTORY)?
            .proven(agent, headers, body, now)
    }

    /// As [`from_signed_directory`](Self::from_signed_directory), and takes keys that RFCs print as
    /// examples.
    ///
    /// # Errors
    /// As [`from_signed_directory`](Self::from_signed_directory).
    ///
    /// # Security
    /// Everybody can sign with such a key. It is for the test vectors of the draft.
    pub fn insecure_from_signed_directory(
        agent: &AgentUrl,
        headers: &[(&str, &[u8])],
        body: &[u8],
        now: UnixTime,
    ) -> Result<Self, FetchError> {
        Self::read_directory(body, PrintedKeys::Admit)
            .ok_or(NOT_A_DIRECTORY)?
            .proven(agent, headers, body, now)
    }

    fn proven(
        mut self,
        agent: &AgentUrl,
        headers: &[(&str, &[u8])],
        body: &[u8],
        now: UnixTime,
    ) -> Result<Self, FetchError> {
        let find = |id: &str| self.find(id).map(|key| &**key);
        let proven = proven(find, agent, headers, body, now);
        self.keys.retain(|key| proven.iter().any(|id| id == key.id()));
        if self.keys.is_empty() { Err(FetchError::Signature) } else { Ok(self) }
    }

    /// The key of this thumbprint.
    pub fn find(&self, key_id: &str) -> Option<&Arc<AgentKey>> {
        self.keys.iter().find(|key| key.id() == key_id)
    }

    /// The keys that are used.
    pub fn keys(&self) -> impl Iterator<Item = &AgentKey> {
        self.keys.iter().map(|key| &**key)
    }

    /// The keys that are not used, each with its reason; the first 32.
    pub fn dropped(&self) -> &[DroppedKey] {
        self.dropped.get(..LISTED_DROPPED_KEYS).unwrap_or(&self.dropped)
    }

    fn read_directory(json: &[u8], printed: PrintedKeys) -> Option<Self> {
        if json.len() > SIZE_LIMIT {
            return None;
        }
        let Some(Value::Array(entries)) = json_object(json).ok()?.remove("keys") else {
            return None;
        };
        if entries.len() > KEY_LIMIT {
            return None;
        }
        let leaks = Leaks::among(&entries);
        let mut keys = Self::default();
        for (index, entry) in entries.iter().enumerate() {
            keys.add(index, entry, &leaks, printed);
        }
        Some(keys)
    }

    fn add(&mut self, index: usize, entry: &Value, leaks: &Leaks, printed: PrintedKeys) {
        let key = match (leaks.of(entry), entry) {
            (Some(member), _) => Err(KeyError::PrivateMember { member }),
            (None, Value::Object(jwk)) => AgentKey::read(jwk, printed),
            (None, _) => Err(KeyError::Malformed { expected: "a JWK" }),
        };
        let key = key.and_then(|key| match self.find(key.id()) {
            // Under two lifetimes the first counts.
            Some(_) => Err(KeyError::Repeated),
            None => Ok(key),
        });
        match key {
            Ok(key) => self.keys.push(Arc::new(key)),
            Err(error) => {
                let key_id = entry.get("kid").and_then(Value::as_str).map(str::to_owned);
                self.dropped.push(DroppedKey { index, key_id, error });
            }
        }
    }

    fn is_published(&self, key_id: &str) -> bool {
        let mut dropped = self.dropped.iter().map(|key| key.key_id.as_deref());
        self.find(key_id).is_some() || dropped.any(|id| id == Some(key_id))
    }
}

fn not_a_directory() -> ConfigError {
    let bounds = "a JSON object with an array `keys`, of at most 65536 bytes and 64 keys";
    ConfigError::new(PART, "directory", Problem::OutOfBounds { bounds })
}

impl KeyDocument for AgentKeys {
    const ACCEPTED: &'static str = MEDIA_TYPE;
    const LIMIT: usize = SIZE_LIMIT;

    /// A directory without any entry is an answer: the agent has taken its keys away. One none of
    /// whose keys can be used is not.
    fn read(answer: &TransportResponse, _: &Arc<Self>) -> Result<Arc<Self>, FetchError> {
        let media_type = answer.media_type().unwrap_or_default();
        if !media_type.eq_ignore_ascii_case(MEDIA_TYPE) {
            return Err(FetchError::MediaType { expected: MEDIA_TYPE });
        }
        let keys =
            Self::read_directory(answer.body(), PrintedKeys::Refuse).ok_or(NOT_A_DIRECTORY)?;
        let is_useless = keys.keys.is_empty() && !keys.dropped.is_empty();
        if is_useless { Err(FetchError::NoUsableKey) } else { Ok(Arc::new(keys)) }
    }

    fn may_mean(&self, key_id: &str) -> bool {
        self.is_published(key_id)
    }

    fn count(&self) -> usize {
        self.keys.len()
    }

    fn dropped(&self) -> &[DroppedKey] {
        Self::dropped(self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::jose::{SigningKey, VerifyingKey};
    use crate::time::UnixTime;

    fn jwk() -> Value {
        let key = SigningKey::generate_es256().unwrap();
        let mut jwk: Value = serde_json::from_str(&key.verifying_key().to_jwk().unwrap()).unwrap();
        jwk.as_object_mut().unwrap().remove("alg");
        jwk
    }

    fn thumbprint(jwk: &Value) -> String {
        VerifyingKey::from_jwk(jwk.to_string().as_bytes()).unwrap().thumbprint().unwrap()
    }

    fn directory(entries: &[Value]) -> Vec<u8> {
        json!({ "keys": entries }).to_string().into_bytes()
    }

    fn error(entry: Value) -> Option<KeyError> {
        let keys = AgentKeys::from_directory(&directory(&[entry])).unwrap();
        keys.dropped().first().map(|key| key.error)
    }

    fn with(member: &str, value: Value) -> Option<KeyError> {
        let mut jwk = jwk();
        jwk[member] = value;
        error(jwk)
    }

    #[test]
    fn a_key_is_found_by_its_thumbprint_and_serves_from_nbf_to_exp() {
        let mut jwk = jwk();
        let id = thumbprint(&jwk);
        jwk["kid"] = json!(id);
        jwk["nbf"] = json!(1000);
        jwk["exp"] = json!(2000);
        jwk["use"] = json!("sig");
        let keys = AgentKeys::from_directory(&directory(&[jwk])).unwrap();
        let key = keys.find(&id).unwrap();
        assert_eq!(key.lifetime().not_before(), Some(UnixTime::from_seconds(1000)));
        assert_eq!(key.lifetime().expires(), Some(UnixTime::from_seconds(2000)));
        assert!(keys.find(&id[1..]).is_none());
    }

    #[test]
    fn alg_names_an_algorithm_of_the_key() {
        for (name, expected) in [
            ("ecdsa-p256-sha256", None),
            ("ES256", None),
            ("ed25519", Some(KeyError::AlgorithmMismatch)),
            ("hmac-sha256", Some(KeyError::Jwk { member: "alg" })),
            ("none", Some(KeyError::Jwk { member: "alg" })),
            ("ES256K", Some(KeyError::Jwk { member: "alg" })),
        ] {
            assert_eq!(with("alg", json!(name)), expected, "{name}");
        }
        assert_eq!(with("alg", json!(1)), Some(KeyError::Jwk { member: "alg" }));
    }

    #[test]
    fn keys_that_cannot_be_used_are_dropped_each_with_its_reason() {
        for (member, value) in [
            ("kid", json!("2026")),
            ("kid", json!(1)),
            ("nbf", json!("1000")),
            ("nbf", json!(-1)),
            ("exp", json!(null)),
            ("exp", json!(1e300)),
        ] {
            assert_eq!(with(member, value), Some(KeyError::Jwk { member }));
        }
        assert_eq!(with("use", json!("enc")), Some(KeyError::Jwk { member: "use" }));
        assert_eq!(with("d", json!("AA")), Some(KeyError::PrivateMember { member: "d" }));
        let secret = json!({ "kty": "oct", "k": "-ebuDNsVZ2iJtoZ-akfXTSCt4UO2cruLCsbWlBinggE" });
        assert_eq!(error(secret), Some(KeyError::PrivateMember { member: "k" }));
        assert_eq!(error(json!(null)), Some(KeyError::Malformed { expected: "a JWK" }));
    }

    #[test]
    fn a_key_whose_private_half_is_in_another_entry_is_dropped() {
        let (one, other) = (jwk(), jwk());
        let mut leaked = one.clone();
        leaked["d"] = json!("AA");
        let keys = AgentKeys::from_directory(&directory(&[one, leaked, other])).unwrap();
        assert_eq!((keys.count(), keys.dropped().len()), (1, 2));
    }

    #[test]
    fn a_second_entry_of_a_key_is_dropped() {
        let one = jwk();
        let keys = AgentKeys::from_directory(&directory(&[one.clone(), one])).unwrap();
        let dropped: Vec<_> = keys.dropped().iter().map(|key| key.error).collect();
        assert_eq!((keys.count(), dropped), (1, vec![KeyError::Repeated]));
    }

    #[test]
    fn an_example_of_an_rfc_is_dropped_unless_it_is_called_insecure() {
        let printed = json!({ "kty": "OKP", "crv": "Ed25519",
            "x": "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs" });
        let document = directory(std::slice::from_ref(&printed));
        let keys = AgentKeys::insecure_from_directory(&document).unwrap();
        assert_eq!(keys.count(), 1);
        assert_eq!(error(printed.clone()), Some(KeyError::Printed));
        let key = VerifyingKey::from_jwk(printed.to_string().as_bytes()).unwrap();
        assert_eq!(AgentKey::new(&key).err(), Some(KeyError::Printed));
    }

    #[test]
    fn a_directory_has_bounds() {
        let entries = |count| directory(&vec![json!(null); count]);
        assert!(AgentKeys::from_directory(&entries(KEY_LIMIT)).is_ok());
        assert!(AgentKeys::from_directory(&entries(KEY_LIMIT + 1)).is_err());
        let padded = |length: usize| {
            let document = directory(&[jwk()]);
            [document.clone(), vec![b' '; length - document.len()]].concat()
        };
        assert!(AgentKeys::from_directory(&padded(SIZE_LIMIT)).is_ok());
        assert!(AgentKeys::from_directory(&padded(SIZE_LIMIT + 1)).is_err());
        for other in [&b""[..], b"[]", b"{}", b"{\"keys\":{}}", b"<html>"] {
            assert!(AgentKeys::from_directory(other).is_err());
        }
    }
}
