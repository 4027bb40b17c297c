//! Replay stores that break one promise each.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::Mutex;
use std::task::Poll;
use std::time::Duration;

use tollgate::UnixTime;
use tollgate::store::contract::{Promise, replay_store};
use tollgate::store::{Consumption, ReplayStore, StoreUnavailable};

use crate::{NOW, no_answer, promises, run};

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// Looks, waits for its turn, and only then keeps.
    Racy,
    LookConsumes,
    ByExpiryToo,
    ByHalfTheId,
    Forgets,
    ForgetsEarly,
    PassesAll,
    PassesNone,
    FailsUnderLoad,
}

struct Used {
    fault: Fault,
    ids: Mutex<HashMap<Vec<u8>, UnixTime>>,
    callers: Mutex<u32>,
}

impl Used {
    fn key(&self, id: &[u8; 32], expires: UnixTime) -> Vec<u8> {
        match self.fault {
            Fault::ByExpiryToo => [&id[..], &expires.as_millis().to_be_bytes()].concat(),
            Fault::ByHalfTheId => id[..16].to_vec(),
            _ => id.to_vec(),
        }
    }

    fn seen(&self, key: &[u8], now: UnixTime) -> Consumption {
        let mut ids = self.ids.lock().unwrap();
        if self.fault == Fault::ForgetsEarly {
            ids.retain(|_, expires| *expires > now.saturating_add(Duration::from_millis(1)));
        }
        let is_repeated = match self.fault {
            Fault::PassesAll => false,
            Fault::PassesNone => true,
            _ => ids.contains_key(key),
        };
        if is_repeated { Consumption::Repeated } else { Consumption::First }
    }

    fn keep(&self, key: Vec<u8>, expires: UnixTime) {
        let mut ids = self.ids.lock().unwrap();
        if self.fault == Fault::Forgets && ids.len() >= 100 {
            ids.clear();
        }
        ids.insert(key, expires);
    }
}

/// Lets the others run.
async fn take_turns() {
    let mut is_second = false;
    poll_fn(|context| {
        if std::mem::replace(&mut is_second, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl ReplayStore for Used {
    async fn consume(
        &self,
        id: &[u8; 32],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        let key = self.key(id, expires);
        *self.callers.lock().unwrap() += 1;
        if self.fault == Fault::Racy {
            let seen = self.seen(&key, now);
            take_turns().await;
            self.keep(key, expires);
            return Ok(seen);
        }
        take_turns().await;
        let callers = std::mem::take(&mut *self.callers.lock().unwrap());
        if self.fault == Fault::FailsUnderLoad && callers > 8 {
            return Err(no_answer());
        }
        let seen = self.seen(&key, now);
        if seen == Consumption::First {
            self.keep(key, expires);
        }
        Ok(seen)
    }

    async fn look(
        &self,
        id: &[u8; 32],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        match self.fault {
            Fault::LookConsumes => self.consume(id, expires, now).await,
            _ => Ok(self.seen(&self.key(id, expires), now)),
        }
    }
}

fn used(fault: Fault) -> Used {
    Used { fault, ids: Mutex::default(), callers: Mutex::default() }
}

#[test]
fn a_store_that_waits_and_has_no_fault_passes() {
    run(replay_store(&used(Fault::None), NOW)).unwrap();
}

#[test]
fn each_fault_is_named() {
    for (name, fault, expected) in [
        ("racy", Fault::Racy, Promise::PassesOnce),
        ("a look that consumes", Fault::LookConsumes, Promise::LookChangesNothing),
        ("an id for each expiry", Fault::ByExpiryToo, Promise::PassesOnce),
        ("half the id", Fault::ByHalfTheId, Promise::UnusedPasses),
        ("room for 100", Fault::Forgets, Promise::PassesOnce),
        ("1 ms too short", Fault::ForgetsEarly, Promise::PassesOnce),
        ("all pass", Fault::PassesAll, Promise::PassesOnce),
        ("no answer to many", Fault::FailsUnderLoad, Promise::Answers),
    ] {
        assert_eq!(promises(run(replay_store(&used(fault), NOW))), [expected], "{name}");
    }
    let none = promises(run(replay_store(&used(Fault::PassesNone), NOW)));
    assert!(none.contains(&Promise::UnusedPasses) && none.contains(&Promise::PassesOnce));
}

#[test]
fn a_race_is_told_by_how_many_passed() {
    let broken = run(replay_store(&used(Fault::Racy), NOW)).unwrap_err();
    let words = "an id passes exactly once: of 64 callers at once 64 passed";
    assert_eq!(broken.breaches()[0].to_string(), words);
    assert_eq!(broken.breaches().len(), 16);
}
