//! Sets of keys, and which key of a set a token means.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;

use crate::config_error::{ConfigError, Problem};
use crate::crypto::{KeyError, sha256};
use crate::jose::algorithm::Algorithm;
use crate::jose::header::Header;
use crate::jose::jwk::{self, Leaks};
use crate::jose::jws_error::JwsError;
use crate::jose::key::VerifyingKey;
use crate::jose::known_headers::KnownHeaders;
use crate::json::json_object;

/// The keys of one issuer.
///
/// A token with a `kid` means the key with this id, or where the document has no such id, the keys
/// without one; a token without `kid` may mean any. Of those, exactly one must fit the algorithm.
/// Where a key that could not be read has the same id and `kty`, nobody can tell which of the two
/// is meant, and neither is.
///
/// Its `Debug` shows how many keys there are, and nothing of the document.
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
#[derive(Clone)]
pub struct KeySet {
    keys: Vec<VerifyingKey>,
    /// All of them, since a token may name any.
    dropped: Vec<DroppedKey>,
    /// `kid` and `kty` of the dropped keys that were meant to verify and could not be read.
    broken: Vec<(String, String)>,
    /// The headers of tokens that verified under these keys; kept here, so that they go with them.
    headers: Arc<KnownHeaders>,
    id: KeySetId,
    /// The SHA-256 of the document, if they were read from one.
    document: Option<[u8; 32]>,
}

/// Tells one set of keys from every other in this process; clones have the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeySetId(u64);

impl KeySetId {
    fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A key of a document that is not used, and why; the others serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DroppedKey {
    /// Its place in the document, from 0.
    pub index: usize,
    /// Its id, if it has one.
    pub key_id: Option<String>,
    /// Why it is dropped.
    pub error: KeyError,
}

/// The largest document that is read, in bytes: 256 keys of RSA with 8192 bits, of 1.5 KB each, fit
/// in.
pub const JWKS_SIZE_LIMIT: usize = 512 * 1024;

/// How many keys a document may have. Providers publish fewer than 20, and a set is searched from
/// its first key for each token.
pub const JWKS_KEY_LIMIT: usize = 256;

/// How many dropped keys are listed, so that what a host logs stays short.
const LISTED_DROPPED_KEYS: usize = 32;

impl KeySet {
    /// Makes a set of these keys.
    pub fn of(keys: impl IntoIterator<Item = VerifyingKey>) -> Self {
        Self { keys: keys.into_iter().collect(), ..Self::default() }
    }

    /// Reads a JWKS document (RFC 7517 section 5), key by key.
    ///
    /// A key that cannot be used is dropped with its reason, and the others serve. Dropped is what
    /// [`VerifyingKey::from_jwk`] refuses, a key with private members included, the same key in any
    /// other entry, and a symmetric key beside asymmetric ones.
    ///
    /// # Errors
    /// A [`ConfigError`] that names
    /// 1. `document`, if it has more than [`JWKS_SIZE_LIMIT`] bytes (524288);
    /// 2. `keys`, if it is not a JSON object as [`json_object`](crate::jose::json_object) has it,
    ///    has no array `keys`, or has more than [`JWKS_KEY_LIMIT`] keys (256), usable or not.
    ///
    /// # Security
    /// Look at [`dropped`](Self::dropped): a [`KeyError::PrivateMember`] there says that the issuer
    /// published its private key.
    pub fn from_jwks(json: &[u8]) -> Result<Self, ConfigError> {
        let wrong = |field, problem| ConfigError::new("key set", field, problem);
        let malformed = |expected| wrong("keys", Problem::Key(KeyError::Malformed { expected }));
        if json.len() > JWKS_SIZE_LIMIT {
            let bounds = "at most 524288 bytes long";
            return Err(wrong("document", Problem::OutOfBounds { bounds }));
        }
        let mut document = json_object(json).map_err(|_| malformed("a JSON object"))?;
        let Some(Value::Array(entries)) = document.remove("keys") else {
            return Err(malformed("an array of JWKs"));
        };
        if entries.len() > JWKS_KEY_LIMIT {
            return Err(wrong("keys", Problem::OutOfBounds { bounds: "at most 256 keys" }));
        }
        let is_mixed = entries.iter().any(is_symmetric) && !entries.iter().all(is_symmetric);
        let leaks = Leaks::among(&entries);
        let mut set = Self { document: Some(sha256(json)), ..Self::default() };
        for (index, entry) in entries.into_iter().enumerate() {
            set.add(index, entry, is_mixed, &leaks);
        }
        Ok(set)
    }

    /// The keys that are used.
    pub fn keys(&self) -> &[VerifyingKey] {
        &self.keys
    }

    /// The keys that are not used, each with its reason; the first 32.
    pub fn dropped(&self) -> &[DroppedKey] {
        self.dropped.get(..LISTED_DROPPED_KEYS).unwrap_or(&self.dropped)
    }

    /// All keys that are not used, those beyond the first 32 included: for a person who looks
    /// through one document.
    pub fn every_dropped(&self) -> &[DroppedKey] {
        &self.dropped
    }

    /// How many keys are not used, those beyond the first 32 included.
    pub fn dropped_count(&self) -> usize {
        self.dropped.len()
    }

    fn add(&mut self, index: usize, entry: Value, is_mixed: bool, leaks: &Leaks) {
        let text = |name| entry.get(name).and_then(Value::as_str).map(str::to_owned);
        let (key_id, key_type) = (text("kid"), text("kty"));
        let leak = leaks.of(&entry);
        let key = match entry {
            entry if is_mixed && is_symmetric(&entry) => Err(KeyError::SymmetricBesideAsymmetric),
            Value::Object(object) => jwk::read_object(&object),
            _ => Err(KeyError::Malformed { expected: "a JWK" }),
        };
        let key = key.and_then(|key| match leak {
            Some(member) => Err(KeyError::PrivateMember { member }),
            None => Ok(key),
        });
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

    /// Whether both were read from the same document, byte for byte.
    pub(crate) fn is_of_the_same_document(&self, other: &Self) -> bool {
        self.document.is_some() && self.document == other.document
    }

    pub(crate) fn id(&self) -> KeySetId {
        self.id
    }

    /// Whether a token with this encoded header has verified under one of these keys.
    pub(crate) fn knows_header(&self, encoded: &[u8]) -> bool {
        self.headers.find(encoded).is_some()
    }

    /// What an encoded header says, if a token with it has verified under one of these keys.
    pub(crate) fn known_header(&self, encoded: &[u8]) -> Option<Arc<Header>> {
        self.headers.find(encoded).map(Arc::clone)
    }

    /// Remembers a header of a token that has verified under one of these keys.
    pub(crate) fn remember_header(&self, encoded: &[u8], header: &Arc<Header>) {
        self.headers.remember(encoded, header);
    }

    /// The one key that a token with this `kid` and algorithm means, and its index.
    pub(super) fn select(
        &self,
        key_id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<(usize, &VerifyingKey), JwsError> {
        let is_named = key_id.is_some_and(|id| self.names(id));
        let is_meant = |(_, key): &(usize, &VerifyingKey)| match key_id {
            Some(_) if is_named => key.id() == key_id,
            Some(_) => key.id().is_none(),
            None => true,
        };
        let mut meant = self.keys.iter().enumerate().filter(is_meant).peekable();
        if meant.peek().is_none() {
            return Err(JwsError::KeyUnknown);
        }
        let mut fitting = meant.filter(|(_, key)| key.fits(algorithm));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) if !self.has_broken_twin(only.1, algorithm) => Ok(only),
            (None, _) => Err(JwsError::KeyMismatch),
            (Some(_), _) => Err(JwsError::KeyAmbiguous),
        }
    }

    fn has_broken_twin(&self, key: &VerifyingKey, algorithm: Algorithm) -> bool {
        self.broken
            .iter()
            .any(|(key_id, key_type)| key.id() == Some(key_id) && key_type == algorithm.key_type())
    }

    /// Whether a token that names this key may mean one of these, or one that was dropped; no other
    /// document is needed to tell.
    pub(crate) fn may_mean(&self, key_id: &str) -> bool {
        self.names(key_id) || self.keys.iter().any(|key| key.id().is_none())
    }

    /// Whether the document has this id, if only at a key that was dropped.
    fn names(&self, key_id: &str) -> bool {
        let serving = self.keys.iter().map(VerifyingKey::id);
        let dropped = self.dropped.iter().map(|key| key.key_id.as_deref());
        serving.chain(dropped).any(|id| id == Some(key_id))
    }
}

impl Default for KeySet {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            dropped: Vec::new(),
            broken: Vec::new(),
            headers: Arc::default(),
            id: KeySetId::next(),
            document: None,
        }
    }
}

impl AsRef<KeySet> for KeySet {
    fn as_ref(&self) -> &KeySet {
        self
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySet")
            .field("keys", &self.keys.len())
            .field("dropped", &self.dropped.len())
            .finish_non_exhaustive()
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

    const POINT: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    fn read(entries: &str) -> Result<KeySet, ConfigError> {
        KeySet::from_jwks(format!(r#"{{"keys":[{entries}]}}"#).as_bytes())
    }

    #[test]
    fn a_key_without_an_id_serves_no_token_that_names_a_dropped_key() {
        let nameless = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{POINT}"}}"#);
        for dropped in [
            r#"{"kty":"OKP","crv":"Ed448","kid":"1","x":"AA"}"#,
            r#"{"kty":"oct","kid":"1","k":"AAAA"}"#,
            r#"{"kid":"1"}"#,
        ] {
            let set = read(&format!("{nameless},{dropped}")).unwrap();
            assert_eq!(set.dropped()[0].key_id.as_deref(), Some("1"));
            let selected = |id| set.select(id, Algorithm::EdDsa).map(|(_, key)| key.id());
            assert_eq!(selected(Some("1")), Err(JwsError::KeyUnknown), "{dropped}");
            assert_eq!(selected(Some("2")), Ok(None), "{dropped}");
            assert_eq!(selected(None), Ok(None), "{dropped}");
        }
    }

    #[test]
    fn a_token_may_name_a_dropped_key_that_is_not_listed() {
        let dropped: Vec<_> =
            (0..=LISTED_DROPPED_KEYS).map(|id| format!(r#"{{"kid":"{id}"}}"#)).collect();
        let nameless = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{POINT}"}}"#);
        let set = read(&format!("{},{nameless}", dropped.join(","))).unwrap();
        let last = LISTED_DROPPED_KEYS.to_string();
        assert!(set.dropped().iter().all(|key| key.key_id.as_deref() != Some(&last)));
        assert_eq!(set.every_dropped().last().unwrap().key_id.as_deref(), Some(&*last));
        let selected = set.select(Some(&last), Algorithm::EdDsa).err();
        assert_eq!(selected, Some(JwsError::KeyUnknown));
    }

    #[test]
    fn a_key_with_private_members_is_dropped_with_its_reason_and_the_others_serve() {
        let public = format!(r#""kty":"OKP","crv":"Ed25519","x":"{POINT}""#);
        let set = read(&format!(
            r#"{{{public},"kid":"1","d":"AA"}},{{"kty":"EC","crv":"P-256","kid":"2",
            "x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}}"#
        ));
        let set = set.unwrap();
        let leaked = DroppedKey {
            index: 0,
            key_id: Some("1".to_owned()),
            error: KeyError::PrivateMember { member: "d" },
        };
        assert_eq!(set.dropped(), [leaked]);
        assert_eq!(set.select(Some("1"), Algorithm::EdDsa).err(), Some(JwsError::KeyUnknown));
        assert!(set.select(Some("2"), Algorithm::Es256).is_ok());
    }

    #[test]
    fn a_key_whose_private_half_is_published_serves_under_no_entry() {
        let public = format!(r#""kty":"OKP","crv":"Ed25519","x":"{POINT}""#);
        let leaked = KeyError::PrivateMember { member: "d" };
        for (private, other) in [
            ("", r#""kid":"1","#),
            (r#""kid":"2","#, r#""kid":"1","#),
            (r#""kid":"1","#, ""),
            (r#""kid":"1","use":"enc","#, r#""kid":"1","alg":"EdDSA","#),
            (r#""kid":"1","alg":"unknown","#, r#""kid":"3","#),
            ("", ""),
        ] {
            let private = format!(r#"{{{private}{public},"d":"AA"}}"#);
            let other = format!("{{{other}{public}}}");
            for entries in [format!("{private},{other}"), format!("{other},{private}")] {
                let set = read(&entries).unwrap();
                assert!(set.keys().is_empty(), "{entries}");
                assert!(set.dropped().iter().all(|key| key.error == leaked), "{entries}");
            }
        }
        for spelled in [format!("{POINT}="), format!(" {POINT}"), POINT.replace('_', "/")] {
            let private = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{spelled}","d":"AA"}}"#);
            assert!(read(&format!("{private},{{{public}}}")).unwrap().keys().is_empty());
        }
        let second = r#"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}"#;
        let set = read(&format!(r#"{{{public},"d":"AA"}},{second}"#)).unwrap();
        assert_eq!((set.keys().len(), set.dropped_count()), (1, 1));
    }

    fn bounds(refused: Result<KeySet, ConfigError>) -> (String, &'static str) {
        let error = refused.unwrap_err();
        match error.problem() {
            Problem::OutOfBounds { bounds } => (error.field().to_owned(), bounds),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn a_document_has_at_most_512_kib() {
        let padded = |length: usize| {
            let mut document = br#"{"keys":[]}"#.to_vec();
            document.resize(length, b' ');
            KeySet::from_jwks(&document)
        };
        assert!(padded(JWKS_SIZE_LIMIT - 1).is_ok());
        assert!(padded(JWKS_SIZE_LIMIT).is_ok());
        let too_large = ("document".to_owned(), "at most 524288 bytes long");
        assert_eq!(bounds(padded(JWKS_SIZE_LIMIT + 1)), too_large);
        assert_eq!(JWKS_SIZE_LIMIT, 524_288);

        let zeros = format!(r#"{{"keys":[0{}]}}"#, ",0".repeat(8 * 1024 * 1024));
        let objects = format!(r#"{{"keys":[{{}}{}]}}"#, ",{}".repeat(11 * 1024 * 1024));
        for huge in [zeros, objects, "[".repeat(32 * 1024 * 1024)] {
            assert_eq!(bounds(KeySet::from_jwks(huge.as_bytes())), too_large);
        }
    }

    #[test]
    fn a_document_has_at_most_256_keys_usable_or_not() {
        let entries = |count: usize| {
            let key = |id| format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"{id}","x":"{POINT}"}}"#);
            read(&(0..count).map(key).collect::<Vec<_>>().join(","))
        };
        for count in [JWKS_KEY_LIMIT - 1, JWKS_KEY_LIMIT] {
            assert_eq!(entries(count).unwrap().keys().len(), count);
        }
        let too_many = ("keys".to_owned(), "at most 256 keys");
        assert_eq!(bounds(entries(JWKS_KEY_LIMIT + 1)), too_many);
        assert_eq!(bounds(read(&["0"; 257].join(","))), too_many);
        assert_eq!(JWKS_KEY_LIMIT, 256);
    }

    #[test]
    fn the_first_32_dropped_keys_are_listed_and_all_are_counted() {
        for (dropped, listed) in [(0, 0), (1, 1), (31, 31), (32, 32), (33, 32), (256, 32)] {
            let set = read(&vec!["0"; dropped].join(",")).unwrap();
            assert_eq!((set.dropped().len(), set.dropped_count()), (listed, dropped));
            let places: Vec<_> = set.dropped().iter().map(|key| key.index).collect();
            assert_eq!(places, (0..listed).collect::<Vec<_>>());
        }
    }

    #[test]
    fn debug_of_a_set_is_short_whatever_is_in_the_document() {
        let long = "k".repeat(100_000);
        let key = format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"{long}","x":"{POINT}"}}"#);
        let set = read(&format!(r#"{key},{{"kid":"{long}"}},0"#)).unwrap();
        assert_eq!(format!("{set:?}"), "KeySet { keys: 1, dropped: 2, .. }");
    }

    #[test]
    fn one_key_must_fit_and_a_key_of_another_kind_does_not() {
        let id = |id: &str| if id.is_empty() { String::new() } else { format!(r#""kid":"{id}","#) };
        let ed = |name| format!(r#"{{{}"kty":"OKP","crv":"Ed25519","x":"{POINT}"}}"#, id(name));
        let selected = |entries: &[String], name, algorithm| {
            let set = read(&entries.join(",")).unwrap();
            set.select(name, algorithm).map(|(_, key)| key.id().map(str::to_owned))
        };
        let named = |name: &str| Ok(Some(name.to_owned()));
        let (one, two) = ([ed("1")], [ed("1"), ed("2")]);
        assert_eq!(selected(&[], None, Algorithm::EdDsa), Err(JwsError::KeyUnknown));
        assert_eq!(selected(&one, None, Algorithm::EdDsa), named("1"));
        assert_eq!(selected(&one, Some("1"), Algorithm::EdDsa), named("1"));
        assert_eq!(selected(&one, Some("1"), Algorithm::Es256), Err(JwsError::KeyMismatch));
        assert_eq!(selected(&one, None, Algorithm::Es256), Err(JwsError::KeyMismatch));
        assert_eq!(selected(&one, Some("2"), Algorithm::EdDsa), Err(JwsError::KeyUnknown));
        assert_eq!(selected(&two, Some("2"), Algorithm::EdDsa), named("2"));
        assert_eq!(selected(&two, None, Algorithm::EdDsa), Err(JwsError::KeyAmbiguous));
        assert_eq!(selected(&two, Some(""), Algorithm::EdDsa), Err(JwsError::KeyUnknown));
        let same = [ed("1"), ed("1")];
        assert_eq!(selected(&same, Some("1"), Algorithm::EdDsa), Err(JwsError::KeyAmbiguous));
        assert_eq!(selected(&[ed(""), ed("1")], Some("1"), Algorithm::EdDsa), named("1"));
    }

    #[test]
    fn a_broken_key_is_the_twin_of_a_key_of_its_kind_only() {
        let key = format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"1","x":"{POINT}"}}"#);
        for (twin, expected) in [
            (r#"{"kty":"OKP","crv":"Ed25519","kid":"1","x":"AA"}"#, Some(JwsError::KeyAmbiguous)),
            (r#"{"kty":"RSA","kid":"1","n":"AA","e":"AQAB"}"#, None),
        ] {
            let set = read(&format!("{key},{twin}")).unwrap();
            assert_eq!(set.dropped_count(), 1);
            assert_eq!(set.select(Some("1"), Algorithm::EdDsa).err(), expected, "{twin}");
        }
    }

    /// Any private exponent of a modulus factors it, whatever the public exponent beside it.
    #[test]
    fn an_rsa_key_whose_modulus_is_factored_serves_with_no_exponent() {
        // RFC 7515 appendix A.2.1.
        let modulus = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrc\
                       S2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzj\
                       b_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmt\
                       dVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2e\
                       thFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
        let entry = |more: &str| format!(r#"{{"kty":"RSA","n":"{modulus}",{more}}}"#);
        let public = entry(r#""e":"AQAB","kid":"1""#);
        assert_eq!(read(&public).unwrap().keys().len(), 1);
        for private in [r#""e":"AQAB","d":"AA""#, r#""e":"Aw","d":"AA""#, r#""e":"AQ","p":"AA""#] {
            assert!(read(&format!("{public},{}", entry(private))).unwrap().keys().is_empty());
        }
    }

    #[test]
    fn a_symmetric_key_serves_only_where_every_key_is_symmetric() {
        let oct = format!(r#"{{"kty":"oct","kid":"1","k":"{GOOD}"}}"#);
        let ed = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{POINT}"}}"#);
        assert_eq!(read(&format!("{oct},{oct}")).unwrap().keys().len(), 2);
        for beside in [&ed, "{}", "0", r#"{"kty":"XX"}"#] {
            for entries in [format!("{oct},{beside}"), format!("{beside},{oct}")] {
                let set = read(&entries).unwrap();
                assert!(set.select(Some("1"), Algorithm::Hs256).is_err(), "{entries}");
                let errors: Vec<_> = set.dropped().iter().map(|key| key.error).collect();
                assert!(errors.contains(&KeyError::SymmetricBesideAsymmetric), "{entries}");
            }
        }
    }
}
