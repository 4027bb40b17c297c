//! Signing requests.

use std::borrow::Cow;
use std::time::Duration;

use crate::config_error::{ConfigError, Problem};
use crate::crypto::random;
use crate::encoding::base64url_encode;
use crate::http_signature::component::Component;
use crate::http_signature::content_digest::{
    CONTENT_DIGEST, ContentDigestAlgorithm, content_digest,
};
use crate::http_signature::field_rules::FieldRules;
use crate::http_signature::http_signing_error::HttpSigningError;
use crate::http_signature::message_signing_key::MessageSigningKey;
use crate::http_signature::signed_headers::SignedHeaders;
use crate::http_signature::signed_message::SignedMessage;
use crate::http_signature::signing::{signature_header, signed};
use crate::request::{Body, Request};
use crate::structured_field::{BareItem, FieldMember, Item, Parameters};
use crate::time::UnixTime;

const PART: &str = "request signer";

/// What a key is, in words.
const A_KEY: &str = "lower-case letters, digits and `_-.*`, with a letter or `*` first";

/// Signs requests (RFC 9421 section 3.1).
///
/// A signature says when it was made (`created`), and what else is set. If it covers
/// [`Component::CONTENT_DIGEST`] and the request has no such header, the digest of its body is made
/// as well and must be sent with it.
///
/// ```
/// use std::time::Duration;
///
/// use tollgate::http_signature::{Component, MessageSigningKey, RequestSigner};
/// use tollgate::{PlainRequest, Secret, UnixTime};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = MessageSigningKey::shared_secret(&Secret::new([7; 32]))?;
/// let covered = [Component::METHOD, Component::PATH, Component::CONTENT_DIGEST];
/// let signer = RequestSigner::new("sig1", key, covered)?
///     .key_id("partner-1")?
///     .expiring_after(Duration::from_secs(60));
///
/// let request = PlainRequest::new("POST", "/orders").with_body(b"{}");
/// let headers = signer.sign(&request, UnixTime::from_seconds(1_800_000_000))?;
/// assert_eq!(
///     headers.signature_input(),
///     "sig1=(\"@method\" \"@path\" \"content-digest\");created=1800000000;expires=1800000060;\
///      keyid=\"partner-1\""
/// );
/// assert!(headers.content_digest().unwrap().starts_with("sha-256=:"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct RequestSigner {
    label: String,
    key: MessageSigningKey,
    components: Vec<Component<'static>>,
    key_id: Option<String>,
    tag: Option<String>,
    lifetime: Option<Duration>,
    has_nonces: bool,
    names_algorithm: bool,
    digest: ContentDigestAlgorithm,
    rules: FieldRules,
}

impl RequestSigner {
    /// Signs these components, in their order, under a label.
    ///
    /// # Errors
    /// A [`ConfigError`] if the label is not a key of a dictionary (RFC 9651 section 3.2), if a
    /// component is one of responses, or if one is named twice.
    pub fn new(
        label: impl Into<String>,
        key: MessageSigningKey,
        components: impl IntoIterator<Item = Component<'static>>,
    ) -> Result<Self, ConfigError> {
        let label = label.into();
        let blank = FieldMember::Item(Item::of(BareItem::Boolean(true)));
        if signature_header("Signature", [(&*label, blank)]).is_err() {
            return Err(ConfigError::new(PART, "label", Problem::OutOfBounds { bounds: A_KEY }));
        }
        let components: Vec<_> = components.into_iter().collect();
        if components.iter().any(Component::belongs_to_response) {
            let bounds = "components of requests";
            return Err(ConfigError::new(PART, "components", Problem::OutOfBounds { bounds }));
        }
        if let Some(name) = twice(&components) {
            return Err(ConfigError::new(PART, "components", Problem::Duplicate { name }));
        }
        Ok(Self {
            label,
            key,
            components,
            key_id: None,
            tag: None,
            lifetime: None,
            has_nonces: false,
            names_algorithm: false,
            digest: ContentDigestAlgorithm::Sha256,
            rules: FieldRules::default(),
        })
    }

    /// Sets `keyid`.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is not printable ASCII.
    pub fn key_id(mut self, key_id: impl Into<String>) -> Result<Self, ConfigError> {
        self.key_id = Some(printable("key_id", key_id.into())?);
        Ok(self)
    }

    /// Sets `tag`.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is not printable ASCII.
    pub fn tag(mut self, tag: impl Into<String>) -> Result<Self, ConfigError> {
        self.tag = Some(printable("tag", tag.into())?);
        Ok(self)
    }

    /// Adds `expires`, so long after `created`, in whole seconds.
    pub fn expiring_after(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// Adds a fresh `nonce` to each signature: 32 random bytes in base64url.
    pub fn with_nonces(mut self) -> Self {
        self.has_nonces = true;
        self
    }

    /// Adds `alg`, which verifiers do not need.
    pub fn naming_algorithm(mut self) -> Self {
        self.names_algorithm = true;
        self
    }

    /// Sets the digest of bodies; SHA-256 by default.
    pub fn digest(mut self, algorithm: ContentDigestAlgorithm) -> Self {
        self.digest = algorithm;
        self
    }

    /// Sets how headers become components.
    pub fn field_rules(mut self, rules: FieldRules) -> Self {
        self.rules = rules;
        self
    }

    /// Signs a request.
    ///
    /// # Errors
    /// A [`HttpSigningError`].
    pub fn sign(
        &self,
        request: &dyn Request,
        now: UnixTime,
    ) -> Result<SignedHeaders, HttpSigningError> {
        let digest = self.missing_digest(request)?;
        let nonce = if self.has_nonces { Some(base64url_encode(random::<32>()?)) } else { None };
        let digested = Digested { request, digest: digest.as_deref() };
        let message = SignedMessage::of_request(&digested);
        let parameters = self.parameters(now, nonce.as_deref());
        let (input, signature) =
            signed(&message, &self.components, parameters, &self.key, &self.rules)?;
        let input = signature_header("Signature-Input", [(&*self.label, input)])?;
        let signature = signature_header("Signature", [(&*self.label, signature)])?;
        Ok(SignedHeaders::new(digest, input, signature))
    }

    /// The digest of the body, if it is covered and not in the request yet.
    fn missing_digest(&self, request: &dyn Request) -> Result<Option<String>, HttpSigningError> {
        let is_covered = self.components.contains(&Component::CONTENT_DIGEST);
        if !is_covered || request.header(CONTENT_DIGEST, 0).is_some() {
            return Ok(None);
        }
        match request.body() {
            Body::Unread => Err(HttpSigningError::BodyUnread),
            Body::None => Ok(Some(content_digest(self.digest, b""))),
            Body::Buffered(body) => Ok(Some(content_digest(self.digest, body))),
        }
    }

    fn parameters<'s>(&'s self, now: UnixTime, nonce: Option<&'s str>) -> Parameters<'s> {
        let string = |text: &'s str| BareItem::String(Cow::Borrowed(text));
        let expires = self.lifetime.map(|lifetime| now.saturating_add(lifetime).as_seconds());
        let algorithm = self.names_algorithm.then(|| self.key.algorithm().name());
        let parameters = [
            ("created", Some(BareItem::Integer(now.as_seconds()))),
            ("expires", expires.map(BareItem::Integer)),
            ("nonce", nonce.map(string)),
            ("alg", algorithm.map(string)),
            ("keyid", self.key_id.as_deref().map(string)),
            ("tag", self.tag.as_deref().map(string)),
        ];
        parameters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// The identifier of a component that is named again.
fn twice(components: &[Component<'static>]) -> Option<String> {
    let mut later = components;
    while let [first, rest @ ..] = later {
        if rest.contains(first) {
            return Some(first.identifier());
        }
        later = rest;
    }
    None
}

fn printable(field: &'static str, text: String) -> Result<String, ConfigError> {
    let string = Item::of(BareItem::String(Cow::Borrowed(&text)));
    if string.serialize().is_err() {
        let bounds = "printable ASCII";
        return Err(ConfigError::new(PART, field, Problem::OutOfBounds { bounds }));
    }
    Ok(text)
}

/// A request with the digest that will be sent with it.
struct Digested<'r> {
    request: &'r dyn Request,
    digest: Option<&'r str>,
}

impl Request for Digested<'_> {
    fn method(&self) -> &str {
        self.request.method()
    }

    fn scheme(&self) -> Option<&str> {
        self.request.scheme()
    }

    fn authority(&self) -> Option<&str> {
        self.request.authority()
    }

    fn target(&self) -> Cow<'_, str> {
        self.request.target()
    }

    fn query(&self) -> Option<&str> {
        self.request.query()
    }

    fn header(&self, name: &str, index: usize) -> Option<&[u8]> {
        match self.digest {
            Some(digest) if index == 0 && name.eq_ignore_ascii_case(CONTENT_DIGEST) => {
                Some(digest.as_bytes())
            }
            _ => self.request.header(name, index),
        }
    }

    fn peer_certificate(&self) -> Option<&[u8]> {
        self.request.peer_certificate()
    }

    fn body(&self) -> Body<'_> {
        self.request.body()
    }
}
