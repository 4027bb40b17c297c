//! Whether the caller holds what its token is bound to: a certificate, a key, or both.

use serde_json::Value;

use crate::crypto::sha256;
use crate::element::Element;
use crate::encoding::base64url_decode;
use crate::interceptor::{Call, Description};
use crate::location::{Location, TokenScheme};
use crate::record::Claims;
use crate::rejection::{Challenge, Checkpoint, ProofReason, Reason, Rejection};
use crate::store::ReplayStore;
use crate::validate::dpop::{self, DpopProofs, UnboundTokens, UnusedProof};
use crate::validate::no_replays::NoReplays;
use crate::validate::presented::Presented;

/// How a validator of tokens judges possession: by the peer's certificate, and by proofs where it
/// was told how to judge them.
#[derive(Clone, Debug)]
pub(super) struct Possession<D = NoReplays> {
    proofs: Option<DpopProofs<D>>,
}

/// What a token is bound to (RFC 7800 section 3.1).
#[derive(Default)]
struct Bindings<'c> {
    /// `x5t#S256` (RFC 8705 section 3.1).
    certificate: Option<&'c str>,
    /// `jkt` (RFC 9449 section 6.1).
    key: Option<&'c str>,
}

impl Possession {
    /// Without proofs, so that a token which is bound to a key is refused.
    pub(super) fn of_certificates() -> Self {
        Self { proofs: None }
    }
}

impl<D: ReplayStore> Possession<D> {
    pub(super) fn with_proofs(proofs: DpopProofs<D>) -> Self {
        Self { proofs: Some(proofs) }
    }

    /// The checkpoint with what challenges say of proofs and schemes.
    pub(super) fn challenging(&self, checkpoint: Checkpoint) -> Checkpoint {
        let Some(proofs) = &self.proofs else { return checkpoint };
        let names: Vec<_> = proofs.algorithm_names().collect();
        let checkpoint = checkpoint.with_proof_algorithms(names.join(" ").into());
        match proofs.unbound() {
            UnboundTokens::Admit => checkpoint.with_challenge(Challenge::Bearer),
            UnboundTokens::Refuse => checkpoint.with_challenge(Challenge::Dpop),
        }
    }

    /// Adds what is read and checked beside the token.
    pub(super) fn describe(&self, description: Description) -> Description {
        match self.proofs {
            Some(_) => description
                .reads(Element::documented(dpop::HEADER, Location::Header))
                .making(["proof use"]),
            None => description,
        }
    }

    /// Reads the token of a call.
    pub(super) fn read<'a>(
        &self,
        checkpoint: &'a Checkpoint,
        call: &Call<'a>,
    ) -> Result<Presented<'a>, Rejection> {
        match self.proofs {
            Some(_) => Presented::read_token(checkpoint, call),
            None => Presented::read(checkpoint, call),
        }
    }

    /// Judges possession, all but whether a proof was used before. Without claims nothing is known
    /// to bind the token.
    pub(super) fn judge(
        &self,
        claims: Option<&Claims>,
        presented: &Presented<'_>,
        call: &Call<'_>,
    ) -> Result<Option<UnusedProof>, Reason> {
        let bindings = claims.map(Bindings::of).transpose()?.unwrap_or_default();
        let proof = match (bindings.key, &self.proofs) {
            (Some(_), None) => return Err(Reason::PossessionUnsupported),
            (Some(thumbprint), Some(proofs)) => {
                judge_scheme_of_bound(presented)?;
                Some(proofs.judge(presented.as_bytes(), thumbprint, call)?)
            }
            (None, proofs) => {
                judge_unbound(proofs.as_ref().map(DpopProofs::unbound), presented)?;
                None
            }
        };
        bindings.certificate.map_or(Ok(()), |thumbprint| judge_certificate(thumbprint, call))?;
        call.note("possession", || bindings.described());
        Ok(proof)
    }

    /// Uses the proof up, as the last of all checks.
    pub(super) async fn use_up(
        &self,
        proof: Option<UnusedProof>,
        call: &Call<'_>,
    ) -> Result<(), Reason> {
        let Some(proofs) = &self.proofs else { return Ok(()) };
        if let Some(proof) = &proof {
            proofs.use_up(proof, call).await?;
        }
        call.note("proof use", || match proof {
            Some(_) => "the first".to_owned(),
            None => "none is needed".to_owned(),
        });
        Ok(())
    }

    /// Refuses a token; with a fresh nonce where a proof needs one.
    pub(super) fn refused(
        &self,
        reason: Reason,
        presented: &Presented<'_>,
        call: &Call<'_>,
    ) -> Rejection {
        let asks = matches!(&reason, Reason::Proof(reason) if reason.asks_for_nonce());
        let proofs = self.proofs.as_ref().filter(|_| asks);
        match proofs.map(|proofs| proofs.fresh_nonce(call.now)) {
            Some(Ok(Some(nonce))) => presented.refused_with_nonce(reason, nonce),
            Some(Err(error)) => {
                presented.refused(Reason::Unavailable { what: error.to_string().into() })
            }
            _ => presented.refused(reason),
        }
    }
}

/// Whether a token says that it is bound to a key.
pub(super) fn is_bound_to_key(claims: &Claims) -> bool {
    claims.confirmation().is_some_and(|confirmation| confirmation.contains_key("jkt"))
}

impl<'c> Bindings<'c> {
    /// Every member of `cnf` must be one that is judged here.
    fn of(claims: &'c Claims) -> Result<Self, Reason> {
        let Some(confirmation) = claims.confirmation() else { return Ok(Self::default()) };
        let text = |name| confirmation.get(name).and_then(Value::as_str);
        let bindings = Self { certificate: text("x5t#S256"), key: text("jkt") };
        let known = [bindings.certificate, bindings.key].iter().flatten().count();
        if known == 0 || known != confirmation.len() {
            return Err(Reason::PossessionUnsupported);
        }
        Ok(bindings)
    }

    fn described(&self) -> String {
        match (self.certificate, self.key) {
            (None, None) => "the token is not bound",
            (Some(_), None) => "the peer holds the certificate that the token is bound to",
            (None, Some(_)) => "a proof by the key that the token is bound to",
            (Some(_), Some(_)) => "the peer holds both certificate and key of the token",
        }
        .to_owned()
    }
}

/// Where the element has no scheme, the proof alone is judged.
fn judge_scheme_of_bound(presented: &Presented<'_>) -> Result<(), Reason> {
    match presented.token_scheme() {
        Some(TokenScheme::Bearer) => Err(ProofReason::Scheme.into()),
        Some(TokenScheme::Dpop) | None => Ok(()),
    }
}

fn judge_unbound(policy: Option<UnboundTokens>, presented: &Presented<'_>) -> Result<(), Reason> {
    match (policy, presented.token_scheme()) {
        (Some(UnboundTokens::Refuse), _) | (_, Some(TokenScheme::Dpop)) => {
            Err(ProofReason::Unbound.into())
        }
        _ => Ok(()),
    }
}

/// A peer that proved to hold this certificate.
fn judge_certificate(thumbprint: &str, call: &Call<'_>) -> Result<(), Reason> {
    let certificate = call.request.peer_certificate().ok_or(Reason::PossessionMissing)?;
    match base64url_decode(thumbprint) {
        Some(digest) if digest == sha256(certificate) => Ok(()),
        _ => Err(Reason::PossessionWrong),
    }
}
