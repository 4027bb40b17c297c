//! Used ids kept in memory.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::config_error::{ConfigError, Problem};
use crate::store::contract::{ImmediateStore, StoreUnavailable};
use crate::store::replay::contract::{Consumption, ReplayStore};
use crate::store::replay::table::Table;
use crate::time::UnixTime;

/// The most entries a store may have room for: 2^24, which take 896 MiB.
const MAXIMUM: u32 = 1 << 24;

/// Two for each one that comes, so that the expired never pile up and no call pays for many.
const REMOVED_AT_ONCE: usize = 2;

/// Used ids in memory, up to a limit. Clones share them.
///
/// Accepts an id when
/// 1. it is not kept;
/// 2. there is room for it, be it by an entry that has expired: `expires <= now`.
///
/// All memory, 56 bytes an entry, is taken at construction.
///
/// # Errors
/// [`StoreUnavailable`] when full of entries that have not expired, and when the clock went back
/// so far that the id may have been forgotten already: its expiry is not after the latest that was
/// removed.
///
/// # Security
/// One lock makes looking up and keeping one step. It knows of one process only: hosts that share
/// secrets must share a store, or one token passes once at each.
///
/// # Example
/// ```
/// use tollgate::UnixTime;
/// use tollgate::store::{Consumption, InMemoryReplays, ReplayStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = InMemoryReplays::new(1)?;
/// let (now, expires) = (UnixTime::from_seconds(10), UnixTime::from_seconds(20));
/// assert_eq!(store.consume(&[1; 32], expires, now).await?, Consumption::First);
/// assert_eq!(store.consume(&[1; 32], expires, now).await?, Consumption::Repeated);
///
/// assert!(store.consume(&[2; 32], expires, now).await.is_err());
/// let later = UnixTime::from_seconds(30);
/// assert_eq!(store.consume(&[2; 32], later, expires).await?, Consumption::First);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct InMemoryReplays(Arc<Mutex<Replays>>);

struct Replays {
    table: Table,
    /// The latest expiry of all that was removed.
    forgotten: Option<UnixTime>,
}

impl InMemoryReplays {
    /// A store with room for `limit` ids, from 1 to 16 777 216. A limit of the requests per second
    /// times the life of a token in seconds is never full.
    ///
    /// # Errors
    /// A [`ConfigError`] if the limit is out of bounds, or there is not that much memory.
    pub fn new(limit: u32) -> Result<Self, ConfigError> {
        let bounds = "from 1 to 16777216, and fit in memory";
        let refused = || ConfigError::new("replay store", "limit", Problem::OutOfBounds { bounds });
        if limit == 0 || limit > MAXIMUM {
            return Err(refused());
        }
        let table = Table::with_room_for(limit).ok_or_else(refused)?;
        Ok(Self(Arc::new(Mutex::new(Replays { table, forgotten: None }))))
    }

    /// A panic elsewhere cannot leave the table half changed, so a poisoned lock is as good as any.
    fn lock(&self) -> MutexGuard<'_, Replays> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Replays {
    fn look(
        &self,
        id: &[u8; 32],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        if self.table.contains(id) {
            return Ok(Consumption::Repeated);
        }
        if self.forgotten.is_some_and(|forgotten| expires <= forgotten) {
            return Err(StoreUnavailable("the clock of the replay store went back".into()));
        }
        let room = !self.table.is_full() || self.table.earliest().is_some_and(|first| first <= now);
        if room { Ok(Consumption::First) } else { Err(full()) }
    }

    fn consume(
        &mut self,
        id: &[u8; 32],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        let seen = self.look(id, expires, now)?;
        if seen == Consumption::Repeated {
            return Ok(seen);
        }
        for _ in 0..REMOVED_AT_ONCE {
            self.forgotten = self.forgotten.max(self.table.remove_expired(now));
        }
        if self.table.insert(*id, expires) { Ok(seen) } else { Err(full()) }
    }
}

impl ReplayStore for InMemoryReplays {
    async fn consume(
        &self,
        id: &[u8; 32],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        self.lock().consume(id, expires, now)
    }

    async fn look(
        &self,
        id: &[u8; 32],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        self.lock().look(id, expires, now)
    }
}

impl ImmediateStore for InMemoryReplays {}

impl fmt::Debug for InMemoryReplays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InMemoryReplays({} ids)", self.lock().table.len())
    }
}

fn full() -> StoreUnavailable {
    StoreUnavailable("the replay store is full".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn consume(store: &InMemoryReplays, id: u8, expires: i64, now: i64) -> &'static str {
        let (expires, now) = (UnixTime::from_millis(expires), UnixTime::from_millis(now));
        let looked = store.lock().look(&[id; 32], expires, now);
        let consumed = store.lock().consume(&[id; 32], expires, now);
        assert_eq!(looked, consumed, "a look answers as consuming does");
        match consumed {
            Ok(Consumption::First) => "first",
            Ok(Consumption::Repeated) => "repeated",
            Err(_) => "unavailable",
        }
    }

    #[test]
    fn an_id_counts_once_whatever_expiry_comes_with_it() {
        let store = InMemoryReplays::new(10).unwrap();
        assert_eq!(consume(&store, 1, 100, 0), "first");
        assert_eq!(consume(&store, 1, 100, 0), "repeated");
        assert_eq!(consume(&store, 1, 200, 99), "repeated");
        assert_eq!(consume(&store, 2, 100, 0), "first");
        assert_eq!(consume(&store.clone(), 2, 100, 0), "repeated");
    }

    #[test]
    fn a_full_store_refuses_until_the_first_entry_expires() {
        let store = InMemoryReplays::new(2).unwrap();
        assert_eq!(consume(&store, 1, 100, 0), "first");
        assert_eq!(consume(&store, 2, 200, 0), "first");
        assert_eq!(consume(&store, 3, 300, 99), "unavailable");
        assert_eq!(consume(&store, 1, 100, 99), "repeated");
        assert_eq!(consume(&store, 3, 300, 100), "first");
        assert_eq!(consume(&store, 4, 400, 101), "unavailable");
    }

    #[test]
    fn a_clock_that_goes_back_opens_nothing() {
        let store = InMemoryReplays::new(2).unwrap();
        assert_eq!(consume(&store, 1, 100, 0), "first");
        assert_eq!(consume(&store, 2, 300, 100), "first");
        assert_eq!(consume(&store, 1, 100, 50), "unavailable");
        assert_eq!(consume(&store, 3, 101, 50), "first");
    }

    #[test]
    fn looking_changes_nothing() {
        let store = InMemoryReplays::new(1).unwrap();
        let (expires, now) = (UnixTime::from_millis(100), UnixTime::EPOCH);
        for _ in 0..3 {
            assert_eq!(store.lock().look(&[1; 32], expires, now), Ok(Consumption::First));
        }
        assert_eq!(format!("{store:?}"), "InMemoryReplays(0 ids)");
    }

    #[test]
    fn the_limit_is_from_1_to_2_to_the_24() {
        for limit in [0, MAXIMUM + 1, u32::MAX] {
            assert!(InMemoryReplays::new(limit).is_err(), "{limit}");
        }
        assert!(InMemoryReplays::new(1).is_ok());
    }
}
