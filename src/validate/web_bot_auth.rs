//! Web Bot Auth: agents that sign their requests.

mod asked;
mod judgement;
mod policies;
mod reason;
mod rules;
mod signature_agent;

pub use policies::{LegacySignatureAgent, UnsignedRequests, UnverifiableSignatures};

pub(crate) use rules::MAXIMUM_LIFETIME;

use std::sync::Arc;
use std::time::Duration;

use crate::config_error::{ConfigError, Problem};
use crate::element::Element;
use crate::http_signature::{
    Component, HttpSignatureError, MAXIMUM_COMPONENTS, MessageSignatures, SignatureFields,
    SignedMessage,
};
use crate::interceptor::{Call, Description, Evidence, Fact, Immediate, Interceptor, Requirement};
use crate::location::Location;
use crate::record::AgentStanding;
use crate::rejection::{AgentReason, Checkpoint, Label, Reason, Rejection};
use crate::remote::AgentKeySource;
use crate::store::{Consumption, ImmediateStore, ReplayStore};
use crate::structured_field::StructuredFieldError;
use crate::validate::no_replays::NoReplays;
use crate::validate::own_authorities::OwnAuthorities;
use crate::validate::single_use;
use crate::validate::web_bot_auth::asked::asked;
use crate::validate::web_bot_auth::judgement::{CHECKS, Judge, Unattributed, Verified};
use crate::validate::web_bot_auth::reason::reason;
use crate::validate::web_bot_auth::rules::{AgentRules, TAG};
use crate::validate::web_bot_auth::signature_agent::FIELD;

const NAME: &str = "web bot auth validation";

/// How many signatures of agents are judged in one request: an agent's, and those of
/// intermediaries. The number is ours: for each of them a directory may have to be asked.
const AGENTS: usize = 4;

/// How many components can be required: a signature of at most 64 covers two in any case.
const ALSO_COVERED: usize = MAXIMUM_COMPONENTS.saturating_sub(2);

/// Judges who signed a request as an agent, such as a crawler or an assistant (Web Bot Auth).
///
/// A signature is that of an agent if its tag is `web-bot-auth`; others are not looked at. At most
/// 4 are judged, each on its own, and is attributed when
/// 1. it can be read: `Signature-Input` and `Signature` of at most 8 KiB each, at most 64
///    components, no parameter that RFC 9421 does not define;
/// 2. it covers `@authority` or `@target-uri`, what else the host requires
///    ([`also_covered`](Self::also_covered)), and its own member of `Signature-Agent`: the one with
///    its label, or the only one that it covers. The request is for one of the host's
///    [`OwnAuthorities`];
/// 3. it has `created`, `expires` and `keyid`, and a `nonce` if it is to be used once;
/// 4. `created <= now + 30 s`, `now < expires`, and both are at most 24 hours apart unless another
///    span is set;
/// 5. the member names an [`AgentUrl`](crate::record::AgentUrl), and its keys are in a directory;
/// 6. the agent publishes the key of this thumbprint ([`AgentKeySource`]), and `nbf <= now < exp`;
/// 7. it verifies under that key and its one algorithm (RFC 9421 section 3.2); and if it covers
///    `content-digest` in any form, the body is the one that was digested;
/// 8. if it is single-use, its nonce was not used before.
///
/// The request passes when
/// 1. at least one signature is attributed: those that are not are ignored;
/// 2. or there is none by an agent, and [`UnsignedRequests::Admit`] is set;
/// 3. or there are some, nothing is wrong with any of them, nobody can attribute one, and
///    [`UnverifiableSignatures::InsecureAdmit`] is set.
///
/// Establishes which of the three it was ([`AgentStanding`]).
///
/// # Errors
/// `agent.unsigned`; `agent.malformed`, `agent.too_many`, `agent.component`,
/// `agent.parameter_type`; `agent.authority`, `agent.not_covered`, `agent.not_named`;
/// `agent.parameter_missing`; `agent.created_in_future`, `agent.expired`, `agent.lifetime`;
/// `agent.legacy_form`, `agent.discovery`, `agent.url`; `agent.unknown`, `agent.key_unknown`,
/// `agent.key_expired`, `agent.key_not_yet_valid`; `agent.algorithm`, `agent.signature`,
/// `agent.content_digest`; `agent.used`. `service.unavailable` if the agent's directory, the scheme
/// of the request, its body or the replay store is needed and cannot be had. A refusal has
/// `Accept-Signature` (RFC 9421 section 5.1), which asks for the least that is attributed.
///
/// # Security
/// A signature that covers the authority alone can be sent again until it expires, with any method,
/// path and body, by anyone who saw it: have more covered, or nonces used once, where that matters.
/// Whoever received it could send it on, so name your authorities where a server answers for any
/// `Host`. What is attributed says whose key signed, not that the agent is benign; and a request
/// without a signature says nothing about who sent it.
///
/// # Example
/// ```
/// use std::time::Duration;
///
/// use tollgate::http_signature::{Component, MessageSigningKey, RequestSigner};
/// use tollgate::crypto::PrivateKey;
/// use tollgate::jose::{Algorithm, VerifyingKey};
/// use tollgate::record::AgentUrl;
/// use tollgate::remote::{AgentKey, AgentKeys, FixedAgents};
/// use tollgate::validate::{OwnAuthorities, UnsignedRequests, WebBotAuthValidation};
/// use tollgate::{Gate, ManualClock, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let private = PrivateKey::generate_p256()?;
/// let public = VerifyingKey::public(private.public_key().clone(), Algorithm::Es256)?;
/// let key = AgentKey::new(&public)?;
/// let crawler = AgentUrl::parse("https://crawler.example")?;
/// let agents = FixedAgents::new().with(crawler.clone(), AgentKeys::of([key.clone()]));
/// let now = UnixTime::from_seconds(1_800_000_000);
/// let own = OwnAuthorities::named(["shop.example"])?;
/// let gate = Gate::builder(ManualClock::at(now))
///     .with(WebBotAuthValidation::new(own, agents, UnsignedRequests::Refuse))
///     .build()?;
///
/// let covered = [Component::AUTHORITY, Component::parse(r#""signature-agent";key="sig""#)?];
/// let signer = RequestSigner::new("sig", MessageSigningKey::private_key(private)?, covered)?
///     .key_id(key.id())?
///     .tag("web-bot-auth")?
///     .expiring_after(Duration::from_secs(60));
/// let request = PlainRequest::new("GET", "/")
///     .with_authority("shop.example")
///     .with_header("Signature-Agent", r#"sig="https://crawler.example""#);
/// let headers = signer.sign(&request, now)?;
/// let signed = request
///     .clone()
///     .with_header("Signature-Input", headers.signature_input())
///     .with_header("Signature", headers.signature());
/// let admission = gate.check_now(&signed)?;
/// assert_eq!(admission.agents().unwrap().agents()[0].url(), &crawler);
///
/// let refused = gate.check_now(&request).unwrap_err();
/// assert_eq!(refused.reason().code(), "agent.unsigned");
/// # Ok(())
/// # }
/// ```
///
/// Source: draft-ietf-webbotauth-httpsig-protocol-00 (before it was adopted,
/// draft-meunier-webbotauth-httpsig-protocol); RFC 9421.
#[derive(Clone, Debug)]
pub struct WebBotAuthValidation<S, R = NoReplays> {
    checkpoint: Checkpoint,
    agents: S,
    rules: AgentRules,
    replays: Option<R>,
}

impl<S: AgentKeySource> WebBotAuthValidation<S> {
    /// Judges signatures of requests for `own` authorities by the keys of these agents; `unsigned`
    /// says what becomes of requests without one.
    pub fn new(own: OwnAuthorities, agents: S, unsigned: UnsignedRequests) -> Self {
        let element = Element::documented("signature", Location::Header);
        let label = Label::AGENT_SIGNATURE;
        let checkpoint = Checkpoint::of(NAME).with_label(label).with_element(element);
        Self { checkpoint, agents, rules: AgentRules::new(own, unsigned), replays: None }
    }
}

impl<S: AgentKeySource, R: ReplayStore> WebBotAuthValidation<S, R> {
    /// Sets what becomes of signatures that nobody can attribute; they are refused by default.
    ///
    /// # Security
    /// Anyone can make such a signature. Where they are admitted and unsigned requests are not,
    /// callers pass by signing anything.
    pub fn unverifiable(mut self, policy: UnverifiableSignatures) -> Self {
        self.rules.unverifiable = policy;
        self
    }

    /// Sets whether `Signature-Agent` may be a bare string; it is refused by default.
    pub fn legacy_signature_agent(mut self, policy: LegacySignatureAgent) -> Self {
        self.rules.legacy = policy;
        self
    }

    /// Sets the longest span from `created` to `expires`; 24 hours by default.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is shorter than a second or longer than 24 hours.
    pub fn maximum_lifetime(mut self, maximum: Duration) -> Result<Self, ConfigError> {
        if !(Duration::from_secs(1)..=MAXIMUM_LIFETIME).contains(&maximum) {
            let bounds = "from 1 second to 24 hours; see also `insecure_maximum_lifetime`";
            return Err(ConfigError::new(
                NAME,
                "maximum_lifetime",
                Problem::OutOfBounds { bounds },
            ));
        }
        self.rules.maximum_lifetime = maximum;
        Ok(self)
    }

    /// Sets the longest span from `created` to `expires`, which may be any.
    ///
    /// # Security
    /// For as long as a signature lives, anyone who saw it can send it again. The draft recommends
    /// 24 hours at most; more is for its test vectors.
    pub fn insecure_maximum_lifetime(mut self, maximum: Duration) -> Self {
        self.rules.maximum_lifetime = maximum;
        self
    }

    /// Requires signatures to cover these components too, such as [`Component::METHOD`] and
    /// [`Component::TARGET_URI`].
    ///
    /// # Errors
    /// A [`ConfigError`] if no signature of a request can cover them: 62 at most, beside the
    /// authority or the target and the member of `Signature-Agent`.
    pub fn also_covered(
        mut self,
        components: impl IntoIterator<Item = Component<'static>>,
    ) -> Result<Self, ConfigError> {
        self.rules.components.extend(components);
        let also = &self.rules.components;
        let is_impossible =
            also.len() > ALSO_COVERED || also.iter().any(Component::belongs_to_response);
        if is_impossible || self.asked().is_err() {
            let bounds = "components of requests, at most 62";
            return Err(ConfigError::new(NAME, "also_covered", Problem::OutOfBounds { bounds }));
        }
        Ok(self)
    }

    /// Admits each nonce of a key once, and remembers it in `replays` until its signature has
    /// expired; a signature without a nonce is refused. Nothing that may refuse can follow it in a
    /// gate, which else does not build, but for others of single use: a call that one of those
    /// refuses has used its nonces up here.
    ///
    /// # Security
    /// An agent fills the store with as many nonces as it sends, and each stays until its signature
    /// expires. Give agents a store of their own, which nothing else depends on, and a
    /// [`maximum_lifetime`](Self::maximum_lifetime) of minutes.
    ///
    /// Of a request that several agents signed, each nonce is used up by itself: if the store fails
    /// in between, those before are used, and their agents must sign anew.
    pub fn single_use<N: ReplayStore>(self, replays: N) -> WebBotAuthValidation<S, N> {
        let Self { checkpoint, agents, rules, .. } = self;
        WebBotAuthValidation { checkpoint, agents, rules, replays: Some(replays) }
    }

    /// Changes the label in messages and traces (default `Agent Signature` and `Agent signature`).
    pub fn label(mut self, label: Label) -> Self {
        self.checkpoint = self.checkpoint.with_label(label);
        self
    }

    /// What refusals ask for, as `Accept-Signature` has it.
    fn asked(&self) -> Result<String, StructuredFieldError> {
        asked(&self.rules.components)
    }

    fn refused(&self, reason: Reason) -> Rejection {
        let checkpoint = self.checkpoint.clone();
        let checkpoint = match self.asked() {
            Ok(asked) => checkpoint.with_accept_signature(Arc::from(asked)),
            Err(_) => checkpoint,
        };
        Rejection::new(reason, checkpoint)
    }

    async fn judge(&self, call: &Call<'_>) -> Result<AgentStanding, Reason> {
        let fields = match SignatureFields::of(&SignedMessage::of_request(call.request)) {
            Ok(fields) => fields,
            Err(HttpSignatureError::Missing) => return self.unsigned(call, ""),
            Err(error) => return Err(reason(error)),
        };
        let signatures = fields.read().map_err(reason)?;
        let labels: Vec<_> = signatures.labels_with("tag", TAG).collect();
        if labels.is_empty() {
            return self.unsigned(call, "; signatures with another tag do not count");
        }
        if labels.len() > AGENTS {
            return Err(AgentReason::TooMany { limit: AGENTS }.into());
        }
        call.note("signed", || format!("by {}", labels.len()));
        match self.attribute(&signatures, &labels, call).await {
            Ok(verified) => self.consume(verified, call).await,
            Err(refused) => self.unattributed(refused, call),
        }
    }

    fn unsigned(&self, call: &Call<'_>, others: &str) -> Result<AgentStanding, Reason> {
        match self.rules.unsigned {
            UnsignedRequests::Refuse => Err(AgentReason::Unsigned.into()),
            UnsignedRequests::Admit => {
                call.note("signed", || format!("by no agent, which is allowed{others}"));
                Ok(AgentStanding::Unsigned)
            }
        }
    }

    /// All signatures that verify; if none does, why the one that decides did not: the first with
    /// which something is wrong, else the first.
    async fn attribute(
        &self,
        signatures: &MessageSignatures<'_>,
        labels: &[&str],
        call: &Call<'_>,
    ) -> Result<Vec<Verified>, Unattributed> {
        let (mut verified, mut refused) = (Vec::new(), None::<Unattributed>);
        let judge = Judge {
            agents: &self.agents,
            rules: &self.rules,
            request: call.request,
            now: call.now,
            is_single_use: self.replays.is_some(),
        };
        for label in labels {
            match judge.judge(signatures, label).await {
                Ok(one) => verified.push(one),
                Err(one) if refused.as_ref().is_none_or(|first| first.yields_to(&one)) => {
                    refused = Some(one);
                }
                Err(_) => {}
            }
        }
        match refused {
            Some(refused) if verified.is_empty() => Err(refused),
            _ => Ok(verified),
        }
    }

    /// Uses up the nonces, last of all; a signature whose nonce was used before is ignored.
    async fn consume(
        &self,
        verified: Vec<Verified>,
        call: &Call<'_>,
    ) -> Result<AgentStanding, Reason> {
        note_before(call, None);
        let mut agents = Vec::with_capacity(verified.len());
        for one in verified {
            if self.is_first_use(&one, call).await? {
                agents.push(one.agent);
            }
        }
        if agents.is_empty() {
            return Err(AgentReason::Used.into());
        }
        single_use::note(self.replays.as_ref(), call);
        Ok(AgentStanding::Verified(agents))
    }

    async fn is_first_use(&self, one: &Verified, call: &Call<'_>) -> Result<bool, Reason> {
        let Some(replays) = &self.replays else { return Ok(true) };
        let Some(id) = &one.use_id else { return Ok(false) };
        Ok(single_use::consume(replays, id, one.expires, call).await? == Consumption::First)
    }

    fn unattributed(
        &self,
        refused: Unattributed,
        call: &Call<'_>,
    ) -> Result<AgentStanding, Reason> {
        note_before(call, Some(refused.failed));
        match self.rules.unverifiable {
            UnverifiableSignatures::InsecureAdmit if refused.is_unverifiable => {
                Ok(AgentStanding::Unverifiable)
            }
            _ => Err(refused.reason),
        }
    }
}

/// Notes the checks that the signature that decides passed: those before the one that failed.
fn note_before(call: &Call<'_>, failed: Option<&str>) {
    for (check, what) in CHECKS.iter().take_while(|(check, _)| Some(*check) != failed) {
        call.note(check, || (*what).to_owned());
    }
}

impl<S: AgentKeySource, R: ReplayStore> Interceptor for WebBotAuthValidation<S, R> {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        match self.judge(&call).await {
            Ok(standing) => Ok(Evidence::none().with_agents(Arc::new(standing))),
            Err(reason) => Err(self.refused(reason)),
        }
    }

    fn describe(&self) -> Description {
        let header = |name| Element::documented(name, Location::Header);
        let description = Description::at(self.checkpoint.clone())
            .reads(header("signature-input"))
            .reads(header(FIELD))
            .making(["signed"])
            .making(CHECKS.map(|(check, _)| check))
            .making(["use"])
            .establishes(Fact::Agents);
        match self.replays {
            Some(_) => description.requires(Requirement::Last),
            None => description,
        }
    }
}

impl<S, R> Immediate for WebBotAuthValidation<S, R>
where
    S: AgentKeySource + ImmediateStore,
    R: ReplayStore + ImmediateStore,
{
}
