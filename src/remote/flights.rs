//! Requests under way, one for each key.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::remote::flight::UnderWay;

/// The requests that are under way, by what they ask for. Whoever asks for the same joins. A
/// request that nobody waits for any longer is dropped.
pub(super) struct Flights<K, R: Clone>(Mutex<HashMap<K, Flying<R>>>);

struct Flying<R: Clone> {
    ticket: Arc<()>,
    request: UnderWay<R>,
}

impl<K: Hash + Eq + Copy, R: Clone + Send + Sync + 'static> Flights<K, R> {
    /// The outcome of the request for `key`: of one that is under way, or of the one that `begin`
    /// makes with the ticket by which it [lands](Self::land).
    pub(super) async fn join<F>(&self, key: K, begin: impl FnOnce(Arc<()>) -> F) -> R
    where
        F: Future<Output = R> + Send + 'static,
    {
        let request = {
            let mut flights = self.lock();
            let flying = flights.entry(key).or_insert_with(|| {
                let ticket = Arc::new(());
                Flying { request: UnderWay::new(begin(Arc::clone(&ticket))), ticket }
            });
            flying.request.clone()
        };
        let waiting = Waiting { flights: self, key, request: Some(request.clone()) };
        let outcome = request.outcome().await;
        drop(waiting);
        outcome
    }

    /// Ends the request for `key`, after `keep` unless somebody asked to forget it meanwhile.
    pub(super) fn land(&self, key: K, ticket: &Arc<()>, keep: impl FnOnce()) {
        let mut flights = self.lock();
        let is_awaited = flights.get(&key).is_some_and(|one| Arc::ptr_eq(&one.ticket, ticket));
        let landed = if is_awaited {
            keep();
            flights.remove(&key)
        } else {
            None
        };
        drop(flights);
        drop(landed);
    }

    /// Has nothing kept of the request for `key`; those who wait still get its outcome.
    pub(super) fn forget(&self, key: K, forget: impl FnOnce()) {
        let mut flights = self.lock();
        let forgotten = flights.remove(&key);
        forget();
        drop(flights);
        drop(forgotten);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Flying<R>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One who waits for a request; the last one who goes away takes it along.
struct Waiting<'f, K: Hash + Eq + Copy, R: Clone + Send + Sync + 'static> {
    flights: &'f Flights<K, R>,
    key: K,
    /// Given up while the flights are locked, so that of two who go at once one is the last.
    request: Option<UnderWay<R>>,
}

impl<K: Hash + Eq + Copy, R: Clone + Send + Sync + 'static> Drop for Waiting<'_, K, R> {
    fn drop(&mut self) {
        let mut flights = self.flights.lock();
        let Some(mine) = self.request.take() else { return };
        let flying = flights.get(&self.key).filter(|flying| flying.request.is_the_same(&mine));
        drop(mine);
        let is_last = flying.is_some_and(|flying| !flying.request.is_driven());
        let dropped = if is_last { flights.remove(&self.key) } else { None };
        drop(flights);
        drop(dropped);
    }
}

impl<K, R: Clone> Default for Flights<K, R> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::pin::pin;
    use std::sync::Barrier;
    use std::task::{Context, Waker};
    use std::thread;

    use super::*;

    #[test]
    fn two_who_go_away_at_once_leave_no_request_behind() {
        let flights: Flights<u32, ()> = Flights::default();
        let (joined, go) = (Barrier::new(2), Barrier::new(2));
        let wait_and_leave = || {
            for key in 0..5_000 {
                {
                    let mut waiting = pin!(flights.join(key, |_| pending()));
                    let mut context = Context::from_waker(Waker::noop());
                    assert!(waiting.as_mut().poll(&mut context).is_pending());
                    joined.wait();
                }
                go.wait();
            }
        };
        thread::scope(|scope| {
            scope.spawn(wait_and_leave);
            wait_and_leave();
        });
        assert!(flights.lock().is_empty());
    }
}
