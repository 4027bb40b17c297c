//! What a store must answer.

use std::borrow::Cow;
use std::sync::Arc;

use thiserror::Error;

use crate::record::{Client, Grant};
use crate::store::opaque_token::OpaqueToken;

/// A store could not answer; the call becomes
/// [`Reason::Unavailable`](crate::Reason::Unavailable), never an admission.
///
/// The text is for the operator and appears in traces, so it must not quote credentials.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct StoreUnavailable(pub Cow<'static, str>);

/// Looks clients up by their id.
///
/// Write `async fn find`, whether it waits or not.
///
/// # Security
/// An unknown id is `Ok(None)`; a failed look-up is an error. Ids match
/// byte for byte: a record with an id other than the one asked for is refused.
/// [`contract::client_store`](crate::store::contract::client_store) checks that in a test of your
/// store.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store of clients",
    note = "use `InMemoryClients`, or implement `ClientStore` for a store of your own"
)]
pub trait ClientStore: Send + Sync {
    /// The client with exactly this id.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if the store cannot tell.
    fn find(
        &self,
        id: &str,
    ) -> impl Future<Output = Result<Option<Arc<Client>>, StoreUnavailable>> + Send;
}

/// Looks up the grants behind opaque tokens.
///
/// Write `async fn find`, whether it waits or not.
///
/// ```
/// use std::sync::Arc;
/// use tollgate::record::{Access, Grant};
/// use tollgate::store::{GrantStore, OpaqueToken, StoreUnavailable};
/// use tollgate::time::Lifetime;
/// use tollgate::UnixTime;
///
/// struct Row {
///     client: String,
///     expires_ms: i64,
/// }
///
/// struct Database;
///
/// impl Database {
///     async fn select(&self, _sha256: &[u8; 32]) -> Result<Option<Row>, String> {
///         Err("connection refused".to_owned())
///     }
/// }
///
/// impl GrantStore for Database {
///     async fn find(
///         &self,
///         token: &OpaqueToken<'_>,
///     ) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
///         let row = self.select(token.digest().as_bytes()).await;
///         let row = row.map_err(|error| StoreUnavailable(error.into()))?;
///         Ok(row.map(|row| {
///             let lifetime = Lifetime::until(UnixTime::from_millis(row.expires_ms));
///             let grant = Grant::of_digest(*token.digest(), &row.client, lifetime);
///             Arc::new(grant.with_access(Access::only(["orders"])))
///         }))
///     }
/// }
/// ```
///
/// # Security
/// Look up by the digest, and keep no token. A wrong `None` turns a caller away; a grant with a
/// digest other than the one asked for is refused.
/// [`contract::grant_store`](crate::store::contract::grant_store) checks that in a test of your
/// store.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store of grants",
    note = "use `InMemoryGrants`, or implement `GrantStore` for a store of your own"
)]
pub trait GrantStore: Send + Sync {
    /// The grant of this token.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if the store cannot tell.
    fn find(
        &self,
        token: &OpaqueToken<'_>,
    ) -> impl Future<Output = Result<Option<Arc<Grant>>, StoreUnavailable>> + Send;
}

/// A promise: this store answers at once, so interceptors over it are
/// [`Immediate`](crate::interceptor::Immediate).
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not promise to answer at once",
    note = "implement `ImmediateStore` if it never waits; else await `check` instead of `check_now`"
)]
pub trait ImmediateStore {}

impl<S: ClientStore + ?Sized> ClientStore for &S {
    async fn find(&self, id: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        (**self).find(id).await
    }
}

impl<S: GrantStore + ?Sized> GrantStore for &S {
    async fn find(&self, token: &OpaqueToken<'_>) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        (**self).find(token).await
    }
}

impl<S: ImmediateStore + ?Sized> ImmediateStore for &S {}

impl<S: ClientStore + ?Sized> ClientStore for Arc<S> {
    async fn find(&self, id: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        (**self).find(id).await
    }
}

impl<S: GrantStore + ?Sized> GrantStore for Arc<S> {
    async fn find(&self, token: &OpaqueToken<'_>) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        (**self).find(token).await
    }
}

impl<S: ImmediateStore + ?Sized> ImmediateStore for Arc<S> {}
