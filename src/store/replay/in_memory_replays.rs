//! Used ids kept in memory.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::config_error::{ConfigError, Problem};
use crate::store::lookup::{ImmediateStore, StoreUnavailable};
use crate::store::replay::forgotten::Forgotten;
use crate::store::replay::replay_store::{Consumption, ReplayStore};
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
/// and the id may have been used and forgotten: ids that expire in the same span were removed.
///
/// # When the clock jumps
/// A clock that runs ahead makes the store forget early, and remember in which spans. Once it is
/// right again, new ids are accepted at once, except while their expiry falls into a span in which
/// others were forgotten: for about as long as the clock was ahead, not as far. Correct the clock
/// and wait; an empty store in its place would accept what was used before.
///
/// # Security
/// One lock makes looking up and keeping one step. It knows of one process only: hosts that share
/// secrets must share a store, or one token passes once at each.
///
/// # Example
/// ```
/// use tollgate::store::{Consumption, InMemoryReplays, ReplayStore};
/// use tollgate::UnixTime;
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

/// How full a store of used ids is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplayFigures {
    /// How many ids are kept. Some may have expired: they leave when others come.
    pub ids: usize,
    /// How many can be kept.
    pub limit: usize,
}

struct Replays {
    table: Table,
    forgotten: Forgotten,
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
        Ok(Self(Arc::new(Mutex::new(Replays { table, forgotten: Forgotten::nothing() }))))
    }

    /// How full the store is now.
    pub fn figures(&self) -> ReplayFigures {
        let replays = self.lock();
        ReplayFigures { ids: replays.table.len(), limit: replays.table.limit() }
    }

    /// A panic elsewhere cannot leave the table half changed, so poisoning is ignored.
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
        if self.forgotten.may_include(expires) {
            let what = "the clock went back, and the id may have been used and forgotten";
            return Err(StoreUnavailable(what.into()));
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
            if let Some(removed) = self.table.remove_expired(now) {
                self.forgotten.add(removed);
            }
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
    use std::collections::{HashMap, HashSet};

    use proptest::collection::vec;
    use proptest::prelude::*;

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
    fn after_a_jump_ahead_and_back_new_ids_are_accepted() {
        let store = InMemoryReplays::new(100).unwrap();
        let (hour, life) = (3_600_000, 30_000);
        assert_eq!(consume(&store, 1, life, 0), "first");
        // The clock is an hour ahead for a minute.
        assert_eq!(consume(&store, 2, hour + life, hour), "first");
        assert_eq!(consume(&store, 3, hour + 60_000 + life, hour + 60_000), "first");
        // It is right again: nothing used before passes, and new ids do.
        assert_eq!(consume(&store, 1, life, 1_000), "unavailable");
        assert_eq!(consume(&store, 3, hour + 60_000 + life, 1_000), "repeated");
        assert_eq!(consume(&store, 4, 1_000 + life, 1_000), "first");
        assert_eq!(consume(&store, 5, hour - 1, hour - life - 1), "first");
        // Ids are refused again only around those that were forgotten.
        assert_eq!(consume(&store, 6, hour + life, hour), "unavailable");
        assert_eq!(consume(&store, 7, hour + life + 2_000, hour + 2_000), "first");
    }

    /// A clock that moves as it likes, and ids that live 30 s from when they were issued.
    #[derive(Clone, Debug)]
    enum Move {
        Clock(i64),
        Use(u8),
    }

    fn moves() -> impl Strategy<Value = Vec<Move>> {
        let clock = prop_oneof![-40..40_i64, -4_000..4_000_i64].prop_map(Move::Clock);
        vec(prop_oneof![clock, any::<u8>().prop_map(Move::Use)], 1..200)
    }

    proptest! {
        /// Compared with a store that never forgets.
        #[test]
        fn no_id_comes_first_twice_however_the_clock_moves(moves in moves()) {
            let store = InMemoryReplays::new(4).unwrap();
            let (mut now, mut issued, mut first) = (0_i64, HashMap::new(), HashSet::new());
            for step in moves {
                match step {
                    Move::Clock(seconds) => now += seconds * 1_000,
                    Move::Use(id) => {
                        let expires = *issued.entry(id).or_insert(now) + 30_000;
                        if consume(&store, id, expires, now) == "first" {
                            prop_assert!(first.insert(id), "{id} came first twice");
                        }
                    }
                }
            }
        }
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
