//! One request at a time, which everybody who needs it waits for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

/// The request that is under way, if one is.
///
/// Whoever waits drives it. One whose caller went away stays, and goes on as soon as somebody
/// else needs it, unless another may begin by then: what was asked long ago may be answered so.
pub(super) struct Flight<R: Clone>(Mutex<Option<UnderWay<R>>>);

/// A request under way. Those who wait hold a clone each.
#[derive(Clone)]
pub(super) struct UnderWay<R: Clone> {
    outcome: Shared<BoxFuture<'static, R>>,
    waiting: Arc<()>,
}

impl<R: Clone + Send + Sync + 'static> UnderWay<R> {
    pub(super) fn new(request: impl Future<Output = R> + Send + 'static) -> Self {
        Self { outcome: request.boxed().shared(), waiting: Arc::new(()) }
    }

    /// Keeps itself while it waits, so that it is counted.
    pub(super) async fn outcome(self) -> R {
        self.outcome.clone().await
    }

    /// Whether anybody else than the keeper of this clone waits, and so drives it.
    pub(super) fn is_driven(&self) -> bool {
        Arc::strong_count(&self.waiting) > 1
    }

    pub(super) fn is_the_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.waiting, &other.waiting)
    }
}

impl<R: Clone + Send + Sync + 'static> Flight<R> {
    /// Joins the request that is under way, or begins the one that `begin` makes, which must call
    /// [`end`](Self::end) once it is over.
    pub(super) fn join<F>(&self, begin: impl FnOnce() -> Option<F>) -> Option<UnderWay<R>>
    where
        F: Future<Output = R> + Send + 'static,
    {
        let mut flight = self.lock();
        if !flight.as_ref().is_some_and(UnderWay::is_driven)
            && let Some(request) = begin()
        {
            *flight = Some(UnderWay::new(request));
        }
        flight.clone()
    }

    /// As [`join`](Self::join), but `None` where somebody else sees to it already.
    pub(super) fn lead<F>(&self, begin: impl FnOnce() -> Option<F>) -> Option<UnderWay<R>>
    where
        F: Future<Output = R> + Send + 'static,
    {
        let is_driven = self.lock().as_ref().is_some_and(UnderWay::is_driven);
        if is_driven { None } else { self.join(begin) }
    }

    /// Ends the request that is under way, after `settle` has written down what came of it: nobody
    /// sees the one without the other.
    pub(super) fn end(&self, settle: impl FnOnce()) {
        let mut flight = self.lock();
        settle();
        let ended = flight.take();
        drop(flight);
        drop(ended);
    }

    fn lock(&self) -> MutexGuard<'_, Option<UnderWay<R>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<R: Clone> Default for Flight<R> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}
