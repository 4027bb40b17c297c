//! The keys at an issuer's server.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::config_error::ConfigError;
use crate::jose::{CurrentKeys, DroppedKey, KeyProvider, KeySet};
use crate::remote::fetch::DOCUMENT_LIMIT;
use crate::remote::fetch_error::FetchError;
use crate::remote::key_health::KeyHealth;
use crate::remote::known_keys::KeyDocument;
use crate::remote::metadata::IssuerMetadata;
use crate::remote::published_keys::{Place, PublishedKeys};
use crate::store::StoreUnavailable;
use crate::time::UnixTime;
use crate::transport::{ServerUrl, Transport, TransportResponse};

/// The keys of an issuer, as its server publishes them (RFC 7517 section 5), usable wherever an
/// [`Issuer`](crate::Issuer) takes keys. Clones share them.
///
/// A token whose `kid` is known never waits. Otherwise
/// 1. the set is asked for again after about 80 % of the time for which the answer is fresh
///    (`max-age`, from one minute to 24 hours, 10 minutes if it is not said): by the host's own
///    loop over [`next_refresh`](Self::next_refresh) and [`refresh`](Self::refresh), or without one
///    by the call that finds it due, while others go on with the set that is there;
/// 2. whoever needs an unknown `kid` waits for the one request that is under way, or causes one;
///    after any request, failed ones too, 30 s pass before an unknown `kid` causes another;
/// 3. the last good set serves for 24 hours without an answer, then tokens are refused with
///    `service.unavailable`; so they are before the first good answer;
/// 4. a key that is gone from the set verifies nothing from then on, remembered tokens included.
///
/// # Errors
/// An answer is not believed, and the last good set serves on, if it has another status than 200
/// (or 304 to a conditional request), a content coding, more than 512 KiB, or no usable key.
/// [`health`](Self::health) says so.
///
/// # Security
/// Anyone who can answer for this URL can sign as the issuer, so it must be https, and the host's
/// [`Transport`] verifies the server's certificate. A token chooses neither which URL is asked nor
/// how often. Look at [`KeyHealth::dropped`]: a key that was published with its private members is
/// known to others.
///
/// # Example
/// ```
/// use tollgate::jose::Algorithm;
/// use tollgate::remote::RemoteKeys;
/// use tollgate::transport::{ServerUrl, TransportRequest, TransportResponse, transport_fn};
/// use tollgate::{Element, Issuer, JwtValidation, UnixTime};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // In its place: your HTTP client (see `transport_fn`).
/// let transport = transport_fn(async |request: TransportRequest| match request.url() {
///     "https://a.example/keys" => Ok(TransportResponse::new(200, r#"{"keys": [
///         {"kty": "OKP", "crv": "Ed25519", "kid": "1",
///          "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#)),
///     _ => Ok(TransportResponse::new(404, "")),
/// });
/// let keys = RemoteKeys::at(ServerUrl::https("https://a.example/keys")?, transport);
/// let issuer =
///     Issuer::with_provider("https://a.example", "api", [Algorithm::EdDsa], keys.clone())?;
/// let validation = JwtValidation::new(Element::bearer(), issuer);
///
/// let now = UnixTime::from_seconds(1_800_000_000);
/// keys.refresh(now).await?;
/// assert_eq!(keys.health().keys, 1);
/// assert!(keys.next_refresh(now) > now);
/// # let _ = validation;
/// # Ok(())
/// # }
/// ```
///
/// The host's own loop, with tokio:
/// ```
/// # use std::time::SystemTime;
/// # use tollgate::UnixTime;
/// # use tollgate::remote::RemoteKeys;
/// # use tollgate::transport::Transport;
/// # fn now() -> UnixTime {
/// #     SystemTime::now().into()
/// # }
/// # fn run<T: Transport + 'static>(keys: RemoteKeys<T>) {
/// tokio::spawn(async move {
///     loop {
///         let _ = keys.refresh(now()).await; // `health` says what came of it
///         tokio::time::sleep(keys.next_refresh(now()).distance(now())).await;
///     }
/// });
/// # }
/// ```
///
/// Source: RFC 7517; RFC 8414 and OpenID Connect Discovery 1.0 for metadata; RFC 9111 for
/// `max-age`.
pub struct RemoteKeys<T>(PublishedKeys<T, KeySet>);

impl<T: Transport + 'static> RemoteKeys<T> {
    /// The keys that are published at `url`.
    pub fn at(url: ServerUrl, transport: T) -> Self {
        Self(PublishedKeys::new(Place::At(url), transport))
    }

    /// The keys at the URL that the metadata of `issuer` names ([`IssuerMetadata`]); both are asked
    /// for each time.
    ///
    /// # Errors
    /// A [`ConfigError`] if the issuer has a query.
    pub fn of_issuer(issuer: ServerUrl, transport: T) -> Result<Self, ConfigError> {
        let well_known = IssuerMetadata::well_known(&issuer)?;
        Ok(Self(PublishedKeys::new(Place::NamedBy { issuer, well_known }, transport)))
    }

    /// Asks for the keys, whether or not that is due, or waits for the request that is under way.
    ///
    /// # Errors
    /// A [`FetchError`] if nothing good came of it; the last good set serves on.
    pub async fn refresh(&self, now: UnixTime) -> Result<(), FetchError> {
        self.0.refresh(now).await
    }

    /// When [`refresh`](Self::refresh) should be called next, for a host's own loop: `now` if
    /// nothing was asked yet, 30 s after the beginning of a request that brought nothing or is
    /// under way.
    pub fn next_refresh(&self, now: UnixTime) -> UnixTime {
        self.0.known().next_refresh(now)
    }

    /// What the last request brought, and how old the keys are.
    pub fn health(&self) -> KeyHealth {
        self.0.health()
    }

    /// The keys as they are now.
    pub fn current(&self) -> Arc<KeySet> {
        Arc::clone(&self.0.known().keys)
    }
}

impl KeyDocument for KeySet {
    const ACCEPTED: &'static str = "application/jwk-set+json, application/json";
    const LIMIT: usize = DOCUMENT_LIMIT;

    /// The set that is there already serves on where the document is the same, so that remembered
    /// tokens stay.
    fn read(answer: &TransportResponse, before: &Arc<Self>) -> Result<Arc<Self>, FetchError> {
        let expected = "a set of keys";
        let keys =
            Self::from_jwks(answer.body()).map_err(|_| FetchError::Malformed { expected })?;
        if keys.keys().is_empty() {
            return Err(FetchError::NoUsableKey);
        }
        Ok(if keys.is_of_the_same_document(before) { Arc::clone(before) } else { Arc::new(keys) })
    }

    fn may_mean(&self, key_id: &str) -> bool {
        Self::may_mean(self, key_id)
    }

    fn count(&self) -> usize {
        self.keys().len()
    }

    fn dropped(&self) -> &[DroppedKey] {
        Self::dropped(self)
    }
}

impl<T: Transport + 'static> KeyProvider for RemoteKeys<T> {
    fn keys(&self) -> impl Deref<Target = KeySet> {
        CurrentKeys(self.0.known())
    }

    async fn keys_for(
        &self,
        key_id: Option<&str>,
        now: UnixTime,
    ) -> Result<impl Deref<Target = KeySet> + Send, StoreUnavailable> {
        let known = self.0.known_for(key_id, now).await;
        if known.is_serving(now) {
            Ok(CurrentKeys(known))
        } else {
            Err(known.unavailable("the keys of the issuer"))
        }
    }
}

impl<T> Clone for RemoteKeys<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> fmt::Debug for RemoteKeys<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RemoteKeys").field(&self.0.health()).finish()
    }
}
