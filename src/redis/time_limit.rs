//! How long a call may take.

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
        match Handle::try_current() {
            Ok(_) => Ok(Self { ends: sleep(limit).deadline() }),
            Err(_) => Err(StoreUnavailable("redis: the call is not on a Tokio runtime".into())),
        }
    }

    /// The present instant on that clock.
    pub(super) fn now() -> Instant {
        sleep(Duration::ZERO).deadline()
    }
}
