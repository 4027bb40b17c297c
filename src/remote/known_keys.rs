//! What is known of the keys at an issuer's server, and what that allows.

use std::sync::Arc;
use std::time::Duration;

use crate::jose::{DroppedKey, KeySet};
use crate::remote::fetch_error::FetchError;
use crate::remote::key_health::{KeyHealth, is_within, serves};
use crate::store::StoreUnavailable;
use crate::time::UnixTime;
use crate::transport::{ServerUrl, TransportResponse};

/// How long an unknown key id must wait after any request, failed ones too, before it causes
/// another.
const COOLDOWN: Duration = Duration::from_secs(30);

/// A document of keys, as a server publishes it.
pub(super) trait KeyDocument: Default + Send + Sync + 'static {
    /// The media types that it may have, as `Accept` lists them.
    const ACCEPTED: &'static str;
    /// The largest one that is read, in bytes.
    const LIMIT: usize;

    /// The document of an answer; the one that is there already where it is the same.
    fn read(answer: &TransportResponse, before: &Arc<Self>) -> Result<Arc<Self>, FetchError>;

    /// Whether whoever names this key may mean one of the document; no other one is needed to tell.
    fn may_mean(&self, key_id: &str) -> bool;

    /// How many keys are in use.
    fn count(&self) -> usize;

    /// The keys that are not used: the first 32.
    fn dropped(&self) -> &[DroppedKey];
}

/// What is known at one instant.
pub(super) struct KnownKeys<K> {
    pub(super) keys: Arc<K>,
    /// When the server last vouched for them.
    pub(super) confirmed: Option<UnixTime>,
    /// When to ask again after that.
    pub(super) due: UnixTime,
    /// When it was last asked.
    pub(super) asked: Option<UnixTime>,
    /// `ETag` of the set, at the URL that gave it.
    pub(super) entity_tag: Option<Arc<EntityTag>>,
    /// What came of the last request, if nothing good did.
    pub(super) error: Option<FetchError>,
}

/// `ETag` (RFC 9110 section 8.8.3), which says nothing about another URL.
pub(super) struct EntityTag {
    pub(super) url: ServerUrl,
    pub(super) tag: Box<str>,
}

/// What a token needs of the server before it can be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Nothing.
    Nothing,
    /// The set is due: one call renews it, while others go on with it.
    Renewal,
    /// A set that serves, or that has the key.
    Answer,
}

impl<K: KeyDocument> KnownKeys<K> {
    pub(super) fn nothing() -> Self {
        Self {
            keys: Arc::default(),
            confirmed: None,
            due: UnixTime::EPOCH,
            asked: None,
            entity_tag: None,
            error: None,
        }
    }

    pub(super) fn need(&self, key_id: Option<&str>, now: UnixTime) -> Need {
        if !self.is_serving(now) || key_id.is_some_and(|id| !self.keys.may_mean(id)) {
            Need::Answer
        } else if self.is_due(now) {
            Need::Renewal
        } else {
            Need::Nothing
        }
    }

    /// Whether the set may be used: it was confirmed less than 24 hours before `now`.
    pub(super) fn is_serving(&self, now: UnixTime) -> bool {
        serves(self.confirmed, now)
    }

    /// Whether `now` lies so far behind the last request that a call may cause another.
    pub(super) fn may_ask(&self, now: UnixTime) -> bool {
        // A clock that was set back behind the request says nothing about the time since.
        self.asked.is_none_or(|asked| now < asked || !is_within(COOLDOWN, asked, now))
    }

    /// When a host's own loop should ask again; not before `now`.
    pub(super) fn next_refresh(&self, now: UnixTime) -> UnixTime {
        // An instant that lies ahead was noted before the clock was set back.
        if self.confirmed.max(self.asked).is_some_and(|noted| now < noted) {
            return now;
        }
        let retry = self.asked.map_or(now, |asked| asked.saturating_add(COOLDOWN));
        let next = if self.error.is_some() || self.confirmed.is_none() { retry } else { self.due };
        next.max(now)
    }

    pub(super) fn health(&self) -> KeyHealth {
        KeyHealth {
            keys: self.keys.count(),
            confirmed: self.confirmed,
            asked: self.asked,
            error: self.error.clone(),
            dropped: self.keys.dropped().to_vec(),
        }
    }

    /// Why they may not be used.
    pub(super) fn unavailable(&self, what: &'static str) -> StoreUnavailable {
        let why = match &self.error {
            Some(error) => format!("{what}: {error}"),
            None => format!("{what}: not known yet"),
        };
        StoreUnavailable(why.into())
    }

    /// Counts the age of the set from `now`, where the clock was set back behind its confirmation.
    pub(super) fn correct(&mut self, now: UnixTime) {
        self.confirmed = self.confirmed.map(|confirmed| confirmed.min(now));
    }

    /// A clock that was set back says nothing about the age of the set, so it is asked for again.
    fn is_due(&self, now: UnixTime) -> bool {
        let was_set_back = self.confirmed.is_some_and(|confirmed| now < confirmed);
        (now >= self.due || was_set_back) && self.may_ask(now)
    }
}

impl<K> Clone for KnownKeys<K> {
    fn clone(&self) -> Self {
        Self {
            keys: Arc::clone(&self.keys),
            confirmed: self.confirmed,
            due: self.due,
            asked: self.asked,
            entity_tag: self.entity_tag.clone(),
            error: self.error.clone(),
        }
    }
}

impl AsRef<KeySet> for KnownKeys<KeySet> {
    fn as_ref(&self) -> &KeySet {
        &self.keys
    }
}
