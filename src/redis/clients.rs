//! Clients on the server.

use std::sync::Arc;

use crate::record::{Client, ClientState};
use crate::redis::command::{delete, done_or_not};
use crate::redis::redis_store::RedisStore;
use crate::redis::timed_call::Replacement;
use crate::redis::value::{Kept, unreadable};
use crate::store::{ClientStore, StoreUnavailable};

impl RedisStore {
    /// Adds `client` and returns the one that had the same id before, which it replaces. A revoked
    /// client stays revoked until it is removed, also if several hosts write at once.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if it may not have been added.
    pub async fn add_client(
        &self,
        client: Client,
    ) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        let call = self.call()?;
        call.change(&call.keys().client(client.id()), |kept, _| {
            let earlier = kept.map(|json| read(json, client.id())).transpose()?;
            let is_revoked = earlier.as_ref().is_some_and(|c| c.state() == ClientState::Revoked);
            let client = client.clone();
            let state = if is_revoked { ClientState::Revoked } else { client.state() };
            Ok((earlier.map(Arc::new), Some(written(client.with_state(state))?)))
        })
        .await
    }

    /// The client with this id.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if the store cannot tell.
    pub async fn get_client(&self, id: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        let call = self.call()?;
        let value = call.value(&call.keys().client(id)).await?;
        value.map(|json| read(&json, id).map(Arc::new)).transpose()
    }

    /// Revokes the client with this id, if there is one; it stays known as revoked.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if it may not have been revoked.
    pub async fn revoke_client(&self, id: &str) -> Result<bool, StoreUnavailable> {
        let call = self.call()?;
        call.change(&call.keys().client(id), |kept, _| {
            let Some(json) = kept else { return Ok((false, None)) };
            let client = read(json, id)?.with_state(ClientState::Revoked);
            Ok((true, Some(written(client)?)))
        })
        .await
    }

    /// Removes the client with this id, if there is one.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if it may not have been removed.
    pub async fn remove_client(&self, id: &str) -> Result<bool, StoreUnavailable> {
        let call = self.call()?;
        let key = call.keys().client(id);
        call.ask([delete(&key)], |[answer]| done_or_not(&answer)).await
    }
}

impl ClientStore for RedisStore {
    async fn find(&self, id: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        self.get_client(id).await
    }
}

fn read(json: &[u8], id: &str) -> Result<Client, StoreUnavailable> {
    let client = Kept::<Client>::from_json(json)?.record;
    if client.id() == id { Ok(client) } else { Err(unreadable()) }
}

fn written(client: Client) -> Result<Replacement, StoreUnavailable> {
    let json = Kept::until(client, None).to_json()?;
    Ok(Replacement { json, until: None })
}
