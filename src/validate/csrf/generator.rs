//! CSRF Generator.

use std::time::Duration;

use crate::config_error::{ConfigError, Problem};
use crate::element::Element;
use crate::interceptor::{Admission, Call};
use crate::request::Request;
use crate::time::UnixTime;
use crate::validate::csrf::session::{Session, SessionBinding};
use crate::validate::sealed_token::{
    Carrier, CookieAttributes, GenerationError, IssuedToken, LONGEST_KEPT, Purpose, ScriptAccess,
    SigningSecrets, seal,
};

const NAME: &str = "csrf generator";

/// Makes the CSRF tokens that [`CsrfValidation`](crate::CsrfValidation) accepts.
///
/// A token is base64url (76 characters) of version, expiry, nonce, and HMAC-SHA-256 over these and
/// the session. It carries its expiry, so the validator needs no time to live.
///
/// The host calls it while it answers a request that its gate admitted, as a rule one with another
/// method than `GET`, or one that shows a form; and hands the header line or the value on.
///
/// # Errors
/// [`GenerationError`] if the request belongs to no session, or there are no random bytes.
///
/// # Security
/// A cookie is set `Secure`, `SameSite=Strict` and readable by scripts, which must repeat it; see
/// [`cookie`](Self::cookie). Generate a new token after login: it is bound to the session.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use tollgate::validate::{
///     CookieAttributes, CsrfGenerator, ScriptAccess, SessionBinding, SigningSecrets,
/// };
/// use tollgate::{Element, Secret, UnixTime};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secrets = SigningSecrets::new(&Secret::new("a secret of at least 32 bytes ..."))?;
/// let session = SessionBinding::cookie("session")?;
/// let hour = Duration::from_secs(3600);
/// let generator = CsrfGenerator::new(Element::cookie("csrf")?, secrets, session, hour)?
///     .cookie(CookieAttributes::new(ScriptAccess::Allow).host_prefix())?;
///
/// let issued = generator.generate_for_session(b"4f1c09", UnixTime::from_seconds(10))?;
/// let (name, value) = issued.header_line();
/// assert_eq!(name, "set-cookie");
/// assert!(value.starts_with(&format!("__Host-csrf={}; Path=/; Secure", issued.token())));
///
/// assert!(generator.generate_for_session(b"", UnixTime::from_seconds(10)).is_err());
/// # Ok(())
/// # }
/// ```
///
/// Source: the gateway's interceptor CSRF Generator.
#[derive(Clone, Debug)]
pub struct CsrfGenerator {
    secrets: SigningSecrets,
    carrier: Carrier,
    session: SessionBinding,
    expires_in: Duration,
}

impl CsrfGenerator {
    /// Writes tokens to `element`, a header or a cookie, that end `expires_in` (whole seconds, from
    /// 1 s to 400 days) after they were generated.
    ///
    /// # Errors
    /// A [`ConfigError`] if the element is in another location, or the lifetime out of bounds.
    pub fn new(
        element: Element,
        secrets: SigningSecrets,
        session: SessionBinding,
        expires_in: Duration,
    ) -> Result<Self, ConfigError> {
        let carrier = Carrier::new(NAME, element, ScriptAccess::Allow)?;
        let whole = expires_in.subsec_nanos() == 0;
        if !whole || expires_in.is_zero() || expires_in > LONGEST_KEPT {
            let bounds = "whole seconds, from 1 s to 34560000 s";
            return Err(ConfigError::new(NAME, "expires_in", Problem::OutOfBounds { bounds }));
        }
        Ok(Self { secrets, carrier, session, expires_in })
    }

    /// Sets the attributes of the cookie; the default is `Secure`, `SameSite=Strict`, and readable
    /// by scripts.
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

    /// A token for the answer to `request`, which a gate admitted at about `now`. Guard the page by
    /// the same gate as what its form posts to: `GET` passes a CSRF validation (but not a time
    /// token's), and gives the admission.
    ///
    /// # Errors
    /// [`GenerationError`] if the request belongs to no session, or there are no random bytes.
    pub fn generate(
        &self,
        request: &dyn Request,
        admission: &Admission,
        now: UnixTime,
    ) -> Result<IssuedToken, GenerationError> {
        let call = Call::new(request, now);
        self.generate_in(self.session.of(&call.after(admission.evidence())), now)
    }

    /// A token for a session by its id: the very bytes that the [`SessionBinding`] will read from
    /// later requests. For a session that begins with this answer.
    ///
    /// # Errors
    /// [`GenerationError`] if the id is empty, or there are no random bytes.
    pub fn generate_for_session(
        &self,
        id: &[u8],
        now: UnixTime,
    ) -> Result<IssuedToken, GenerationError> {
        self.generate_in(self.session.named(id), now)
    }

    fn generate_in(
        &self,
        session: Option<Session<'_>>,
        now: UnixTime,
    ) -> Result<IssuedToken, GenerationError> {
        let session = session.ok_or(GenerationError::SessionMissing)?;
        let expires = now.saturating_add(self.expires_in);
        let token = seal(&self.secrets, Purpose::Csrf, expires, &session.context())?;
        Ok(self.carrier.issue(token, self.expires_in))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn generator(element: Element, expires_in: Duration) -> Result<CsrfGenerator, ConfigError> {
        let secrets = SigningSecrets::new(&Secret::new(vec![1; 32]))?;
        CsrfGenerator::new(element, secrets, SessionBinding::cookie("session")?, expires_in)
    }

    #[test]
    fn the_life_is_in_whole_seconds_up_to_400_days() {
        for (millis, accepted) in [
            (0, false),
            (999, false),
            (1000, true),
            (1001, false),
            (34_560_000_000, true),
            (34_560_001_000, false),
        ] {
            let made = generator(Element::cookie("t").unwrap(), Duration::from_millis(millis));
            assert_eq!(made.is_ok(), accepted, "{millis}");
        }
    }

    #[test]
    fn the_cookie_lives_as_long_as_the_token_and_scripts_read_it() {
        let made = generator(Element::cookie("t").unwrap(), Duration::from_secs(60)).unwrap();
        let issued = made.generate_for_session(b"s", UnixTime::EPOCH).unwrap();
        let expected = format!("t={}; Path=/; Secure; SameSite=Strict; Max-Age=60", issued.token());
        assert_eq!(issued.header_line(), ("set-cookie", &*expected));
    }

    #[test]
    fn only_a_header_or_a_cookie_is_written() {
        for element in
            [Element::header_or_cookie("t"), Element::query_param("t"), Element::any("t")]
        {
            let error = generator(element.unwrap(), Duration::from_secs(1)).unwrap_err();
            assert_eq!((error.part(), error.field()), ("csrf generator", "element"));
        }
    }
}
