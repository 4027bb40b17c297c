//! Time Token Generator.

use std::time::Duration;

use crate::config_error::ConfigError;
use crate::element::Element;
use crate::request::Request;
use crate::time::UnixTime;
use crate::validate::sealed_token::{
    Carrier, CookieAttributes, GenerationError, IssuedToken, Purpose, ScriptAccess, SigningSecrets,
    seal,
};
use crate::validate::time_token::request_value::{MixedIn, RequestValue, ValueMissing};
use crate::validate::time_token::time_to_live::{DEFAULT_TIME_TO_LIVE, within_bounds};

const NAME: &str = "time token generator";

/// Makes the time tokens that [`TimeTokenValidation`](crate::TimeTokenValidation) accepts.
///
/// A token is base64url (76 characters) of version, issue instant in milliseconds, nonce, and
/// HMAC-SHA-256 over these, the name of the element and the values mixed in. The nonce tells two
/// tokens of one millisecond apart, so that each can be used once.
///
/// The host calls it while it answers a request, and hands the header line or the value on.
///
/// # Errors
/// [`GenerationError`] if a value to mix in is not there, or there are no random bytes.
///
/// # Security
/// A cookie is set `Secure`, `HttpOnly` and `SameSite=Strict`; see [`cookie`](Self::cookie). The
/// time to live of the generator only says how long a browser keeps the cookie: how long a token is
/// valid is for the validator to say, and must be the same.
///
/// # Example
/// ```
/// use tollgate::validate::{RequestValue, SigningSecrets, TimeTokenGenerator};
/// use tollgate::{Element, PlainRequest, Secret, UnixTime};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secrets = SigningSecrets::new(&Secret::new("a secret of at least 32 bytes ..."))?;
/// let generator = TimeTokenGenerator::new(Element::cookie("time")?, secrets)?
///     .mixing(RequestValue::element(Element::header("user-agent")?));
///
/// let request = PlainRequest::new("GET", "/").with_header("user-agent", "browser");
/// let issued = generator.generate(&request, UnixTime::from_seconds(10))?;
/// let expected = format!(
///     "time={}; Path=/; Secure; SameSite=Strict; Max-Age=30; HttpOnly",
///     issued.token(),
/// );
/// assert_eq!(issued.header_line(), ("set-cookie", &*expected));
///
/// let nameless = PlainRequest::new("GET", "/");
/// assert!(generator.generate(&nameless, UnixTime::from_seconds(10)).is_err());
/// # Ok(())
/// # }
/// ```
///
/// Source: the gateway's interceptor Time Token Generator.
#[derive(Clone, Debug)]
pub struct TimeTokenGenerator {
    secrets: SigningSecrets,
    carrier: Carrier,
    time_to_live: Duration,
    mixed_in: MixedIn,
}

impl TimeTokenGenerator {
    /// Writes tokens to `element`, a header or a cookie.
    ///
    /// # Errors
    /// A [`ConfigError`] if the element is in another location.
    pub fn new(element: Element, secrets: SigningSecrets) -> Result<Self, ConfigError> {
        let carrier = Carrier::new(NAME, element, ScriptAccess::Deny)?;
        let mixed_in = MixedIn::default();
        Ok(Self { secrets, carrier, time_to_live: DEFAULT_TIME_TO_LIVE, mixed_in })
    }

    /// Sets how long browsers keep a cookie, in milliseconds rounded up to seconds; 30000 ms by
    /// default.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is shorter than a millisecond or longer than 400 days.
    pub fn time_to_live(mut self, span: Duration) -> Result<Self, ConfigError> {
        self.time_to_live = within_bounds(NAME, span)?;
        Ok(self)
    }

    /// Mixes in this value of the request too; the order counts.
    pub fn mixing(mut self, value: RequestValue) -> Self {
        self.mixed_in.push(value);
        self
    }

    /// Sets the attributes of the cookie; the default is `Secure`, `HttpOnly` and
    /// `SameSite=Strict`.
    ///
    /// # Errors
    /// A [`ConfigError`] if the element is not a cookie, or its prefix needs `Secure`.
    pub fn cookie(mut self, attributes: CookieAttributes) -> Result<Self, ConfigError> {
        self.carrier = self.carrier.cookie(attributes)?;
        Ok(self)
    }

    /// The element that it writes, with the prefix of the name: what the validator must read.
    pub fn element(&self) -> &Element {
        self.carrier.element()
    }

    /// A token for the answer to `request`, issued at `now`.
    ///
    /// # Errors
    /// [`GenerationError`] if a value to mix in is not there, or there are no random bytes.
    pub fn generate(
        &self,
        request: &dyn Request,
        now: UnixTime,
    ) -> Result<IssuedToken, GenerationError> {
        let sealed = self.mixed_in.with_context(self.element().name(), request, |context| {
            seal(&self.secrets, Purpose::TimeToken, now, context)
        });
        let token = sealed.map_err(|ValueMissing { name }| {
            GenerationError::RequestValueMissing { name: name.to_string() }
        })??;
        Ok(self.carrier.issue(token, self.time_to_live))
    }
}
