//! Revocations kept in memory.

use std::borrow::Cow;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use crate::crypto::CredentialDigest;
use crate::store::contract::RevocationFixture;
use crate::store::lookup::{ImmediateStore, StoreUnavailable};
use crate::store::revocation::kinds::Revocation;
use crate::store::revocation::presented_token::PresentedToken;
use crate::store::revocation::revocation_store::RevocationStore;
use crate::store::revocation::revocations_full::RevocationsFull;
use crate::time::UnixTime;

/// Revocations in memory, up to a limit. Clones share them, and each is seen by the next call.
///
/// What has expired is kept, and counts, until [`remove_expired`](Self::remove_expired): call that
/// now and then.
///
/// # Errors
/// [`StoreUnavailable`] for a token that expired before the latest `until` that was removed: either
/// it has expired, or the clock went back since, and nobody knows whether it was revoked.
///
/// # Security
/// An `until` that is too early admits the token again once `remove_expired` has been called. The
/// store knows of one process only: hosts that accept the same tokens must each be told.
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

/// Tokens lie apart, so that a token is digested only where there are any.
#[derive(Default)]
struct Tables {
    tokens: HashMap<CredentialDigest, UnixTime>,
    named: HashMap<Key<'static>, KeptRevocation>,
    /// The latest `until` of what was removed.
    forgotten: Option<UnixTime>,
}

/// By which names a token is revoked; borrowed to look up, owned to be kept.
#[derive(PartialEq, Eq, Hash)]
enum Key<'k> {
    Id { issuer: Cow<'k, str>, id: Cow<'k, str> },
    Subject { issuer: Cow<'k, str>, subject: Cow<'k, str> },
    Client(Cow<'k, str>),
    Issuer(Cow<'k, str>),
}

/// Before which instant tokens are revoked, if not all, and until when that is kept.
#[derive(Clone, Copy)]
struct KeptRevocation {
    before: Option<UnixTime>,
    until: UnixTime,
}

impl InMemoryRevocations {
    /// Makes a store for at most `limit` revocations.
    pub fn new(limit: usize) -> Self {
        Self(Arc::new(Shared { limit, tables: RwLock::default() }))
    }

    /// Revokes, and keeps that until `until`: the first instant at which no token that it could
    /// match is accepted any longer, skew included ([`Revocation`] says which that is). The same
    /// revocation again is kept until the later of both instants, and covers what both cover.
    ///
    /// # Errors
    /// [`RevocationsFull`] if the store is full; nothing is revoked then, and nothing forgotten.
    pub fn revoke(&self, what: Revocation, until: UnixTime) -> Result<(), RevocationsFull> {
        let limit = self.0.limit;
        let is_kept = self.write().revoke(what, until, limit);
        if is_kept { Ok(()) } else { Err(RevocationsFull { limit }) }
    }

    /// Forgets what no token can match any longer at `now`.
    pub fn remove_expired(&self, now: UnixTime) {
        self.write().remove_expired(now);
    }

    /// How many revocations are kept.
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A panic elsewhere cannot leave a table half changed, so poisoning is ignored.
    fn read(&self) -> RwLockReadGuard<'_, Tables> {
        self.0.tables.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Tables> {
        self.0.tables.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RevocationStore for InMemoryRevocations {
    async fn is_revoked(&self, token: &PresentedToken<'_>) -> Result<bool, StoreUnavailable> {
        let tables = self.read();
        if tables.revokes(token) {
            return Ok(true);
        }
        match (token.expires(), tables.forgotten) {
            (Some(expires), Some(forgotten)) if expires <= forgotten => {
                Err(StoreUnavailable("its revocation may have been removed already".into()))
            }
            _ => Ok(false),
        }
    }
}

impl ImmediateStore for InMemoryRevocations {}

impl RevocationFixture for InMemoryRevocations {
    async fn revoke(&self, what: Revocation, until: UnixTime) -> Result<(), StoreUnavailable> {
        self.revoke(what, until).map_err(|full| StoreUnavailable(full.to_string().into()))
    }
}

impl fmt::Debug for InMemoryRevocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InMemoryRevocations({} of {})", self.len(), self.0.limit)
    }
}

impl Tables {
    fn len(&self) -> usize {
        self.tokens.len().saturating_add(self.named.len())
    }

    fn revokes(&self, token: &PresentedToken<'_>) -> bool {
        self.names(token) || !self.tokens.is_empty() && self.tokens.contains_key(&token.digest())
    }

    fn names(&self, token: &PresentedToken<'_>) -> bool {
        if self.named.is_empty() {
            return false;
        }
        let issued = token.issued();
        let is_kept = |key: &Key<'_>| self.named.get(key).is_some_and(|kept| kept.revokes(issued));
        let of_token = [Key::client_of, Key::issuer_of, Key::subject_of, Key::id_of];
        of_token.iter().any(|of| of(token).as_ref().is_some_and(is_kept))
    }

    /// Whether there was room for it.
    fn revoke(&mut self, what: Revocation, until: UnixTime, limit: usize) -> bool {
        let has_room = self.len() < limit;
        let (key, before) = match what {
            Revocation::Token(digest) => {
                return keep(&mut self.tokens, digest, until, Ord::max, has_room);
            }
            Revocation::Id { issuer, id } => {
                (Key::Id { issuer: owned(issuer), id: owned(id) }, None)
            }
            Revocation::SubjectBefore { issuer, subject, instant } => {
                (Key::Subject { issuer: owned(issuer), subject: owned(subject) }, Some(instant))
            }
            Revocation::ClientBefore { client, instant } => {
                (Key::Client(owned(client)), Some(instant))
            }
            Revocation::IssuerBefore { issuer, instant } => {
                (Key::Issuer(owned(issuer)), Some(instant))
            }
        };
        keep(&mut self.named, key, KeptRevocation { before, until }, KeptRevocation::and, has_room)
    }

    fn remove_expired(&mut self, now: UnixTime) {
        let mut forgotten = self.forgotten;
        let mut is_kept = |until: UnixTime| {
            if now >= until {
                forgotten = forgotten.max(Some(until));
            }
            now < until
        };
        self.tokens.retain(|_, until| is_kept(*until));
        self.named.retain(|_, kept| is_kept(kept.until));
        self.forgotten = forgotten;
    }
}

impl<'t> Key<'t> {
    fn id_of(token: &PresentedToken<'t>) -> Option<Self> {
        Some(Self::Id { issuer: token.issuer()?.into(), id: token.id()?.into() })
    }

    fn subject_of(token: &PresentedToken<'t>) -> Option<Self> {
        Some(Self::Subject { issuer: token.issuer()?.into(), subject: token.subject()?.into() })
    }

    fn client_of(token: &PresentedToken<'t>) -> Option<Self> {
        Some(Self::Client(token.client()?.into()))
    }

    fn issuer_of(token: &PresentedToken<'t>) -> Option<Self> {
        Some(Self::Issuer(token.issuer()?.into()))
    }
}

impl KeptRevocation {
    /// A token that does not say when it was issued is before every instant.
    fn revokes(self, issued: Option<UnixTime>) -> bool {
        match (issued, self.before) {
            (Some(issued), Some(before)) => issued < before,
            _ => true,
        }
    }

    fn and(self, other: Self) -> Self {
        Self { before: self.before.max(other.before), until: self.until.max(other.until) }
    }
}

fn owned(text: Box<str>) -> Cow<'static, str> {
    Cow::Owned(text.into_string())
}

/// Keeps a value, joined with one that is kept already; `false` if it is new and there is no room.
fn keep<K: Eq + Hash, V: Copy>(
    table: &mut HashMap<K, V>,
    key: K,
    value: V,
    join: impl FnOnce(V, V) -> V,
    has_room: bool,
) -> bool {
    match table.entry(key) {
        Entry::Occupied(mut kept) => {
            let joined = join(*kept.get(), value);
            kept.insert(joined);
        }
        Entry::Vacant(_) if !has_room => return false,
        Entry::Vacant(free) => {
            free.insert(value);
        }
    }
    true
}
