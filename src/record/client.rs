//! Clients.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::crypto::{CredentialDigest, PublicKey};
use crate::record::access::Access;
use crate::time::UnixTime;

/// Whether a client may be used at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientState {
    /// The client may be used.
    #[default]
    Enabled,
    /// The client is refused until it is enabled again.
    Disabled,
    /// The client was revoked, for good.
    Revoked,
}

/// A client, as a store keeps it.
///
/// In JSON only `id` is required; whatever is left out is not granted. `secret` is the SHA-256 of
/// the secret, `public_key` a PEM text (`PUBLIC KEY`, RFC 7468):
///
/// ```
/// # let json = r#"
/// {
///   "id": "mobile-app",
///   "state": "enabled",
///   "expires": "2027-01-15T08:00:00Z",
///   "access": {"only": ["orders"]},
///   "secret": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
/// }
/// # "#;
/// # let client: tollgate::record::Client = serde_json::from_str(json).unwrap();
/// # assert!(client.secret_digest().unwrap().matches(b"test"));
/// ```
///
/// ```
/// use tollgate::record::{Access, Client};
///
/// # fn main() -> Result<(), serde_json::Error> {
/// let client = Client::new("mobile-app").with_access(Access::only(["orders"]));
/// let client = client.with_secret(b"s3cr3t");
/// let json = serde_json::to_string(&client)?;
/// assert_eq!(serde_json::from_str::<Client>(&json)?, client);
/// assert!(!json.contains("s3cr3t"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    id: Arc<str>,
    #[serde(default)]
    state: ClientState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<UnixTime>,
    #[serde(default)]
    access: Access,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<CredentialDigest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    public_key: Option<PublicKey>,
}

impl Client {
    /// Makes an enabled client that never expires, is linked to no resource, and has no secret or
    /// key.
    pub fn new(id: &str) -> Self {
        Self {
            id: Arc::from(id),
            state: ClientState::Enabled,
            expires: None,
            access: Access::default(),
            secret: None,
            public_key: None,
        }
    }

    /// Sets the resources that the client is linked to.
    pub fn with_access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// Sets its expiry: `expires` is the first instant at which it is refused.
    pub fn with_expiry(mut self, expires: UnixTime) -> Self {
        self.expires = Some(expires);
        self
    }

    /// Sets its state.
    pub fn with_state(mut self, state: ClientState) -> Self {
        self.state = state;
        self
    }

    /// Sets its secret, of which only the digest is kept.
    pub fn with_secret(mut self, secret: &[u8]) -> Self {
        self.secret = Some(CredentialDigest::of(secret));
        self
    }

    /// Sets the public key that verifies its digital signatures.
    pub fn with_public_key(mut self, key: PublicKey) -> Self {
        self.public_key = Some(key);
        self
    }

    /// Sets the digest of its secret, for stores that keep nothing else.
    pub fn with_secret_digest(mut self, digest: CredentialDigest) -> Self {
        self.secret = Some(digest);
        self
    }

    /// The client id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its state.
    pub fn state(&self) -> ClientState {
        self.state
    }

    /// The first instant at which it is refused.
    pub fn expiry(&self) -> Option<UnixTime> {
        self.expires
    }

    /// The resources that it is linked to.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// The digest of its secret.
    pub fn secret_digest(&self) -> Option<&CredentialDigest> {
        self.secret.as_ref()
    }

    /// The public key that verifies its digital signatures.
    pub fn public_key(&self) -> Option<&PublicKey> {
        self.public_key.as_ref()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("id", &self.id)
            .field("state", &self.state)
            .field("expires", &self.expires)
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_key_survives_json_as_pem() {
        let pem = include_str!("../../tests/vectors/digital_signature/public_key.pem");
        let key = PublicKey::from_pem(pem.as_bytes()).unwrap();
        let client = Client::new("app").with_public_key(key.clone());
        let json = serde_json::to_value(&client).unwrap();
        assert_eq!(json["public_key"], pem);
        let restored: Client = serde_json::from_value(json).unwrap();
        assert_eq!(restored, client);
        assert_eq!(restored.public_key(), Some(&key));
        assert!(serde_json::from_str::<Client>(r#"{"id": "app", "public_key": "none"}"#).is_err());
    }

    #[test]
    fn a_state_is_one_word_in_json() {
        use ClientState::{Disabled, Enabled, Revoked};
        for (state, word) in [(Enabled, "enabled"), (Disabled, "disabled"), (Revoked, "revoked")] {
            let json = serde_json::to_value(Client::new("app").with_state(state)).unwrap();
            assert_eq!(json["state"], word);
            assert_eq!(serde_json::from_value::<Client>(json).unwrap().state(), state);
        }
    }
}
