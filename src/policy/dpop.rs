//! Proofs of possession (DPoP) in a file.

use serde::Serialize;

use crate::policy::algorithm::AlgorithmPolicy;
use crate::policy::any_store::AnyReplays;
use crate::policy::left_out::is_default;
use crate::policy::own_names::OwnNames;
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::At;
use crate::policy::single_use::SingleUse;
use crate::policy::span::TimeSpan;
use crate::validate::dpop::{DEFAULT_ALGORITHMS, DEFAULT_NONCE_LIFETIME, DEFAULT_WINDOW};
use crate::validate::{DpopNonces, DpopProofs, OwnUrl, UnboundTokens};

const URLS: &str = "a list with at least one URL, or \"insecure_as_received\"";
const ALGORITHMS: &str = "at least one name such as `ES256`, or no such member";

/// How proofs of possession are judged; tokens that are bound to a key are refused without it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct DpopPolicy {
    /// The URLs by which clients reach the host.
    urls: OwnNames,
    /// The store of used proofs, by the name under which the host registers it.
    replays: String,
    /// How old a proof may be; 60 s where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    window: Option<TimeSpan>,
    /// The algorithms of proofs; all that are asymmetric and widely known where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(length(min = 1)))]
    algorithms: Option<Vec<AlgorithmPolicy>>,
    /// Whether tokens that are not bound to a key may pass; they may where it is left out.
    #[serde(default, skip_serializing_if = "is_default")]
    unbound_tokens: UnboundTokens,
    /// The nonces that proofs must have; none where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    nonces: Option<NoncePolicy>,
}

/// Nonces of the host.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
struct NoncePolicy {
    /// The secrets, by the name under which the host registers them.
    secrets: String,
    /// How long a nonce is accepted; 300 s where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    lifetime: Option<TimeSpan>,
}

impl DpopPolicy {
    pub(super) fn read(at: At<'_>) -> Result<Self, PolicyError> {
        let mut members = at.members()?;
        let replays = "the name of its store of used proofs";
        let algorithms = |at: At<'_>| at.filled_list(ALGORITHMS, AlgorithmPolicy::read);
        let policy = Self {
            urls: OwnNames::among(&mut members, "urls", URLS)?,
            replays: members.required("replays", replays, At::reference)?,
            window: members.span("window", DEFAULT_WINDOW)?,
            algorithms: members.optional("algorithms", algorithms)?.filter(|stated| {
                !stated.iter().map(|algorithm| algorithm.0).eq(DEFAULT_ALGORITHMS)
            }),
            unbound_tokens: members.optional("unbound_tokens", At::choice)?.unwrap_or_default(),
            nonces: members.optional("nonces", NoncePolicy::read)?,
        };
        members.finish()?;
        Ok(policy)
    }

    pub(super) fn single_use(&self) -> SingleUse<'_> {
        let span = self.window.map_or(DEFAULT_WINDOW, |TimeSpan(span)| span);
        SingleUse { store: &self.replays, span, member: "dpop.window" }
    }

    /// What judges proofs; `place` is this table.
    pub(super) fn proofs(
        &self,
        place: &PolicyPlace<'_>,
    ) -> Result<DpopProofs<AnyReplays>, PolicyError> {
        let replays = place.replays("replays", &self.replays)?;
        let mut proofs = DpopProofs::new(self.url(place)?, replays);
        if let Some(TimeSpan(window)) = self.window {
            proofs = place.built("window", proofs.window(window))?;
        }
        if let Some(algorithms) = &self.algorithms {
            let algorithms = algorithms.iter().map(|algorithm| algorithm.0);
            proofs = place.built("algorithms", proofs.algorithms(algorithms))?;
        }
        if let Some(nonces) = &self.nonces {
            proofs = proofs.nonces(nonces.nonces(&place.inside("nonces"))?);
        }
        Ok(proofs.unbound_tokens(self.unbound_tokens))
    }

    fn url(&self, place: &PolicyPlace<'_>) -> Result<OwnUrl, PolicyError> {
        let OwnNames::Stated(urls) = &self.urls else {
            return Ok(OwnUrl::insecure_as_received());
        };
        let mut own = None::<OwnUrl>;
        for (index, url) in urls.iter().enumerate() {
            let built = match own {
                None => OwnUrl::external(url),
                Some(own) => own.or(url),
            };
            own = Some(place.built(&format!("urls[{index}]"), built)?);
        }
        own.ok_or_else(|| PolicyError::new(place.member("urls"), "an empty list", URLS))
    }
}

impl NoncePolicy {
    fn read(at: At<'_>) -> Result<Self, PolicyError> {
        let mut members = at.members()?;
        let secrets = members.required("secrets", "the name of its secrets", At::reference)?;
        let lifetime = members.span("lifetime", DEFAULT_NONCE_LIFETIME)?;
        members.finish()?;
        Ok(Self { secrets, lifetime })
    }

    fn nonces(&self, place: &PolicyPlace<'_>) -> Result<DpopNonces, PolicyError> {
        let nonces = DpopNonces::new(place.secrets(&self.secrets)?);
        match self.lifetime {
            None => Ok(nonces),
            Some(TimeSpan(span)) => place.built("lifetime", nonces.lifetime(span)),
        }
    }
}
