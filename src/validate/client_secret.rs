//! Client ID Secret Encoded.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::crypto::CredentialDigest;
use crate::element::Element;
use crate::interceptor::{Call, Description, Evidence, Fact, Immediate, Interceptor, Requirement};
use crate::location::InvalidName;
use crate::record::Client;
use crate::rejection::{Challenge, Checkpoint, Label, Reason, Rejection};
use crate::secret::Secret;
use crate::store::{ClientStore, ImmediateStore};
use crate::validate::client_standing;
use crate::validate::presented::Presented;

const NAME: &str = "client secret validation";

/// Identifies the client by its id and secret, as `Basic base64(client_id:client_secret)`.
///
/// Accepts when
/// 1. the header, `Authorization` unless another is set, appears once and has the scheme `Basic`;
/// 2. what follows is standard base64 with padding (RFC 4648 section 4) of an id in UTF-8, a colon
///    and a secret that is not empty; the id ends at the first colon (RFC 7617 section 2), nothing
///    is decoded further;
/// 3. the store has a client with exactly this id, and the SHA-256 of the secret is the one kept;
/// 4. the client is enabled, unexpired (`now < expires`, in milliseconds) and linked to the
///    resource of the gate.
///
/// Establishes the client.
///
/// # Errors
/// `credential.*` if the header cannot be read; `client.unknown`, `client.secret_absent`,
/// `client.secret_wrong`, then `client.disabled`, `client.revoked`, `client.expired`,
/// `client.not_linked`; `service.unavailable` if the store cannot tell. A gate without a resource
/// does not build.
///
/// # Security
/// The secret is compared by its digest in constant time, with the same work for a client that is
/// unknown. What is kept is a plain SHA-256, so secrets must come from a random generator.
///
/// # Example
/// ```
/// use tollgate::record::{Access, Client};
/// use tollgate::store::InMemoryClients;
/// use tollgate::{ClientSecretValidation, Gate, ManualClock, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let clients = InMemoryClients::new();
/// clients.add(Client::new("batch").with_access(Access::Everything).with_secret(b"n4bQgYhMfWWaL"));
/// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
///     .for_resource("orders")
///     .with(ClientSecretValidation::new(clients))
///     .build()?;
///
/// // base64 of `batch:n4bQgYhMfWWaL`
/// let right = "Basic YmF0Y2g6bjRiUWdZaE1mV1dhTA==";
/// assert!(gate.check_now(&PlainRequest::new("GET", "/").with_header("authorization",
/// right)).is_ok());
///
/// // base64 of `batch:guess`
/// let wrong = PlainRequest::new("GET", "/");
/// let wrong = wrong.with_header("authorization", "Basic YmF0Y2g6Z3Vlc3M=");
/// assert_eq!(gate.check_now(&wrong).unwrap_err().reason().code(), "client.secret_wrong");
/// # Ok(())
/// # }
/// ```
///
/// Source: the gateway's interceptor Client ID Secret Encoded; RFC 7617.
#[derive(Clone, Debug)]
pub struct ClientSecretValidation<S> {
    checkpoint: Checkpoint,
    clients: S,
    nobodys: CredentialDigest,
}

const CHECKS: [&str; 7] = [
    "credential",
    "form",
    "client known",
    "secret",
    "client enabled",
    "client current",
    "client linked",
];

impl<S: ClientStore> ClientSecretValidation<S> {
    /// Looks clients up in `clients`.
    pub fn new(clients: S) -> Self {
        let checkpoint = Checkpoint::of(NAME)
            .with_label(Label::CLIENT_SECRET)
            .with_element(Element::basic())
            .with_challenge(Challenge::Basic);
        Self { checkpoint, clients, nobodys: CredentialDigest::of(b"") }
    }

    /// Reads the header of this name instead of `Authorization`.
    ///
    /// # Errors
    /// [`InvalidName`] if the name is not a token.
    pub fn header(mut self, name: &str) -> Result<Self, InvalidName> {
        self.checkpoint = self.checkpoint.with_element(Element::basic_in(name)?);
        Ok(self)
    }

    /// Changes the label in messages and traces (default `Client Secret` and `Client secret`).
    pub fn label(mut self, label: Label) -> Self {
        self.checkpoint = self.checkpoint.with_label(label);
        self
    }

    async fn judge(&self, encoded: &[u8], call: &Call<'_>) -> Result<Evidence, Reason> {
        let (id, secret) = decoded(encoded).ok_or(Reason::CredentialMalformed)?;
        call.note("form", || "an id and a secret".to_owned());
        let client = client_standing::find(&self.clients, &id).await?;
        if client.is_some() {
            call.note("client known", || "registered".to_owned());
        }
        self.compare(client.as_deref(), &secret)?;
        call.note("secret", || "the client's".to_owned());
        let client = client.ok_or(Reason::ClientUnknown)?;
        client_standing::judge(&client, call)?;
        Ok(Evidence::of_client(client))
    }

    /// Does the same work whether or not there is a client and a digest to compare with.
    fn compare(&self, client: Option<&Client>, secret: &Secret) -> Result<(), Reason> {
        let kept = client.map(Client::secret_digest);
        let matches = kept.flatten().unwrap_or(&self.nobodys).matches(secret.expose());
        match kept {
            None => Err(Reason::ClientUnknown),
            Some(None) => Err(Reason::ClientSecretAbsent),
            Some(Some(_)) if matches => Ok(()),
            Some(Some(_)) => Err(Reason::ClientSecretWrong),
        }
    }
}

impl<S: ClientStore> Interceptor for ClientSecretValidation<S> {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        let presented = Presented::read(&self.checkpoint, &call)?;
        let judged = self.judge(presented.as_bytes(), &call).await;
        judged.map_err(|reason| presented.refused(reason))
    }

    fn describe(&self) -> Description {
        Description::at(self.checkpoint.clone())
            .making(CHECKS)
            .requires(Requirement::Resource)
            .establishes(Fact::Client)
    }
}

impl<S: ClientStore + ImmediateStore> Immediate for ClientSecretValidation<S> {}

fn decoded(encoded: &[u8]) -> Option<(String, Secret)> {
    let decoded = Secret::new(STANDARD.decode(encoded).ok()?);
    let colon = decoded.expose().iter().position(|byte| *byte == b':')?;
    let (id, secret) = decoded.expose().split_at_checked(colon)?;
    let id = str::from_utf8(id).ok()?.to_owned();
    let secret = secret.strip_prefix(b":").filter(|secret| !secret.is_empty())?;
    Some((id, Secret::new(secret)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Gate;
    use crate::ManualClock;
    use crate::record::{Access, ClientState};
    use crate::request::PlainRequest;
    use crate::store::InMemoryClients;
    use crate::time::UnixTime;

    fn code(pair: &[u8]) -> &'static str {
        code_of(&format!("Basic {}", STANDARD.encode(pair)))
    }

    fn code_of(header: &str) -> &'static str {
        let clients = InMemoryClients::new();
        clients.add(Client::new("app").with_access(Access::Everything).with_secret(b"a:b c"));
        clients.add(Client::new("bare").with_access(Access::Everything));
        clients.add(Client::new("off").with_secret(b"s").with_state(ClientState::Disabled));
        clients.add(Client::new("elsewhere").with_secret(b"s"));
        let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
            .for_resource("orders")
            .with(ClientSecretValidation::new(clients))
            .build()
            .unwrap();
        let request = PlainRequest::new("GET", "/").with_header("authorization", header);
        gate.check_now(&request).map_or_else(|rejection| rejection.reason().code(), |_| "admitted")
    }

    #[test]
    fn id_and_secret_must_both_be_right() {
        assert_eq!(code(b"app:a:b c"), "admitted");
        assert_eq!(code(b"app:a"), "client.secret_wrong");
        assert_eq!(code(b"app:"), "credential.malformed");
        assert_eq!(code(b"nobody:a:b c"), "client.unknown");
        assert_eq!(code(b"bare:x"), "client.secret_absent");
        assert_eq!(code(b"off:wrong"), "client.secret_wrong");
        assert_eq!(code(b"off:s"), "client.disabled");
        assert_eq!(code(b"elsewhere:s"), "client.not_linked");
    }

    #[test]
    fn the_digest_of_a_secret_is_not_the_secret() {
        let digest = serde_json::to_string(&CredentialDigest::of(b"a:b c")).unwrap();
        assert_eq!(
            code(format!("app:{}", digest.trim_matches('"')).as_bytes()),
            "client.secret_wrong"
        );
        let raw = crate::crypto::sha256(b"a:b c");
        assert_eq!(code(&[b"app:", &raw[..]].concat()), "client.secret_wrong");
    }

    #[test]
    fn the_encoding_is_strict() {
        for header in ["Basic YXBwOmE6YiBj=", "Basic YXBwOmE6YiB", "Basic YXBw", "Basic _w=="] {
            assert_eq!(code_of(header), "credential.malformed", "{header}");
        }
        assert_eq!(code_of("Bearer YXBwOmE6YiBj"), "credential.scheme");
        assert_eq!(code_of("basic YXBwOmE6YiBj"), "admitted");
    }
}
