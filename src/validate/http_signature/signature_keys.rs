//! Where keys come from.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::config_error::{ConfigError, Problem};
use crate::http_signature::{HttpSignatureAlgorithm, MessageKey};
use crate::jose::{KeySet, VerifyingKey};
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

    /// The keys of a JWKS document by their `kid`, each with the algorithm of its kind; of RSA the
    /// one that `alg` names (`RS256` or `PS512`), or the one with PSS. Keys without a `kid`, those
    /// that a [`KeySet`] drops, and those of other algorithms are left out.
    ///
    /// # Errors
    /// A [`ConfigError`] if the document cannot be read, if no key is left, or if two have one id.
    ///
    /// # Security
    /// Whoever can change the document can sign.
    pub fn from_jwks(json: &[u8]) -> Result<Self, ConfigError> {
        let keys = KeySet::from_jwks(json)?;
        let named = |key: &VerifyingKey| Some((key.id()?.into(), MessageKey::of(key).ok()?));
        let named: Vec<(Box<str>, _)> = keys.keys().iter().filter_map(named).collect();
        if named.is_empty() {
            let bounds = "at least one key with a `kid` and an algorithm of HTTP signatures";
            return Err(ConfigError::new(PART, "keys", Problem::OutOfBounds { bounds }));
        }
        Self::named(named)
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
    pub(crate) fn are_of_clients(&self) -> bool {
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

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::crypto::{PrivateKey, PublicKey};
    use crate::encoding::base64url_encode;
    use crate::jose::Algorithm;
    use crate::secret::Secret;

    fn jwk(key: &PublicKey, members: &[(&str, &str)]) -> Value {
        let jwk = VerifyingKey::of_public(key.clone()).to_jwk().unwrap();
        let mut jwk: Value = serde_json::from_str(&jwk).unwrap();
        let members = members.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
        jwk.as_object_mut().unwrap().extend(members.collect::<Map<_, _>>());
        jwk
    }

    fn read(entries: &[Value]) -> Result<SignatureKeys, ConfigError> {
        SignatureKeys::from_jwks(json!({ "keys": entries }).to_string().as_bytes())
    }

    fn algorithm(keys: &SignatureKeys, id: &str) -> Option<&'static str> {
        keys.find(Some(id), None).ok().map(|key| key.algorithm().name())
    }

    #[test]
    fn keys_of_a_document_are_found_by_their_ids_with_one_algorithm() {
        let rsa = PublicKey::from_pem(include_bytes!("../../../tests/keys/rsa.pub.pem")).unwrap();
        let other = include_bytes!("../../../tests/keys/other_rsa.pub.pem");
        let other = PublicKey::from_pem(other).unwrap();
        let p256 = PrivateKey::generate_p256().unwrap().public_key().clone();
        let keys = read(&[
            jwk(&p256, &[("kid", "curve")]),
            jwk(&rsa, &[("kid", "of 1.5"), ("alg", "RS256")]),
            jwk(&other, &[("kid", "pss")]),
        ]);
        let keys = keys.unwrap();
        assert_eq!(algorithm(&keys, "curve"), Some("ecdsa-p256-sha256"));
        assert_eq!(algorithm(&keys, "of 1.5"), Some("rsa-v1_5-sha256"));
        assert_eq!(algorithm(&keys, "pss"), Some("rsa-pss-sha512"));
        assert_eq!(algorithm(&keys, ""), None);
        let secret = base64url_encode([7; 32]);
        let shared = json!({ "kty": "oct", "kid": "shared", "k": secret, "alg": "HS256" });
        assert_eq!(algorithm(&read(&[shared]).unwrap(), "shared"), Some("hmac-sha256"));
    }

    #[test]
    fn a_document_without_a_usable_key_or_with_two_of_one_id_is_refused() {
        let rsa = PublicKey::from_pem(include_bytes!("../../../tests/keys/rsa.pub.pem")).unwrap();
        let p256 = || PrivateKey::generate_p256().unwrap().public_key().clone();
        let other_algorithm = jwk(&rsa, &[("kid", "a"), ("alg", "PS256")]);
        for entries in [vec![], vec![jwk(&p256(), &[])], vec![other_algorithm]] {
            let error = read(&entries).unwrap_err().to_string();
            assert!(error.contains("at least one key with a `kid`"), "{entries:?} {error}");
        }
        let twice = [jwk(&p256(), &[("kid", "a")]), jwk(&p256(), &[("kid", "a")])];
        let duplicate = Problem::Duplicate { name: "a".to_owned() };
        assert_eq!(read(&twice).unwrap_err().problem(), &duplicate);
        assert!(SignatureKeys::from_jwks(b"[]").is_err());
    }

    #[test]
    fn a_secret_serves_only_the_hmac_that_it_is_for() {
        let secret = Secret::new([7; 64]);
        let key = |algorithm| VerifyingKey::hmac(algorithm, &secret).unwrap();
        assert!(MessageKey::of(&key(Algorithm::Hs256)).is_ok());
        assert!(MessageKey::of(&key(Algorithm::Hs512)).is_err());
    }
}
