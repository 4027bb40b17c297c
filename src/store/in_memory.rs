//! Records kept in memory.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::config_error::{ConfigError, Problem};
use crate::crypto::CredentialDigest;
use crate::record::{Client, ClientState, Grant, GrantState};
use crate::store::lookup::{ClientStore, GrantStore, ImmediateStore, StoreUnavailable};
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
pub struct InMemoryClients(Records<Arc<str>, Client>);

impl InMemoryClients {
    /// Makes a store without clients.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `client` and returns the one that had the same id before, which it replaces. A revoked
    /// client stays revoked until it is removed.
    pub fn add(&self, client: Client) -> Option<Arc<Client>> {
        let mut clients = self.0.write();
        let earlier = clients.get(client.id()).cloned();
        let is_revoked = earlier.as_ref().is_some_and(|one| one.state() == ClientState::Revoked);
        let client = if is_revoked { client.with_state(ClientState::Revoked) } else { client };
        clients.insert(Arc::from(client.id()), Arc::new(client));
        earlier
    }

    /// The client with this id.
    pub fn get(&self, id: &str) -> Option<Arc<Client>> {
        self.0.get(id)
    }

    /// Revokes the client with this id, if there is one; it stays known as revoked.
    pub fn revoke(&self, id: &str) -> bool {
        let mut clients = self.0.write();
        let Some(client) = clients.get_mut(id) else { return false };
        *client = Arc::new(Client::clone(client).with_state(ClientState::Revoked));
        true
    }

    /// Removes the client with this id, if there is one.
    pub fn remove(&self, id: &str) -> bool {
        self.0.write().remove(id).is_some()
    }

    /// Removes every client that has expired at `now`.
    pub fn remove_expired(&self, now: UnixTime) {
        self.0.write().retain(|_, client| client.expiry().is_none_or(|expires| now < expires));
    }

    /// All clients as a JSON array, in the order of their ids.
    ///
    /// # Errors
    /// A [`ConfigError`] if an instant has no four-digit year, which JSON cannot hold.
    pub fn to_json(&self) -> Result<String, ConfigError> {
        self.0.to_json("clients", |client| client.id().to_owned())
    }

    /// The clients of a JSON array.
    ///
    /// # Errors
    /// A [`ConfigError`] that names line and column of what cannot be read, or the id that appears
    /// twice.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        let store = Self::new();
        for client in records::<Client>("clients", json)? {
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
pub struct InMemoryGrants(Records<CredentialDigest, Grant>);

impl InMemoryGrants {
    /// Makes a store without grants.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `grant` and returns the one of the same token, which it replaces. A revoked
    /// grant stays revoked until it is removed.
    pub fn add(&self, grant: Grant) -> Option<Arc<Grant>> {
        let mut grants = self.0.write();
        let earlier = grants.get(grant.token()).cloned();
        let is_revoked = earlier.as_ref().is_some_and(|one| one.state() == GrantState::Revoked);
        let grant = if is_revoked { grant.revoked() } else { grant };
        grants.insert(*grant.token(), Arc::new(grant));
        earlier
    }

    /// The grant of this token.
    pub fn get(&self, token: &[u8]) -> Option<Arc<Grant>> {
        self.0.get(&CredentialDigest::of(token))
    }

    /// Revokes the grant of this token, if there is one; it stays known as revoked.
    pub fn revoke(&self, token: &[u8]) -> bool {
        let mut grants = self.0.write();
        let Some(grant) = grants.get_mut(&CredentialDigest::of(token)) else { return false };
        *grant = Arc::new(Grant::clone(grant).revoked());
        true
    }

    /// Removes the grant of this token, if there is one.
    pub fn remove(&self, token: &[u8]) -> bool {
        self.0.write().remove(&CredentialDigest::of(token)).is_some()
    }

    /// Removes every grant that has expired at `now`.
    pub fn remove_expired(&self, now: UnixTime) {
        let is_over = |grant: &Grant| matches!(grant.lifetime().phase(now), Phase::Over { .. });
        self.0.write().retain(|_, grant| !is_over(grant));
    }

    /// All grants as a JSON array, in the order of their clients and digests.
    ///
    /// # Errors
    /// A [`ConfigError`] if an instant has no four-digit year, which JSON cannot hold.
    pub fn to_json(&self) -> Result<String, ConfigError> {
        self.0.to_json("grants", |grant| (grant.client().to_owned(), *grant.token()))
    }

    /// The grants of a JSON array.
    ///
    /// # Errors
    /// A [`ConfigError`] that names line and column of what cannot be read, or the client whose
    /// token appears twice.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        let store = Self::new();
        for grant in records::<Grant>("grants", json)? {
            if let Some(earlier) = store.add(grant) {
                let name = earlier.client().to_owned();
                return Err(ConfigError::new("grants", "token", Problem::Duplicate { name }));
            }
        }
        Ok(store)
    }
}

impl GrantStore for InMemoryGrants {
    async fn find(&self, token: &CredentialDigest) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        Ok(self.0.get(token))
    }
}

impl ImmediateStore for InMemoryGrants {}

impl fmt::Debug for InMemoryClients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InMemoryClients({} records)", self.0.read().len())
    }
}

impl fmt::Debug for InMemoryGrants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InMemoryGrants({} records)", self.0.read().len())
    }
}

/// Records that clones share. A panic elsewhere cannot leave a map half changed, so poisoning is
/// ignored.
struct Records<K, R>(Arc<RwLock<HashMap<K, Arc<R>>>>);

impl<K: Eq + Hash, R> Records<K, R> {
    fn read(&self) -> RwLockReadGuard<'_, HashMap<K, Arc<R>>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<K, Arc<R>>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<Arc<R>>
    where
        K: Borrow<Q>,
    {
        self.read().get(key).cloned()
    }
}

impl<K: Eq + Hash, R: Serialize> Records<K, R> {
    fn to_json<O: Ord>(
        &self,
        part: &'static str,
        order: impl Fn(&R) -> O,
    ) -> Result<String, ConfigError> {
        let mut records: Vec<_> = self.read().values().cloned().collect();
        records.sort_by_key(|record| order(record));
        serde_json::to_string_pretty(&records).map_err(|_| {
            let bounds = "an instant with a four-digit year";
            ConfigError::new(part, "json", Problem::OutOfBounds { bounds })
        })
    }
}

impl<K, R> Clone for Records<K, R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K, R> Default for Records<K, R> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

fn records<R: DeserializeOwned>(part: &'static str, json: &str) -> Result<Vec<R>, ConfigError> {
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
