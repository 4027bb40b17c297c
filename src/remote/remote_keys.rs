//! The keys at an issuer's server.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::config_error::ConfigError;
use crate::jose::{CurrentKeys, KeyProvider, KeySet};
use crate::remote::fetch::{DOCUMENT_LIMIT, fetch};
use crate::remote::fetch_error::FetchError;
use crate::remote::flight::{Flight, UnderWay};
use crate::remote::freshness::RefreshFraction;
use crate::remote::key_health::KeyHealth;
use crate::remote::known_keys::{EntityTag, KnownKeys, Need};
use crate::remote::metadata::IssuerMetadata;
use crate::store::StoreUnavailable;
use crate::time::UnixTime;
use crate::transport::{ServerUrl, Transport, TransportRequest, TransportResponse};

/// The longest `ETag` that is kept, in bytes.
const ENTITY_TAG_LIMIT: usize = 256;

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
pub struct RemoteKeys<T>(Arc<Remote<T>>);

struct Remote<T> {
    server: Arc<KeyServer<T>>,
    refresh_fraction: RefreshFraction,
    known: ArcSwap<KnownKeys>,
    flight: Flight<Result<(), FetchError>>,
}

/// Who is asked, and how. A request under way holds this alone, so that it keeps nothing else
/// alive.
struct KeyServer<T> {
    place: Place,
    transport: T,
}

/// Where the keys are.
enum Place {
    At(ServerUrl),
    NamedBy { issuer: ServerUrl, well_known: [ServerUrl; 2] },
}

impl<T: Transport + 'static> RemoteKeys<T> {
    /// The keys that are published at `url`.
    pub fn at(url: ServerUrl, transport: T) -> Self {
        Self::new(Place::At(url), transport)
    }

    /// The keys at the URL that the metadata of `issuer` names ([`IssuerMetadata`]); both are asked
    /// for each time.
    ///
    /// # Errors
    /// A [`ConfigError`] if the issuer has a query.
    pub fn of_issuer(issuer: ServerUrl, transport: T) -> Result<Self, ConfigError> {
        let well_known = IssuerMetadata::well_known(&issuer)?;
        Ok(Self::new(Place::NamedBy { issuer, well_known }, transport))
    }

    fn new(place: Place, transport: T) -> Self {
        Self(Arc::new(Remote {
            server: Arc::new(KeyServer { place, transport }),
            refresh_fraction: RefreshFraction::draw(),
            known: ArcSwap::from_pointee(KnownKeys::nothing()),
            flight: Flight::default(),
        }))
    }

    /// Asks for the keys, whether or not that is due, or waits for the request that is under way.
    ///
    /// # Errors
    /// A [`FetchError`] if nothing good came of it; the last good set serves on.
    pub async fn refresh(&self, now: UnixTime) -> Result<(), FetchError> {
        match self.0.flight.join(|| Some(self.begin(now))) {
            Some(request) => request.outcome().await,
            None => Ok(()),
        }
    }

    /// When [`refresh`](Self::refresh) should be called next, for a host's own loop: `now` if
    /// nothing was asked yet, 30 s after the beginning of a request that brought nothing or is
    /// under way.
    pub fn next_refresh(&self, now: UnixTime) -> UnixTime {
        self.0.known.load().next_refresh(now)
    }

    /// What the last request brought, and how old the keys are.
    pub fn health(&self) -> KeyHealth {
        self.0.known.load().health()
    }

    /// The keys as they are now.
    pub fn current(&self) -> Arc<KeySet> {
        Arc::clone(&self.0.known.load().keys)
    }

    /// The request that a token's need causes or joins.
    fn request(&self, need: Need, now: UnixTime) -> Option<UnderWay<Result<(), FetchError>>> {
        let begin = || self.0.known.load().may_ask(now).then(|| self.begin(now));
        match need {
            Need::Nothing => None,
            Need::Renewal => self.0.flight.lead(begin),
            Need::Answer => self.0.flight.join(begin),
        }
    }

    /// Writes down that the server is asked, and makes the request that asks it.
    fn begin(&self, now: UnixTime) -> impl Future<Output = Result<(), FetchError>> + Send + use<T> {
        self.0.write(|known| known.asked = Some(now));
        let (remote, server) = (Arc::downgrade(&self.0), Arc::clone(&self.0.server));
        let tag = self.0.known.load().entity_tag.clone();
        async move {
            let answer = server.ask(tag.as_deref()).await;
            // Every handle was dropped: nobody needs the answer.
            let Some(remote) = remote.upgrade() else { return Ok(()) };
            let answer = answer.and_then(|(url, answer)| remote.read(url, &answer, now));
            let outcome = answer.as_ref().map(|_| ()).map_err(Clone::clone);
            remote.flight.end(|| match answer {
                Ok(known) => remote.known.store(Arc::new(known)),
                Err(error) => remote.write(|known| {
                    known.error = Some(error);
                    known.correct(now);
                }),
            });
            outcome
        }
    }
}

impl<T: Transport> KeyServer<T> {
    async fn ask(
        &self,
        entity_tag: Option<&EntityTag>,
    ) -> Result<(ServerUrl, TransportResponse), FetchError> {
        let url = match &self.place {
            Place::At(url) => url.clone(),
            Place::NamedBy { issuer, well_known } => {
                IssuerMetadata::fetch_from(well_known, issuer, &self.transport).await?.jwks_uri()?
            }
        };
        let request = TransportRequest::get(url.as_str(), DOCUMENT_LIMIT)
            .with_header("accept", "application/jwk-set+json, application/json");
        let request = match entity_tag.filter(|tag| tag.url == url) {
            Some(tag) => request.with_header("if-none-match", tag.tag.as_bytes()),
            None => request,
        };
        Ok((url, fetch(&self.transport, request).await?))
    }
}

impl<T: Transport> Remote<T> {
    fn write(&self, change: impl FnOnce(&mut KnownKeys)) {
        let mut known = KnownKeys::clone(&self.known.load());
        change(&mut known);
        self.known.store(Arc::new(known));
    }

    /// What is known after this answer.
    fn read(
        &self,
        url: ServerUrl,
        answer: &TransportResponse,
        now: UnixTime,
    ) -> Result<KnownKeys, FetchError> {
        let before = self.known.load();
        let (keys, entity_tag) = match answer.status() {
            304 => (Arc::clone(&before.keys), before.entity_tag.clone()),
            _ => (keys_of(answer, &before.keys)?, entity_tag(url, answer)),
        };
        Ok(KnownKeys {
            keys,
            confirmed: Some(now),
            due: now.saturating_add(self.refresh_fraction.of(answer)),
            asked: before.asked,
            entity_tag,
            error: None,
        })
    }
}

/// The set of an answer: the one that is there already where the document is the same, so that
/// remembered tokens stay.
fn keys_of(answer: &TransportResponse, before: &Arc<KeySet>) -> Result<Arc<KeySet>, FetchError> {
    let expected = "a set of keys";
    let keys = KeySet::from_jwks(answer.body()).map_err(|_| FetchError::Malformed { expected })?;
    if keys.keys().is_empty() {
        return Err(FetchError::NoUsableKey);
    }
    Ok(if keys.is_of_the_same_document(before) { Arc::clone(before) } else { Arc::new(keys) })
}

fn entity_tag(url: ServerUrl, answer: &TransportResponse) -> Option<Arc<EntityTag>> {
    let tag = answer.header("etag")?;
    let is_plain = tag.bytes().all(|byte| matches!(byte, b'!'..=b'~'));
    let is_kept = is_plain && tag.len() <= ENTITY_TAG_LIMIT;
    is_kept.then(|| Arc::new(EntityTag { url, tag: Box::from(tag) }))
}

impl<T: Transport + 'static> KeyProvider for RemoteKeys<T> {
    fn keys(&self) -> impl Deref<Target = KeySet> {
        CurrentKeys(self.0.known.load())
    }

    async fn keys_for(
        &self,
        key_id: Option<&str>,
        now: UnixTime,
    ) -> Result<impl Deref<Target = KeySet> + Send, StoreUnavailable> {
        let known = self.0.known.load();
        let need = known.need(key_id, now);
        if need == Need::Nothing {
            return Ok(CurrentKeys(known));
        }
        drop(known);
        if let Some(request) = self.request(need, now) {
            // What came of it is written down, and judged below.
            let _ = request.outcome().await;
        }
        let known = self.0.known.load();
        if known.is_serving(now) { Ok(CurrentKeys(known)) } else { Err(unavailable(&known)) }
    }
}

fn unavailable(known: &KnownKeys) -> StoreUnavailable {
    let why = match &known.error {
        Some(error) => format!("the keys of the issuer: {error}"),
        None => "the keys of the issuer: not known yet".to_owned(),
    };
    StoreUnavailable(why.into())
}

impl<T> Clone for RemoteKeys<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for RemoteKeys<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RemoteKeys").field(&self.0.known.load().health()).finish()
    }
}
