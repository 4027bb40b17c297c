//! Keys that sign: for issuers, and for the tests of hosts.

use std::fmt;

use serde_json::{Map, Value};

use crate::crypto::{
    HmacKey, KeyError, PrivateKey, RandomUnavailable, SignatureAlgorithm, SigningFailed,
};
use crate::encoding::base64url_encode;
use crate::jose::algorithm::{Algorithm, SignatureMethod};
use crate::jose::key::VerifyingKey;
use crate::secret::Secret;

/// A key that signs tokens with one algorithm.
///
/// ```
/// use tollgate::jose::{Algorithm, Jws, KeySet, SigningKey};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = SigningKey::generate_es256()?.with_id("2026-11").with_token_type("at+jwt");
/// let token = key.sign(br#"{"iss": "https://issuer.example"}"#)?;
///
/// let keys = KeySet::of([key.verifying_key().clone()]);
/// assert!(Jws::parse(token.as_bytes())?.verify(&keys, &[Algorithm::Es256]).is_ok());
///
/// let others = KeySet::of([SigningKey::generate_es256()?.verifying_key().clone()]);
/// assert!(Jws::parse(token.as_bytes())?.verify(&others, &[Algorithm::Es256]).is_err());
/// # Ok(())
/// # }
/// ```
pub struct SigningKey {
    algorithm: Algorithm,
    token_type: Option<String>,
    certificate_thumbprint: Option<String>,
    material: SigningMaterial,
    verifying_key: VerifyingKey,
}

enum SigningMaterial {
    Private(SignatureAlgorithm, Box<PrivateKey>),
    Secret(Box<HmacKey>),
}

impl SigningKey {
    /// A private key, for one algorithm.
    ///
    /// # Errors
    /// [`KeyError::AlgorithmMismatch`] if the key is not one for this algorithm.
    pub fn private(key: PrivateKey, algorithm: Algorithm) -> Result<Self, KeyError> {
        let SignatureMethod::Signature(method) = algorithm.method() else {
            return Err(KeyError::AlgorithmMismatch);
        };
        let verifying_key = VerifyingKey::public(key.public_key().clone(), algorithm)?;
        let material = SigningMaterial::Private(method, Box::new(key));
        Ok(Self {
            algorithm,
            token_type: None,
            certificate_thumbprint: None,
            material,
            verifying_key,
        })
    }

    /// Reads a PEM text with a section `PRIVATE KEY` (PKCS #8), for one algorithm.
    ///
    /// A section `EC PRIVATE KEY` (SEC 1) or `RSA PRIVATE KEY` is not read: convert it by
    /// `openssl pkcs8 -topk8 -nocrypt`.
    ///
    /// # Errors
    /// A [`KeyError`] if the key is malformed, refused, or not one for this algorithm.
    pub fn from_pem(pem: &[u8], algorithm: Algorithm) -> Result<Self, KeyError> {
        Self::private(PrivateKey::from_pem(pem)?, algorithm)
    }

    /// A shared secret, for one algorithm.
    ///
    /// # Errors
    /// A [`KeyError`] if the algorithm is not an HMAC, or if the secret is shorter than its hash,
    /// or a public key, certificate or JWK in any encoding.
    pub fn hmac(algorithm: Algorithm, secret: &Secret) -> Result<Self, KeyError> {
        let SignatureMethod::Hmac(hash) = algorithm.method() else {
            return Err(KeyError::AlgorithmMismatch);
        };
        let material = SigningMaterial::Secret(Box::new(HmacKey::new(hash, secret.expose())?));
        let verifying_key = VerifyingKey::hmac(algorithm, secret)?;
        Ok(Self {
            algorithm,
            token_type: None,
            certificate_thumbprint: None,
            material,
            verifying_key,
        })
    }

    /// A fresh key for ES256.
    ///
    /// # Errors
    /// [`RandomUnavailable`] if the system has no random bytes to give.
    pub fn generate_es256() -> Result<Self, RandomUnavailable> {
        let key = PrivateKey::generate_p256()?;
        Self::private(key, Algorithm::Es256).map_err(|_| RandomUnavailable)
    }

    /// With this key id, which its tokens name as `kid`.
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.verifying_key = self.verifying_key.with_id(id);
        self
    }

    /// With this type, which its tokens name as `typ`: `at+jwt`, say.
    pub fn with_token_type(mut self, token_type: impl Into<String>) -> Self {
        self.token_type = Some(token_type.into());
        self
    }

    /// With the certificate of this thumbprint, which its tokens name as `x5t#S256`.
    pub fn with_certificate_thumbprint(mut self, thumbprint: impl Into<String>) -> Self {
        self.certificate_thumbprint = Some(thumbprint.into());
        self
    }

    /// The key that verifies what this one signs.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying_key
    }

    /// Signs any payload; a JWT is one whose payload is a JSON object of claims.
    ///
    /// # Errors
    /// [`SigningFailed`] if the system has no random bytes for it.
    pub fn sign(&self, payload: &[u8]) -> Result<String, SigningFailed> {
        self.sign_under(Value::Object(self.header()).to_string().as_bytes(), payload)
    }

    /// Signs any payload under any header, which need not be true.
    pub(crate) fn sign_under(
        &self,
        header: &[u8],
        payload: &[u8],
    ) -> Result<String, SigningFailed> {
        let signing_input = format!("{}.{}", base64url_encode(header), base64url_encode(payload));
        let signature = match &self.material {
            SigningMaterial::Private(method, key) => key.sign(*method, signing_input.as_bytes())?,
            SigningMaterial::Secret(key) => key.sign(signing_input.as_bytes()),
        };
        Ok(format!("{signing_input}.{}", base64url_encode(signature)))
    }

    /// Signs claims: [`sign`](Self::sign) of a JSON object.
    ///
    /// # Errors
    /// [`SigningFailed`] if the system has no random bytes for it.
    pub fn sign_claims(&self, claims: &Value) -> Result<String, SigningFailed> {
        self.sign(claims.to_string().as_bytes())
    }

    /// The header of its tokens.
    pub(crate) fn header(&self) -> Map<String, Value> {
        let mut header = Map::new();
        header.insert("alg".to_owned(), Value::from(self.algorithm.name()));
        if let Some(token_type) = &self.token_type {
            header.insert("typ".to_owned(), Value::from(token_type.as_str()));
        }
        if let Some(thumbprint) = &self.certificate_thumbprint {
            header.insert("x5t#S256".to_owned(), Value::from(thumbprint.as_str()));
        }
        if let Some(id) = self.verifying_key.id() {
            header.insert("kid".to_owned(), Value::from(id));
        }
        header
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.verifying_key.id())
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::jose::jws::Jws;
    use crate::jose::key_set::KeySet;

    #[test]
    fn claims_are_signed_as_their_text() {
        let secret = Secret::new("a secret of at least 32 bytes ...");
        let key = SigningKey::hmac(Algorithm::Hs256, &secret).unwrap();
        let token = key.sign_claims(&json!({ "sub": "user" })).unwrap();
        let keys = KeySet::of([key.verifying_key().clone()]);
        let payload = Jws::parse(token.as_bytes()).unwrap().verify(&keys, &[Algorithm::Hs256]);
        assert_eq!(payload.unwrap(), br#"{"sub":"user"}"#);
    }
}
