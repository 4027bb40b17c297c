//! A hash table of fixed size whose entries leave in the order of their expiry.
//!
//! The standard maps double when they grow and keep no order, which together costs more than
//! 64 bytes an entry; this one takes all its memory at once.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use crate::time::UnixTime;

/// No slot: the end of a list.
const END: u32 = u32::MAX;

/// Ids in slots; each slot is in the list of its bucket or in the list of free slots.
pub(super) struct Table {
    hasher: RandomState,
    buckets: Vec<u32>,
    slots: Vec<Slot>,
    free: u32,
    order: BinaryHeap<Departure>,
}

struct Slot {
    id: [u8; 32],
    next: u32,
}

/// When a slot may be emptied; the earliest first.
type Departure = Reverse<(UnixTime, u32)>;

impl Table {
    /// What one entry costs in all: its slot, its bucket and its place in the order.
    #[cfg(test)]
    pub(super) const ENTRY: usize = size_of::<Slot>() + size_of::<u32>() + size_of::<Departure>();

    /// A table for `limit` entries; none if there is no memory for it.
    pub(super) fn with_room_for(limit: u32) -> Option<Self> {
        let size = index(limit);
        let mut buckets = Vec::new();
        buckets.try_reserve_exact(size).ok()?;
        buckets.resize(size, END);
        let mut slots = Vec::new();
        slots.try_reserve_exact(size).ok()?;
        let mut order = BinaryHeap::new();
        order.try_reserve_exact(size).ok()?;
        Some(Self { hasher: RandomState::new(), buckets, slots, free: END, order })
    }

    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    pub(super) fn limit(&self) -> usize {
        self.buckets.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.order.len() >= self.limit()
    }

    pub(super) fn contains(&self, id: &[u8; 32]) -> bool {
        let mut at = self.buckets.get(self.bucket(id)).copied().unwrap_or(END);
        while let Some(slot) = self.slots.get(index(at)) {
            if slot.id == *id {
                return true;
            }
            at = slot.next;
        }
        false
    }

    /// The earliest expiry of all entries.
    pub(super) fn earliest(&self) -> Option<UnixTime> {
        self.order.peek().map(|Reverse((expires, _))| *expires)
    }

    /// Keeps an id that is not there yet; false if there is no room.
    pub(super) fn insert(&mut self, id: [u8; 32], expires: UnixTime) -> bool {
        let bucket = self.bucket(&id);
        if self.is_full() {
            return false;
        }
        let next = self.buckets.get(bucket).copied().unwrap_or(END);
        let slot = self.fill(Slot { id, next });
        let Some(head) = self.buckets.get_mut(bucket) else { return false };
        *head = slot;
        self.order.push(Reverse((expires, slot)));
        true
    }

    /// Puts it into a free slot, or a new one.
    fn fill(&mut self, kept: Slot) -> u32 {
        if let Some(free) = self.slots.get_mut(index(self.free)) {
            let slot = std::mem::replace(&mut self.free, free.next);
            *free = kept;
            return slot;
        }
        let slot = u32::try_from(self.slots.len()).unwrap_or(END);
        self.slots.push(kept);
        slot
    }

    /// Removes the entry that expires first, if it has expired at `now`; answers its expiry.
    pub(super) fn remove_expired(&mut self, now: UnixTime) -> Option<UnixTime> {
        if self.earliest()? > now {
            return None;
        }
        let Reverse((expires, slot)) = self.order.pop()?;
        self.unlink(slot);
        Some(expires)
    }

    fn unlink(&mut self, slot: u32) {
        let Some(leaving) = self.slots.get_mut(index(slot)) else { return };
        let (id, next) = (leaving.id, leaving.next);
        leaving.next = std::mem::replace(&mut self.free, slot);
        let bucket = self.bucket(&id);
        let Some(head) = self.buckets.get_mut(bucket) else { return };
        if *head == slot {
            *head = next;
            return;
        }
        let mut at = *head;
        while let Some(before) = self.slots.get_mut(index(at)) {
            if before.next == slot {
                before.next = next;
                return;
            }
            at = before.next;
        }
    }

    /// Keyed at random, so that nobody can choose ids that meet in one bucket.
    fn bucket(&self, id: &[u8; 32]) -> usize {
        let hash = self.hasher.hash_one(id);
        let bucket = hash.checked_rem(self.buckets.len() as u64);
        bucket.and_then(|bucket| usize::try_from(bucket).ok()).unwrap_or(usize::MAX)
    }
}

fn index(slot: u32) -> usize {
    usize::try_from(slot).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_entry_costs_at_most_64_bytes() {
        assert_eq!(Table::ENTRY, 56);
        let mut table = Table::with_room_for(1000).unwrap();
        for round in 0..5_i64 {
            for number in 0..1000_i64 {
                let mut id = [0; 32];
                id[..8].copy_from_slice(&(round * 1000 + number).to_be_bytes());
                assert!(table.insert(id, UnixTime::from_millis(round)));
            }
            while table.remove_expired(UnixTime::from_millis(round)).is_some() {}
        }
        let room = [table.buckets.capacity(), table.slots.capacity(), table.order.capacity()];
        assert_eq!(room, [1000; 3]);
    }

    proptest! {
        #[test]
        fn it_keeps_what_a_map_keeps(steps in prop::collection::vec((0_u8..24, 0_i64..40), 0..200)) {
            let mut table = Table::with_room_for(8).unwrap();
            let mut model = HashMap::new();
            for (now, (number, life)) in (0_i64..).zip(steps) {
                let now_at = UnixTime::from_millis(now);
                while table.remove_expired(now_at).is_some() {}
                model.retain(|_, expires| *expires > now);
                let id = [number; 32];
                prop_assert_eq!(table.contains(&id), model.contains_key(&id));
                if !table.contains(&id) {
                    let room = model.len() < 8;
                    let expires = now + 1 + life;
                    prop_assert_eq!(table.insert(id, UnixTime::from_millis(expires)), room);
                    if room {
                        model.insert(id, expires);
                    }
                }
                prop_assert_eq!(table.len(), model.len());
                for other in 0..24 {
                    prop_assert_eq!(table.contains(&[other; 32]), model.contains_key(&[other; 32]));
                }
            }
        }
    }
}
