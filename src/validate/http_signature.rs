//! HTTP message signatures.

mod coverage;
mod judged_signature;
mod reason;
mod signature_keys;
mod signature_lifetime;
mod verified_signature;

pub use coverage::Coverage;
pub use judged_signature::JudgedSignature;
pub use signature_keys::SignatureKeys;
pub use verified_signature::VerifiedSignature;

#[cfg(feature = "policy")]
pub(crate) use signature_lifetime::DEFAULT_MAXIMUM_AGE;
pub(crate) use signature_lifetime::ExpiresParameter;

use std::sync::Arc;
use std::time::Duration;

use crate::config_error::{ConfigError, Problem};
use crate::element::Element;
use crate::http_signature::{
    Component, FieldRules, MAXIMUM_COMPONENTS, MessageSignature, SignatureFields,
    SignatureParameters, SignedMessage, accept_signature,
};
use crate::interceptor::{Call, Description, Evidence, Immediate, Interceptor, Requirement};
use crate::location::Location;
use crate::record::Client;
use crate::rejection::{Checkpoint, Label, MessageSignatureReason, Reason, Rejection};
use crate::store::{Consumption, ImmediateStore, ReplayStore};
use crate::structured_field::{BareItem, StructuredFieldError};
use crate::time::UnixTime;
use crate::validate::client_standing;
use crate::validate::covered_body;
use crate::validate::http_signature::reason::{digest_reason, reason};
use crate::validate::http_signature::signature_lifetime::SignatureLifetime;
use crate::validate::no_replays::NoReplays;
use crate::validate::own_authorities::OwnAuthorities;
use crate::validate::single_use::{self, use_id};

const NAME: &str = "HTTP signature validation";

/// Judges a signature over parts of the request (RFC 9421), and the digest of its body (RFC 9530).
///
/// Accepts when
/// 1. `Signature-Input` and `Signature`, of at most 8 KiB each over all of their lines, are
///    dictionaries (RFC 9651) in which no key appears twice;
/// 2. if the keys are those of clients, the client that an earlier interceptor established is
///    enabled, unexpired (`now < expires`, in milliseconds) and linked to the resource of the gate;
/// 3. exactly one signature has the label, tag or key id that is judged, and is in both headers;
/// 4. it covers at most 64 components, all of which RFC 9421 defines, none twice; its parameters
///    are those of RFC 9421 with the types that they must have, none twice; `tag` and `nonce` are
///    there if they are required;
/// 5. the request is for one of the host's [`OwnAuthorities`](crate::validate::OwnAuthorities);
/// 6. it covers all that [`Coverage`] requires;
/// 7. there is a key, by `keyid` unless it is the client's;
/// 8. `created - 30 s <= now <= created + 300 s` (or what is set), both ends included, and
///    `now < expires` if that is there;
/// 9. `alg`, if it is there, is the key's algorithm, and the signature verifies over the signature
///    base, for which the request must have each covered component in a form with one canonical
///    value;
/// 10. if `content-digest` is covered, it has `sha-256` or `sha-512`, and each of them is the
///     digest of the body, where none is an empty one;
/// 11. if it is single-use, the nonce was not used with this key before.
///
/// Establishes a [`VerifiedSignature`](crate::validate::VerifiedSignature), in the host's own
/// evidence.
///
/// # Errors
/// In the order above: `credential.missing`, `credential.too_many_lines`, `credential.too_large`,
/// `message_signature.malformed`; `client.*`; `message_signature.not_found`,
/// `message_signature.ambiguous`; `message_signature.parameter_unknown`,
/// `message_signature.parameter_type`, `message_signature.parameter_value`;
/// `message_signature.authority`; `message_signature.not_covered`; `message_signature.key_unknown`,
/// `message_signature.key_absent`; `message_signature.created_in_future`,
/// `message_signature.too_old`, `message_signature.expired`; `message_signature.algorithm`,
/// `message_signature.component`, `message_signature.signature`;
/// `message_signature.content_digest`; `message_signature.used`.
/// `message_signature.parameter_missing` comes where the parameter is needed: `tag` and `nonce` in
/// step 4, `keyid` in step 7, `created` and `expires` in step 8. `message_signature.component`
/// comes in step 4 for a component that does not exist or appears twice. `service.unavailable` if
/// the body must be covered and the host has not read it, if a component depends on the scheme and
/// the host does not know it, and if the replay store is full or cannot tell. A gate does not build
/// if the keys are those of clients and no earlier interceptor establishes the client, or if it
/// names no resource then.
///
/// A refusal has `Accept-Signature` (section 5.1), which asks for the components and parameters
/// that are required, but for those that cannot be asked for without a value: `nonce`, and `keyid`
/// unless the signature is chosen by it.
///
/// # Security
/// Without a replay store a signature works any number of times within its lifetime, for anyone who
/// sees it. With one ([`single_use`](Self::single_use)), put this validator last in the gate.
///
/// What is not covered may have been changed: have services read only what
/// [`Coverage`] requires. Behind a proxy, host and scheme must reach tollgate as the signer saw
/// them.
/// Other signatures of the request are ignored, and vouch for nothing.
///
/// # Example
/// ```
/// use tollgate::http_signature::{Component, MessageKey, MessageSigningKey, RequestSigner};
/// use tollgate::validate::{
///     Coverage, HttpSignatureValidation, JudgedSignature, OwnAuthorities, SignatureKeys,
/// };
/// use tollgate::{Gate, ManualClock, PlainRequest, Secret, UnixTime};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secret = Secret::new([7; 32]);
/// let keys = SignatureKeys::named([("partner-1", MessageKey::shared_secret(&secret)?)])?;
/// let judged = JudgedSignature::Tagged("orders".to_owned());
/// let now = UnixTime::from_seconds(1_800_000_000);
/// let own = OwnAuthorities::named(["a.example"])?;
/// let gate = Gate::builder(ManualClock::at(now))
///     .with(HttpSignatureValidation::new(own, keys, judged, Coverage::target_uri())?)
///     .build()?;
///
/// let covered = [Component::METHOD, Component::TARGET_URI];
/// let signer = RequestSigner::new("sig1", MessageSigningKey::shared_secret(&secret)?, covered)?
///     .key_id("partner-1")?
///     .tag("orders")?;
/// let request = |target| {
///     PlainRequest::new("GET", target).with_scheme("https").with_authority("a.example")
/// };
/// let headers = signer.sign(&request("/orders?page=1"), now)?;
/// let signed = |target| {
///     let lines = headers.lines();
///     lines.fold(request(target), |request, (name, value)| request.with_header(name, value))
/// };
/// assert!(gate.check_now(&signed("/orders?page=1")).is_ok());
///
/// let moved = gate.check_now(&signed("/orders?page=2")).unwrap_err();
/// assert_eq!(moved.reason().code(), "message_signature.signature");
/// # Ok(())
/// # }
/// ```
///
/// Source: RFC 9421 sections 2, 3.2 and 5; RFC 9530 section 2; RFC 9651.
#[derive(Clone, Debug)]
pub struct HttpSignatureValidation<R = NoReplays> {
    checkpoint: Checkpoint,
    own: OwnAuthorities,
    keys: SignatureKeys,
    judged: JudgedSignature,
    coverage: Coverage,
    tag: Option<String>,
    lifetime: SignatureLifetime,
    rules: FieldRules,
    replays: Option<R>,
}

impl HttpSignatureValidation {
    /// Judges one signature of each request for `own` authorities, which must be of one of the keys
    /// and cover what `coverage` requires.
    ///
    /// # Errors
    /// A [`ConfigError`] if no signature can have the label, tag or key id, or if no signature of a
    /// request can cover the components: 64 at most, with `content-digest`.
    pub fn new(
        own: OwnAuthorities,
        keys: SignatureKeys,
        judged: JudgedSignature,
        coverage: Coverage,
    ) -> Result<Self, ConfigError> {
        let asked = coverage.asked();
        if asked.len() > MAXIMUM_COMPONENTS || asked.iter().any(Component::belongs_to_response) {
            let bounds = "components of requests, at most 64";
            return Err(ConfigError::new(NAME, "coverage", Problem::OutOfBounds { bounds }));
        }
        let element = Element::documented("signature", Location::Header);
        let checkpoint =
            Checkpoint::of(NAME).with_label(Label::MESSAGE_SIGNATURE).with_element(element);
        let (lifetime, rules) = (SignatureLifetime::default(), FieldRules::default());
        let (tag, replays) = (None, None);
        let validation =
            Self { checkpoint, own, keys, judged, coverage, tag, lifetime, rules, replays };
        validation.checked("judged")
    }
}

impl<R: ReplayStore> HttpSignatureValidation<R> {
    /// Sets how old a signature may be: 300 s by default.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is shorter than a second or longer than 400 days.
    pub fn maximum_age(mut self, span: Duration) -> Result<Self, ConfigError> {
        self.lifetime = self.lifetime.maximum_age(NAME, span)?;
        Ok(self)
    }

    /// Sets how far `created` may be in the future: 30 s by default.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is longer than 300 s.
    pub fn skew(mut self, span: Duration) -> Result<Self, ConfigError> {
        self.lifetime = self.lifetime.skew(NAME, span)?;
        Ok(self)
    }

    /// Requires the parameter `expires`, which is judged wherever it is there.
    pub fn required_expires(mut self) -> Self {
        self.lifetime.expires = ExpiresParameter::Require;
        self
    }

    /// Requires the parameter `tag` with this value.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is not printable ASCII, or if the signature that is judged is the
    /// one of another tag.
    pub fn required_tag(mut self, tag: impl Into<String>) -> Result<Self, ConfigError> {
        let tag = tag.into();
        if matches!(&self.judged, JudgedSignature::Tagged(judged) if *judged != tag) {
            let bounds = "the tag of the signature that is judged";
            return Err(ConfigError::new(NAME, "tag", Problem::OutOfBounds { bounds }));
        }
        self.tag = Some(tag);
        self.checked("tag")
    }

    /// Sets how headers become components: the types of structured fields that are not registered,
    /// and what becomes of folded lines.
    pub fn field_rules(mut self, rules: FieldRules) -> Self {
        self.rules = rules;
        self
    }

    /// Admits each nonce of a key once, requires the parameter `nonce`, and remembers it in
    /// `replays` until its signature is too old. Nothing that may refuse can follow it in a gate,
    /// which else does not build, but for others of single use: a call that one of those refuses
    /// has used its nonce up here.
    ///
    /// # Security
    /// All validators that share a store must have the same
    /// [`maximum_age`](Self::maximum_age): a nonce is forgotten when it is too old for the
    /// validator that admitted it.
    pub fn single_use<S: ReplayStore>(self, replays: S) -> HttpSignatureValidation<S> {
        HttpSignatureValidation {
            checkpoint: self.checkpoint,
            own: self.own,
            keys: self.keys,
            judged: self.judged,
            coverage: self.coverage,
            tag: self.tag,
            lifetime: self.lifetime,
            rules: self.rules,
            replays: Some(replays),
        }
    }

    /// Changes the label in messages and traces (default `Message Signature` and `Message
    /// signature`).
    pub fn label(mut self, label: Label) -> Self {
        self.checkpoint = self.checkpoint.with_label(label);
        self
    }

    /// What refusals ask for, as `Accept-Signature` has it.
    fn asked(&self) -> Result<String, StructuredFieldError> {
        let holds = || BareItem::Boolean(true);
        let requires_expires = self.lifetime.expires == ExpiresParameter::Require;
        let tag = self.tag.as_ref().map(|tag| ("tag", BareItem::String(tag.into())));
        let parameters = [("created", holds())]
            .into_iter()
            .chain(requires_expires.then(|| ("expires", holds())))
            .chain(tag)
            .chain(self.judged.parameter());
        accept_signature(self.judged.asked_label(), &self.coverage.asked(), parameters)
    }

    /// Checks that a signature can have what is asked for; `field` was set last.
    fn checked(self, field: &'static str) -> Result<Self, ConfigError> {
        if self.asked().is_err() {
            let bounds = "a name that a signature can have";
            return Err(ConfigError::new(NAME, field, Problem::OutOfBounds { bounds }));
        }
        Ok(self)
    }

    fn refused(&self, reason: Reason) -> Rejection {
        let checkpoint = self.checkpoint.clone();
        Rejection::new(
            reason,
            match self.asked() {
                Ok(asked) => checkpoint.with_accept_signature(Arc::from(asked)),
                Err(_) => checkpoint,
            },
        )
    }

    async fn judge(&self, call: &Call<'_>) -> Result<Evidence, Reason> {
        let message = SignedMessage::of_request(call.request);
        let fields = SignatureFields::of(&message).map_err(reason)?;
        let signatures = fields.read().map_err(reason)?;
        call.note("credential", || "two dictionaries".to_owned());
        let client = self.client(call)?;
        let label = self.judged.label_in(&signatures)?;
        call.note("selection", || "one signature".to_owned());
        let signature = signatures.labelled(label).map_err(reason)?;
        self.judge_parameters(signature.parameters())?;
        call.note("parameters", || "of RFC 9421, each of its type".to_owned());
        if !self.own.include(call.request) {
            return Err(MessageSignatureReason::Authority.into());
        }
        call.note("authority", || "one of the host's own".to_owned());
        self.coverage.judge(&signature, call.request)?;
        call.note("coverage", || format!("{} components", signature.components().len()));
        let expires = self.judge_signature(&signature, &message, client, call)?;
        covered_body::judge(&signature, call.request, digest_reason)?;
        call.note("content", || "the body that was signed, if any was".to_owned());
        self.consume(&signature, client, expires, call).await?;
        Ok(Evidence::none().with(VerifiedSignature::of(&signature)))
    }

    /// The client whose key it must be, if keys are those of clients.
    fn client<'c>(&self, call: &Call<'c>) -> Result<Option<&'c Client>, Reason> {
        if !self.keys.are_of_clients() {
            return Ok(None);
        }
        let client = call.client().ok_or(Reason::ClientNotIdentified)?;
        call.note("client known", || "identified before".to_owned());
        client_standing::judge(client, call)?;
        Ok(Some(client))
    }

    fn judge_parameters(&self, parameters: &SignatureParameters<'_>) -> Result<(), Reason> {
        let refused = |reason| Err(Reason::MessageSignature(reason));
        match (&self.tag, parameters.tag()) {
            (Some(_), None) => {
                return refused(MessageSignatureReason::ParameterMissing { name: "tag" });
            }
            (Some(required), Some(tag)) if required != tag => {
                return refused(MessageSignatureReason::ParameterValue { name: "tag" });
            }
            _ => (),
        }
        if self.replays.is_some() && parameters.nonce().is_none() {
            return refused(MessageSignatureReason::ParameterMissing { name: "nonce" });
        }
        Ok(())
    }

    /// Key, lifetime and signature; when it is over.
    fn judge_signature(
        &self,
        signature: &MessageSignature<'_>,
        message: &SignedMessage<'_>,
        client: Option<&Client>,
        call: &Call<'_>,
    ) -> Result<UnixTime, Reason> {
        let parameters = signature.parameters();
        let key = self.keys.find(parameters.key_id(), client)?;
        call.note("key", || key.algorithm().name().to_owned());
        let expires = self.lifetime.judge(parameters, call.now)?;
        call.note("lifetime", || format!("expires {expires}"));
        signature.verify(message, &key, &self.rules).map_err(reason)?;
        call.note("signature", || "over that request, by that key".to_owned());
        Ok(expires)
    }

    async fn consume(
        &self,
        signature: &MessageSignature<'_>,
        client: Option<&Client>,
        expires: UnixTime,
        call: &Call<'_>,
    ) -> Result<(), Reason> {
        let parameters = signature.parameters();
        if let (Some(replays), Some(nonce)) = (&self.replays, parameters.nonce()) {
            let id = nonce_id(client, parameters.key_id().unwrap_or_default(), nonce);
            if single_use::consume(replays, &id, expires, call).await? == Consumption::Repeated {
                return Err(MessageSignatureReason::Used.into());
            }
        }
        single_use::note(self.replays.as_ref(), call);
        Ok(())
    }
}

/// One nonce of one client, or of one key where keys are found by their ids.
fn nonce_id(client: Option<&Client>, key_id: &str, nonce: &str) -> [u8; 32] {
    match client {
        Some(client) => use_id("nonce of a client", &[client.id().as_bytes(), nonce.as_bytes()]),
        None => use_id("nonce of a key", &[key_id.as_bytes(), nonce.as_bytes()]),
    }
}

const CHECKS: [&str; 9] = [
    "selection",
    "parameters",
    "authority",
    "coverage",
    "key",
    "lifetime",
    "signature",
    "content",
    "use",
];

impl<R: ReplayStore> Interceptor for HttpSignatureValidation<R> {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        let judged = self.judge(&call).await;
        judged.map_err(|reason| self.refused(reason))
    }

    fn describe(&self) -> Description {
        let input = Element::documented("signature-input", Location::Header);
        let mut description =
            Description::at(self.checkpoint.clone()).reads(input).making(["credential"]);
        if self.keys.are_of_clients() {
            description = description
                .making(client_standing::STANDING_CHECKS)
                .requires(Requirement::Client)
                .requires(Requirement::Resource);
        }
        if self.replays.is_some() {
            description = description.requires(Requirement::Last);
        }
        description.making(CHECKS)
    }
}

impl<R: ReplayStore + ImmediateStore> Immediate for HttpSignatureValidation<R> {}
