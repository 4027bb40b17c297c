//! Why nothing more can be revoked.

use thiserror::Error;

/// A store of revocations is full; nothing was revoked.
///
/// Remove what has expired, or make the store with a higher limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "all {limit} places for revocations are taken; `remove_expired` frees those that have expired"
)]
pub struct RevocationsFull {
    /// How many revocations it has room for.
    pub limit: usize,
}
