//! CSRF: the origin check, and tokens that are bound to a session.

mod generator;
mod origin_check;
mod session;
mod web_origin;

pub use generator::CsrfGenerator;
pub use origin_check::{OriginCheck, UndeclaredOrigin};
pub use session::SessionBinding;
pub use web_origin::{Origins, WebOrigin};

use serde::{Deserialize, Serialize};

use crate::config_error::{ConfigError, Problem};
use crate::crypto::CredentialDigest;
use crate::element::Element;
use crate::interceptor::{Call, Description, Evidence, Immediate, Interceptor};
use crate::location::Location;
use crate::rejection::{Checkpoint, Label, Reason, Rejection};
use crate::validate::csrf::origin_check::{is_handshake, is_safe};
use crate::validate::placement::{HEADER_OR_COOKIE, element_in};
use crate::validate::presented::Presented;
use crate::validate::sealed_token::{Purpose, SealError, SigningSecrets, open};

const NAME: &str = "csrf validation";

/// Refuses unsafe requests that another site could have forged.
///
/// Accepts when the method is `GET`, `HEAD`, `OPTIONS` or `TRACE`, in exactly this case, and no
/// header asks for another method or for an upgrade to another protocol, as [`OriginCheck`] has it;
/// otherwise when
/// 1. the request comes from our own or a trusted origin, or says nothing of its origin, as
///    [`OriginCheck`] has it;
/// 2. the element, a header or cookie, holds exactly one value of at most 8 KiB;
/// 3. the request belongs to a session, as the [`SessionBinding`] says;
/// 4. the value is a token of [`CsrfGenerator`], in its only spelling, made for this session by one
///    of the secrets;
/// 5. it has not expired: `now < expires`, in milliseconds, without skew; the token carries its
///    expiry;
/// 6. the second element, if there is one, repeats the token exactly.
///
/// Establishes nothing.
///
/// # Errors
/// `csrf.foreign_origin`, `csrf.origin_undeclared`; `csrf.missing` or `credential.*` if no token
/// can be read; `csrf.session_missing`, `csrf.malformed`, `csrf.signature`, `csrf.expired`,
/// `csrf.not_repeated`, in this order. A gate that is to bind tokens to the client, and establishes
/// none before, does not build.
///
/// # Security
/// A browser sends cookies by itself, with forged requests too: a token in a cookie proves nothing
/// unless a header repeats it, so [`new`](Self::new) takes a header only and
/// [`double_submit`](Self::double_submit) a cookie with a header. A token may be used any number of
/// times before it expires.
///
/// A `GET` that opens a WebSocket needs a token as well. Browsers cannot add a header to it: with
/// [`HandshakeToken::Waive`] it needs none, and the origin must then be declared, and our own
/// or trusted.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use tollgate::validate::{CsrfGenerator, SessionBinding, SigningSecrets};
/// use tollgate::{CsrfValidation, Element, Gate, ManualClock, PlainRequest, Secret, UnixTime};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secrets = SigningSecrets::new(&Secret::new("a secret of at least 32 bytes ..."))?;
/// let (element, session) = (Element::header("X-CSRF-Token")?, SessionBinding::cookie("session")?);
/// let hour = Duration::from_secs(3600);
/// let generator =
///     CsrfGenerator::new(element.clone(), secrets.clone(), session.clone(), hour)?;
/// let now = UnixTime::from_seconds(1_800_000_000);
/// let gate = Gate::builder(ManualClock::at(now))
///     .with(CsrfValidation::new(element, secrets, session)?)
///     .build()?;
///
/// let issued = generator.generate_for_session(b"4f1c09", now)?;
/// let post = PlainRequest::new("POST", "/orders").with_header("x-csrf-token", issued.token());
/// assert!(gate.check_now(&post.clone().with_header("cookie", "session=4f1c09")).is_ok());
///
/// let rejection = gate.check_now(&post.with_header("cookie", "session=other")).unwrap_err();
/// assert_eq!(rejection.reason().code(), "csrf.signature");
/// # Ok(())
/// # }
/// ```
///
/// Source: the gateway's interceptor CSRF Validation.
///
/// [`CsrfGenerator`]: crate::validate::CsrfGenerator
#[derive(Clone, Debug)]
pub struct CsrfValidation {
    checkpoint: Checkpoint,
    repeated: Option<Checkpoint>,
    secrets: SigningSecrets,
    session: SessionBinding,
    origin_check: OriginCheck,
    handshake_token: HandshakeToken,
}

/// Whether a request that upgrades to another protocol, such as a WebSocket handshake, needs a
/// token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum HandshakeToken {
    /// It needs one, like any unsafe request.
    #[default]
    Require,
    /// It needs none, but must come from our own or a trusted origin and say so.
    Waive,
}

impl CsrfValidation {
    /// Reads tokens from `element`, a header, and takes scheme and authority of each request as our
    /// own origin.
    ///
    /// # Errors
    /// A [`ConfigError`] if the element may travel elsewhere.
    pub fn new(
        element: Element,
        secrets: SigningSecrets,
        session: SessionBinding,
    ) -> Result<Self, ConfigError> {
        Ok(Self::reading(element_in(&[Location::Header], NAME, element)?, secrets, session))
    }

    /// Reads tokens from `cookie`, a cookie or a header, which the caller must repeat in `header`.
    ///
    /// # Errors
    /// A [`ConfigError`] if an element may travel elsewhere, or if both have the same name.
    pub fn double_submit(
        cookie: Element,
        header: Element,
        secrets: SigningSecrets,
        session: SessionBinding,
    ) -> Result<Self, ConfigError> {
        let cookie = element_in(HEADER_OR_COOKIE, NAME, cookie)?;
        Self::reading(cookie, secrets, session).repeated_in(header)
    }

    /// Reads tokens from `element`, a header or a cookie, without a second element.
    ///
    /// # Security
    /// A browser sends a cookie with forged requests too, so a token in a cookie alone protects
    /// nothing: only the origin check does.
    ///
    /// # Errors
    /// A [`ConfigError`] if the element may travel elsewhere.
    pub fn insecure_cookie(
        element: Element,
        secrets: SigningSecrets,
        session: SessionBinding,
    ) -> Result<Self, ConfigError> {
        Ok(Self::reading(element_in(HEADER_OR_COOKIE, NAME, element)?, secrets, session))
    }

    fn reading(element: Element, secrets: SigningSecrets, session: SessionBinding) -> Self {
        Self {
            checkpoint: Checkpoint::of(NAME).with_label(Label::CSRF_TOKEN).with_element(element),
            repeated: None,
            secrets,
            session,
            origin_check: OriginCheck::new(),
            handshake_token: HandshakeToken::default(),
        }
    }

    /// Requires the same token in a second element, a header or cookie, as well.
    ///
    /// # Errors
    /// A [`ConfigError`] if it may travel elsewhere, if it has the name of the first one, or if
    /// neither of the two is a header.
    pub fn repeated_in(mut self, element: Element) -> Result<Self, ConfigError> {
        let element = element_in(HEADER_OR_COOKIE, NAME, element)?;
        let first = self.checkpoint.element();
        if first.is_some_and(|first| overlap(first, &element)) {
            let name = element.name().to_owned();
            return Err(ConfigError::new(NAME, "repeated_in", Problem::Duplicate { name }));
        }
        // A browser sends every cookie by itself: two of them prove no more than one.
        let is_header = |one: &Element| one.location() == Location::Header;
        if !is_header(&element) && !first.is_some_and(is_header) {
            let location = element.location();
            let problem = Problem::LocationNotAllowed { location };
            return Err(ConfigError::new(NAME, "repeated_in", problem));
        }
        self.repeated = Some(self.checkpoint.clone().with_element(element));
        Ok(self)
    }

    /// Sets the origin check.
    pub fn origin_check(mut self, check: OriginCheck) -> Self {
        self.origin_check = check;
        self
    }

    /// Sets whether requests that upgrade to another protocol need a token; they do by default.
    pub fn handshake_token(mut self, policy: HandshakeToken) -> Self {
        self.handshake_token = policy;
        self
    }

    /// Changes the label in messages and traces (default `CSRF Token` and `CSRF token`).
    pub fn label(mut self, label: Label) -> Self {
        self.repeated = self.repeated.map(|checkpoint| checkpoint.with_label(label.clone()));
        self.checkpoint = self.checkpoint.with_label(label);
        self
    }

    fn judge(&self, call: &Call<'_>) -> Result<(), Rejection> {
        let foreign = |reason| Rejection::new(reason, self.checkpoint.clone());
        if self.handshake_token == HandshakeToken::Waive && is_handshake(call.request) {
            self.origin_check.judge_declared(call.request).map_err(foreign)?;
            call.note("origin", || "declared, and our own or trusted".to_owned());
            return Ok(());
        }
        self.origin_check.judge_unsafe(call.request).map_err(foreign)?;
        call.note("origin", || "not foreign".to_owned());
        let token = read(&self.checkpoint, call)?;
        self.judge_token(token.as_bytes(), call).map_err(|reason| token.refused(reason))?;
        let Some(repeated) = &self.repeated else {
            call.note("repetition", || "not required".to_owned());
            return Ok(());
        };
        let copy = read(repeated, call)?;
        if !CredentialDigest::of(token.as_bytes()).matches(copy.as_bytes()) {
            return Err(copy.refused(Reason::CsrfNotRepeated));
        }
        call.note("repetition", || "the same token".to_owned());
        Ok(())
    }

    fn judge_token(&self, token: &[u8], call: &Call<'_>) -> Result<(), Reason> {
        let session = self.session.of(call).ok_or(Reason::CsrfSessionMissing)?;
        call.note("session", || "there is one".to_owned());
        let opened = open(&self.secrets, Purpose::Csrf, token, &session.context());
        let expires = opened.map_err(|error| match error {
            SealError::Malformed => Reason::CsrfMalformed,
            SealError::Signature => Reason::CsrfSignature,
        })?;
        call.note("signature", || "bound to the session".to_owned());
        let now = call.now;
        if now >= expires {
            return Err(Reason::CsrfExpired { now, expires });
        }
        call.note("lifetime", || format!("expires {expires}"));
        Ok(())
    }
}

const CHECKS: [&str; 7] =
    ["method", "origin", "credential", "session", "signature", "lifetime", "repetition"];

impl Interceptor for CsrfValidation {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        if is_safe(call.request) {
            call.note("method", || "safe, so nothing else is checked".to_owned());
            return Ok(Evidence::none());
        }
        call.note("method", || "unsafe".to_owned());
        self.judge(&call)?;
        Ok(Evidence::none())
    }

    fn describe(&self) -> Description {
        let repeated = self.repeated.as_ref().and_then(Checkpoint::element).cloned();
        let description = Description::at(self.checkpoint.clone()).making(CHECKS);
        let description = repeated.into_iter().fold(description, Description::reads);
        self.session.requirement().into_iter().fold(description, Description::requires)
    }
}

impl Immediate for CsrfValidation {}

/// Reads the token at `checkpoint`; that there is none is what a forged request looks like.
fn read<'a>(checkpoint: &'a Checkpoint, call: &Call<'a>) -> Result<Presented<'a>, Rejection> {
    Presented::read(checkpoint, call).map_err(|rejection| match rejection.reason() {
        Reason::CredentialMissing => Rejection::new(Reason::CsrfMissing, checkpoint.clone()),
        _ => rejection,
    })
}

/// Whether one place belongs to both elements.
fn overlap(one: &Element, other: &Element) -> bool {
    let shared = |place| one.location().includes(place) && other.location().includes(place);
    one.name().eq_ignore_ascii_case(other.name())
        && (shared(Location::Header) || shared(Location::Cookie))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::Gate;
    use crate::ManualClock;
    use crate::request::PlainRequest;
    use crate::secret::Secret;
    use crate::time::UnixTime;
    use crate::validate::csrf::generator::CsrfGenerator;

    const ISSUED: UnixTime = UnixTime::from_seconds(1_800_000_000);
    const LIFE: i64 = 60_000;

    fn secrets() -> SigningSecrets {
        SigningSecrets::new(&Secret::new(vec![1; 32])).unwrap()
    }

    fn session() -> SessionBinding {
        SessionBinding::cookie("session").unwrap()
    }

    fn token_for(id: &[u8]) -> String {
        let element = Element::header("x-csrf").unwrap();
        let life = Duration::from_secs(60);
        let generator = CsrfGenerator::new(element, secrets(), session(), life).unwrap();
        generator.generate_for_session(id, ISSUED).unwrap().token().to_owned()
    }

    fn validation() -> CsrfValidation {
        CsrfValidation::new(Element::header("x-csrf").unwrap(), secrets(), session()).unwrap()
    }

    fn code_after(validation: CsrfValidation, request: &PlainRequest, millis: i64) -> &'static str {
        let now = UnixTime::from_millis(ISSUED.as_millis() + millis);
        let gate = Gate::builder(ManualClock::at(now)).with(validation).build().unwrap();
        gate.check_now(request).map_or_else(|rejection| rejection.reason().code(), |_| "admitted")
    }

    fn post(token: &str) -> PlainRequest {
        PlainRequest::new("POST", "/")
            .with_header("cookie", "session=s")
            .with_header("x-csrf", token)
    }

    #[test]
    fn expiry_is_exclusive_to_the_millisecond() {
        let request = post(&token_for(b"s"));
        for (millis, expected) in [
            (0, "admitted"),
            (LIFE - 1, "admitted"),
            (LIFE, "csrf.expired"),
            (LIFE + 1, "csrf.expired"),
        ] {
            assert_eq!(code_after(validation(), &request, millis), expected, "{millis}");
        }
    }

    #[test]
    fn each_refusal_has_its_own_code() {
        let code = |request: &PlainRequest| code_after(validation(), request, 0);
        let bare = PlainRequest::new("POST", "/");
        let in_session = bare.clone().with_header("cookie", "session=s");
        let token = token_for(b"s");
        assert_eq!(code(&post(&token)), "admitted");
        assert_eq!(code(&in_session), "csrf.missing");
        assert_eq!(code(&bare.clone().with_header("x-csrf", &*token)), "csrf.session_missing");
        assert_eq!(code(&post("token")), "csrf.malformed");
        assert_eq!(code(&post(&token_for(b"other"))), "csrf.signature");
        assert_eq!(code(&post(&token).with_header("x-csrf", &*token)), "credential.repeated");
        let foreign = post(&token).with_header("origin", "null");
        assert_eq!(code(&foreign), "csrf.foreign_origin");
    }

    #[test]
    fn without_one_session_nothing_is_admitted() {
        let token = token_for(b"s");
        for cookies in ["", "session=", "session=s; session=s", "Session=s"] {
            let request = PlainRequest::new("POST", "/")
                .with_header("cookie", cookies)
                .with_header("x-csrf", &*token);
            assert_eq!(code_after(validation(), &request, 0), "csrf.session_missing", "{cookies}");
        }
        let none = SessionBinding::session_fn(|_| None);
        let empty = SessionBinding::session_fn(|_| Some(Vec::new()));
        for binding in [none, empty] {
            let element = Element::header("x-csrf").unwrap();
            let validation = CsrfValidation::new(element, secrets(), binding).unwrap();
            assert_eq!(code_after(validation, &post(&token), 0), "csrf.session_missing");
        }
    }

    #[test]
    fn a_cookie_alone_is_not_enough_unless_it_is_called_insecure() {
        let cookie = || Element::cookie("csrf").unwrap();
        let either = || Element::header_or_cookie("csrf").unwrap();
        let header = || Element::header("x-csrf").unwrap();
        for element in [cookie(), either()] {
            let error = CsrfValidation::new(element.clone(), secrets(), session()).unwrap_err();
            assert_eq!(error.field(), "element");
            let double = |second| {
                CsrfValidation::double_submit(element.clone(), second, secrets(), session())
            };
            assert!(double(header()).is_ok());
            for second in
                [Element::cookie("other").unwrap(), Element::header_or_cookie("o").unwrap()]
            {
                assert_eq!(double(second).unwrap_err().field(), "repeated_in");
            }
        }
        let alone = CsrfValidation::insecure_cookie(cookie(), secrets(), session()).unwrap();
        let cookies = format!("session=s; csrf={}", token_for(b"s"));
        let request = PlainRequest::new("POST", "/").with_header("cookie", cookies);
        assert_eq!(code_after(alone, &request, 0), "admitted");
    }

    #[test]
    fn a_handshake_needs_a_token_or_else_a_declared_origin() {
        let handshake = || {
            PlainRequest::new("GET", "/")
                .with_scheme("https")
                .with_authority("a.example")
                .with_header("cookie", "session=s")
                .with_header("connection", "Upgrade")
                .with_header("upgrade", "websocket")
        };
        let ours = || handshake().with_header("origin", "https://a.example");
        let with_token = ours().with_header("x-csrf", token_for(b"s"));
        assert_eq!(code_after(validation(), &ours(), 0), "csrf.missing");
        assert_eq!(code_after(validation(), &with_token, 0), "admitted");

        let waived = || validation().handshake_token(HandshakeToken::Waive);
        assert_eq!(code_after(waived(), &ours(), 0), "admitted");
        assert_eq!(code_after(waived(), &handshake(), 0), "csrf.origin_undeclared");
        let foreign = handshake().with_header("origin", "https://evil.example");
        assert_eq!(code_after(waived(), &foreign, 0), "csrf.foreign_origin");
        let unasked = || handshake().with_header("sec-fetch-site", "none");
        assert_eq!(code_after(waived(), &unasked(), 0), "csrf.origin_undeclared");
        let unasked_and_foreign = unasked().with_header("origin", "https://evil.example");
        assert_eq!(code_after(waived(), &unasked_and_foreign, 0), "csrf.origin_undeclared");
        let same = handshake().with_header("sec-fetch-site", "same-origin");
        assert_eq!(code_after(waived(), &same, 0), "admitted");
        let overridden = ours().with_header("x-http-method", "DELETE");
        assert_eq!(code_after(waived(), &overridden, 0), "csrf.missing");
        let post = PlainRequest::new("POST", "/").with_header("cookie", "session=s");
        assert_eq!(code_after(waived(), &post, 0), "csrf.missing");
        assert_eq!(code_after(waived(), &post.with_header("upgrade", "x"), 0), "csrf.missing");
    }

    #[test]
    fn an_id_of_another_kind_is_another_session() {
        let binding = SessionBinding::session_fn(|_| Some(b"s".to_vec()));
        let element = Element::header("x-csrf").unwrap();
        let validation = CsrfValidation::new(element, secrets(), binding).unwrap();
        assert_eq!(code_after(validation, &post(&token_for(b"s")), 0), "csrf.signature");
    }

    #[test]
    fn the_second_element_must_repeat_the_token() {
        let twice = || {
            let cookie = Element::cookie("csrf").unwrap();
            let header = Element::header("x-csrf").unwrap();
            CsrfValidation::double_submit(cookie, header, secrets(), session()).unwrap()
        };
        let (token, other) = (token_for(b"s"), token_for(b"s"));
        let cookies = format!("session=s; csrf={token}");
        let request = PlainRequest::new("POST", "/").with_header("cookie", cookies);
        let repeating = |copy: &str| request.clone().with_header("x-csrf", copy);
        assert_eq!(code_after(twice(), &repeating(&token), 0), "admitted");
        assert_eq!(code_after(twice(), &repeating(&other), 0), "csrf.not_repeated");
        assert_eq!(code_after(twice(), &request, 0), "csrf.missing");
        let again = repeating(&token).with_header("x-csrf", &*token);
        assert_eq!(code_after(twice(), &again, 0), "credential.repeated");
    }

    #[test]
    fn a_place_is_no_second_element_of_itself() {
        let same = [
            Element::header("x-csrf"),
            Element::header("X-CSRF"),
            Element::header_or_cookie("x-csrf"),
        ];
        for element in same {
            assert!(validation().repeated_in(element.unwrap()).is_err());
        }
        assert!(validation().repeated_in(Element::cookie("x-csrf").unwrap()).is_ok());
        let elsewhere = validation().repeated_in(Element::query_param("t").unwrap()).unwrap_err();
        assert_eq!(elsewhere.field(), "element");
    }

    #[test]
    fn a_client_binding_needs_a_client() {
        let element = Element::header("x-csrf").unwrap();
        let binding = SessionBinding::established_client();
        let validation = CsrfValidation::new(element, secrets(), binding).unwrap();
        let gate = Gate::builder(ManualClock::at(ISSUED)).with(validation).build();
        assert_eq!(gate.unwrap_err().problem(), &Problem::ClientNotEstablished);
    }
}
