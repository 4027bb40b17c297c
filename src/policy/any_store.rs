//! Stores of any type behind a pointer, since their traits are not dyn compatible.

use std::pin::Pin;
use std::sync::Arc;

use crate::record::{AgentUrl, Client, Grant};
use crate::remote::{AgentKeySource, KeyLookup};
use crate::store::{
    ClientStore, Consumption, GrantStore, OpaqueToken, PresentedToken, ReplayStore,
    RevocationStore, StoreUnavailable,
};
use crate::time::UnixTime;

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreUnavailable>> + Send + 'a>>;

trait BoxedClients: Send + Sync {
    fn find<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Arc<Client>>>;
}

impl<S: ClientStore> BoxedClients for S {
    fn find<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Arc<Client>>> {
        Box::pin(ClientStore::find(self, id))
    }
}

/// Clients, from wherever they come.
#[derive(Clone)]
pub(super) struct AnyClients(Arc<dyn BoxedClients>);

impl AnyClients {
    pub(super) fn new(store: impl ClientStore + 'static) -> Self {
        Self(Arc::new(store))
    }
}

impl ClientStore for AnyClients {
    async fn find(&self, id: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        self.0.find(id).await
    }
}

trait BoxedGrants: Send + Sync {
    fn find<'a>(&'a self, token: &'a OpaqueToken<'a>) -> Answer<'a, Option<Arc<Grant>>>;
}

impl<S: GrantStore> BoxedGrants for S {
    fn find<'a>(&'a self, token: &'a OpaqueToken<'a>) -> Answer<'a, Option<Arc<Grant>>> {
        Box::pin(GrantStore::find(self, token))
    }
}

/// Grants, from wherever they come.
#[derive(Clone)]
pub(super) struct AnyGrants(Arc<dyn BoxedGrants>);

impl AnyGrants {
    pub(super) fn new(store: impl GrantStore + 'static) -> Self {
        Self(Arc::new(store))
    }
}

impl GrantStore for AnyGrants {
    async fn find(&self, token: &OpaqueToken<'_>) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        self.0.find(token).await
    }
}

trait BoxedRevocations: Send + Sync {
    fn is_revoked<'a>(&'a self, token: &'a PresentedToken<'a>) -> Answer<'a, bool>;
}

impl<S: RevocationStore> BoxedRevocations for S {
    fn is_revoked<'a>(&'a self, token: &'a PresentedToken<'a>) -> Answer<'a, bool> {
        Box::pin(RevocationStore::is_revoked(self, token))
    }
}

/// Revocations, from wherever they come.
#[derive(Clone)]
pub(super) struct AnyRevocations(Arc<dyn BoxedRevocations>);

impl AnyRevocations {
    pub(super) fn new(store: impl RevocationStore + 'static) -> Self {
        Self(Arc::new(store))
    }
}

impl RevocationStore for AnyRevocations {
    async fn is_revoked(&self, token: &PresentedToken<'_>) -> Result<bool, StoreUnavailable> {
        self.0.is_revoked(token).await
    }
}

trait BoxedAgents: Send + Sync {
    fn find<'a>(
        &'a self,
        agent: &'a AgentUrl,
        key_id: &'a str,
        now: UnixTime,
    ) -> Answer<'a, KeyLookup>;
}

impl<S: AgentKeySource> BoxedAgents for S {
    fn find<'a>(
        &'a self,
        agent: &'a AgentUrl,
        key_id: &'a str,
        now: UnixTime,
    ) -> Answer<'a, KeyLookup> {
        Box::pin(AgentKeySource::find(self, agent, key_id, now))
    }
}

/// Agents and their keys, from wherever they come.
#[derive(Clone)]
pub(super) struct AnyAgents(Arc<dyn BoxedAgents>);

impl AnyAgents {
    pub(super) fn new(source: impl AgentKeySource + 'static) -> Self {
        Self(Arc::new(source))
    }
}

impl AgentKeySource for AnyAgents {
    async fn find(
        &self,
        agent: &AgentUrl,
        key_id: &str,
        now: UnixTime,
    ) -> Result<KeyLookup, StoreUnavailable> {
        self.0.find(agent, key_id, now).await
    }
}

trait BoxedReplays: Send + Sync {
    fn consume<'a>(
        &'a self,
        id: &'a [u8; 32],
        expires: UnixTime,
        now: UnixTime,
    ) -> Answer<'a, Consumption>;

    fn look<'a>(
        &'a self,
        id: &'a [u8; 32],
        expires: UnixTime,
        now: UnixTime,
    ) -> Answer<'a, Consumption>;
}

impl<S: ReplayStore> BoxedReplays for S {
    fn consume<'a>(
        &'a self,
        id: &'a [u8; 32],
        expires: UnixTime,
        now: UnixTime,
    ) -> Answer<'a, Consumption> {
        Box::pin(ReplayStore::consume(self, id, expires, now))
    }

    fn look<'a>(
        &'a self,
        id: &'a [u8; 32],
        expires: UnixTime,
        now: UnixTime,
    ) -> Answer<'a, Consumption> {
        Box::pin(ReplayStore::look(self, id, expires, now))
    }
}

/// Used tokens, wherever they are kept.
#[derive(Clone)]
pub(super) struct AnyReplays(Arc<dyn BoxedReplays>);

impl AnyReplays {
    pub(super) fn new(store: impl ReplayStore + 'static) -> Self {
        Self(Arc::new(store))
    }
}

impl ReplayStore for AnyReplays {
    async fn consume(
        &self,
        id: &[u8; 32],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        self.0.consume(id, expires, now).await
    }

    async fn look(
        &self,
        id: &[u8; 32],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        self.0.look(id, expires, now).await
    }
}
