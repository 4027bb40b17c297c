//! Proof that the caller holds the key of its token (DPoP, RFC 9449).

mod http_uri;
mod nonces;
mod own_url;
mod proof;
mod prover;

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config_error::{ConfigError, Problem};
use crate::crypto::{RandomUnavailable, sha256};
use crate::encoding::base64url_encode;
use crate::interceptor::Call;
use crate::jose::Algorithm;
use crate::rejection::{ProofReason, Reason};
use crate::store::{Consumption, ReplayStore};
use crate::time::{DEFAULT_SKEW, UnixTime};
use crate::validate::dpop::proof::VerifiedProof;
use crate::validate::single_use;

pub use nonces::DpopNonces;
pub use own_url::OwnUrl;
pub use prover::DpopProver;

#[cfg(feature = "policy")]
pub(crate) use nonces::DEFAULT_NONCE_LIFETIME;
pub(super) use proof::HEADER;

pub(crate) const DEFAULT_WINDOW: Duration = Duration::from_secs(60);

/// What proofs are accepted with by default: all that is asymmetric and widely known.
pub(crate) const DEFAULT_ALGORITHMS: [Algorithm; 9] = [
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::EdDsa,
    Algorithm::Ps256,
    Algorithm::Ps384,
    Algorithm::Ps512,
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
];

/// Whether tokens that are not bound to a key may pass beside those that are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum UnboundTokens {
    /// They pass under `Bearer`, and where an element has no scheme.
    #[default]
    Admit,
    /// Every token must be bound to a key: `dpop_bound_access_tokens_required` of RFC 9728.
    Refuse,
}

/// How proofs of possession are judged (DPoP): a part of
/// [`JwtValidation::dpop`](crate::JwtValidation::dpop) and
/// [`AccessTokenValidation::dpop`](crate::AccessTokenValidation::dpop), and by them of
/// [`OAuthValidation`](crate::OAuthValidation).
///
/// A token that is bound to a key, by `cnf` with `jkt`, is accepted when
/// 1. it comes under the scheme `DPoP`, where its element is
///    [`Element::bearer`](crate::Element::bearer); an element without a scheme has none to judge;
/// 2. the request has exactly one header `DPoP`: a JWS of at most 8 KiB in compact form, read as
///    that of a JWT, with the `typ` `dpop+jwt`;
/// 3. its `alg` is one of those allowed, all asymmetric, and its `jwk` a public key for it, without
///    private members, whose thumbprint (RFC 7638) is `jkt`;
/// 4. the signature verifies under that key;
/// 5. `htm` is the method of the request, in the same case, and `htu` its URL as [`OwnUrl`] has it;
/// 6. `now - iat` is at most the window, 60 s unless another is set, and `iat - now` at most 30 s;
/// 7. `ath` is the SHA-256 of the token, in base64url;
/// 8. `nonce` is one of [`DpopNonces`], if they are given;
/// 9. `jti`, of 1 to 256 bytes, was not used with this key within the window.
///
/// A token without `jkt` is refused under `DPoP`. One with `x5t#S256` as well needs both the proof
/// and the certificate.
///
/// # Errors
/// In the order above: `proof.scheme` and `proof.unbound`; `proof.missing`, `proof.repeated`,
/// `proof.malformed`, `proof.type`; `proof.algorithm`, `proof.key`, `proof.private_key`,
/// `proof.binding`; `proof.signature`; `proof.claim`, `proof.method`, `proof.url`; `proof.too_old`,
/// `proof.issued_in_future`; `proof.token`; `proof.nonce_missing`, `proof.nonce_unknown`,
/// `proof.nonce_expired`; `proof.used`. `service.unavailable` if the store is full or cannot tell.
/// These are answered with 401 and a `DPoP` challenge that lists the algorithms; a refused nonce
/// with `error="use_dpop_nonce"` and a fresh one in the header `DPoP-Nonce`.
///
/// # Security
/// A proof is judged at each call, whatever is remembered of its token. It is used up last, after
/// the checks of its validator; what a later interceptor refuses has used it up all the same, and
/// its client makes a new one, as it does for every request. A rehearsal uses nothing up. All
/// validators that share a store must have the same window: a proof is forgotten when it is too
/// old for the validator that admitted it. A proof says nothing of the body, nor of the query.
///
/// # Example
/// ```
/// use tollgate::jose::{Algorithm, KeySet, SigningKey};
/// use tollgate::store::InMemoryReplays;
/// use tollgate::validate::{DpopProofs, DpopProver, OwnUrl};
/// use tollgate::{Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let issuer_key = SigningKey::generate_es256()?;
/// let keys = KeySet::of([issuer_key.verifying_key().clone()]);
/// let issuer = Issuer::new("https://issuer.example", "api", [Algorithm::Es256], keys)?;
/// let url = OwnUrl::external("https://api.example")?;
/// let proofs = DpopProofs::new(url, InMemoryReplays::new(1000)?);
/// let now = UnixTime::from_seconds(1_800_000_000);
/// let gate = Gate::builder(ManualClock::at(now))
///     .with(JwtValidation::new(Element::bearer(), issuer).dpop(proofs))
///     .build()?;
///
/// let client = DpopProver::new(SigningKey::generate_es256()?)?;
/// let token = issuer_key.sign_claims(&serde_json::json!({
///     "iss": "https://issuer.example", "aud": "api", "exp": 1_800_000_060,
///     "cnf": { "jkt": client.thumbprint() },
/// }))?;
/// let request = PlainRequest::new("GET", "/orders?page=2")
///     .with_header("authorization", format!("DPoP {token}"))
///     .with_header("dpop", client.prove("GET", "https://api.example/orders", &token, now)?);
/// assert!(gate.check_now(&request).is_ok());
///
/// let again = gate.check_now(&request).unwrap_err();
/// assert_eq!(again.reason().code(), "proof.used");
/// let bearer =
///     PlainRequest::new("GET", "/orders").with_header("authorization", format!("Bearer {token}"));
/// assert_eq!(gate.check_now(&bearer).unwrap_err().reason().code(), "proof.scheme");
/// # Ok(())
/// # }
/// ```
///
/// A gate over a store that waits waits too, so it has no `check_now`:
/// ```compile_fail,E0599
/// # use tollgate::store::ReplayStore;
/// # use tollgate::validate::DpopProofs;
/// # use tollgate::{Gate, JwtValidation, ManualClock, PlainRequest, UnixTime};
/// # fn check<R: ReplayStore>(jwt: JwtValidation, proofs: DpopProofs<R>, request: &PlainRequest) {
/// let builder = Gate::builder(ManualClock::at(UnixTime::EPOCH)).with(jwt.dpop(proofs));
/// let gate = builder.build().unwrap();
/// let _ = gate.check_now(request);
/// # }
/// ```
///
/// Source: RFC 9449 sections 4.3, 6, 7 and 9.
#[derive(Clone)]
pub struct DpopProofs<R> {
    url: OwnUrl,
    replays: R,
    window: Duration,
    algorithms: Vec<Algorithm>,
    nonces: Option<DpopNonces>,
    unbound: UnboundTokens,
}

/// A proof that is good unless it was used before.
#[must_use]
pub(super) struct UnusedProof {
    id: [u8; 32],
    /// The first instant at which it is too old anyway.
    expires: UnixTime,
}

impl<R: ReplayStore> DpopProofs<R> {
    /// Judges proofs for `url`, each of which `replays` lets pass once.
    pub fn new(url: OwnUrl, replays: R) -> Self {
        let algorithms = DEFAULT_ALGORITHMS.to_vec();
        let (nonces, unbound) = (None, UnboundTokens::Admit);
        Self { url, replays, window: DEFAULT_WINDOW, algorithms, nonces, unbound }
    }

    /// Sets how old a proof may be; 60 s by default.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is shorter than a second or longer than 300 s.
    pub fn window(mut self, window: Duration) -> Result<Self, ConfigError> {
        if window < Duration::from_secs(1) || window > Duration::from_secs(300) {
            return Err(refused("window", Problem::OutOfBounds { bounds: "from 1 to 300 s" }));
        }
        self.window = window;
        Ok(self)
    }

    /// Sets the algorithms that proofs may be signed with. By default they are ES256, ES384, EdDSA
    /// under both of its names, and RS and PS with 256, 384 and 512.
    ///
    /// # Errors
    /// A [`ConfigError`] if there is none, or one is symmetric.
    pub fn algorithms(
        mut self,
        algorithms: impl IntoIterator<Item = Algorithm>,
    ) -> Result<Self, ConfigError> {
        self.algorithms = algorithms.into_iter().collect();
        if self.algorithms.is_empty() {
            return Err(refused("algorithms", Problem::Empty));
        }
        if self.algorithms.iter().any(|algorithm| algorithm.is_hmac()) {
            let bounds = "asymmetric algorithms";
            return Err(refused("algorithms", Problem::OutOfBounds { bounds }));
        }
        Ok(self)
    }

    /// Requires a nonce in every proof.
    pub fn nonces(mut self, nonces: DpopNonces) -> Self {
        self.nonces = Some(nonces);
        self
    }

    /// Sets whether tokens that are not bound to a key may pass; they may by default.
    pub fn unbound_tokens(mut self, policy: UnboundTokens) -> Self {
        self.unbound = policy;
        self
    }

    /// The names of the algorithms, as a challenge lists them and the metadata of a
    /// [`ProtectedResource`](crate::protected_resource::ProtectedResource) should.
    pub fn algorithm_names(&self) -> impl Iterator<Item = &'static str> {
        let newer = |algorithm: &Algorithm| (*algorithm == Algorithm::EdDsa).then_some("Ed25519");
        self.algorithms.iter().flat_map(move |one| [Some(one.name()), newer(one)]).flatten()
    }

    pub(super) fn unbound(&self) -> UnboundTokens {
        self.unbound
    }

    /// Judges all of a proof but whether it was used before.
    pub(super) fn judge(
        &self,
        token: &[u8],
        thumbprint: &str,
        call: &Call<'_>,
    ) -> Result<UnusedProof, Reason> {
        let proof = VerifiedProof::read(call.request, &self.algorithms, thumbprint)
            .map_err(Reason::Proof)?;
        if proof.method() != call.request.method() {
            return Err(ProofReason::Method.into());
        }
        self.url.judge(proof.url(), call.request)?;
        self.judge_age(&proof, call.now).map_err(Reason::Proof)?;
        if proof.token_digest() != base64url_encode(sha256(token)) {
            return Err(ProofReason::Token.into());
        }
        if let Some(nonces) = &self.nonces {
            nonces.judge(proof.nonce(), call.now).map_err(Reason::Proof)?;
        }
        let last = proof.issued().saturating_add(self.window);
        let expires = last.saturating_add(Duration::from_millis(1));
        Ok(UnusedProof { id: proof.replay_id(thumbprint), expires })
    }

    fn judge_age(&self, proof: &VerifiedProof, now: UnixTime) -> Result<(), ProofReason> {
        let (issued, window, skew) = (proof.issued(), self.window, DEFAULT_SKEW);
        if now > issued.saturating_add(window) {
            return Err(ProofReason::TooOld { now, issued, window });
        }
        if issued > now.saturating_add(skew) {
            return Err(ProofReason::IssuedInFuture { now, issued, skew });
        }
        Ok(())
    }

    /// Uses a proof up, or says whether it could be in a rehearsal.
    pub(super) async fn use_up(&self, proof: &UnusedProof, call: &Call<'_>) -> Result<(), Reason> {
        let UnusedProof { id, expires } = proof;
        match single_use::consume(&self.replays, id, *expires, call).await? {
            Consumption::First => Ok(()),
            Consumption::Repeated => Err(ProofReason::Used.into()),
        }
    }

    /// A fresh nonce, if proofs need one.
    pub(super) fn fresh_nonce(&self, now: UnixTime) -> Result<Option<String>, RandomUnavailable> {
        self.nonces.as_ref().map(|nonces| nonces.issue(now)).transpose()
    }
}

impl<R> fmt::Debug for DpopProofs<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DpopProofs")
            .field("url", &self.url)
            .field("window", &self.window)
            .field("algorithms", &self.algorithms)
            .field("nonces", &self.nonces)
            .field("unbound", &self.unbound)
            .finish_non_exhaustive()
    }
}

fn refused(field: &'static str, problem: Problem) -> ConfigError {
    ConfigError::new("dpop proofs", field, problem)
}
