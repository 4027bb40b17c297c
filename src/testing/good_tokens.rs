//! Good tokens of every kind.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::element::Element;
use crate::record::{Destination, to_numeric_date};
use crate::request::PlainRequest;
use crate::testing::forge::TokenForge;
use crate::testing::forge_error::ForgeError;
use crate::testing::test_keys::{TestCertificate, rsa_key};
use crate::time::UnixTime;
use crate::validate::{
    CsrfGenerator, Digest, DigitalSigner, RequestValue, SessionBinding, TimeTokenGenerator,
};

/// How long a good JWT lives.
pub(super) const LIFETIME: Duration = Duration::from_secs(3600);

impl TokenForge {
    /// The claims of a good access token (RFC 9068): `iss`, `aud`, `sub`, `client_id`, `jti`,
    /// `iat`, `nbf`, `exp` in an hour, the scopes `read` and `write`, and the claim `tenant`.
    pub fn claims(&self) -> Map<String, Value> {
        let now = to_numeric_date(self.now);
        let claims = [
            ("iss", json!(self.issuer)),
            ("aud", json!(self.audience)),
            ("sub", json!("user")),
            ("client_id", json!(Self::CLIENT)),
            ("jti", json!("token-1")),
            ("iat", now.clone()),
            ("nbf", now),
            ("exp", to_numeric_date(self.now.saturating_add(LIFETIME))),
            ("scope", json!("read write")),
            ("tenant", json!("acme")),
        ];
        claims.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// A good JWT.
    ///
    /// # Errors
    /// A [`ForgeError`] if it cannot be signed.
    pub fn jwt(&self) -> Result<String, ForgeError> {
        self.jwt_of(&Value::Object(self.claims()))
    }

    /// A JWT of these claims, good or not, under the right key.
    ///
    /// # Errors
    /// A [`ForgeError`] if it cannot be signed.
    pub fn jwt_of(&self, claims: &Value) -> Result<String, ForgeError> {
        Ok(self.signing_key()?.sign_claims(claims)?)
    }

    /// A `GET` request with this token behind `Bearer`.
    pub fn bearer(token: &str) -> PlainRequest {
        PlainRequest::new("GET", "/orders").with_header("authorization", format!("Bearer {token}"))
    }

    /// A CSRF token of the session `COOKIE session` with this id; it lives for an hour from
    /// `issued` on. A pair is the same token in cookie and header.
    ///
    /// # Errors
    /// A [`ForgeError`] if the id is empty.
    pub fn csrf_token(&self, session: &str, issued: UnixTime) -> Result<String, ForgeError> {
        let (element, binding) = (Element::cookie("csrf")?, SessionBinding::cookie("session")?);
        let generator = CsrfGenerator::new(element, self.signing_secrets()?, binding, LIFETIME)?;
        Ok(generator.generate_for_session(session.as_bytes(), issued)?.token().to_owned())
    }

    /// A time token for `HEADER time-token`, with this value of `HEADER x-order` mixed in.
    ///
    /// # Errors
    /// A [`ForgeError`] if there are no random bytes.
    pub fn time_token(&self, order: &str, issued: UnixTime) -> Result<String, ForgeError> {
        let element = Element::header("time-token")?;
        let order_element = Element::header("x-order")?;
        let generator = TimeTokenGenerator::new(element, self.signing_secrets()?)?
            .mixing(RequestValue::element(order_element));
        let request = PlainRequest::new("GET", "/").with_header("x-order", order);
        Ok(generator.generate(&request, issued)?.token().to_owned())
    }

    /// The good client's signature over `content`, by SHA-256.
    ///
    /// # Errors
    /// A [`ForgeError`] if it cannot be made.
    pub fn signature(&self, content: &[u8]) -> Result<String, ForgeError> {
        Ok(DigitalSigner::new(rsa_key()?, Digest::Sha256)?.sign(content)?)
    }

    /// An authorization token for `destination` that lives for 20 minutes from `issued` on, signed
    /// by the key of this certificate.
    ///
    /// # Errors
    /// A [`ForgeError`] if the destination is not a host with a port.
    pub fn proxy_token(
        &self,
        signer: TestCertificate,
        destination: &str,
        issued: UnixTime,
    ) -> Result<String, ForgeError> {
        let destination = Destination::parse(destination)?.to_string();
        let expires = issued.saturating_add(Duration::from_secs(20 * 60));
        signer.signed_token(&json!({
            "dst": destination,
            "iat": to_numeric_date(issued),
            "exp": to_numeric_date(expires),
        }))
    }
}
