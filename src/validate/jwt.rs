//! JWT Validation.

mod claims;
mod issuer;
mod judged_token;
mod no_clients;
mod remembered_tokens;
mod rules;
mod token_memory;
mod token_verifier;
mod verified_tokens;

pub use issuer::Issuer;
pub use no_clients::NoClients;
pub use remembered_tokens::RememberedTokens;
pub use verified_tokens::{RememberedFigures, VerifiedTokens};

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::config_error::{ConfigError, Problem};
use crate::element::Element;
use crate::interceptor::{Call, Description, Evidence, Fact, Immediate, Interceptor, Requirement};
use crate::jose::{KeyProvider, RotatingKeys};
use crate::record::{Claims, Client, Scopes};
use crate::rejection::{Challenge, Checkpoint, Label, Reason, Rejection};
use crate::store::{
    ClientStore, ImmediateStore, NoRevocations, PresentedToken, ReplayStore, RevocationStore,
};
use crate::time::MAXIMUM_SKEW;
use crate::validate::client_standing;
use crate::validate::dpop::DpopProofs;
use crate::validate::jwt::judged_token::JudgedToken;
use crate::validate::jwt::rules::ExpClaim;
use crate::validate::jwt::token_memory::TokenMemory;
use crate::validate::jwt::token_verifier::TokenVerifier;
use crate::validate::no_replays::NoReplays;
use crate::validate::possession::Possession;
use crate::validate::presented::Presented;
use crate::validate::revocation;
use crate::validate::token_rules::{judge_agreement, named_client};

const NAME: &str = "jwt validation";

/// Judges a signed JWT by the keys of its issuer.
///
/// Accepts when
/// 1. the element holds exactly one value of at most 8 KiB;
/// 2. it is a JWS in compact form: three parts of strict base64url, header and payload JSON objects
///    as [`json_object`](crate::jose::json_object) has them, without `crit`, `b64`, `zip`, and with
///    strings for `alg`, `kid`, `typ`, `cty` and `x5t#S256` where these are present;
/// 3. every registered claim that is present has its type; dates are numbers from 0 to
///    253402300799, in seconds, their fractions cut to the millisecond (after rounding to a 64-bit
///    float, where they are finer than one);
/// 4. `iss` names a configured [`Issuer`], exactly;
/// 5. `alg` is allowed for this issuer, exactly one of its keys fits the token, and the signature
///    verifies under it; `none` never does; if certificates of this key are known, one of them is
///    valid, both of its dates included, to the second;
/// 6. the header's `typ` is the required one, if one is required;
/// 7. `now < exp + skew` (`exp` is exclusive), `nbf <= now + skew`, `iat <= now + skew`; the skew
///    is 30 s unless another is set;
/// 8. it lives at most as long as is allowed: `exp - iat`, if a maximum is set;
/// 9. `aud` names one of the issuer's audiences, exactly;
/// 10. it has the required claims and scopes;
/// 11. if it is bound to a certificate (`cnf` with `x5t#S256`), the peer proved to hold that one;
///     if it is bound to a key (`jkt`), the request has a proof by that key, where proofs are
///     judged ([`dpop`](Self::dpop)); bound in any other way it is refused;
/// 12. it is not revoked, if a store of revocations is given;
/// 13. `client_id` and `azp` agree where both are present; if clients are looked up, they name one
///     that is known, enabled, unexpired and linked to the resource of the gate;
/// 14. its proof was not used before.
///
/// Establishes the claims, and the client if clients are looked up.
///
/// # Errors
/// In the order above: `credential.*`; `jwt.malformed`, `jwt.not_an_object`,
/// `jwt.duplicate_member`, `jwt.encrypted`, `jwt.unsigned`, `jwt.header_unsupported`,
/// `jwt.algorithm_unsupported`, `jwt.header_type`; `claim.type`; `jwt.issuer`;
/// `jwt.algorithm_not_allowed`, `jwt.key_unknown`, `jwt.key_mismatch`, `jwt.key_ambiguous`,
/// `jwt.signature`; `certificate.*`; `jwt.type`; `jwt.expired`, `jwt.not_yet_valid`,
/// `jwt.issued_in_future`; `jwt.lifetime`; `jwt.audience`; `claim.value`, `token.scope`;
/// `possession.*`, `proof.*`; `token.revoked`; `client.*`; `proof.used`. A required claim that is
/// absent is `claim.missing`. If a store cannot tell, `service.unavailable`. With clients, a gate
/// without a resource does not build.
///
/// # Security
/// Keys and addresses inside a token (`jwk`, `jku`, `x5u`, `x5c`) are never used, and nothing is
/// fetched. The payload is read before the signature is verified, to find the issuer, and trusted
/// only afterwards. A JWT is valid until it expires, unless a store of revocations is given
/// ([`revocations`](Self::revocations)).
///
/// Tokens that were verified are remembered ([`VerifiedTokens`]), so that a token that comes again
/// costs a digest instead of a signature. Whatever may change is judged at each call.
///
/// # Example
/// ```
/// use tollgate::jose::{Algorithm, KeySet, SigningKey};
/// use tollgate::{Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = SigningKey::generate_es256()?;
/// let keys = KeySet::of([key.verifying_key().clone()]);
/// let issuer = Issuer::new("https://issuer.example", "api", [Algorithm::Es256], keys)?;
/// let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(1_800_000_000)))
///     .with(JwtValidation::new(Element::bearer(), issuer))
///     .build()?;
/// let request = |claims: &str| -> Result<PlainRequest, Box<dyn std::error::Error>> {
///     let token = key.sign(claims.as_bytes())?;
///     Ok(PlainRequest::new("GET", "/").with_header("authorization", format!("Bearer {token}")))
/// };
///
/// let good = r#"{"iss": "https://issuer.example", "aud": "api", "exp": 1800000060}"#;
/// assert!(gate.check_now(&request(good)?).is_ok());
///
/// let late = r#"{"iss": "https://issuer.example", "aud": "api", "exp": 1799999970}"#;
/// let rejection = gate.check_now(&request(late)?).unwrap_err();
/// assert_eq!(rejection.reason().to_string(), "expired 30 s ago, skew 30 s");
/// # Ok(())
/// # }
/// ```
///
/// Source: RFC 7519, RFC 7515, RFC 8725, RFC 8705, RFC 9449; the gateway's document on invalid
/// tokens.
#[derive(Clone, Debug)]
pub struct JwtValidation<S = NoClients, R = NoRevocations, K = RotatingKeys, D = NoReplays> {
    pub(super) checkpoint: Checkpoint,
    verifier: TokenVerifier<K>,
    clients: Option<S>,
    revocations: R,
    pub(super) possession: Possession<D>,
}

impl<K: KeyProvider> JwtValidation<NoClients, NoRevocations, K> {
    /// Reads tokens of `issuer` from `element`; every location is allowed, and so is
    /// [`Element::bearer`].
    pub fn new(element: Element, issuer: Issuer<K>) -> Self {
        let checkpoint = Checkpoint::of(NAME)
            .with_label(Label::JWT)
            .with_element(element)
            .with_challenge(Challenge::Bearer);
        let verifier = TokenVerifier::new(issuer);
        let possession = Possession::of_certificates();
        Self { checkpoint, verifier, clients: None, revocations: NoRevocations, possession }
    }
}

impl<S, R, K, D> JwtValidation<S, R, K, D>
where
    S: ClientStore,
    R: RevocationStore,
    K: KeyProvider,
    D: ReplayStore,
{
    /// Accepts tokens of this issuer too.
    ///
    /// # Errors
    /// A [`ConfigError`] if there is an issuer of the same name already.
    pub fn also_from(mut self, issuer: Issuer<K>) -> Result<Self, ConfigError> {
        match self.verifier.add(issuer) {
            Ok(()) => Ok(self),
            Err(twin) => {
                let name = twin.name().to_owned();
                Err(config_error("issuer", Problem::Duplicate { name }))
            }
        }
    }

    /// Looks clients up in `clients`, and establishes them.
    pub fn clients<T: ClientStore>(self, clients: T) -> JwtValidation<T, R, K, D> {
        let Self { checkpoint, verifier, revocations, possession, .. } = self;
        JwtValidation { checkpoint, verifier, clients: Some(clients), revocations, possession }
    }

    /// Refuses tokens that `revocations` has revoked, those that were seen before included.
    pub fn revocations<T: RevocationStore>(self, revocations: T) -> JwtValidation<S, T, K, D> {
        let Self { checkpoint, verifier, clients, possession, .. } = self;
        JwtValidation { checkpoint, verifier, clients, revocations, possession }
    }

    /// Accepts tokens that are bound to a key of the client, with a proof as `proofs` has it;
    /// without this they are refused. Behind [`Element::bearer`] they come under the scheme `DPoP`,
    /// others under `Bearer`.
    pub fn dpop<T: ReplayStore>(self, proofs: DpopProofs<T>) -> JwtValidation<S, R, K, T> {
        let Self { checkpoint, verifier, clients, revocations, .. } = self;
        let possession = Possession::with_proofs(proofs);
        let checkpoint = possession.challenging(checkpoint);
        JwtValidation { checkpoint, verifier, clients, revocations, possession }
    }

    /// Grants this skew between the clocks of issuer and host; 30 s by default.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is longer than [`MAXIMUM_SKEW`] (300 s).
    pub fn skew(mut self, skew: Duration) -> Result<Self, ConfigError> {
        if skew > MAXIMUM_SKEW {
            let bounds = "from 0 to 300 s";
            return Err(config_error("skew", Problem::OutOfBounds { bounds }));
        }
        self.verifier.rules.skew = skew;
        Ok(self)
    }

    /// Refuses tokens whose `exp` lies more than `maximum` after their `iat`; both are then
    /// required.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is shorter than a millisecond.
    pub fn maximum_lifetime(mut self, maximum: Duration) -> Result<Self, ConfigError> {
        if maximum < Duration::from_millis(1) {
            let bounds = "at least 1 ms";
            return Err(config_error("maximum_lifetime", Problem::OutOfBounds { bounds }));
        }
        self.verifier.rules.maximum_lifetime = Some(maximum);
        Ok(self)
    }

    /// Accepts tokens without `exp`; those that have one still expire.
    ///
    /// # Security
    /// A token without an end is valid for as long as its key.
    pub fn insecure_optional_expiry(mut self) -> Self {
        self.verifier.rules.expiry = ExpClaim::Optional;
        self
    }

    /// Requires this `typ` in the header, such as `at+jwt` (RFC 9068 section 2.1); `application/`
    /// before it and case do not matter.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is empty.
    pub fn token_type(mut self, token_type: &str) -> Result<Self, ConfigError> {
        if token_type.is_empty() {
            return Err(config_error("token_type", Problem::Empty));
        }
        self.verifier.rules.token_type = Some(token_type.to_owned());
        Ok(self)
    }

    /// Requires all of these scopes, in `scope` or `scp`.
    pub fn scopes(mut self, scopes: Scopes) -> Self {
        self.checkpoint = self.checkpoint.with_scopes(&scopes);
        self.verifier.rules.scopes = scopes;
        self
    }

    /// Requires this claim, whatever its value.
    pub fn required_claim(mut self, name: &str) -> Self {
        self.verifier.rules.claims.push((Arc::from(name), None));
        self
    }

    /// Requires this claim with this value.
    pub fn required_value(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.verifier.rules.claims.push((Arc::from(name), Some(value.into())));
        self
    }

    /// Sets whether tokens that were verified are remembered; 10,000 are by default. The validator
    /// starts with a new memory: call it before [`remembered_tokens`](Self::remembered_tokens).
    pub fn verified_tokens(mut self, policy: VerifiedTokens) -> Self {
        self.verifier.memory = Arc::new(TokenMemory::new(policy));
        self
    }

    /// The tokens that it remembers, to read how often they come again. Call it last.
    pub fn remembered_tokens(&self) -> RememberedTokens {
        RememberedTokens(Arc::clone(&self.verifier.memory))
    }

    /// Changes the label in messages and traces (default `JWT`).
    pub fn label(mut self, label: Label) -> Self {
        self.checkpoint = self.checkpoint.with_label(label);
        self
    }

    /// Renames the interceptor it is part of.
    pub(super) fn within(mut self, interceptor: &'static str) -> Self {
        self.checkpoint = self.checkpoint.within(interceptor);
        self
    }

    async fn judge(&self, presented: &Presented<'_>, call: &Call<'_>) -> Result<Evidence, Reason> {
        let held = self.judge_token(presented, call).await?;
        let client = self.judge_holder(presented, held.claims(), call).await;
        let (client, claims) = held.settle(client)?;
        let evidence = Evidence::none().with_claims(claims);
        Ok(match client {
            Some(client) => evidence.with_client(client),
            None => evidence,
        })
    }

    /// Judges all but possession, revocation and client.
    pub(super) async fn judge_token(
        &self,
        presented: &Presented<'_>,
        call: &Call<'_>,
    ) -> Result<JudgedToken<'_>, Reason> {
        self.verifier.judge(presented.as_bytes(), call).await
    }

    async fn judge_holder(
        &self,
        presented: &Presented<'_>,
        claims: &Claims,
        call: &Call<'_>,
    ) -> Result<Option<Arc<Client>>, Reason> {
        let proof = self.possession.judge(Some(claims), presented, call)?;
        self.judge_revocation(presented.as_bytes(), claims, call).await?;
        let client = self.judge_client(claims, call).await?;
        self.possession.use_up(proof, call).await?;
        Ok(client)
    }

    pub(super) async fn judge_revocation(
        &self,
        token: &[u8],
        claims: &Claims,
        call: &Call<'_>,
    ) -> Result<(), Reason> {
        revocation::judge(&self.revocations, &PresentedToken::jwt(token, claims), call).await
    }

    async fn judge_client(
        &self,
        claims: &Claims,
        call: &Call<'_>,
    ) -> Result<Option<Arc<Client>>, Reason> {
        let Some(clients) = &self.clients else {
            judge_agreement(claims)?;
            call.note("client", || "not looked up".to_owned());
            return Ok(None);
        };
        let id = named_client(claims)?;
        call.note("client", || "named by the token".to_owned());
        client_standing::client_in_good_standing(clients, id, call).await.map(Some)
    }
}

/// The checks of a token, before those of its client.
pub(super) const TOKEN_CHECKS: [&str; 13] = [
    "credential",
    "form",
    "issuer",
    "algorithm",
    "signature",
    "certificate",
    "type",
    "dates",
    "audience",
    "claims",
    "scopes",
    "possession",
    "revocation",
];

impl<S, R, K, D> Interceptor for JwtValidation<S, R, K, D>
where
    S: ClientStore,
    R: RevocationStore,
    K: KeyProvider,
    D: ReplayStore,
{
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        let presented = self.possession.read(&self.checkpoint, &call)?;
        let judged = self.judge(&presented, &call).await;
        judged.map_err(|reason| self.possession.refused(reason, &presented, &call))
    }

    fn describe(&self) -> Description {
        let description = Description::at(self.checkpoint.clone())
            .making(TOKEN_CHECKS)
            .making(["client"])
            .establishes(Fact::Claims);
        self.possession.describe(match self.clients {
            Some(_) => description
                .making(client_standing::STANDING_CHECKS)
                .requires(Requirement::Resource)
                .establishes(Fact::Client),
            None => description,
        })
    }
}

impl<S, R, K, D> Immediate for JwtValidation<S, R, K, D>
where
    K: KeyProvider + ImmediateStore,
    S: ClientStore + ImmediateStore,
    R: RevocationStore + ImmediateStore,
    D: ReplayStore + ImmediateStore,
{
}

fn config_error(field: &'static str, problem: Problem) -> ConfigError {
    ConfigError::new(NAME, field, problem)
}
