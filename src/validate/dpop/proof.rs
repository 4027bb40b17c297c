//! Proofs as they arrive.

use std::sync::Arc;

use serde_json::Value;

use crate::crypto::KeyError;
use crate::jose::{Algorithm, EncodedJws, Header, JwsError, VerifyingKey, embedded_jwk};
use crate::record::{Claims, ClaimsError};
use crate::rejection::ProofReason;
use crate::request::{Occurrence, Request};
use crate::time::UnixTime;
use crate::validate::single_use::use_id;

/// The header that carries a proof.
pub(in crate::validate) const HEADER: &str = "DPoP";

/// The longest `jti`, in bytes; a UUID has 36.
const LONGEST_ID: usize = 256;

/// A proof whose signature verified under the key that the token is bound to. Its claims have their
/// types, and nothing has been compared yet.
pub(super) struct VerifiedProof {
    claims: Claims,
    issued: UnixTime,
}

impl VerifiedProof {
    /// The proof of a request, by the key with this thumbprint (RFC 9449 section 4.3, numbers 1 to
    /// 7 and 12).
    pub(super) fn read(
        request: &dyn Request,
        allowed: &[Algorithm],
        thumbprint: &str,
    ) -> Result<Self, ProofReason> {
        let proof = match request.only_header(HEADER) {
            Occurrence::Absent => return Err(ProofReason::Missing),
            Occurrence::Once(proof) => proof,
            Occurrence::Repeated => return Err(ProofReason::Repeated),
        };
        let encoded = EncodedJws::split(proof).map_err(refused)?;
        let members = encoded.read_members().map_err(refused)?;
        let header = Header::new(&members).map_err(refused)?;
        if !header.is_of_type("dpop+jwt") {
            return Err(ProofReason::Type);
        }
        if !allowed.contains(&header.algorithm()) {
            return Err(ProofReason::Algorithm);
        }
        let key = key(members.get("jwk"))?;
        if key.thumbprint().as_deref() != Some(thumbprint) {
            return Err(ProofReason::Binding);
        }
        let (jws, payload) = encoded.decode(Arc::new(header)).map_err(refused)?.into_unverified();
        jws.verify_under(&key).map_err(refused)?;
        Self::of(payload)
    }

    fn of(payload: Vec<u8>) -> Result<Self, ProofReason> {
        let claims = Claims::read(payload).map_err(|error| match error {
            ClaimsError::Json(_) => ProofReason::Malformed { part: "payload" },
            ClaimsError::Type { name } => ProofReason::Claim { name },
        })?;
        let issued = claims.issued().ok_or(ProofReason::Claim { name: "iat" })?;
        let is_id = |id: &str| !id.is_empty() && id.len() <= LONGEST_ID;
        claims.id().filter(|id| is_id(id)).ok_or(ProofReason::Claim { name: "jti" })?;
        let is_text = |name: &'static str| match claims.get(name) {
            Some(Value::String(_)) => Ok(()),
            None if name == "nonce" => Ok(()),
            _ => Err(ProofReason::Claim { name }),
        };
        ["htm", "htu", "ath", "nonce"].into_iter().try_for_each(is_text)?;
        Ok(Self { claims, issued })
    }

    /// `htm`: the method.
    pub(super) fn method(&self) -> &str {
        self.claims.text("htm").unwrap_or_default()
    }

    /// `htu`: the URL.
    pub(super) fn url(&self) -> &str {
        self.claims.text("htu").unwrap_or_default()
    }

    /// `ath`: the digest of the token.
    pub(super) fn token_digest(&self) -> &str {
        self.claims.text("ath").unwrap_or_default()
    }

    /// `nonce`: one that the host gave out.
    pub(super) fn nonce(&self) -> Option<&str> {
        self.claims.text("nonce")
    }

    /// `iat`: when it was made.
    pub(super) fn issued(&self) -> UnixTime {
        self.issued
    }

    /// What a store of used ids keeps of it: `jti` counts for one key alone, so that no client can
    /// use up the ids of another.
    pub(super) fn replay_id(&self, thumbprint: &str) -> [u8; 32] {
        let id = self.claims.id().unwrap_or_default();
        use_id("DPoP proof", &[thumbprint.as_bytes(), id.as_bytes()])
    }
}

fn key(jwk: Option<&Value>) -> Result<VerifyingKey, ProofReason> {
    let jwk = jwk.and_then(Value::as_object).ok_or(ProofReason::Key)?;
    embedded_jwk(jwk).map_err(|error| match error {
        KeyError::PrivateMember { .. } => ProofReason::PrivateKey,
        _ => ProofReason::Key,
    })
}

fn refused(error: JwsError) -> ProofReason {
    match error {
        JwsError::Unsigned | JwsError::AlgorithmUnsupported | JwsError::AlgorithmNotAllowed => {
            ProofReason::Algorithm
        }
        JwsError::KeyUnknown | JwsError::KeyMismatch | JwsError::KeyAmbiguous => ProofReason::Key,
        JwsError::Signature => ProofReason::Signature,
        JwsError::Malformed { part } if part != "token" => ProofReason::Malformed { part },
        JwsError::TooLarge { .. } | JwsError::Malformed { .. } | JwsError::Encrypted => {
            ProofReason::Malformed { part: "form" }
        }
        JwsError::Header(_) | JwsError::HeaderUnsupported { .. } | JwsError::HeaderType { .. } => {
            ProofReason::Malformed { part: "header" }
        }
    }
}
