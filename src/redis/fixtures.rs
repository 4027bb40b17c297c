//! The writing half of the shared store, as the contract of stores asks for it.

use crate::crypto::CredentialDigest;
use crate::record::{Client, Grant};
use crate::redis::redis_store::RedisStore;
use crate::store::contract::{ClientFixture, GrantFixture, RevocationFixture};
use crate::store::{Revocation, StoreUnavailable};
use crate::time::UnixTime;

impl ClientFixture for RedisStore {
    async fn add(&self, client: Client) -> Result<(), StoreUnavailable> {
        self.add_client(client).await.map(|_| ())
    }

    async fn revoke(&self, id: &str) -> Result<(), StoreUnavailable> {
        self.revoke_client(id).await.map(|_| ())
    }

    async fn remove(&self, id: &str) -> Result<(), StoreUnavailable> {
        self.remove_client(id).await.map(|_| ())
    }
}

impl GrantFixture for RedisStore {
    async fn add(&self, grant: Grant) -> Result<(), StoreUnavailable> {
        self.add_grant(grant).await.map(|_| ())
    }

    async fn revoke(&self, token: &CredentialDigest) -> Result<(), StoreUnavailable> {
        self.revoke_grant_of(token).await.map(|_| ())
    }

    async fn remove(&self, token: &CredentialDigest) -> Result<(), StoreUnavailable> {
        self.remove_grant_of(token).await.map(|_| ())
    }
}

impl RevocationFixture for RedisStore {
    async fn revoke(&self, what: Revocation, until: UnixTime) -> Result<(), StoreUnavailable> {
        self.revoke(what, until).await
    }
}
