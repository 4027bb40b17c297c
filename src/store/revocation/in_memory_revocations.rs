//! Revocations kept in memory.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::crypto::CredentialDigest;
use crate::store::contract::RevocationFixture;
use crate::store::lookup::{ImmediateStore, StoreUnavailable};
use crate::store::revocation::revocation_store::{PresentedToken, Revocation, RevocationStore};
use crate::time::UnixTime;

/// Revocations in memory, up to a limit. Clones share them, and each is seen by the next call.
///
/// # Errors
/// A store that is full refuses to revoke, and forgets nothing: give it room, or remove what no token
/// can match any longer ([`remove_expired`](Self::remove_expired)).
///
/// # Example
/// ```
/// use tollgate::jose::{Algorithm, KeySet, SigningKey};
/// use tollgate::store::{InMemoryRevocations, Revocation};
/// use tollgate::{Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let revocations = InMemoryRevocations::new(10_000);
/// let key = SigningKey::generate_es256()?;
/// let keys = KeySet::of([key.verifying_key().clone()]);
/// let issuer = Issuer::new("https://a.example", "api", [Algorithm::Es256], keys)?;
/// let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(1_800_000_000)))
///     .with(JwtValidation::new(Element::bearer(), issuer).revocations(revocations.clone()))
///     .build()?;
/// let claims = br#"{"iss":"https://a.example","aud":"api","exp":1800000060,"jti":"7"}"#;
/// let request = PlainRequest::new("GET", "/")
///     .with_header("authorization", format!("Bearer {}", key.sign(claims)?));
/// assert!(gate.check_now(&request).is_ok());
///
/// let revoked = Revocation::Id { issuer: "https://a.example".into(), id: "7".into() };
/// // No token with this id is accepted from its expiry and the skew on.
/// revocations.revoke(revoked, UnixTime::from_seconds(1_800_000_090))?;
/// let rejection = gate.check_now(&request).unwrap_err();
/// assert_eq!(rejection.reason().code(), "token.revoked");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct InMemoryRevocations(Arc<Shared>);

struct Shared {
    limit: usize,
    tables: RwLock<Tables>,
}

#[derive(Default)]
struct Tables {
    issuers: HashMap<Box<str>, OfIssuer>,
    clients: HashMap<Box<str>, Before>,
    tokens: HashMap<CredentialDigest, UnixTime>,
    count: usize,
}

/// What is revoked of one issuer.
#[derive(Default)]
struct OfIssuer {
    before: Option<Before>,
    subjects: HashMap<Box<str>, Before>,
    ids: HashMap<Box<str>, UnixTime>,
}

/// Whatever was issued before `instant`; kept until `until`.
#[derive(Clone, Copy)]
struct Before {
    instant: UnixTime,
    until: UnixTime,
}

impl InMemoryRevocations {
    /// Makes a store for at most `limit` revocations.
    pub fn new(limit: usize) -> Self {
        Self(Arc::new(Shared { limit, tables: RwLock::default() }))
    }

    /// Revokes, and keeps that until `until`: the first instant at which no token that it could match
    /// is accepted any longer, skew included. The same revocation again is kept until the later of
    /// both instants, and covers what both cover.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if the store is full; nothing is forgotten for it.
    pub fn revoke(&self, what: Revocation, until: UnixTime) -> Result<(), StoreUnavailable> {
        let mut tables = self.write();
        if tables.count >= self.0.limit && !tables.has(&what) {
            return Err(StoreUnavailable("the store of revocations is full".into()));
        }
        if tables.add(what, until) {
            tables.count = tables.count.saturating_add(1);
        }
        Ok(())
    }

    /// Forgets what no token can match any longer at `now`.
    pub fn remove_expired(&self, now: UnixTime) {
        self.write().remove_expired(now);
    }

    /// How many revocations are kept.
    pub fn len(&self) -> usize {
        self.read().count
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn read(&self) -> RwLockReadGuard<'_, Tables> {
        self.0.tables.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Tables> {
        self.0.tables.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RevocationStore for InMemoryRevocations {
    async fn is_revoked(&self, token: &PresentedToken<'_>) -> Result<bool, StoreUnavailable> {
        Ok(self.read().revokes(token))
    }
}

impl ImmediateStore for InMemoryRevocations {}

impl RevocationFixture for InMemoryRevocations {
    async fn revoke(&self, what: Revocation, until: UnixTime) -> Result<(), StoreUnavailable> {
        self.revoke(what, until)
    }
}

impl fmt::Debug for InMemoryRevocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InMemoryRevocations({} of {})", self.len(), self.0.limit)
    }
}

impl Tables {
    fn revokes(&self, token: &PresentedToken<'_>) -> bool {
        let issued = token.issued();
        let is_before = |before: &Before| issued.is_none_or(|issued| issued < before.instant);
        let by_issuer = || {
            let of_issuer = self.issuers.get(token.issuer()?)?;
            let by_subject = || of_issuer.subjects.get(token.subject()?);
            let by_id = || of_issuer.ids.get(token.id()?);
            let is_revoked = of_issuer.before.as_ref().is_some_and(is_before)
                || by_subject().is_some_and(is_before)
                || by_id().is_some();
            Some(is_revoked)
        };
        let by_client = || self.clients.get(token.client()?);
        let by_digest = || !self.tokens.is_empty() && self.tokens.contains_key(&token.digest());
        by_issuer() == Some(true) || by_client().is_some_and(is_before) || by_digest()
    }

    fn has(&self, what: &Revocation) -> bool {
        match what {
            Revocation::Token(digest) => self.tokens.contains_key(digest),
            Revocation::ClientBefore { client, .. } => self.clients.contains_key(client),
            Revocation::Id { issuer, id } => {
                self.issuers.get(issuer).is_some_and(|of_issuer| of_issuer.ids.contains_key(id))
            }
            Revocation::SubjectBefore { issuer, subject, .. } => self
                .issuers
                .get(issuer)
                .is_some_and(|of_issuer| of_issuer.subjects.contains_key(subject)),
            Revocation::IssuerBefore { issuer, .. } => {
                self.issuers.get(issuer).is_some_and(|of_issuer| of_issuer.before.is_some())
            }
        }
    }

    /// Whether it was not kept yet.
    fn add(&mut self, what: Revocation, until: UnixTime) -> bool {
        match what {
            Revocation::Token(digest) => keep_until(&mut self.tokens, digest, until),
            Revocation::ClientBefore { client, instant } => {
                keep_before(&mut self.clients, client, Before { instant, until })
            }
            Revocation::Id { issuer, id } => {
                keep_until(&mut self.issuers.entry(issuer).or_default().ids, id, until)
            }
            Revocation::SubjectBefore { issuer, subject, instant } => {
                let subjects = &mut self.issuers.entry(issuer).or_default().subjects;
                keep_before(subjects, subject, Before { instant, until })
            }
            Revocation::IssuerBefore { issuer, instant } => {
                let before = &mut self.issuers.entry(issuer).or_default().before;
                let new = Before { instant, until };
                let is_new = before.is_none();
                *before = Some(before.map_or(new, |kept| kept.and(new)));
                is_new
            }
        }
    }

    fn remove_expired(&mut self, now: UnixTime) {
        let is_kept = |until: UnixTime| now < until;
        self.tokens.retain(|_, until| is_kept(*until));
        self.clients.retain(|_, before| is_kept(before.until));
        self.issuers.retain(|_, of_issuer| {
            of_issuer.ids.retain(|_, until| is_kept(*until));
            of_issuer.subjects.retain(|_, before| is_kept(before.until));
            of_issuer.before = of_issuer.before.filter(|before| is_kept(before.until));
            of_issuer.count() > 0
        });
        let of_issuers: usize = self.issuers.values().map(OfIssuer::count).sum();
        let others = self.tokens.len().saturating_add(self.clients.len());
        self.count = others.saturating_add(of_issuers);
    }
}

impl OfIssuer {
    fn count(&self) -> usize {
        let lists = self.ids.len().saturating_add(self.subjects.len());
        lists.saturating_add(usize::from(self.before.is_some()))
    }
}

impl Before {
    fn and(self, other: Self) -> Self {
        Self { instant: self.instant.max(other.instant), until: self.until.max(other.until) }
    }
}

fn keep_until<K: Eq + Hash>(table: &mut HashMap<K, UnixTime>, key: K, until: UnixTime) -> bool {
    match table.entry(key) {
        Entry::Occupied(mut kept) => {
            let later = until.max(*kept.get());
            kept.insert(later);
            false
        }
        Entry::Vacant(free) => {
            free.insert(until);
            true
        }
    }
}

fn keep_before(table: &mut HashMap<Box<str>, Before>, key: Box<str>, new: Before) -> bool {
    match table.entry(key) {
        Entry::Occupied(mut kept) => {
            let both = kept.get().and(new);
            kept.insert(both);
            false
        }
        Entry::Vacant(free) => {
            free.insert(new);
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_stays_of_an_issuer_of_which_nothing_is_revoked() {
        let store = InMemoryRevocations::new(1);
        let revoked = Revocation::Id { issuer: "a".into(), id: "1".into() };
        store.revoke(revoked, UnixTime::from_seconds(1)).unwrap();
        assert_eq!(store.read().issuers.len(), 1);
        store.remove_expired(UnixTime::from_seconds(1));
        assert!(store.read().issuers.is_empty());
    }
}
