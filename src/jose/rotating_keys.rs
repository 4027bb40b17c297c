//! Keys that are exchanged while a host runs.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::jose::key_provider::{CurrentKeys, KeyProvider};
use crate::jose::key_set::KeySet;
use crate::store::{ImmediateStore, StoreUnavailable};
use crate::time::UnixTime;

/// The current keys of an issuer, which a host may exchange at any time. Clones share them.
///
/// A decision that has begun ends with the keys it began with; the next one sees the new keys. A
/// key that is gone verifies nothing from then on, remembered tokens included.
///
/// # Security
/// A key has no dates unless a certificate of it is known
/// ([`Issuer::certificates`](crate::Issuer::certificates)): one that is rotated in is judged by no
/// certificate. An empty set, or one in which no key fits the issuer's algorithms, refuses every
/// token.
///
/// # Example
/// ```
/// use tollgate::jose::{Algorithm, KeySet, RotatingKeys, SigningKey};
/// use tollgate::{Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (old, new) = (SigningKey::generate_es256()?, SigningKey::generate_es256()?);
/// let keys = RotatingKeys::new(KeySet::of([old.verifying_key().clone()]));
/// let issuer = Issuer::new("https://a.example", "api", [Algorithm::Es256], keys.clone())?;
/// let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(1_800_000_000)))
///     .with(JwtValidation::new(Element::bearer(), issuer))
///     .build()?;
/// let token = old.sign(br#"{"iss":"https://a.example","aud":"api","exp":1800000060}"#)?;
/// let request =
///     PlainRequest::new("GET", "/").with_header("authorization", format!("Bearer {token}"));
/// assert!(gate.check_now(&request).is_ok());
///
/// keys.rotate(KeySet::of([new.verifying_key().clone()]));
/// let rejection = gate.check_now(&request).unwrap_err();
/// assert_eq!(rejection.reason().code(), "jwt.signature");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RotatingKeys(Arc<ArcSwap<KeySet>>);

impl RotatingKeys {
    /// Makes keys that start as this set.
    pub fn new(keys: KeySet) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(keys)))
    }

    /// The keys as they are now.
    pub fn current(&self) -> Arc<KeySet> {
        self.0.load_full()
    }

    /// Exchanges all keys, and says whether they are others. Have the new set contain the old keys
    /// for as long as tokens that they signed are to be accepted.
    ///
    /// Nothing changes where both sets were read from the same document, byte for byte. Otherwise
    /// every remembered token is verified anew.
    pub fn rotate(&self, keys: KeySet) -> bool {
        let is_other = !keys.is_of_the_same_document(&self.keys());
        if is_other {
            self.0.store(Arc::new(keys));
        }
        is_other
    }
}

impl KeyProvider for RotatingKeys {
    fn keys(&self) -> impl Deref<Target = KeySet> {
        CurrentKeys(self.0.load())
    }

    async fn keys_for(
        &self,
        _: Option<&str>,
        _: UnixTime,
    ) -> Result<impl Deref<Target = KeySet> + Send, StoreUnavailable> {
        Ok(CurrentKeys(self.0.load()))
    }
}

impl ImmediateStore for RotatingKeys {}

impl From<KeySet> for RotatingKeys {
    fn from(keys: KeySet) -> Self {
        Self::new(keys)
    }
}

impl fmt::Debug for RotatingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RotatingKeys").field(&*self.keys()).finish()
    }
}
