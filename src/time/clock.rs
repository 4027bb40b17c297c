//! Clocks: what tells the gate the time.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::time::instant::UnixTime;

/// Tells the gate the time, once per request.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> UnixTime;
}

impl<C: Clock + ?Sized> Clock for &C {
    fn now(&self) -> UnixTime {
        (**self).now()
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> UnixTime {
        (**self).now()
    }
}

/// A clock made of a closure, usually the host's view of the system time.
///
/// ```
/// use std::time::SystemTime;
/// use tollgate::time::ClockFn;
/// use tollgate::{Clock, UnixTime, clock_fn};
///
/// let clock = clock_fn(|| SystemTime::now().into());
/// # let _ = clock;
///
/// // Where the type must be named:
/// struct Host {
///     clock: ClockFn<fn() -> UnixTime>,
/// }
/// let host = Host { clock: clock_fn(|| UnixTime::from(SystemTime::UNIX_EPOCH)) };
/// assert_eq!(host.clock.now(), UnixTime::EPOCH);
/// ```
pub fn clock_fn<F: Fn() -> UnixTime + Send + Sync>(now: F) -> ClockFn<F> {
    ClockFn(now)
}

/// The clock that [`clock_fn`] makes.
#[derive(Clone, Copy)]
pub struct ClockFn<F>(F);

impl<F: Fn() -> UnixTime + Send + Sync> Clock for ClockFn<F> {
    fn now(&self) -> UnixTime {
        (self.0)()
    }
}

impl<F> fmt::Debug for ClockFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClockFn")
    }
}

/// A clock that stands still until it is moved: for tests, and for asking about another instant.
///
/// ```
/// use std::time::Duration;
/// use tollgate::{Clock, ManualClock, UnixTime};
///
/// let clock = ManualClock::at(UnixTime::from_seconds(100));
/// clock.advance(Duration::from_millis(1));
/// assert_eq!(clock.now(), UnixTime::from_millis(100_001));
/// ```
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Makes a clock that shows `now`.
    pub fn at(now: UnixTime) -> Self {
        Self(AtomicI64::new(now.as_millis()))
    }

    /// Sets the instant that the clock shows.
    pub fn set(&self, now: UnixTime) {
        self.0.store(now.as_millis(), Ordering::SeqCst);
    }

    /// Moves the clock forward by `span`.
    pub fn advance(&self, span: Duration) {
        let later = |now| Some(UnixTime::from_millis(now).saturating_add(span).as_millis());
        // The closure always gives a value, so the update cannot fail.
        let _ = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, later);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> UnixTime {
        UnixTime::from_millis(self.0.load(Ordering::SeqCst))
    }
}
