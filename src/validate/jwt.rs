//! JWT Validation.

mod claims;
mod issuer;
mod remembered_tokens;
mod rules;
mod token;
mod token_memory;
mod verified_tokens;

pub(super) use claims::named_client;
pub use issuer::Issuer;
pub use remembered_tokens::RememberedTokens;
pub use rules::MAXIMUM_SKEW;
pub use verified_tokens::{RememberedFigures, VerifiedTokens};

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::config_error::{ConfigError, Problem};
use crate::element::Element;
use crate::interceptor::{Call, Description, Evidence, Fact, Immediate, Interceptor, Requirement};
use crate::jose::{EncodedJws, Header, Jws, VerifyingKey};
use crate::record::{Claims, Client, Scopes};
use crate::rejection::{Challenge, Checkpoint, Label, Reason, Rejection};
use crate::store::{
    ClientStore, ImmediateStore, NoRevocations, PresentedToken, RevocationStore, StoreUnavailable,
};
use crate::validate::client_standing;
use crate::validate::jwt::claims::missing;
use crate::validate::jwt::rules::{ExpClaim, Rules, judge_possession};
use crate::validate::jwt::token::{Remembering, Token};
use crate::validate::jwt::token_memory::{TokenDigest, TokenMemory, VerifiedToken};
use crate::validate::presented::Presented;
use crate::validate::revocation;

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
///     bound in any other way it is refused;
/// 12. it is not revoked, if a store of revocations is given;
/// 13. `client_id` and `azp` agree where both are present; if clients are looked up, they name one
///     that is known, enabled, unexpired and linked to the resource of the gate.
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
/// `possession.*`; `token.revoked`; `client.*`. A required claim that is absent is `claim.missing`. If a
/// store cannot tell, `service.unavailable`. With clients, a gate without a resource does not
/// build.
///
/// # Security
/// Keys and addresses inside a token (`jwk`, `jku`, `x5u`, `x5c`) are never used, and nothing is
/// fetched. The payload is read before the signature is verified, to find the issuer, and trusted
/// only afterwards. A JWT is valid until it expires, unless a store of revocations is given
/// ([`revocations`](Self::revocations)).
///
/// Tokens that were verified are remembered ([`VerifiedTokens`]), so that a token that comes again costs a
/// digest instead of a signature. Whatever may change is judged at each call.
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
/// Source: RFC 7519, RFC 7515, RFC 8725, RFC 8705; the gateway's document on invalid tokens.
#[derive(Clone, Debug)]
pub struct JwtValidation<S = NoClients, R = NoRevocations> {
    pub(super) checkpoint: Checkpoint,
    issuers: Vec<Issuer>,
    rules: Rules,
    clients: Option<S>,
    revocations: R,
    memory: Arc<TokenMemory>,
}

/// The client store of a [`JwtValidation`] that looks none up.
#[derive(Clone, Copy, Debug)]
pub enum NoClients {}

impl JwtValidation {
    /// Reads tokens of `issuer` from `element`; every location is allowed, and so is
    /// [`Element::bearer`].
    pub fn new(element: Element, issuer: Issuer) -> Self {
        let checkpoint = Checkpoint::of(NAME)
            .with_label(Label::JWT)
            .with_element(element)
            .with_challenge(Challenge::Bearer);
        let memory = Arc::new(TokenMemory::new(VerifiedTokens::default()));
        Self {
            checkpoint,
            issuers: vec![issuer],
            rules: Rules::default(),
            clients: None,
            revocations: NoRevocations,
            memory,
        }
    }
}

impl<S: ClientStore, R: RevocationStore> JwtValidation<S, R> {
    /// Accepts tokens of this issuer too.
    ///
    /// # Errors
    /// A [`ConfigError`] if there is an issuer of the same name already.
    pub fn also_from(mut self, issuer: Issuer) -> Result<Self, ConfigError> {
        if self.named(issuer.name()).is_some() {
            let name = issuer.name().to_owned();
            return Err(config_error("issuer", Problem::Duplicate { name }));
        }
        self.issuers.push(issuer);
        Ok(self)
    }

    /// Looks clients up in `clients`, and establishes them.
    pub fn clients<T: ClientStore>(self, clients: T) -> JwtValidation<T, R> {
        JwtValidation {
            checkpoint: self.checkpoint,
            issuers: self.issuers,
            rules: self.rules,
            clients: Some(clients),
            revocations: self.revocations,
            memory: self.memory,
        }
    }

    /// Refuses tokens that `revocations` has revoked, those that were seen before included.
    pub fn revocations<T: RevocationStore>(self, revocations: T) -> JwtValidation<S, T> {
        JwtValidation {
            checkpoint: self.checkpoint,
            issuers: self.issuers,
            rules: self.rules,
            clients: self.clients,
            revocations,
            memory: self.memory,
        }
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
        self.rules.skew = skew;
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
        self.rules.maximum_lifetime = Some(maximum);
        Ok(self)
    }

    /// Accepts tokens without `exp`; those that have one still expire.
    ///
    /// # Security
    /// A token without an end is valid for as long as its key.
    pub fn insecure_optional_expiry(mut self) -> Self {
        self.rules.expiry = ExpClaim::Optional;
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
        self.rules.token_type = Some(token_type.to_owned());
        Ok(self)
    }

    /// Requires all of these scopes, in `scope` or `scp`.
    pub fn scopes(mut self, scopes: Scopes) -> Self {
        self.rules.scopes = scopes;
        self
    }

    /// Requires this claim, whatever its value.
    pub fn required_claim(mut self, name: &str) -> Self {
        self.rules.claims.push((Arc::from(name), None));
        self
    }

    /// Requires this claim with this value.
    pub fn required_value(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.rules.claims.push((Arc::from(name), Some(value.into())));
        self
    }

    /// Sets whether tokens that were verified are remembered; 10,000 are by default.
    pub fn verified_tokens(mut self, policy: VerifiedTokens) -> Self {
        self.memory = Arc::new(TokenMemory::new(policy));
        self
    }

    /// The tokens that it remembers, to read how often they come again.
    pub fn remembered_tokens(&self) -> RememberedTokens {
        RememberedTokens(Arc::clone(&self.memory))
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

    async fn judge(&self, token: &[u8], call: &Call<'_>) -> Result<Evidence, Reason> {
        let held = self.judge_token(token, call)?;
        let client = match self.judge_revocation(token, held.claims()).await {
            Ok(()) => self.judge_client(held.claims(), call).await,
            Err(reason) => Err(reason),
        };
        let (client, claims) = held.settle(client)?;
        let evidence = Evidence::none().with_claims(claims);
        Ok(match client {
            Some(client) => evidence.with_client(client),
            None => evidence,
        })
    }

    /// The token, if it holds by itself; the client that it names is not judged. Whoever judges that
    /// settles the token afterwards.
    ///
    /// What cannot be a token is refused before its digest is made.
    pub(super) fn judge_token(&self, token: &[u8], call: &Call<'_>) -> Result<Token<'_>, Reason> {
        let encoded = EncodedJws::split(token)?;
        let header = match self.known_header(encoded.header()) {
            Some(header) => header,
            None => Arc::new(encoded.read_header()?),
        };
        let memory = Some(&*self.memory).filter(|_| !call.rehearsal);
        let place = memory.and_then(|memory| Some((memory, memory.digest(token)?)));
        let Some((memory, digest)) = place else {
            return self.verify(encoded.decode(header)?, Remembering::Nowhere, call);
        };
        let remembered = self.judge_remembered(memory, digest, call);
        memory.count(remembered.is_some());
        match remembered {
            Some(judged) => judged,
            None => self.verify(encoded.decode(header)?, Remembering::Free(memory, digest), call),
        }
    }

    /// Judges a token that was verified before, under keys that are still the issuer's.
    fn judge_remembered<'m>(
        &self,
        memory: &'m TokenMemory,
        digest: TokenDigest,
        call: &Call<'_>,
    ) -> Option<Result<Token<'m>, Reason>> {
        let verified = memory.recall(&digest)?;
        let issuer = self.named(verified.claims.issuer()?)?;
        let keys = issuer.keys.snapshot();
        if keys.id() != verified.keys || !issuer.allows(verified.header.algorithm()) {
            memory.forget(&digest);
            return None;
        }
        let judged = self.judge_verified(&verified, issuer, keys.keys().get(verified.key)?, call);
        if judged.is_err() {
            memory.forget(&digest);
        }
        Some(judged.map(|()| Token { verified, remembering: Remembering::Taken(memory, digest) }))
    }

    /// Verifies and judges a token.
    fn verify<'m>(
        &self,
        jws: Jws<'_>,
        remembering: Remembering<'m>,
        call: &Call<'_>,
    ) -> Result<Token<'m>, Reason> {
        let (jws, payload) = jws.into_unverified();
        let claims = claims::read(payload)?;
        let name = claims.issuer().ok_or_else(|| missing("iss"))?;
        let issuer = self.named(name).ok_or(Reason::JwtIssuer)?;
        let keys = issuer.keys.snapshot();
        let key = jws.verify(&keys, &issuer.algorithms)?;
        let verified = VerifiedToken {
            claims: Arc::new(claims),
            header: Arc::clone(jws.header()),
            keys: keys.id(),
            key: keys.index_of(key).ok_or(Reason::JwtKeyUnknown)?,
        };
        self.judge_verified(&verified, issuer, key, call)?;
        Ok(Token { verified, remembering })
    }

    /// Judges all that may change for a token whose signature has been verified.
    fn judge_verified(
        &self,
        token: &VerifiedToken,
        issuer: &Issuer,
        key: &VerifyingKey,
        call: &Call<'_>,
    ) -> Result<(), Reason> {
        issuer.judge_certificate(key, call.now)?;
        self.rules.judge_type(&token.header)?;
        self.rules.judge_dates(&token.claims, call)?;
        issuer.judge_audience(&token.claims)?;
        self.rules.judge_claims(&token.claims)?;
        judge_possession(&token.claims, call)
    }

    pub(super) async fn judge_revocation(
        &self,
        token: &[u8],
        claims: &Claims,
    ) -> Result<(), Reason> {
        revocation::judge(&self.revocations, &PresentedToken::jwt(token, claims)).await
    }

    fn known_header(&self, encoded: &[u8]) -> Option<Arc<Header>> {
        self.issuers.iter().find_map(|issuer| issuer.keys.snapshot().known_header(encoded))
    }

    async fn judge_client(
        &self,
        claims: &Claims,
        call: &Call<'_>,
    ) -> Result<Option<Arc<Client>>, Reason> {
        claims::judge_agreement(claims)?;
        let Some(clients) = &self.clients else { return Ok(None) };
        let id = claims::named_client(claims)?;
        client_standing::client_in_good_standing(clients, id, call).await.map(Some)
    }

    fn named(&self, name: &str) -> Option<&Issuer> {
        self.issuers.iter().find(|issuer| issuer.name() == name)
    }
}

impl<S: ClientStore, R: RevocationStore> Interceptor for JwtValidation<S, R> {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        let presented = Presented::read(&self.checkpoint, &call)?;
        let judged = self.judge(presented.as_bytes(), &call).await;
        judged.map_err(|reason| presented.refused(reason))
    }

    fn describe(&self) -> Description {
        let description = Description::at(self.checkpoint.clone()).establishes(Fact::Claims);
        match self.clients {
            Some(_) => description.requires(Requirement::Resource).establishes(Fact::Client),
            None => description,
        }
    }
}

impl<S, R> Immediate for JwtValidation<S, R>
where
    S: ClientStore + ImmediateStore,
    R: RevocationStore + ImmediateStore,
{
}

impl ClientStore for NoClients {
    async fn find(&self, _: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        match *self {}
    }
}

impl ImmediateStore for NoClients {}

fn config_error(field: &'static str, problem: Problem) -> ConfigError {
    ConfigError::new(NAME, field, problem)
}
