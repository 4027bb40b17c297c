//! Keys of an issuer, whoever holds them.

use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use crate::jose::{KeyProvider, KeySet, RotatingKeys};
use crate::store::StoreUnavailable;
use crate::time::UnixTime;

type KeysAnswer<'a> =
    Pin<Box<dyn Future<Output = Result<Arc<KeySet>, StoreUnavailable>> + Send + 'a>>;

/// A provider behind a pointer. What it lends cannot be named there, so its set is copied; the copy
/// has the same identity, and shares what is remembered under it.
pub(super) trait BoxedKeys: Send + Sync {
    fn keys(&self) -> Arc<KeySet>;
    fn keys_for<'a>(&'a self, key_id: Option<&'a str>, now: UnixTime) -> KeysAnswer<'a>;
}

impl<K: KeyProvider> BoxedKeys for K {
    fn keys(&self) -> Arc<KeySet> {
        Arc::new(KeyProvider::keys(self).clone())
    }

    fn keys_for<'a>(&'a self, key_id: Option<&'a str>, now: UnixTime) -> KeysAnswer<'a> {
        Box::pin(async move {
            let keys = KeyProvider::keys_for(self, key_id, now).await?;
            Ok(Arc::new(keys.clone()))
        })
    }
}

/// Keys in the hands of the host, which are judged when a gate is built, those of a provider, or
/// keys that the host has not registered yet.
#[derive(Clone)]
pub(super) enum AnyKeys {
    Rotating(RotatingKeys),
    Provided(Arc<dyn BoxedKeys>),
    Presumed(Arc<KeySet>),
}

impl KeyProvider for AnyKeys {
    fn keys(&self) -> impl Deref<Target = KeySet> {
        match self {
            Self::Rotating(keys) => keys.current(),
            Self::Provided(keys) => keys.keys(),
            Self::Presumed(none) => Arc::clone(none),
        }
    }

    async fn keys_for(
        &self,
        key_id: Option<&str>,
        now: UnixTime,
    ) -> Result<impl Deref<Target = KeySet> + Send, StoreUnavailable> {
        match self {
            Self::Rotating(keys) => Ok(keys.current()),
            Self::Provided(keys) => keys.keys_for(key_id, now).await,
            Self::Presumed(none) => Ok(Arc::clone(none)),
        }
    }
}
