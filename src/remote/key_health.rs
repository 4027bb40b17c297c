//! How the keys of an issuer's server are.

use std::time::Duration;

use crate::jose::DroppedKey;
use crate::remote::fetch_error::FetchError;
use crate::time::UnixTime;

/// For how long the last good set serves without an answer.
const SERVING_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);

/// How the keys of an issuer's server are, for a host's metrics and alarms.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyHealth {
    /// How many keys are in use.
    pub keys: usize,
    /// When the server last vouched for them; never, if `None`.
    pub confirmed: Option<UnixTime>,
    /// When the server was last asked.
    pub asked: Option<UnixTime>,
    /// Why the last request brought nothing, if it did not.
    pub error: Option<FetchError>,
    /// Keys of the server's set that are not used, each with its reason: the first 32.
    pub dropped: Vec<DroppedKey>,
}

impl KeyHealth {
    /// Whether the keys are accepted at `now`: less than 24 hours after the server last vouched for
    /// them. Where they are not, tokens are refused as unavailable.
    pub fn is_serving(&self, now: UnixTime) -> bool {
        serves(self.confirmed, now)
    }

    /// The time since the server last vouched for the keys, or `None` if it never has. From 24
    /// hours on they are refused.
    pub fn age(&self, now: UnixTime) -> Option<Duration> {
        self.confirmed.map(|confirmed| now.max(confirmed).distance(confirmed))
    }
}

/// Whether a set that was confirmed then may be used at `now`.
pub(super) fn serves(confirmed: Option<UnixTime>, now: UnixTime) -> bool {
    confirmed.is_some_and(|confirmed| is_within(SERVING_LIMIT, confirmed, now))
}

/// Whether less than `limit` has passed since `start`; none has if the clock was set back.
pub(super) fn is_within(limit: Duration, start: UnixTime, now: UnixTime) -> bool {
    now < start.saturating_add(limit)
}
