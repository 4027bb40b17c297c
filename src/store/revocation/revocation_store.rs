//! The contract of a revocation store.

use std::sync::Arc;

use crate::store::lookup::{ImmediateStore, StoreUnavailable};
use crate::store::revocation::presented_token::PresentedToken;

/// Knows which tokens were revoked before they expired.
///
/// Write `async fn is_revoked`, whether it waits or not.
///
/// # Security
/// It is asked at every call, for tokens too that were seen before. A wrong `false` admits a token
/// that was taken back; a wrong `true` turns an honest caller away until it has another token. What
/// cannot be looked up is an error. A token without an instant of issue is before every instant:
/// nobody can tell that it is newer.
/// [`contract::revocation_store`](crate::store::contract::revocation_store) checks that in a test
/// of your store.
///
/// # Example
/// ```
/// use tollgate::store::{PresentedToken, RevocationStore, StoreUnavailable};
///
/// struct Database;
///
/// impl Database {
///     async fn is_listed(&self, _sha256: &[u8; 32]) -> Result<bool, String> {
///         Err("connection refused".to_owned())
///     }
/// }
///
/// impl RevocationStore for Database {
///     async fn is_revoked(&self, token: &PresentedToken<'_>) -> Result<bool, StoreUnavailable> {
///         let listed = self.is_listed(token.digest().as_bytes()).await;
///         listed.map_err(|error| StoreUnavailable(error.into()))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store of revocations",
    note = "use `InMemoryRevocations`, or implement `RevocationStore` for a store of your own"
)]
pub trait RevocationStore: Send + Sync {
    /// Whether this token is revoked.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if the store cannot tell.
    fn is_revoked(
        &self,
        token: &PresentedToken<'_>,
    ) -> impl Future<Output = Result<bool, StoreUnavailable>> + Send;
}

impl<R: RevocationStore + ?Sized> RevocationStore for Arc<R> {
    async fn is_revoked(&self, token: &PresentedToken<'_>) -> Result<bool, StoreUnavailable> {
        (**self).is_revoked(token).await
    }
}

/// The revocation store of a validator that has none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRevocations;

impl RevocationStore for NoRevocations {
    async fn is_revoked(&self, _: &PresentedToken<'_>) -> Result<bool, StoreUnavailable> {
        Ok(false)
    }
}

impl ImmediateStore for NoRevocations {}
