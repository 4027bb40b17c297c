//! The contract of stores: those in memory keep it, and each way to break it is named.

mod clients;
mod down;
mod grants;
mod replays;
mod revocations;

use std::collections::HashSet;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use tollgate::UnixTime;
use tollgate::store::contract::{self, Breach, Broken, Promise};
use tollgate::store::{
    InMemoryClients, InMemoryGrants, InMemoryReplays, InMemoryRevocations, StoreUnavailable,
};

const NOW: UnixTime = UnixTime::from_millis(1_800_000_000_123);

fn no_answer() -> StoreUnavailable {
    StoreUnavailable("no answer".into())
}

/// Without a runtime: no store of these tests waits for anything but its turn.
fn run<F: Future + Send>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

/// The promises that were broken, each once, in the order in which that was found.
fn promises(verdict: Result<(), Broken>) -> Vec<Promise> {
    let broken = verdict.expect_err("a broken store passed");
    let mut seen = HashSet::new();
    let promises = broken.breaches().iter().map(Breach::promise);
    promises.filter(|promise| seen.insert(*promise)).collect()
}

#[test]
fn stores_in_memory_keep_the_contract_twice_on_one_store() {
    let (clients, grants) = (InMemoryClients::new(), InMemoryGrants::new());
    let replays = InMemoryReplays::new(2 * 300).unwrap();
    let revocations = InMemoryRevocations::new(2 * 500);
    for _ in 0..2 {
        run(contract::client_store(&clients, &clients)).unwrap();
        run(contract::grant_store(&grants, &grants)).unwrap();
        run(contract::replay_store(&replays, NOW)).unwrap();
        run(contract::revocation_store(&revocations, &revocations, NOW)).unwrap();
    }
    assert_eq!((clients.to_json().unwrap(), grants.to_json().unwrap()), ("[]".into(), "[]".into()));
}

#[test]
fn every_breach_is_a_line_in_words() {
    let replays = InMemoryReplays::new(1).unwrap();
    let broken = run(contract::replay_store(&replays, NOW)).unwrap_err();
    assert!(broken.breaches().len() > 100);
    let shown = broken.to_string();
    assert_eq!(shown, format!("{broken:?}"));
    assert_eq!(shown.lines().count(), broken.breaches().len() + 1);
    let (first, breach) = (shown.lines().nth(1).unwrap(), &broken.breaches()[0]);
    assert_eq!(first, format!("- {}: {}", breach.promise(), breach.found()));
    let words = "- a store that can answer does: an id of its own: the replay store is full";
    assert_eq!(first, words);
}
