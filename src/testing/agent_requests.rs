//! Requests that an agent signed (Web Bot Auth).

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::crypto::{KeyError, PrivateKey};
use crate::http_signature::{Component, MessageSigningKey, RequestSigner};
use crate::jose::VerifyingKey;
use crate::record::AgentUrl;
use crate::remote::{AgentKey, AgentKeys, FixedAgents};
use crate::request::PlainRequest;
use crate::store::InMemoryReplays;
use crate::testing::defect::Defect;
use crate::testing::forge::TokenForge;
use crate::testing::forge_error::ForgeError;
use crate::testing::signature_parts::{AUTHORITY, HOUR, LABEL, MINUTE, under_labels};
use crate::testing::test_gate::TestGate;
use crate::testing::test_keys::jwk;
use crate::time::UnixTime;
use crate::validate::{OwnAuthorities, UnsignedRequests, WebBotAuthValidation};

const MEMBER: &str = r#""signature-agent";key="sig1""#;

/// More than are judged in one request.
const TOO_MANY: usize = 5;

/// Longer than a signature may live, unless an insecure lifetime is set.
const WEEK: Duration = Duration::from_secs(7 * 86_400);

const CURRENT: &[u8] = include_bytes!("keys/ed25519-2.pem");
const EXPIRED: &[u8] = include_bytes!("keys/p256-expired.pem");
const FUTURE: &[u8] = include_bytes!("keys/p256-future.pem");
/// A key that the agent does not publish.
const FOREIGN: &[u8] = include_bytes!("keys/ed25519-1.pem");

impl TokenForge {
    /// The agent that signs requests.
    pub const AGENT: &'static str = "https://crawler.test";

    /// The keys of [`AGENT`](Self::AGENT): one that serves, one that expired an hour ago, and one
    /// that is valid in an hour.
    ///
    /// # Errors
    /// A [`ForgeError`] if a key cannot be used.
    pub fn agents(&self) -> Result<FixedAgents, ForgeError> {
        let entries = [
            jwk(&public_key(CURRENT)?)?,
            dated(EXPIRED, "exp", self.now.saturating_sub(HOUR))?,
            dated(FUTURE, "nbf", self.now.saturating_add(HOUR))?,
        ];
        let directory = json!({ "keys": entries }).to_string();
        let keys = AgentKeys::from_directory(directory.as_bytes())?;
        Ok(FixedAgents::new().with(AgentUrl::parse(Self::AGENT)?, keys))
    }

    /// What signs requests as [`AGENT`](Self::AGENT): the authority, and the member `sig1` of
    /// `Signature-Agent`, for a minute, with a fresh nonce, under the label `sig1`.
    ///
    /// # Errors
    /// A [`ForgeError`] if the key cannot be used.
    pub fn agent_signer(&self) -> Result<RequestSigner, ForgeError> {
        Ok(signer(None)?.with_nonces())
    }

    pub(super) fn agent_signatures(
        &self,
    ) -> Result<WebBotAuthValidation<FixedAgents, InMemoryReplays>, ForgeError> {
        let own = OwnAuthorities::named([AUTHORITY])?;
        let validation = WebBotAuthValidation::new(own, self.agents()?, UnsignedRequests::Refuse);
        Ok(validation.single_use(self.replays()))
    }

    pub(super) fn of_agent(&self, defect: Option<&Defect>) -> Result<PlainRequest, ForgeError> {
        let request = named(defect);
        if defect == Some(&Defect::UnsignedRequest) {
            return Ok(request);
        }
        let signer = match defect {
            Some(Defect::MissingAgentParameter) => signer(defect)?,
            _ => signer(defect)?.with_nonces(),
        };
        let headers = signer.sign(&request, self.signed_by_agent_at(defect))?;
        let request = request
            .with_header("signature-input", spoiled(headers.signature_input(), defect))
            .with_header("signature", spoiled_signature(headers.signature(), defect));
        let request = match (headers.content_digest(), defect) {
            (Some(digest), Some(Defect::WrongContentOfAgent)) => {
                request.with_header("content-digest", digest).with_body("another body")
            }
            _ => request,
        };
        if defect == Some(&Defect::UsedAgentSignature) {
            // Whether it was refused is for the gate under test to say.
            self.gate(TestGate::WebBotAuth)?.check_now(&request).ok();
        }
        Ok(request)
    }

    fn signed_by_agent_at(&self, defect: Option<&Defect>) -> UnixTime {
        match defect {
            Some(Defect::FutureAgentSignature) => self.now.saturating_add(HOUR),
            Some(Defect::ExpiredAgentSignature) => self.now.saturating_sub(MINUTE),
            _ => self.now,
        }
    }
}

/// A request that names the agent.
fn named(defect: Option<&Defect>) -> PlainRequest {
    let authority = match defect {
        Some(Defect::AgentAtAnotherHost) => "another-host.test",
        _ => AUTHORITY,
    };
    let agent = match defect {
        Some(Defect::LegacyAgent) => r#""https://crawler.test""#,
        Some(Defect::AgentWithoutOrigin) => r#"sig1="https://10.0.0.1""#,
        Some(Defect::AgentWithoutDirectory) => r#"sig1="https://crawler.test";type=jwks_uri"#,
        Some(Defect::UnknownAgent) => r#"sig1="https://another-crawler.test""#,
        _ => r#"sig1="https://crawler.test""#,
    };
    PlainRequest::new("GET", "/orders")
        .with_scheme("https")
        .with_authority(authority)
        .with_header("signature-agent", agent)
}

fn signer(defect: Option<&Defect>) -> Result<RequestSigner, ForgeError> {
    let (named, signing) = match defect {
        Some(Defect::UnknownAgentKey) => (FOREIGN, FOREIGN),
        Some(Defect::ExpiredAgentKey) => (EXPIRED, EXPIRED),
        Some(Defect::FutureAgentKey) => (FUTURE, FUTURE),
        Some(Defect::WrongAgentSignature) => (CURRENT, FOREIGN),
        _ => (CURRENT, CURRENT),
    };
    let lifetime = match defect {
        Some(Defect::TooLongLivedAgentSignature) => WEEK,
        _ => MINUTE,
    };
    let key = MessageSigningKey::private_key(PrivateKey::from_pem(signing)?)?;
    let signer = RequestSigner::new(LABEL, key, covered(defect)?)?.tag("web-bot-auth")?;
    let id = AgentKey::new(&public_key(named)?)?.id().to_owned();
    Ok(signer.key_id(id)?.expiring_after(lifetime))
}

fn covered(defect: Option<&Defect>) -> Result<Vec<Component<'static>>, ForgeError> {
    let member = Component::parse(MEMBER)?;
    Ok(match defect {
        Some(Defect::AgentNotNamed) => vec![Component::AUTHORITY],
        Some(Defect::AuthorityNotSigned) => vec![member],
        Some(Defect::LegacyAgent) => {
            vec![Component::AUTHORITY, Component::field("signature-agent")?]
        }
        Some(Defect::MissingComponentOfAgent | Defect::WrongContentOfAgent) => {
            vec![Component::AUTHORITY, member, Component::CONTENT_DIGEST]
        }
        _ => vec![Component::AUTHORITY, member],
    })
}

/// `Signature-Input` as it is sent. What is said of a signature is read before it is verified.
fn spoiled(input: &str, defect: Option<&Defect>) -> String {
    match defect {
        Some(Defect::MalformedAgentSignature) => format!("{LABEL}=("),
        Some(Defect::TooManyAgents) => under_labels(input, TOO_MANY),
        Some(Defect::WrongAgentParameterType) => created_as_text(input),
        Some(Defect::WrongAgentAlgorithm) => format!(r#"{input};alg="rsa-pss-sha512""#),
        _ => input.to_owned(),
    }
}

fn created_as_text(input: &str) -> String {
    match input.split_once(";created=") {
        Some((before, after)) => format!("{before};created=\"{}", after.replacen(';', "\";", 1)),
        None => input.to_owned(),
    }
}

fn spoiled_signature(signature: &str, defect: Option<&Defect>) -> String {
    match defect {
        Some(Defect::TooManyAgents) => under_labels(signature, TOO_MANY),
        _ => signature.to_owned(),
    }
}

fn public_key(pem: &[u8]) -> Result<VerifyingKey, KeyError> {
    Ok(VerifyingKey::of_public(PrivateKey::from_pem(pem)?.public_key().clone()))
}

/// The entry of a key that is valid until or from this date.
fn dated(pem: &[u8], member: &str, date: UnixTime) -> Result<Map<String, Value>, KeyError> {
    let mut entry = jwk(&public_key(pem)?)?;
    entry.insert(member.to_owned(), json!(date.as_seconds()));
    Ok(entry)
}
