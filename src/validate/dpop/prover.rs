//! Makes proofs, for clients and for tests.

use std::fmt;

use serde_json::{Value, json};

use crate::crypto::{KeyError, SigningFailed, random, sha256};
use crate::encoding::base64url_encode;
use crate::jose::SigningKey;
use crate::time::UnixTime;

/// A client's key that proves its possession.
///
/// Each proof has a random `jti` of 128 bits. Ask an authorization server for a token that is bound
/// to [`thumbprint`](Self::thumbprint), then send every request with a proof of its own.
///
/// ```
/// use tollgate::UnixTime;
/// use tollgate::jose::{Algorithm, SigningKey};
/// use tollgate::validate::DpopProver;
/// use tollgate::Secret;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let prover = DpopProver::new(SigningKey::generate_es256()?)?.with_nonce("of the last answer");
/// let now = UnixTime::from_seconds(1_800_000_000);
/// let proof = prover.prove("GET", "https://api.example/orders?page=2", "2YotnFZF", now)?;
/// assert_ne!(proof, prover.prove("GET", "https://api.example/orders?page=2", "2YotnFZF", now)?);
///
/// let secret = Secret::new("a secret of at least 32 bytes ...");
/// assert!(DpopProver::new(SigningKey::hmac(Algorithm::Hs256, &secret)?).is_err());
/// # Ok(())
/// # }
/// ```
///
/// Source: RFC 9449 sections 4.2 and 7.
pub struct DpopProver {
    key: SigningKey,
    header: String,
    thumbprint: String,
    nonce: Option<String>,
}

impl DpopProver {
    /// Proves the possession of this key.
    ///
    /// # Errors
    /// [`KeyError::AlgorithmMismatch`] if it is a shared secret.
    pub fn new(key: SigningKey) -> Result<Self, KeyError> {
        let key = key.with_token_type("dpop+jwt");
        let public = key.verifying_key();
        let thumbprint = public.thumbprint().ok_or(KeyError::AlgorithmMismatch)?;
        let jwk = public.to_jwk().ok_or(KeyError::AlgorithmMismatch)?;
        let mut header = Value::Object(key.header()).to_string();
        header.truncate(header.len().saturating_sub(1));
        let header = format!("{header},\"jwk\":{jwk}}}");
        Ok(Self { key, header, thumbprint, nonce: None })
    }

    /// Adds the last nonce of the server (`DPoP-Nonce`) to the proofs that follow.
    pub fn with_nonce(mut self, nonce: impl Into<String>) -> Self {
        self.nonce = Some(nonce.into());
        self
    }

    /// The thumbprint of the key (RFC 7638): what `jkt` of its tokens is.
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// Makes the proof for one request with this token; query and fragment of the URL are left out.
    ///
    /// # Errors
    /// [`SigningFailed`] if the system has no random bytes for it.
    pub fn prove(
        &self,
        method: &str,
        url: &str,
        token: &str,
        now: UnixTime,
    ) -> Result<String, SigningFailed> {
        let id = random::<16>().map_err(|_| SigningFailed)?;
        let mut claims = json!({
            "jti": base64url_encode(id),
            "htm": method,
            "htu": url.split(['?', '#']).next().unwrap_or_default(),
            "iat": now.as_seconds(),
            "ath": base64url_encode(sha256(token.as_bytes())),
        });
        if let (Some(nonce), Value::Object(claims)) = (&self.nonce, &mut claims) {
            claims.insert("nonce".to_owned(), nonce.as_str().into());
        }
        self.key.sign_under(self.header.as_bytes(), claims.to_string().as_bytes())
    }
}

impl fmt::Debug for DpopProver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DpopProver").field("key", &self.key).finish_non_exhaustive()
    }
}
