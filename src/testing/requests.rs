//! Requests, good ones and those with a defect.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::reading::LINES;
use crate::request::PlainRequest;
use crate::testing::defect::Defect;
use crate::testing::forge::TokenForge;
use crate::testing::forge_error::ForgeError;
use crate::testing::test_gate::TestGate;
use crate::testing::test_keys::TestCertificate;

impl TokenForge {
    /// A request that the gate of this kind admits; [`TestGate::StoreAway`] would, if its store
    /// could answer.
    ///
    /// # Errors
    /// A [`ForgeError`] if something in it cannot be signed.
    pub fn request(&self, kind: TestGate) -> Result<PlainRequest, ForgeError> {
        self.made(kind, None)
    }

    /// A request that the defect's [gate](Defect::gate) refuses, for the defect's
    /// [reason](Defect::code). What was used before it uses up first, by
    /// [`replays`](Self::replays).
    ///
    /// # Errors
    /// A [`ForgeError`] if something in it cannot be signed.
    pub fn request_with(&self, defect: &Defect) -> Result<PlainRequest, ForgeError> {
        self.made(defect.gate(), Some(defect))
    }

    fn made(&self, kind: TestGate, defect: Option<&Defect>) -> Result<PlainRequest, ForgeError> {
        match kind {
            TestGate::ClientId | TestGate::StoreAway => Ok(of_client_id(defect)),
            TestGate::ClientSecret => Ok(of_client_secret(defect)),
            TestGate::AccessToken => Ok(of_access_token(defect)),
            TestGate::OAuth => Ok(of_oauth(defect)),
            TestGate::Jwt | TestGate::StrictJwt => self.of_jwt(defect),
            TestGate::Csrf => self.of_csrf(defect),
            TestGate::TimeToken => self.of_time_token(defect),
            TestGate::DigitalSignature => self.of_signature(defect),
            TestGate::ProxyAuthorization => self.of_proxy(defect),
            TestGate::BoundJwt => self.of_bound_jwt(defect),
            TestGate::HttpSignature => self.of_http_signature(defect),
            TestGate::HttpSignatureOfClient => self.of_client_signature(defect),
            TestGate::WebBotAuth => self.of_agent(defect),
        }
    }

    fn of_jwt(&self, defect: Option<&Defect>) -> Result<PlainRequest, ForgeError> {
        let Some(defect) = defect else { return Ok(Self::bearer(&self.jwt()?)) };
        let request = Self::bearer(&self.jwt_with(defect)?);
        Ok(match defect {
            Defect::WrongPossession => {
                let other = TestCertificate::Signer.certificate()?;
                request.with_peer_certificate(other.der())
            }
            _ => request,
        })
    }
}

fn get() -> PlainRequest {
    PlainRequest::new("GET", "/orders")
}

fn of_client_id(defect: Option<&Defect>) -> PlainRequest {
    let id = match defect {
        Some(Defect::MissingCredential) => return get(),
        Some(Defect::TooManyLines) => {
            return (0..=LINES).fold(get(), |request, _| request.with_header("cookie", "a=b"));
        }
        Some(Defect::EmptyCredential) => "",
        Some(Defect::UnknownClient) => "unknown-app",
        Some(Defect::DisabledClient) => "disabled-app",
        Some(Defect::RevokedClient) => "revoked-app",
        Some(Defect::ExpiredClient) => "expired-app",
        Some(Defect::UnlinkedClient) => "unlinked-app",
        _ => TokenForge::CLIENT,
    };
    let request = get().with_header("client_id", id);
    match defect {
        Some(Defect::RepeatedCredential) => request.with_header("client_id", id),
        _ => request,
    }
}

fn of_client_secret(defect: Option<&Defect>) -> PlainRequest {
    let secret = TokenForge::CLIENT_SECRET;
    let credentials = match defect {
        Some(Defect::MalformedCredential) => TokenForge::CLIENT.to_owned(),
        Some(Defect::ClientWithoutSecret) => format!("app-without-secret:{secret}"),
        Some(Defect::WrongSecret) => format!("{}:another secret", TokenForge::CLIENT),
        _ => format!("{}:{secret}", TokenForge::CLIENT),
    };
    let scheme = match defect {
        Some(Defect::WrongScheme) => "Bearer",
        _ => "Basic",
    };
    get().with_header("authorization", format!("{scheme} {}", STANDARD.encode(credentials)))
}

fn of_access_token(defect: Option<&Defect>) -> PlainRequest {
    let token = match defect {
        None => TokenForge::TOKEN,
        // The other tokens of the store have the names of their defects.
        Some(defect) => defect.name(),
    };
    get().with_header("access_token", token)
}

fn of_oauth(defect: Option<&Defect>) -> PlainRequest {
    let client = match defect {
        Some(Defect::TokenOfAnotherClient) => "other-app",
        _ => TokenForge::CLIENT,
    };
    get().with_header("client_id", client).with_header("access_token", TokenForge::TOKEN)
}
