//! Keys as an issuer publishes them.

use serde_json::{Map, Value};

use crate::crypto::{KeyKind, PublicKey};
use crate::encoding::base64url_encode;
use crate::jose::key::VerifyingKey;
use crate::jose::key_set::KeySet;

impl VerifyingKey {
    /// The key as a JWK (RFC 7517 section 4) with its public members alone, its `kid` and its
    /// `alg`. `None` for a shared secret, which nobody publishes.
    ///
    /// ```
    /// use tollgate::jose::{SigningKey, VerifyingKey};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let key = SigningKey::generate_es256()?.with_id("2026");
    /// let jwk = key.verifying_key().to_jwk().expect("a public key");
    /// assert_eq!(VerifyingKey::from_jwk(jwk.as_bytes())?.id(), Some("2026"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_jwk(&self) -> Option<String> {
        self.to_members().map(|members| Value::Object(members).to_string())
    }

    fn to_members(&self) -> Option<Map<String, Value>> {
        let mut members = material(self.as_public()?);
        if let Some(id) = self.id() {
            members.insert("kid".to_owned(), id.into());
        }
        if let Some(algorithm) = self.algorithm() {
            members.insert("alg".to_owned(), algorithm.name().into());
        }
        Some(members)
    }
}

impl KeySet {
    /// The keys that are used as a JWKS document (RFC 7517 section 5), without shared secrets.
    ///
    /// ```
    /// use tollgate::jose::{KeySet, SigningKey};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let keys = KeySet::of([SigningKey::generate_es256()?.verifying_key().clone()]);
    /// assert_eq!(KeySet::from_jwks(keys.to_jwks().as_bytes())?.keys().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_jwks(&self) -> String {
        let keys = self.keys().iter().filter_map(VerifyingKey::to_jwk).collect::<Vec<_>>();
        format!(r#"{{"keys":[{}]}}"#, keys.join(","))
    }
}

/// The members that the key itself is made of.
pub(super) fn material(key: &PublicKey) -> Map<String, Value> {
    match key.rsa_parts() {
        Some((modulus, exponent)) => {
            of_texts([("kty", "RSA".to_owned()), ("n", encoded(modulus)), ("e", encoded(exponent))])
        }
        None => of_bytes(key.kind(), key.encoded_bytes()),
    }
}

/// A key that is a point or, of ML-DSA, one string of bytes.
fn of_bytes(kind: KeyKind, bytes: &[u8]) -> Map<String, Value> {
    let curve = match kind {
        KeyKind::P256 => "P-256",
        KeyKind::P384 => "P-384",
        #[cfg(feature = "aws-lc-rs")]
        KeyKind::P521 => "P-521",
        KeyKind::Ed25519 => {
            let texts = [("kty", "OKP".to_owned()), ("crv", "Ed25519".to_owned())];
            let mut members = of_texts(texts);
            members.insert("x".to_owned(), encoded(bytes).into());
            return members;
        }
        _ => return of_texts([("kty", "AKP".to_owned()), ("pub", encoded(bytes))]),
    };
    // An uncompressed point: 4, then both coordinates, each as long as the field.
    let coordinates = bytes.get(1..).unwrap_or_default();
    let (x, y) = coordinates.split_at(coordinates.len().div_euclid(2));
    of_texts([
        ("kty", "EC".to_owned()),
        ("crv", curve.to_owned()),
        ("x", encoded(x)),
        ("y", encoded(y)),
    ])
}

fn of_texts<const N: usize>(members: [(&str, String); N]) -> Map<String, Value> {
    members.into_iter().map(|(name, text)| (name.to_owned(), Value::String(text))).collect()
}

fn encoded(bytes: &[u8]) -> String {
    base64url_encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::algorithm::Algorithm;
    use crate::secret::Secret;

    fn published(pem: &[u8], algorithm: Algorithm) -> VerifyingKey {
        let key = VerifyingKey::from_pem(pem, algorithm).unwrap().with_id("1");
        let set = KeySet::from_jwks(KeySet::of([key]).to_jwks().as_bytes()).unwrap();
        assert_eq!((set.keys().len(), set.dropped_count()), (1, 0));
        set.keys()[0].clone()
    }

    #[test]
    fn a_published_key_is_read_as_the_same_key() {
        for (pem, algorithm) in [
            (&include_bytes!("../../tests/keys/rsa.pub.pem")[..], Algorithm::Rs256),
            (include_bytes!("../../tests/keys/p256.pub.pem"), Algorithm::Es256),
            (include_bytes!("../../tests/keys/p384.pub.pem"), Algorithm::Es384),
            (include_bytes!("../../tests/keys/ed25519.pub.pem"), Algorithm::EdDsa),
        ] {
            let key = published(pem, algorithm);
            assert!(key.is_public(&PublicKey::from_pem(pem).unwrap()), "{algorithm}");
            assert_eq!((key.id(), key.algorithm()), (Some("1"), Some(algorithm)));
        }
    }

    #[test]
    fn a_shared_secret_is_not_published() {
        let secret = Secret::new("a secret of at least 32 bytes ...");
        let key = VerifyingKey::hmac(Algorithm::Hs256, &secret).unwrap();
        assert_eq!(key.to_jwk(), None);
        assert_eq!(KeySet::of([key]).to_jwks(), r#"{"keys":[]}"#);
    }
}
