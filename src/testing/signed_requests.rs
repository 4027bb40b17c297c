//! Requests with CSRF tokens, time tokens, signatures and authorization tokens.

use std::time::Duration;

use serde_json::json;

use crate::record::to_numeric_date;
use crate::request::PlainRequest;
use crate::testing::defect::Defect;
use crate::testing::forge::TokenForge;
use crate::testing::forge_error::ForgeError;
use crate::testing::good_tokens::LIFETIME;
use crate::testing::test_gate::TestGate;
use crate::testing::test_keys::TestCertificate;

const MINUTE: Duration = Duration::from_secs(60);
const BODY: &str = r#"{"item":1}"#;
const DESTINATION: &str = "intranet.test:443";

impl TokenForge {
    pub(super) fn of_csrf(&self, defect: Option<&Defect>) -> Result<PlainRequest, ForgeError> {
        let issued = match defect {
            Some(Defect::ExpiredCsrfToken) => self.now.saturating_sub(LIFETIME),
            _ => self.now,
        };
        let session = match defect {
            Some(Defect::CsrfTokenOfAnotherSession) => "another-session",
            _ => Self::SESSION,
        };
        let token = match defect {
            Some(Defect::MalformedCsrfToken) => "malformed".to_owned(),
            _ => self.csrf_token(session, issued)?,
        };
        let repeated = match defect {
            Some(Defect::UnrepeatedCsrfToken) => self.csrf_token(session, issued)?,
            _ => token.clone(),
        };
        let cookie = match defect {
            Some(Defect::MissingCsrfToken) => format!("session={}", Self::SESSION),
            Some(Defect::MissingSession) => format!("csrf={token}"),
            _ => format!("session={}; csrf={token}", Self::SESSION),
        };
        let request = PlainRequest::new("POST", "/orders")
            .with_header("cookie", cookie)
            .with_header("x-csrf", repeated);
        Ok(match defect {
            Some(Defect::UndeclaredOrigin) => request,
            Some(Defect::ForeignOrigin) => request.with_header("origin", "https://foreign.test"),
            _ => request.with_header("origin", "https://api.test"),
        })
    }

    pub(super) fn of_time_token(
        &self,
        defect: Option<&Defect>,
    ) -> Result<PlainRequest, ForgeError> {
        let issued = match defect {
            Some(Defect::FutureTimeToken) => self.now.saturating_add(MINUTE),
            Some(Defect::ExpiredTimeToken) => self.now.saturating_sub(MINUTE),
            _ => self.now,
        };
        let token = match defect {
            Some(Defect::MalformedTimeToken) => "malformed".to_owned(),
            Some(Defect::TimeTokenOfAnotherValue) => self.time_token("another-order", issued)?,
            _ => self.time_token("order", issued)?,
        };
        let request = PlainRequest::new("POST", "/orders").with_header("time-token", token);
        if defect == Some(&Defect::MissingRequestValue) {
            return Ok(request);
        }
        let request = request.with_header("x-order", "order");
        if defect == Some(&Defect::UsedTimeToken) {
            // Whether it was refused is for the gate under test to say.
            self.gate(TestGate::TimeToken)?.check_now(&request).ok();
        }
        Ok(request)
    }

    pub(super) fn of_signature(&self, defect: Option<&Defect>) -> Result<PlainRequest, ForgeError> {
        let client = match defect {
            Some(Defect::ClientWithoutKey) => "other-app",
            Some(Defect::ClientWithAnotherKindOfKey) => "p256-app",
            _ => Self::CLIENT,
        };
        let signature = match defect {
            Some(Defect::MalformedSignature) => "not base64".to_owned(),
            Some(Defect::WrongSignature) => self.signature(b"another body")?,
            Some(Defect::NothingSigned) => self.signature(b"")?,
            _ => self.signature(BODY.as_bytes())?,
        };
        let request = PlainRequest::new("POST", "/orders")
            .with_header("client_id", client)
            .with_header("signature", signature);
        Ok(match defect {
            Some(Defect::NothingSigned) => request,
            _ => request.with_body(BODY),
        })
    }

    pub(super) fn of_proxy(&self, defect: Option<&Defect>) -> Result<PlainRequest, ForgeError> {
        let signer = match defect {
            Some(Defect::UnknownSigner) => TestCertificate::Peer,
            Some(Defect::FormerSigner) => TestCertificate::Former,
            Some(Defect::ExpiredSigner) => TestCertificate::Expired,
            Some(Defect::FutureSigner) => TestCertificate::Future,
            Some(Defect::UnsupportedSigner) => TestCertificate::Weak,
            _ => TestCertificate::Signer,
        };
        let issued = match defect {
            Some(Defect::ExpiredProxyToken) => self.now.saturating_sub(LIFETIME),
            Some(Defect::FutureProxyToken) => self.now.saturating_add(MINUTE),
            _ => self.now,
        };
        let token = match defect {
            Some(Defect::MalformedProxyToken) => {
                signer.signed_token(&json!({ "exp": to_numeric_date(issued) }))?
            }
            Some(Defect::WrongDestination) => {
                self.proxy_token(signer, "another-host.test:443", issued)?
            }
            _ => self.proxy_token(signer, DESTINATION, issued)?,
        };
        let target = match defect {
            Some(Defect::MissingDestination) => "",
            _ => DESTINATION,
        };
        Ok(PlainRequest::new("CONNECT", target).with_header("authorization-token", token))
    }
}
