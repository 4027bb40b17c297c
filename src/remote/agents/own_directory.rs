//! The directory of an agent's own keys.

use std::time::Duration;

use crate::crypto::{KeyError, PrivateKey};
use crate::http_signature::{
    ContentDigestAlgorithm, FieldRules, HttpSigningError, MessageSigningKey, SignedMessage,
    content_digest, signature_header, signed,
};
use crate::jose::VerifyingKey;
use crate::record::{AgentUrl, to_numeric_date};
use crate::remote::agents::agent_keys::MEDIA_TYPE;
use crate::remote::agents::directory_signature::{TAG, asked, covered};
use crate::structured_field::{BareItem, Parameters};
use crate::time::{Lifetime, UnixTime};

/// The directory that an agent publishes at [`AgentUrl::directory`], signed by each of its keys.
///
/// ```
/// use std::time::Duration;
///
/// use tollgate::UnixTime;
/// use tollgate::crypto::PrivateKey;
/// use tollgate::record::AgentUrl;
/// use tollgate::remote::{AgentKeys, OwnDirectory};
/// use tollgate::time::Lifetime;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let agent = AgentUrl::parse("https://crawler.example")?;
/// // A clone of the key signs the requests of the agent.
/// let key = PrivateKey::generate_p256()?;
/// let directory = OwnDirectory::new(agent.clone()).with_key(key.clone(), Lifetime::unlimited())?;
/// let now = UnixTime::from_seconds(1_800_000_000);
/// let headers = directory.headers(now, Duration::from_secs(24 * 60 * 60))?;
/// let body = directory.document();
///
/// // Whoever got it from somebody else can tell that it is the agent's.
/// let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
/// let keys = AgentKeys::from_signed_directory(&agent, &headers, body.as_bytes(), now)?;
/// assert_eq!(keys.keys().count(), 1);
/// # Ok(())
/// # }
/// ```
///
/// Source: draft-ietf-webbotauth-httpsig-protocol-00 section 5.5.1 and appendix B.1.
#[derive(Debug)]
pub struct OwnDirectory {
    agent: AgentUrl,
    keys: Vec<OwnKey>,
}

#[derive(Debug)]
struct OwnKey {
    id: String,
    jwk: String,
    signing: MessageSigningKey,
}

impl OwnDirectory {
    /// Makes a directory without keys, of this agent.
    pub fn new(agent: AgentUrl) -> Self {
        Self { agent, keys: Vec::new() }
    }

    /// Adds a key that serves for this long (`nbf`, `exp`). Its id is its thumbprint.
    ///
    /// # Errors
    /// [`KeyError::AlgorithmMismatch`] if no algorithm of HTTP signatures works with the key.
    pub fn with_key(mut self, key: PrivateKey, lifetime: Lifetime) -> Result<Self, KeyError> {
        let public = VerifyingKey::of_public(key.public_key().clone());
        let signing = MessageSigningKey::private_key(key)?;
        let id = public.thumbprint().ok_or(KeyError::Unsupported)?;
        let jwk = public.with_id(&id).to_jwk().ok_or(KeyError::Unsupported)?;
        let date = |name: &str, date: Option<UnixTime>| {
            date.map(|date| format!(r#","{name}":{}"#, to_numeric_date(date))).unwrap_or_default()
        };
        let dates = date("nbf", lifetime.not_before()) + &date("exp", lifetime.expires());
        let members = jwk.strip_suffix('}').unwrap_or(&jwk);
        let jwk = format!(r#"{members},"use":"sig"{dates}}}"#);
        self.keys.push(OwnKey { id, jwk, signing });
        Ok(self)
    }

    /// The document, which is served byte for byte.
    pub fn document(&self) -> String {
        let keys: Vec<_> = self.keys.iter().map(|key| key.jwk.as_str()).collect();
        format!(r#"{{"keys":[{}]}}"#, keys.join(","))
    }

    /// Names, in lower case, and values of the header lines to serve it with: its media type, its
    /// digest, and a signature by each key, which lives for this long.
    ///
    /// # Errors
    /// A [`HttpSigningError`] if a key does not sign.
    pub fn headers(
        &self,
        now: UnixTime,
        lifetime: Duration,
    ) -> Result<Vec<(&'static str, String)>, HttpSigningError> {
        let digest = content_digest(ContentDigestAlgorithm::Sha256, self.document().as_bytes());
        let mut headers = vec![("content-type", MEDIA_TYPE.to_owned()), ("content-digest", digest)];
        if self.keys.is_empty() {
            return Ok(headers);
        }
        let request = asked(&self.agent);
        let lines: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        let response = SignedMessage::of_response(200, &lines).answering(&request);
        let (components, rules) = (covered(), FieldRules::default());
        let labels: Vec<_> = (0..self.keys.len()).map(|number| format!("key{number}")).collect();
        let (mut inputs, mut signatures) = (Vec::new(), Vec::new());
        for (label, key) in labels.iter().zip(&self.keys) {
            let parameters = key.parameters(now, lifetime);
            let (input, signature) =
                signed(&response, &components, parameters, &key.signing, &rules)?;
            inputs.push((label.as_str(), input));
            signatures.push((label.as_str(), signature));
        }
        headers.push(("signature-input", signature_header("Signature-Input", inputs)?));
        headers.push(("signature", signature_header("Signature", signatures)?));
        Ok(headers)
    }
}

impl OwnKey {
    fn parameters(&self, now: UnixTime, lifetime: Duration) -> Parameters<'_> {
        let date = |date: UnixTime| BareItem::Integer(date.as_seconds());
        let parameters = [
            ("created", date(now)),
            ("expires", date(now.saturating_add(lifetime))),
            ("keyid", BareItem::String((&self.id).into())),
            ("tag", BareItem::String(TAG.into())),
        ];
        parameters.into_iter().collect()
    }
}
