//! Answers about tokens, kept for as long as they count.

use std::sync::Arc;
use std::time::Duration;

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::crypto::CredentialDigest;
use crate::record::{Access, Claims, Expected, Grant, Introspected};
use crate::remote::fetch_error::FetchError;
use crate::remote::flights::Flights;
use crate::store::{KeptAnswer, OpaqueToken};
use crate::time::{Lifetime, UnixTime};

/// For how long a token that is not active is not asked for again.
const INACTIVE_FOR: Duration = Duration::from_secs(10);

/// What one host was answered, and what it is asking.
pub(super) struct CachedAnswers {
    kept: Cache<CredentialDigest, CachedAnswer, AnswerPlaces>,
    pub(super) flights: Flights<CredentialDigest, Result<CachedAnswer, FetchError>>,
}

/// What was answered, and when that counts.
#[derive(Clone)]
pub(super) struct CachedAnswer {
    pub(super) grant: Option<Arc<Grant>>,
    asked: UnixTime,
    until: UnixTime,
}

impl CachedAnswers {
    pub(super) fn new(at_most: usize) -> Self {
        let weight = u64::try_from(at_most).unwrap_or(u64::MAX);
        let kept = Cache::with_weighter(at_most, weight, AnswerPlaces);
        Self { kept, flights: Flights::default() }
    }

    /// What was answered about the token, if that still counts.
    pub(super) fn recall(&self, token: &OpaqueToken<'_>) -> Option<CachedAnswer> {
        self.kept.get(token.digest()).filter(|answer| answer.counts(token.now()))
    }

    pub(super) fn keep(&self, token: CredentialDigest, answer: &CachedAnswer) {
        if answer.asked < answer.until {
            self.kept.insert(token, answer.clone());
        }
    }

    pub(super) fn forget(&self, token: &CredentialDigest) {
        self.flights.forget(*token, || {
            self.kept.remove(token);
        });
    }
}

impl CachedAnswer {
    pub(super) fn new(
        token: CredentialDigest,
        claims: Option<Claims>,
        expected: &Arc<Expected>,
        asked: UnixTime,
        until: UnixTime,
    ) -> Self {
        let grant = claims.map(|claims| Arc::new(grant(token, claims, Arc::clone(expected))));
        Self { grant, asked, until }
    }

    /// What another host was answered, if it can be read. It counts no longer than this host's own
    /// answers would.
    pub(super) fn recalled(
        token: CredentialDigest,
        kept: KeptAnswer,
        expected: &Arc<Expected>,
        active_for: Duration,
    ) -> Option<Self> {
        let claims = match kept.claims {
            Some(text) => Some(Claims::read(String::from(text).into_bytes()).ok()?),
            None => None,
        };
        let until = kept.until.min(until(claims.as_ref(), kept.asked, active_for));
        Some(Self::new(token, claims, expected, kept.asked, until))
    }

    /// After a clock was set back behind the answer it does not count.
    pub(super) fn counts(&self, now: UnixTime) -> bool {
        self.asked <= now && now < self.until
    }
}

/// Until when an answer counts: an active token at most until its `exp`.
pub(super) fn until(claims: Option<&Claims>, asked: UnixTime, active_for: Duration) -> UnixTime {
    let limit = if claims.is_some() { active_for } else { INACTIVE_FOR };
    let until = asked.saturating_add(limit);
    claims.and_then(Claims::expires).map_or(until, |expires| expires.min(until))
}

#[derive(Clone)]
struct AnswerPlaces;

impl Weighter<CredentialDigest, CachedAnswer> for AnswerPlaces {
    fn weight(&self, _: &CredentialDigest, kept: &CachedAnswer) -> u64 {
        kept.grant.as_deref().and_then(Grant::claims).map_or(1, Claims::places)
    }
}

/// The grant of an active token. Dates are judged by its claims, with the skew.
fn grant(token: CredentialDigest, claims: Claims, expected: Arc<Expected>) -> Grant {
    let client = claims.client().unwrap_or_default().to_owned();
    let scopes = claims.scopes();
    Grant::of_digest(token, &client, Lifetime::unlimited())
        .with_access(Access::Everything)
        .with_scopes(scopes)
        .with_introspected(Introspected::new(Arc::new(claims), expected))
}
