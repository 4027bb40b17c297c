//! Where the keys of an issuer come from.

use std::ops::Deref;
use std::sync::Arc;

use arc_swap::Guard;

use crate::jose::key_set::KeySet;
use crate::store::StoreUnavailable;
use crate::time::UnixTime;

/// The keys of an issuer, from wherever they come: [`RotatingKeys`](crate::jose::RotatingKeys) in
/// the hands of the host, or [`RemoteKeys`](crate::remote::RemoteKeys) of the issuer's server.
///
/// A provider that answers [`keys_for`](Self::keys_for) at once is also an
/// [`ImmediateStore`](crate::store::ImmediateStore).
///
/// # Security
/// The keys are believed. A provider that can no longer vouch for them says so in
/// [`keys_for`](Self::keys_for), which is asked at every call, for remembered tokens too.
pub trait KeyProvider: Send + Sync {
    /// The keys as they are now, without waiting.
    fn keys(&self) -> impl Deref<Target = KeySet>;

    /// The keys that judge a token at `now` that names `key_id`. It waits where they are too old,
    /// or where no key has this id yet.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if the provider cannot tell which keys are the issuer's. A key id that
    /// no key has is not an error here.
    fn keys_for(
        &self,
        key_id: Option<&str>,
        now: UnixTime,
    ) -> impl Future<Output = Result<impl Deref<Target = KeySet> + Send, StoreUnavailable>> + Send;
}

/// Borrows the current keys without touching the count of their `Arc`, which all threads share.
pub(crate) struct CurrentKeys<T>(pub(crate) Guard<Arc<T>>);

impl<T: AsRef<KeySet>> Deref for CurrentKeys<T> {
    type Target = KeySet;

    fn deref(&self) -> &KeySet {
        self.0.as_ref().as_ref()
    }
}
