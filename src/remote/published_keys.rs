//! Keys that a server publishes, whatever the document that holds them.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};

use crate::remote::fetch::fetch;
use crate::remote::fetch_error::FetchError;
use crate::remote::flight::{Flight, UnderWay};
use crate::remote::freshness::RefreshFraction;
use crate::remote::key_health::KeyHealth;
use crate::remote::known_keys::{EntityTag, KeyDocument, KnownKeys, Need};
use crate::remote::metadata::IssuerMetadata;
use crate::time::UnixTime;
use crate::transport::{ServerUrl, Transport, TransportRequest, TransportResponse};

/// The longest `ETag` that is kept, in bytes.
const ENTITY_TAG_LIMIT: usize = 256;

/// Keys that a server publishes in a document of form `K`: when it is asked, what is believed, and
/// for how long. Clones share them.
pub(super) struct PublishedKeys<T, K>(Arc<Published<T, K>>);

struct Published<T, K> {
    server: Arc<KeyServer<T>>,
    refresh_fraction: RefreshFraction,
    known: ArcSwap<KnownKeys<K>>,
    flight: Flight<Result<(), FetchError>>,
}

/// Who is asked, and how. A request under way holds this alone, so that it keeps nothing else
/// alive.
struct KeyServer<T> {
    place: Place,
    transport: T,
}

/// Where the keys are.
pub(super) enum Place {
    At(ServerUrl),
    NamedBy { issuer: ServerUrl, well_known: [ServerUrl; 2] },
}

impl<T: Transport + 'static, K: KeyDocument> PublishedKeys<T, K> {
    pub(super) fn new(place: Place, transport: T) -> Self {
        Self(Arc::new(Published {
            server: Arc::new(KeyServer { place, transport }),
            refresh_fraction: RefreshFraction::draw(),
            known: ArcSwap::from_pointee(KnownKeys::nothing()),
            flight: Flight::default(),
        }))
    }

    /// Asks for the keys, whether or not that is due, or waits for the request that is under way.
    pub(super) async fn refresh(&self, now: UnixTime) -> Result<(), FetchError> {
        match self.0.flight.join(|| Some(self.begin(now))) {
            Some(request) => request.outcome().await,
            None => Ok(()),
        }
    }

    /// What is known when whoever names this key must be judged; it waits where the server must
    /// be asked before.
    pub(super) async fn known_for(
        &self,
        key_id: Option<&str>,
        now: UnixTime,
    ) -> Guard<Arc<KnownKeys<K>>> {
        let known = self.known();
        let need = known.need(key_id, now);
        if need == Need::Nothing {
            return known;
        }
        drop(known);
        if let Some(request) = self.request(need, now) {
            // What came of it is written down, and judged by the caller.
            let _ = request.outcome().await;
        }
        self.known()
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
    fn begin(
        &self,
        now: UnixTime,
    ) -> impl Future<Output = Result<(), FetchError>> + Send + use<T, K> {
        self.0.write(|known| known.asked = Some(now));
        let (remote, server) = (Arc::downgrade(&self.0), Arc::clone(&self.0.server));
        let tag = self.0.known.load().entity_tag.clone();
        async move {
            let answer = server.ask(tag.as_deref(), K::ACCEPTED, K::LIMIT).await;
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
        accepted: &'static str,
        limit: usize,
    ) -> Result<(ServerUrl, TransportResponse), FetchError> {
        let url = match &self.place {
            Place::At(url) => url.clone(),
            Place::NamedBy { issuer, well_known } => {
                IssuerMetadata::fetch_from(well_known, issuer, &self.transport).await?.jwks_uri()?
            }
        };
        let request = TransportRequest::get(url.as_str(), limit).with_header("accept", accepted);
        let request = match entity_tag.filter(|tag| tag.url == url) {
            Some(tag) => request.with_header("if-none-match", tag.tag.as_bytes()),
            None => request,
        };
        Ok((url, fetch(&self.transport, request).await?))
    }
}

impl<T, K: KeyDocument> Published<T, K> {
    fn write(&self, change: impl FnOnce(&mut KnownKeys<K>)) {
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
    ) -> Result<KnownKeys<K>, FetchError> {
        let before = self.known.load();
        let (keys, entity_tag) = match answer.status() {
            304 => (Arc::clone(&before.keys), before.entity_tag.clone()),
            _ => (K::read(answer, &before.keys)?, entity_tag(url, answer)),
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

fn entity_tag(url: ServerUrl, answer: &TransportResponse) -> Option<Arc<EntityTag>> {
    let tag = answer.header("etag")?;
    let is_plain = tag.bytes().all(|byte| matches!(byte, b'!'..=b'~'));
    let is_kept = is_plain && tag.len() <= ENTITY_TAG_LIMIT;
    is_kept.then(|| Arc::new(EntityTag { url, tag: Box::from(tag) }))
}

impl<T, K> PublishedKeys<T, K> {
    pub(super) fn known(&self) -> Guard<Arc<KnownKeys<K>>> {
        self.0.known.load()
    }
}

impl<T, K: KeyDocument> PublishedKeys<T, K> {
    pub(super) fn health(&self) -> KeyHealth {
        self.known().health()
    }
}

impl<T, K> Clone for PublishedKeys<T, K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
