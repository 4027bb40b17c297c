//! How long a call may take.

use std::panic::catch_unwind;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};

use crate::store::StoreUnavailable;

/// When a call ends, however many round trips it makes.
#[derive(Clone, Copy)]
pub(super) struct TimeLimit {
    pub(super) ends: Instant,
}

impl TimeLimit {
    /// A call that begins now, on the clock of the runtime.
    pub(super) fn from_now(limit: Duration) -> Result<Self, StoreUnavailable> {
        let off_runtime = || StoreUnavailable("redis: the call is not on a Tokio runtime".into());
        Handle::try_current().map_err(|_| off_runtime())?;
        // The deadline of a sleep is how an instant is had that tests can move. A runtime without
        // its timer panics there, and nothing else tells it from others.
        let ends = catch_unwind(|| sleep(limit).deadline());
        let without_timer = |_| StoreUnavailable("redis: the Tokio runtime has no timer".into());
        Ok(Self { ends: ends.map_err(without_timer)? })
    }

    /// The present instant on that clock.
    pub(super) fn now() -> Instant {
        sleep(Duration::ZERO).deadline()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_unavailable_off_a_runtime_and_on_one_without_timer() {
        let text = || TimeLimit::from_now(Duration::ZERO).err().map(|error| error.0.into_owned());
        assert_eq!(text().unwrap(), "redis: the call is not on a Tokio runtime");
        let timeless = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let refused = timeless.block_on(async { text() });
        assert_eq!(refused.unwrap(), "redis: the Tokio runtime has no timer");
        let timed = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        assert_eq!(timed.block_on(async { text() }), None);
    }
}
