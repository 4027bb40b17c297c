//! The contract of a replay store.

use std::sync::Arc;

use crate::store::lookup::StoreUnavailable;
use crate::time::UnixTime;

/// Whether an id was used before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Consumption {
    /// The id was not used before; if it was consumed, it is used now.
    First,
    /// The id was used before.
    Repeated,
}

/// Remembers what was used once, until it has expired anyway.
///
/// Write `async fn`, whether it waits or not.
///
/// # Security
/// Looking an id up and keeping it is one atomic step: of any number of callers with one id, over
/// all hosts that share the store, exactly one may see [`Consumption::First`]. A wrong `First` is a
/// replay that passes; a wrong `Repeated` turns an honest caller away. A store that has no room is
/// an error, and never forgets what has not expired.
/// [`contract::replay_store`](crate::store::contract::replay_store) checks that in a test of your
/// store.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store of used tokens",
    note = "`InMemoryReplays::new(limit)` is a `Result`: write `InMemoryReplays::new(limit)?`"
)]
pub trait ReplayStore: Send + Sync {
    /// Keeps `id` until `expires`, the first instant at which it may be forgotten. Whether that
    /// instant has come is judged by `now` alone.
    ///
    /// `id` is a SHA-256 of what was presented. One id counts once, whatever `expires` comes with
    /// it.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if the store has no room or cannot tell.
    fn consume(
        &self,
        id: &[u8; 32],
        expires: UnixTime,
        now: UnixTime,
    ) -> impl Future<Output = Result<Consumption, StoreUnavailable>> + Send;

    /// What [`consume`](Self::consume) would answer, leaving everything as it is.
    ///
    /// # Errors
    /// [`StoreUnavailable`] where `consume` would return it.
    fn look(
        &self,
        id: &[u8; 32],
        expires: UnixTime,
        now: UnixTime,
    ) -> impl Future<Output = Result<Consumption, StoreUnavailable>> + Send;
}

impl<S: ReplayStore + ?Sized> ReplayStore for Arc<S> {
    async fn consume(
        &self,
        id: &[u8; 32],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        (**self).consume(id, expires, now).await
    }

    async fn look(
        &self,
        id: &[u8; 32],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        (**self).look(id, expires, now).await
    }
}
