//! SharedRecords that clones of a store share.

use std::array;
use std::hash::{BuildHasher, Hash};
use std::mem;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use hashbrown::HashTable;
use hashbrown::hash_table::{Entry, OccupiedEntry};

use crate::crypto::CredentialDigest;
use crate::record::{Client, Grant};

/// How many tables the records are spread over, so that threads that read at once seldom meet at
/// one lock. A power of two.
const SHARDS: usize = 64;

/// A record that is kept under its own key.
pub(super) trait Keyed {
    type Key: Hash + Eq + ?Sized;

    fn key(&self) -> &Self::Key;
}

impl Keyed for Client {
    type Key = str;

    fn key(&self) -> &str {
        self.id()
    }
}

impl Keyed for Grant {
    type Key = CredentialDigest;

    fn key(&self) -> &CredentialDigest {
        self.token()
    }
}

/// Records by their keys. A change is seen by every look-up that begins after it has returned. A
/// panic elsewhere cannot leave a table half changed, so poisoning is ignored.
pub(super) struct SharedRecords<R, S>(Arc<Sharded<R, S>>);

struct Sharded<R, S> {
    hasher: S,
    shards: [Shard<R>; SHARDS],
}

/// Alone on its cache lines, so that a lock that is taken slows no other.
#[repr(align(128))]
struct Shard<R>(RwLock<HashTable<Arc<R>>>);

impl<R: Keyed, S: BuildHasher> SharedRecords<R, S> {
    pub(super) fn get(&self, key: &R::Key) -> Option<Arc<R>> {
        let hash = self.0.hasher.hash_one(key);
        self.shard(hash).read().find(hash, |record| record.key() == key).cloned()
    }

    /// Keeps a record, or where one of its key is kept, what `merge` makes of the new and the kept
    /// one. Returns the one that was kept.
    pub(super) fn put(&self, record: R, merge: impl FnOnce(R, &R) -> R) -> Option<Arc<R>> {
        let hash = self.0.hasher.hash_one(record.key());
        let mut table = self.shard(hash).write();
        match table.entry(hash, |kept| kept.key() == record.key(), |kept| self.hash_of(kept)) {
            Entry::Occupied(mut kept) => {
                let record = merge(record, kept.get());
                Some(mem::replace(kept.get_mut(), Arc::new(record)))
            }
            Entry::Vacant(free) => {
                free.insert(Arc::new(record));
                None
            }
        }
    }

    /// Changes the record of this key, if there is one.
    pub(super) fn change(&self, key: &R::Key, change: impl FnOnce(&R) -> R) -> bool {
        let hash = self.0.hasher.hash_one(key);
        let mut table = self.shard(hash).write();
        let Some(kept) = table.find_mut(hash, |record| record.key() == key) else { return false };
        *kept = Arc::new(change(kept));
        true
    }

    /// Removes the record of this key, if there is one.
    pub(super) fn remove(&self, key: &R::Key) -> bool {
        let hash = self.0.hasher.hash_one(key);
        let mut table = self.shard(hash).write();
        table.find_entry(hash, |record| record.key() == key).map(OccupiedEntry::remove).is_ok()
    }

    /// Keeps the records for which `is_kept` holds, table by table.
    pub(super) fn retain(&self, is_kept: impl Fn(&R) -> bool) {
        for shard in &self.0.shards {
            shard.write().retain(|record| is_kept(record));
        }
    }

    /// All records, as they are at one instant.
    pub(super) fn all(&self) -> Vec<Arc<R>> {
        let tables: Vec<_> = self.0.shards.iter().map(Shard::read).collect();
        tables.iter().flat_map(|table| table.iter().cloned()).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.0.shards.iter().map(|shard| shard.read().len()).sum()
    }

    /// By bits of the hash that the table itself does not look at.
    fn shard(&self, hash: u64) -> &Shard<R> {
        let [first, ..] = &self.0.shards;
        let index = usize::try_from(hash >> 32).unwrap_or_default() & (SHARDS - 1);
        self.0.shards.get(index).unwrap_or(first)
    }

    fn hash_of(&self, record: &R) -> u64 {
        self.0.hasher.hash_one(record.key())
    }
}

impl<R> Shard<R> {
    fn read(&self) -> RwLockReadGuard<'_, HashTable<Arc<R>>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashTable<Arc<R>>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<R, S> Clone for SharedRecords<R, S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<R, S: Default> Default for SharedRecords<R, S> {
    fn default() -> Self {
        let shards = array::from_fn(|_| Shard(RwLock::new(HashTable::new())));
        Self(Arc::new(Sharded { hasher: S::default(), shards }))
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasherDefault;
    use std::thread;

    use super::*;
    use crate::crypto::DigestHasher;
    use crate::record::GrantState;
    use crate::time::Lifetime;

    type Grants = SharedRecords<Grant, BuildHasherDefault<DigestHasher>>;

    fn grant(token: usize, client: &str) -> Grant {
        Grant::new(token.to_string().as_bytes(), client, Lifetime::unlimited())
    }

    fn key(token: usize) -> CredentialDigest {
        CredentialDigest::of(token.to_string().as_bytes())
    }

    #[test]
    fn every_record_is_found_by_its_key_alone() {
        let grants = Grants::default();
        for token in 0..5_000 {
            assert!(grants.put(grant(token, "first"), |new, _| new).is_none());
        }
        for token in (0..5_000).step_by(3) {
            assert_eq!(grants.put(grant(token, "second"), |new, _| new).unwrap().client(), "first");
            assert!(grants.remove(&key(token + 1)) || token + 1 >= 5_000);
        }
        for token in 0..5_000 {
            let found = grants.get(&key(token));
            let expected = ["second", "", "first"][token % 3];
            assert_eq!(found.as_ref().map_or("", |grant| grant.client()), expected, "{token}");
        }
        assert_eq!(grants.len(), grants.all().len());
        assert!(!grants.remove(&key(1)) && !grants.change(&key(1), Clone::clone));
        grants.retain(|grant| grant.client() == "second");
        assert_eq!(grants.len(), 1_667);
    }

    #[test]
    fn records_are_spread_over_all_tables() {
        let grants = Grants::default();
        for token in 0..5_000 {
            grants.put(grant(token, "app"), |new, _| new);
        }
        assert!(grants.0.shards.iter().all(|shard| shard.read().len() > 20));
        let clients: SharedRecords<Client, hashbrown::DefaultHashBuilder> =
            SharedRecords::default();
        for id in 0..5_000 {
            clients.put(Client::new(&format!("client-{id}")), |new, _| new);
        }
        assert!(clients.0.shards.iter().all(|shard| shard.read().len() > 20));
    }

    /// A change that has returned is seen by every look-up that begins after it, on any thread.
    #[test]
    fn a_change_is_seen_by_the_very_next_look_up() {
        let grants = Grants::default();
        let turns = 2_000;
        let (changed, seen) = (std::sync::Barrier::new(2), std::sync::Barrier::new(2));
        thread::scope(|scope| {
            scope.spawn(|| {
                for turn in 0..turns {
                    grants.put(grant(turn, "app"), |new, _| new);
                    changed.wait();
                    seen.wait();
                    grants.change(&key(turn), |grant| grant.clone().revoked());
                    changed.wait();
                    seen.wait();
                    grants.remove(&key(turn));
                    changed.wait();
                    seen.wait();
                }
            });
            for turn in 0..turns {
                for expected in [Some(GrantState::Standing), Some(GrantState::Revoked), None] {
                    changed.wait();
                    let found = grants.get(&key(turn)).map(|grant| grant.state());
                    assert_eq!(found, expected, "{turn}");
                    seen.wait();
                }
            }
        });
    }
}
