//! Client authentication at an authorization server.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::crypto::random;
use crate::encoding::{base64url_encode, form_encode};
use crate::jose::SigningKey;
use crate::remote::fetch_error::FetchError;
use crate::secret::Secret;
use crate::time::UnixTime;

/// For how long an assertion is valid.
const ASSERTION_LIFETIME: Duration = Duration::from_secs(60);

/// How tollgate authenticates itself to an authorization server (RFC 6749 section 2.3, RFC 7523
/// section 2.2, RFC 8705 section 2). `Debug` shows the method and the client id.
///
/// ```
/// use tollgate::Secret;
/// use tollgate::remote::ClientAuthentication;
///
/// let ours = ClientAuthentication::secret_basic("orders-api", Secret::new("s3cret"));
/// assert_eq!(format!("{ours:?}"), "ClientAuthentication(client_secret_basic, orders-api)");
/// ```
pub struct ClientAuthentication {
    id: Box<str>,
    method: AuthenticationMethod,
}

enum AuthenticationMethod {
    SecretBasic(Secret),
    SecretPost(Secret),
    PrivateKeyJwt { key: SigningKey, audience: Box<str> },
    Tls,
}

/// What a request carries for it.
pub(super) struct Proof {
    pub(super) authorization: Option<Secret>,
    /// Parameters of the form, each encoded and with `&` before it.
    pub(super) parameters: Secret,
}

impl ClientAuthentication {
    /// `client_secret_basic`: id and secret in `Authorization`.
    pub fn secret_basic(id: &str, secret: Secret) -> Self {
        Self { id: Box::from(id), method: AuthenticationMethod::SecretBasic(secret) }
    }

    /// `client_secret_post`: id and secret in the body.
    pub fn secret_post(id: &str, secret: Secret) -> Self {
        Self { id: Box::from(id), method: AuthenticationMethod::SecretPost(secret) }
    }

    /// `private_key_jwt`: an assertion signed with `key` and addressed to `audience`, the issuer or
    /// the endpoint as the server wants it. Each is valid for 60 s and has an id of its own.
    pub fn private_key_jwt(id: &str, key: SigningKey, audience: &str) -> Self {
        let method = AuthenticationMethod::PrivateKeyJwt { key, audience: Box::from(audience) };
        Self { id: Box::from(id), method }
    }

    /// `tls_client_auth` and `self_signed_tls_client_auth`: the transport has the certificate.
    pub fn tls(id: &str) -> Self {
        Self { id: Box::from(id), method: AuthenticationMethod::Tls }
    }

    /// The client id.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn prove(&self, now: UnixTime) -> Result<Proof, FetchError> {
        let id = form_encode(self.id.as_bytes());
        let of_parameters =
            |parameters: String| Proof { authorization: None, parameters: Secret::new(parameters) };
        Ok(match &self.method {
            AuthenticationMethod::SecretBasic(secret) => {
                let pair = format!("{id}:{}", form_encode(secret.expose()));
                let value = format!("Basic {}", STANDARD.encode(pair));
                Proof { authorization: Some(Secret::new(value)), parameters: Secret::new("") }
            }
            AuthenticationMethod::SecretPost(secret) => of_parameters(format!(
                "&client_id={id}&client_secret={}",
                form_encode(secret.expose())
            )),
            AuthenticationMethod::PrivateKeyJwt { key, audience } => {
                let assertion = self.assertion(key, audience, now)?;
                let kind = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
                of_parameters(format!(
                    "&client_id={id}&client_assertion_type={kind}&client_assertion={assertion}"
                ))
            }
            AuthenticationMethod::Tls => of_parameters(format!("&client_id={id}")),
        })
    }

    fn assertion(
        &self,
        key: &SigningKey,
        audience: &str,
        now: UnixTime,
    ) -> Result<String, FetchError> {
        let failed = || FetchError::ClientAssertion;
        let id = random::<16>().map_err(|_| failed())?;
        let claims = json!({
            "iss": self.id,
            "sub": self.id,
            "aud": audience,
            "jti": base64url_encode(id),
            "iat": now.as_seconds(),
            "exp": now.saturating_add(ASSERTION_LIFETIME).as_seconds(),
        });
        key.sign_claims(&claims).map_err(|_| failed())
    }
}

impl fmt::Debug for ClientAuthentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = match &self.method {
            AuthenticationMethod::SecretBasic(_) => "client_secret_basic",
            AuthenticationMethod::SecretPost(_) => "client_secret_post",
            AuthenticationMethod::PrivateKeyJwt { .. } => "private_key_jwt",
            AuthenticationMethod::Tls => "tls_client_auth",
        };
        write!(f, "ClientAuthentication({method}, {})", self.id)
    }
}
