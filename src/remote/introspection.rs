//! Grants that an authorization server knows.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::config_error::{ConfigError, Problem};
use crate::crypto::{CredentialDigest, sha256};
use crate::encoding::form_encode;
use crate::jose::{Algorithm, RotatingKeys};
use crate::record::{Claims, Expected, Grant};
use crate::remote::cached_answers::{CachedAnswer, CachedAnswers, until};
use crate::remote::client_authentication::ClientAuthentication;
use crate::remote::fetch::fetch;
use crate::remote::fetch_error::FetchError;
use crate::remote::introspection_answer::{self, Signatory};
use crate::secret::Secret;
use crate::store::{
    AnswerStore, GrantStore, KeptAnswer, NoSharedAnswers, OpaqueToken, StoreUnavailable,
};
use crate::time::{DEFAULT_SKEW, UnixTime};
use crate::transport::{ServerUrl, Transport, TransportRequest};

/// The largest answer that is read, in bytes (64 KiB).
const ANSWER_LIMIT: usize = 64 * 1024;
/// For how long an active token is not asked for again.
const ACTIVE_FOR: Duration = Duration::from_secs(60);
/// How many answers are kept.
const KEPT: usize = 10_000;

/// Asks an authorization server about opaque tokens (RFC 7662), in place of a store of grants.
/// Clones share what they know, until one of them gets another policy.
///
/// A token is accepted when
/// 1. the server answers 200, without a content coding, with at most 64 KiB of `application/json`,
///    in which registered members have their types and `active` is `true`;
/// 2. each of these, where the answer has it, is as in a JWT, at every call: `token_type` is
///    `Bearer`, or `DPoP` if `cnf` has `jkt`; `iss` is the issuer; `exp`, `nbf` and `iat` fit the
///    instant of the call with a skew of 30 s; `aud` names the audience; `cnf` names the
///    certificate of the peer, or the key of its proof where the validator judges proofs;
/// 3. it names a client, in `client_id` or `azp`, and passes whatever else the validator demands of
///    a grant: scopes, and the standing of its client. It opens every resource.
///
/// An answer is kept by the digest of its token: that it is active for 60 s, or until its `exp` if
/// that is earlier; that it is not, for 10 s. Whoever presents a token that is being asked for
/// joins that request. The token itself is kept nowhere.
///
/// # Errors
/// `token.unknown` for a token that is not active; `jwt.type`, `jwt.issuer`, `jwt.expired`,
/// `jwt.not_yet_valid`, `jwt.issued_in_future`, `jwt.audience`, `claim.missing`, `possession.*`,
/// `proof.*`; `service.unavailable` for any other answer and for none, which is not kept.
///
/// # Security
/// RFC 7662 makes all members but `active` optional: a server that leaves `aud` out vouches for the
/// token whatever its audience, to whoever may ask. A token that the server revokes is accepted for
/// up to 60 s more; see [`active_for`](Self::active_for) and [`forget`](Self::forget). The raw
/// token is sent to this server alone, so its URL is https.
///
/// # Example
/// ```
/// use tollgate::record::{Access, Client};
/// use tollgate::remote::{ClientAuthentication, Introspection};
/// use tollgate::store::InMemoryClients;
/// use tollgate::transport::{ServerUrl, TransportRequest, TransportResponse, transport_fn};
/// use tollgate::{AccessTokenValidation, Gate, ManualClock, PlainRequest, Secret, UnixTime};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // In its place: your HTTP client (see `transport_fn`).
/// let transport = transport_fn(async |request: TransportRequest| {
///     let is_good = request.body().starts_with(b"token=good&");
///     let body = match is_good {
///         true => r#"{"active": true, "client_id": "mobile-app", "aud": "orders-api"}"#,
///         false => r#"{"active": false}"#,
///     };
///     Ok(TransportResponse::new(200, body).with_header("content-type", "application/json"))
/// });
/// let grants = Introspection::new(
///     ServerUrl::https("https://a.example/introspect")?,
///     "https://a.example",
///     "orders-api",
///     ClientAuthentication::secret_basic("orders-api", Secret::new("s3cret")),
///     transport,
/// )?;
/// let clients = InMemoryClients::new();
/// clients.add(Client::new("mobile-app").with_access(Access::Everything));
/// let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(1_800_000_000)))
///     .for_resource("orders")
///     .with(AccessTokenValidation::new(grants, clients))
///     .build()?;
/// let request = |token| PlainRequest::new("GET", "/").with_header("access_token", token);
/// assert!(gate.check(&request("good")).await.is_ok());
/// let rejection = gate.check(&request("other")).await.unwrap_err();
/// assert_eq!(rejection.reason().code(), "token.unknown");
/// # Ok(())
/// # }
/// ```
///
/// A gate over it waits, so it has no `check_now`:
/// ```compile_fail,E0599
/// # use tollgate::remote::Introspection;
/// # use tollgate::store::InMemoryClients;
/// # use tollgate::transport::Transport;
/// # use tollgate::{AccessTokenValidation, Gate, ManualClock, PlainRequest, UnixTime};
/// # fn check<T: Transport + 'static>(grants: Introspection<T>, request: &PlainRequest) {
/// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
///     .for_resource("orders")
///     .with(AccessTokenValidation::new(grants, InMemoryClients::new()))
///     .build()
///     .unwrap();
/// let _ = gate.check_now(request);
/// # }
/// ```
///
/// Source: RFC 7662, RFC 9701 for signed answers.
pub struct Introspection<T, A = NoSharedAnswers> {
    server: Arc<IntrospectionServer<T>>,
    expected: Arc<Expected>,
    signatory: Option<Arc<Signatory>>,
    active_for: Duration,
    /// How many answers are kept; by one policy alone, so that clones with another start anew.
    capacity: usize,
    answers: Arc<CachedAnswers>,
    shared: Arc<A>,
}

/// Who is asked, and how.
struct IntrospectionServer<T> {
    endpoint: ServerUrl,
    client: ClientAuthentication,
    transport: T,
}

impl<T: Transport + 'static> Introspection<T> {
    /// Asks `endpoint` about tokens of `issuer` for `audience`, in this order, as the client that
    /// `client` proves to be.
    ///
    /// # Errors
    /// A [`ConfigError`] if the issuer, the audience or the client id is empty.
    pub fn new(
        endpoint: ServerUrl,
        issuer: &str,
        audience: &str,
        client: ClientAuthentication,
        transport: T,
    ) -> Result<Self, ConfigError> {
        let named = [("issuer", issuer), ("audience", audience), ("client", client.id())];
        if let Some((field, _)) = named.into_iter().find(|(_, name)| name.is_empty()) {
            return Err(ConfigError::new("introspection", field, Problem::Empty));
        }
        let (issuer, audience) = (Box::from(issuer), Some(Box::from(audience)));
        Ok(Self {
            server: Arc::new(IntrospectionServer { endpoint, client, transport }),
            expected: Arc::new(Expected { issuer, audience, skew: DEFAULT_SKEW }),
            signatory: None,
            active_for: ACTIVE_FOR,
            capacity: KEPT,
            answers: Arc::new(CachedAnswers::new(KEPT)),
            shared: Arc::new(NoSharedAnswers),
        })
    }
}

impl<T: Transport + 'static, A: AnswerStore + 'static> Introspection<T, A> {
    /// Shares answers with other hosts over `shared`, such as a `redis::RedisStore`: a token that
    /// one host has asked for is asked for by no other while its answer counts. If that store errs,
    /// the authorization server is asked.
    pub fn shared<B: AnswerStore + 'static>(self, shared: B) -> Introspection<T, B> {
        let Self { server, expected, signatory, active_for, capacity, .. } = self;
        let (answers, shared) = (Arc::new(CachedAnswers::new(capacity)), Arc::new(shared));
        Introspection { server, expected, signatory, active_for, capacity, answers, shared }
    }

    /// Accepts tokens for any audience.
    ///
    /// # Security
    /// Anyone who receives a token for another purpose can then present it here.
    pub fn insecure_any_audience(mut self) -> Self {
        let expected = Expected::clone(&self.expected);
        self.expected = Arc::new(Expected { audience: None, ..expected });
        self.anew()
    }

    /// Asks about an active token again after `limit`, 60 s by default; at each call if it is zero.
    pub fn active_for(mut self, limit: Duration) -> Self {
        self.active_for = limit;
        self.anew()
    }

    /// Keeps about this many answers, 10,000 by default and none at 0; one that may take more than
    /// 8 KiB counts as several.
    pub fn at_most(mut self, answers: usize) -> Self {
        self.capacity = answers;
        self.anew()
    }

    /// With no answers yet: those of another policy are not this one's.
    fn anew(mut self) -> Self {
        self.answers = Arc::new(CachedAnswers::new(self.capacity));
        self
    }

    /// Takes only signed answers: a JWT of type `token-introspection+jwt` from the issuer,
    /// addressed to this client, signed with one of `algorithms` and `keys` (RFC 9701), and made
    /// within the skew of the call.
    ///
    /// # Errors
    /// A [`ConfigError`] if there are no algorithms.
    pub fn signed_by(
        mut self,
        algorithms: impl IntoIterator<Item = Algorithm>,
        keys: impl Into<RotatingKeys>,
    ) -> Result<Self, ConfigError> {
        let (algorithms, keys) = (algorithms.into_iter().collect::<Vec<_>>(), keys.into());
        if algorithms.is_empty() {
            return Err(ConfigError::new("introspection", "algorithms", Problem::Empty));
        }
        self.signatory = Some(Arc::new(Signatory { keys, algorithms }));
        Ok(self.anew())
    }

    /// Forgets what was answered about `token`, and what is being answered: the next call asks. Of
    /// hosts that share answers, those that have one keep it until it no longer counts.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if the hosts' shared answer may still be there; this host's own is not.
    pub async fn forget(&self, token: &[u8]) -> Result<(), StoreUnavailable> {
        let digest = CredentialDigest::of(token);
        self.answers.forget(&digest);
        let forgotten =
            self.shared.forget(&self.server.id_of(&digest, self.signatory.is_some())).await;
        // One that was recalled meanwhile goes as well.
        self.answers.forget(&digest);
        forgotten
    }

    /// Asks about the token.
    fn ask(
        &self,
        token: &OpaqueToken<'_>,
    ) -> impl Future<Output = Result<Option<Claims>, FetchError>> + Send + use<T, A> {
        let (server, expected) = (Arc::clone(&self.server), Arc::clone(&self.expected));
        let signatory = self.signatory.clone();
        let accept = introspection_answer::media_type(signatory.as_deref());
        let now = token.now();
        let raw = Secret::new(token.expose());
        async move {
            let answer = fetch(&server.transport, server.request(&raw, accept, now)?).await?;
            let client = server.client.id();
            introspection_answer::read(&answer, signatory.as_deref(), &expected, client, now)
        }
    }

    /// What is known about the token: what another host was answered, or what the server answers.
    fn learn(
        &self,
        token: &OpaqueToken<'_>,
    ) -> impl Future<Output = Result<CachedAnswer, FetchError>> + Send + use<T, A> {
        let (asked, shared) = (self.ask(token), Arc::clone(&self.shared));
        let (digest, now, active_for) = (*token.digest(), token.now(), self.active_for);
        let id = self.server.id_of(&digest, self.signatory.is_some());
        let (expected, is_kept) = (Arc::clone(&self.expected), !token.is_rehearsal());
        async move {
            let recalled = shared.recall(&id).await.ok().flatten();
            let recalled = recalled.filter(|answer| answer.id == id);
            let read = |kept| CachedAnswer::recalled(digest, kept, &expected, active_for);
            if let Some(answer) = recalled.and_then(read)
                && answer.counts(now)
            {
                return Ok(answer);
            }
            let claims = asked.await?;
            let (text, until) =
                (claims.as_ref().map(Claims::to_text), until(claims.as_ref(), now, active_for));
            if is_kept && now < until {
                let kept = KeptAnswer { id, claims: text, asked: now, until };
                // A store that keeps nothing costs the next host a request.
                let _ = shared.keep(kept).await;
            }
            Ok(CachedAnswer::new(digest, claims, &expected, now, until))
        }
    }

    /// Learns about the token, and keeps what it learns.
    fn learn_and_keep(
        &self,
        token: &OpaqueToken<'_>,
        ticket: Arc<()>,
    ) -> impl Future<Output = Result<CachedAnswer, FetchError>> + Send + use<T, A> {
        let (learnt, answers) = (self.learn(token), Arc::downgrade(&self.answers));
        let digest = *token.digest();
        async move {
            let answer = learnt.await;
            if let Some(answers) = answers.upgrade() {
                answers.flights.land(digest, &ticket, || {
                    if let Ok(answer) = &answer {
                        answers.keep(digest, answer);
                    }
                });
            }
            answer
        }
    }
}

impl<T: Transport + 'static, A: AnswerStore + 'static> GrantStore for Introspection<T, A> {
    async fn find(&self, token: &OpaqueToken<'_>) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        if let Some(kept) = self.answers.recall(token) {
            return Ok(kept.grant);
        }
        let answer = if token.is_rehearsal() {
            self.learn(token).await
        } else {
            let begin = |ticket| self.learn_and_keep(token, ticket);
            self.answers.flights.join(*token.digest(), begin).await
        };
        answer
            .map(|answer| answer.grant)
            .map_err(|error| StoreUnavailable(format!("introspection: {error}").into()))
    }
}

impl<T> IntrospectionServer<T> {
    /// What an answer about this token is shared under: another server, or another client of this
    /// one, may be told something else (RFC 7662 section 2.2).
    fn id_of(&self, token: &CredentialDigest, is_signed: bool) -> [u8; 32] {
        let (endpoint, client) = (self.endpoint.as_str(), self.client.id());
        let mut named = format!("{}:{endpoint}{client}:{is_signed}:", endpoint.len()).into_bytes();
        named.extend_from_slice(token.as_bytes());
        sha256(&named)
    }

    /// The request about one token (RFC 7662 section 2.1).
    fn request(
        &self,
        token: &Secret,
        accept: &str,
        now: UnixTime,
    ) -> Result<TransportRequest, FetchError> {
        let proof = self.client.prove(now)?;
        let mut body = format!("token={}", form_encode(token.expose())).into_bytes();
        body.extend_from_slice(b"&token_type_hint=access_token");
        body.extend_from_slice(proof.parameters.expose());
        let (url, form) = (self.endpoint.as_str(), "application/x-www-form-urlencoded");
        let request = TransportRequest::post(url, form, Secret::new(body), ANSWER_LIMIT)
            .with_header("accept", accept);
        Ok(match proof.authorization {
            Some(value) => request.with_header("authorization", value.expose()),
            None => request,
        })
    }
}

impl<T, A> Clone for Introspection<T, A> {
    fn clone(&self) -> Self {
        Self {
            server: Arc::clone(&self.server),
            expected: Arc::clone(&self.expected),
            signatory: self.signatory.clone(),
            active_for: self.active_for,
            capacity: self.capacity,
            answers: Arc::clone(&self.answers),
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<T, A> fmt::Debug for Introspection<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspection")
            .field("endpoint", &self.server.endpoint)
            .field("client", &self.server.client)
            .field("expected", &self.expected)
            .field("active_for", &self.active_for)
            .finish_non_exhaustive()
    }
}
