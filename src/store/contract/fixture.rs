//! The writing half of a store, which its test brings.

use crate::crypto::CredentialDigest;
use crate::record::{Client, Grant};
use crate::store::lookup::StoreUnavailable;
use crate::store::revocation::Revocation;
use crate::time::UnixTime;

/// Writes clients, as the host does.
///
/// Write `async fn`, whether it waits or not. The store itself may implement it, as
/// [`InMemoryClients`](crate::store::InMemoryClients) and `redis::RedisStore` do.
pub trait ClientFixture: Send + Sync {
    /// Adds `client`, or puts it in the place of the one with its id; one that was revoked stays
    /// revoked until it is [removed](Self::remove), so that no host brings it back by writing what
    /// it knew before.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if that cannot be kept, such as an id with a NUL or of 5000 bytes: a
    /// store may refuse such ids, and must not find them then.
    fn add(&self, client: Client) -> impl Future<Output = Result<(), StoreUnavailable>> + Send;

    /// Revokes the client with this id.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if that was not written.
    fn revoke(&self, id: &str) -> impl Future<Output = Result<(), StoreUnavailable>> + Send;

    /// Removes the client with this id, if there is one.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if that was not written.
    fn remove(&self, id: &str) -> impl Future<Output = Result<(), StoreUnavailable>> + Send;
}

/// Writes grants, as the host does.
///
/// Write `async fn`, whether it waits or not. The store itself may implement it, as
/// [`InMemoryGrants`](crate::store::InMemoryGrants) does.
pub trait GrantFixture: Send + Sync {
    /// Adds `grant`, or puts it in the place of the one of its token; one that was revoked stays
    /// revoked until it is [removed](Self::remove).
    ///
    /// # Errors
    /// [`StoreUnavailable`] if that was not written.
    fn add(&self, grant: Grant) -> impl Future<Output = Result<(), StoreUnavailable>> + Send;

    /// Revokes the grant of the token with this digest.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if that was not written.
    fn revoke(
        &self,
        token: &CredentialDigest,
    ) -> impl Future<Output = Result<(), StoreUnavailable>> + Send;

    /// Removes the grant of the token with this digest, if there is one.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if that was not written.
    fn remove(
        &self,
        token: &CredentialDigest,
    ) -> impl Future<Output = Result<(), StoreUnavailable>> + Send;
}

/// Writes revocations, as the host does.
///
/// Write `async fn`, whether it waits or not. The store itself may implement it, as
/// [`InMemoryRevocations`](crate::store::InMemoryRevocations) does.
pub trait RevocationFixture: Send + Sync {
    /// Revokes, and keeps that until `until`.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if that cannot be kept, such as a name with a NUL or of 5000 bytes: a
    /// store may refuse to revoke what it cannot hold.
    fn revoke(
        &self,
        what: Revocation,
        until: UnixTime,
    ) -> impl Future<Output = Result<(), StoreUnavailable>> + Send;
}
