//! SharedRecords kept in memory.

use std::fmt;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use hashbrown::DefaultHashBuilder;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::config_error::{ConfigError, Problem};
use crate::crypto::{CredentialDigest, DigestHasher};
use crate::record::{Client, ClientState, Grant, GrantState};
use crate::store::contract::{ClientFixture, GrantFixture};
use crate::store::lookup::{ClientStore, GrantStore, ImmediateStore, StoreUnavailable};
use crate::store::opaque_token::OpaqueToken;
use crate::store::records::SharedRecords;
use crate::time::{Phase, UnixTime};

/// Clients in memory. Clones share their records, and every change is seen by the next call.
///
/// ```
/// use tollgate::record::Client;
/// use tollgate::store::InMemoryClients;
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let clients = InMemoryClients::new();
/// clients.add(Client::new("mobile-app"));
/// let restored = InMemoryClients::from_json(&clients.to_json()?)?;
/// assert!(restored.remove("mobile-app"));
/// assert!(!restored.remove("mobile-app"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct InMemoryClients(SharedRecords<Client, DefaultHashBuilder>);

impl InMemoryClients {
    /// Makes a store without clients.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `client` and returns the one that had the same id before, which it replaces. A revoked
    /// client stays revoked until it is removed.
    pub fn add(&self, client: Client) -> Option<Arc<Client>> {
        self.0.put(client, |client, earlier| match earlier.state() {
            ClientState::Revoked => client.with_state(ClientState::Revoked),
            _ => client,
        })
    }

    /// The client with this id.
    pub fn get(&self, id: &str) -> Option<Arc<Client>> {
        self.0.get(id)
    }

    /// Revokes the client with this id, if there is one; it stays known as revoked.
    pub fn revoke(&self, id: &str) -> bool {
        self.0.change(id, |client| client.clone().with_state(ClientState::Revoked))
    }

    /// Removes the client with this id, if there is one.
    pub fn remove(&self, id: &str) -> bool {
        self.0.remove(id)
    }

    /// Removes every client that has expired at `now`.
    pub fn remove_expired(&self, now: UnixTime) {
        self.0.retain(|client| client.expiry().is_none_or(|expires| now < expires));
    }

    /// All clients as a JSON array, in the order of their ids.
    ///
    /// # Errors
    /// A [`ConfigError`] if an instant has no four-digit year, which JSON cannot hold.
    pub fn to_json(&self) -> Result<String, ConfigError> {
        to_json("clients", self.0.all(), |client| client.id().to_owned())
    }

    /// The clients of a JSON array.
    ///
    /// # Errors
    /// A [`ConfigError`] that names line and column of what cannot be read, or the id that appears
    /// twice.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        let store = Self::new();
        for client in parse::<Client>("clients", json)? {
            if let Some(earlier) = store.add(client) {
                let name = earlier.id().to_owned();
                return Err(ConfigError::new("clients", "id", Problem::Duplicate { name }));
            }
        }
        Ok(store)
    }
}

impl ClientStore for InMemoryClients {
    async fn find(&self, id: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        Ok(self.0.get(id))
    }
}

impl ImmediateStore for InMemoryClients {}

impl ClientFixture for InMemoryClients {
    async fn add(&self, client: Client) -> Result<(), StoreUnavailable> {
        self.add(client);
        Ok(())
    }

    async fn revoke(&self, id: &str) -> Result<(), StoreUnavailable> {
        self.revoke(id);
        Ok(())
    }

    async fn remove(&self, id: &str) -> Result<(), StoreUnavailable> {
        self.remove(id);
        Ok(())
    }
}

/// Grants in memory. Clones share their records, and every change is seen by the next call.
///
/// ```
/// use tollgate::record::Grant;
/// use tollgate::store::InMemoryGrants;
/// use tollgate::time::Lifetime;
/// use tollgate::UnixTime;
///
/// let grants = InMemoryGrants::new();
/// let noon = UnixTime::from_seconds(1_800_000_000);
/// grants.add(Grant::new(b"token", "mobile-app", Lifetime::until(noon)));
/// assert!(grants.revoke(b"token"));
/// assert!(!grants.revoke(b"another"));
/// ```
#[derive(Clone, Default)]
pub struct InMemoryGrants(SharedRecords<Grant, BuildHasherDefault<DigestHasher>>);

impl InMemoryGrants {
    /// Makes a store without grants.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `grant` and returns the one of the same token, which it replaces. A revoked
    /// grant stays revoked until it is removed.
    pub fn add(&self, grant: Grant) -> Option<Arc<Grant>> {
        self.0.put(grant, |grant, earlier| match earlier.state() {
            GrantState::Revoked => grant.revoked(),
            GrantState::Standing => grant,
        })
    }

    /// The grant of this token.
    pub fn get(&self, token: &[u8]) -> Option<Arc<Grant>> {
        self.0.get(&CredentialDigest::of(token))
    }

    /// Revokes the grant of this token, if there is one; it stays known as revoked.
    pub fn revoke(&self, token: &[u8]) -> bool {
        self.revoke_digest(&CredentialDigest::of(token))
    }

    /// Removes the grant of this token, if there is one.
    pub fn remove(&self, token: &[u8]) -> bool {
        self.0.remove(&CredentialDigest::of(token))
    }

    fn revoke_digest(&self, token: &CredentialDigest) -> bool {
        self.0.change(token, |grant| grant.clone().revoked())
    }

    /// Removes every grant that has expired at `now`.
    pub fn remove_expired(&self, now: UnixTime) {
        let is_over = |grant: &Grant| matches!(grant.lifetime().phase(now), Phase::Over { .. });
        self.0.retain(|grant| !is_over(grant));
    }

    /// All grants as a JSON array, in the order of their clients and digests.
    ///
    /// # Errors
    /// A [`ConfigError`] if an instant has no four-digit year, which JSON cannot hold.
    pub fn to_json(&self) -> Result<String, ConfigError> {
        to_json("grants", self.0.all(), |grant| (grant.client().to_owned(), *grant.token()))
    }

    /// The grants of a JSON array.
    ///
    /// # Errors
    /// A [`ConfigError`] that names line and column of what cannot be read, or the client whose
    /// token appears twice.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        let store = Self::new();
        for grant in parse::<Grant>("grants", json)? {
            if let Some(earlier) = store.add(grant) {
                let name = earlier.client().to_owned();
                return Err(ConfigError::new("grants", "token", Problem::Duplicate { name }));
            }
        }
        Ok(store)
    }
}

impl GrantStore for InMemoryGrants {
    async fn find(&self, token: &OpaqueToken<'_>) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        Ok(self.0.get(token.digest()))
    }
}

impl ImmediateStore for InMemoryGrants {}

impl GrantFixture for InMemoryGrants {
    async fn add(&self, grant: Grant) -> Result<(), StoreUnavailable> {
        self.add(grant);
        Ok(())
    }

    async fn revoke(&self, token: &CredentialDigest) -> Result<(), StoreUnavailable> {
        self.revoke_digest(token);
        Ok(())
    }

    async fn remove(&self, token: &CredentialDigest) -> Result<(), StoreUnavailable> {
        self.0.remove(token);
        Ok(())
    }
}

impl fmt::Debug for InMemoryClients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InMemoryClients({} records)", self.0.len())
    }
}

impl fmt::Debug for InMemoryGrants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InMemoryGrants({} records)", self.0.len())
    }
}

fn to_json<R: Serialize, O: Ord>(
    part: &'static str,
    mut records: Vec<Arc<R>>,
    order: impl Fn(&R) -> O,
) -> Result<String, ConfigError> {
    records.sort_by_key(|record| order(record));
    serde_json::to_string_pretty(&records).map_err(|_| {
        let bounds = "an instant with a four-digit year";
        ConfigError::new(part, "json", Problem::OutOfBounds { bounds })
    })
}

fn parse<R: DeserializeOwned>(part: &'static str, json: &str) -> Result<Vec<R>, ConfigError> {
    serde_json::from_str(json).map_err(|error| unreadable(part, &error))
}

fn unreadable(part: &'static str, error: &serde_json::Error) -> ConfigError {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let text = text.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&text);
    let detail = without_value(text).replace(char::is_control, "?");
    ConfigError::new(part, "json", Problem::Unreadable { line, column, detail })
}

/// A value of the wrong type may be a secret in the wrong place, so the error says only what was
/// expected.
fn without_value(text: &str) -> &str {
    let quoting = ["invalid type", "invalid value", "unknown variant"];
    let quotes_value = quoting.iter().any(|start| text.starts_with(start));
    let expected = text.rfind(", expected ").and_then(|start| text.get(start..));
    match expected {
        Some(expected) if quotes_value => expected.trim_start_matches(", "),
        _ => text,
    }
}
